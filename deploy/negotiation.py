"""Each door answers in the one form it has: what a client says it accepts changes nothing.

A key is plain text, a proof is JSON, a picture is a picture. To refuse a browser that asks for `text/plain` would help nobody.
"""

from collections.abc import Iterable

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class OneForm(BaseContentNegotiation):
    """Take the first parser that fits the body and the first renderer, whatever the Accept header says."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser for the body's type, None where there is none."""
        from_body = (request.content_type or "").partition(";")[0].strip().lower()
        return next((one for one in parsers if one.media_type == from_body), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The door's own renderer."""
        own = next(iter(renderers))
        return own, own.media_type
