"""The shapes of what goes in and out at the doors of the papers."""

from typing import Any

from rest_framework import serializers

from field.documents.drawing import FORMS
from field.documents.operations import VOID_REASONS
from field.rules.documents.book import book
from field.rules.documents.number import Fate

KINDS = tuple(book().kinds)


class LeaseSerializer(serializers.Serializer[Any]):
    """For which paper, and how many numbers the handheld has left by its own count."""

    kind = serializers.ChoiceField(choices=KINDS)
    left = serializers.IntegerField(min_value=0, max_value=1_000_000)


class NumberFormSerializer(serializers.Serializer[Any]):
    """How numbers are written here."""

    area = serializers.CharField()
    classes = serializers.DictField(child=serializers.CharField())
    digits = serializers.IntegerField()
    check_character = serializers.CharField(help_text="`none`, `luhn` or `mod_11_10`")


class LeasedBlockSerializer(serializers.Serializer[Any]):
    """Numbers without check characters, both ends included."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    first = serializers.IntegerField()
    last = serializers.IntegerField()
    taken = serializers.ListField(
        child=serializers.IntegerField(), help_text="used or voided as far as the server knows"
    )


class LeasedSerializer(serializers.Serializer[Any]):
    """All blocks of this kind that the handheld may use, the oldest first."""

    form = NumberFormSerializer()
    blocks = LeasedBlockSerializer(many=True)


class VoidSerializer(serializers.Serializer[Any]):
    """One number that will not be used."""

    number = serializers.CharField(max_length=20)
    reason = serializers.ChoiceField(choices=VOID_REASONS)
    remark = serializers.CharField(max_length=200, allow_blank=True, default="")


class VoidedSerializer(serializers.Serializer[Any]):
    """It is voided, since when and why."""

    number = serializers.CharField()
    reason = serializers.CharField()
    voided_at = serializers.DateTimeField()


class ExplainedSerializer(serializers.Serializer[Any]):
    """Neighbouring numbers of one fate, as they stand on paper."""

    first = serializers.CharField()
    last = serializers.CharField()
    fate = serializers.ChoiceField(choices=[one.value for one in Fate])
    count = serializers.IntegerField()


class NumberBlockSerializer(serializers.Serializer[Any]):
    """A block and what became of each of its numbers."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    terminal = serializers.CharField()
    terminal_number = serializers.IntegerField()
    unit = serializers.CharField()
    leased_at = serializers.DateTimeField()
    voided_at = serializers.DateTimeField(allow_null=True)
    void_reason = serializers.CharField()
    numbers = ExplainedSerializer(many=True)


class BlocksWantedSerializer(serializers.Serializer[Any]):
    """Which blocks."""

    fate = serializers.ChoiceField(
        choices=["", Fate.MISSING.value], required=False, default="", help_text="blocks with such a number"
    )


class NumberSerializer(serializers.Serializer[Any]):
    """One number, and what stands behind its fate; null and empty where nothing does."""

    number = serializers.CharField()
    fate = serializers.ChoiceField(choices=[one.value for one in Fate])
    violation = serializers.UUIDField(allow_null=True, help_text="on whose paper it stands")
    text = serializers.CharField(allow_null=True, help_text="SHA-256 of the text set aside")
    item = serializers.CharField(allow_null=True, help_text="the open item that asks for it")
    reason = serializers.CharField(
        help_text="why it was voided; on what ground somebody closed the item of a missing one"
    )
    remark = serializers.CharField()
    by = serializers.CharField(help_text="police number")
    at = serializers.DateTimeField(allow_null=True)


class BlockInFullSerializer(serializers.Serializer[Any]):
    """A block, number by number."""

    id = serializers.CharField()
    numbers = NumberSerializer(many=True)


class NumberBlocksSerializer(serializers.Serializer[Any]):
    """The newest blocks first."""

    blocks = NumberBlockSerializer(many=True)


class DrawSerializer(serializers.Serializer[Any]):
    """In which form, and the secret of one of its slips for the QR code, if it is known."""

    form = serializers.ChoiceField(choices=list(FORMS))
    token = serializers.RegexField(r"^[A-Za-z0-9_-]{22}$", required=False, default="")


class SealSerializer(serializers.Serializer[Any]):
    """The authority's seal as a picture of one bit a dot, set where it is black; each row begins with a byte of its own."""

    width = serializers.IntegerField()
    height = serializers.IntegerField()
    dots = serializers.CharField(help_text="base64")


class PapersPackSerializer(serializers.Serializer[Any]):
    """The tables of the papers as files (joined in this order their bytes have the digest), and this place's settings for them."""

    digest = serializers.CharField()
    files = serializers.ListField(child=serializers.CharField())
    setting = serializers.DictField(child=serializers.CharField(), help_text="`setting` of a sheet")
    form = NumberFormSerializer()
    seal = SealSerializer(allow_null=True)
    bridge = serializers.CharField(
        help_text="where built-in printers take papers on the handheld; empty: nowhere"
    )
