"""How the OpenAPI document is written: names that follow from the address, so that they change only when it does."""

import re

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Names each operation after its method and its whole path: `get_violations_by_violation_photos`."""

    def get_operation_id(self) -> str:
        """The name; two operations can't share one, since they can't share method and path."""
        words = re.sub(r"\{(\w+)\}", r"by_\1", self.path.removeprefix("/api/")).split("/")
        return "_".join([self.method.lower(), *(re.sub(r"\W+", "_", word) for word in words if word)])
