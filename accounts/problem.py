"""How a refusal looks in the OpenAPI document, so that no door can answer what is not written down."""

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class ProblemSerializer(serializers.Serializer[object]):
    """Every refusal: a word for the front end to say, and the facts of that sentence."""

    code = serializers.CharField()
    facts = serializers.DictField(child=serializers.JSONField(allow_null=True))


_MEANS = {
    400: "The request is not understood.",
    401: "Nobody is signed in, or the shift has ended.",
    403: "This person or this terminal may not.",
    404: "There is no such thing, or it is not theirs to see.",
    405: "This address does not know the method.",
    406: "Only JSON is answered.",
    409: "The thing is in another state.",
    410: "It was valid once.",
    413: "Too much at once.",
    415: "Only JSON is read.",
    429: "Too many tries; wait.",
    503: "A part of the service is down; come again.",
    507: "The server's disk is full: nothing of this was kept, what was kept before is; come again.",
}


def problems(*statuses: int) -> dict[int, OpenApiResponse]:
    """The documented refusals of a door: those named, and what any door may say (not JSON, not this method)."""
    said = {*statuses, 405, 406}
    return {status: OpenApiResponse(ProblemSerializer, description=_MEANS[status]) for status in sorted(said)}
