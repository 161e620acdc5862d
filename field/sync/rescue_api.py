"""The desk's door for a rescue file: brought by hand, taken in by the intake that handhelds reach over the network.

In this request and not by a worker: the passphrase would have to lie somewhere until then.
"""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.doors import asker
from accounts.problem import problems
from field.rules.intake import Outcome
from field.sync.rescue import Report, take_file


class RescueFileSerializer(serializers.Serializer[object]):
    """A rescue file and the sixteen digits that the handheld showed."""

    file = serializers.FileField()
    passphrase = serializers.CharField(max_length=40)


class KeptOutSerializer(serializers.Serializer[object]):
    """A photo that was not let in."""

    digest = serializers.CharField()
    why = serializers.CharField()


class RescuedSerializer(serializers.Serializer[object]):
    """What came of a file."""

    sha256 = serializers.CharField(help_text="Of the whole file.")
    terminal = serializers.CharField()
    made_at = serializers.CharField(help_text="As the handheld's clock had it.")
    records_written = serializers.IntegerField(help_text="So many lay in it.")
    photos_written = serializers.IntegerField()
    records = serializers.DictField(
        child=serializers.IntegerField(), help_text=f"New ones by outcome: {', '.join(Outcome)}."
    )
    photos = serializers.IntegerField(help_text="New ones.")
    records_known = serializers.IntegerField(help_text="Those that were here before.")
    photos_known = serializers.IntegerField()
    refused = KeptOutSerializer(many=True)
    fault = serializers.ChoiceField(
        choices=["", "damaged", "cut_short"],
        allow_blank=True,
        help_text="What kept the rest out; what was whole before it is in.",
    )


class RescueView(APIView):
    """A handheld that can't send any more."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        summary="Take in a handheld's rescue file",
        request={"multipart/form-data": RescueFileSerializer},
        responses={200: RescuedSerializer, **problems(400, 401, 403, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        """Nothing new is trusted: each record and photo in it counts by its own signature. Twice changes nothing."""
        by = asker(request)
        asked = RescueFileSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        file = asked.validated_data["file"]
        report = take_file(file, file.size, asked.validated_data["passphrase"], by=by, now=timezone.now())
        return Response(_said(report))


def _said(report: Report) -> dict[str, object]:
    return {
        "sha256": report.sha256,
        "terminal": report.terminal,
        "made_at": report.made_at,
        "records_written": report.expected[0],
        "photos_written": report.expected[1],
        "records": dict(report.records),
        "photos": report.photos,
        "records_known": report.known[0],
        "photos_known": report.known[1],
        "refused": [{"digest": digest, "why": why} for digest, why in report.refused],
        "fault": report.fault,
    }
