"""Pieces of an address that several rooms' doors share."""

from django.urls import register_converter


class Sha256:
    """A SHA-256 in a path: 64 lower-case hex digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(Sha256, "sha256")
