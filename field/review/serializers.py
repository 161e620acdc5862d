"""The shapes of decisions and of open items."""

from rest_framework import serializers

from accounts.grounds import LONGEST_REMARK
from field.review.operations import REFUSAL_GROUNDS
from field.rules.items import CLOSING_GROUNDS, ItemKind
from field.rules.violation import ANNUL_GROUNDS, RETURN_REASONS, State


class RemarkSerializer(serializers.Serializer[object]):
    """A remark in the reviewer's own words."""

    remark = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_REMARK, default="")


class ConfirmSerializer(serializers.Serializer[object]):
    """Which version the reviewer had before her; left out, whatever stands now."""

    version = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=2**62
    )


class ReturnSerializer(RemarkSerializer):
    """Why it goes back."""

    reason = serializers.ChoiceField(choices=RETURN_REASONS)


class ProposeSerializer(RemarkSerializer):
    """On which ground it is to be annulled (Order 157 art. 22)."""

    ground = serializers.ChoiceField(choices=ANNUL_GROUNDS)


class RefuseSerializer(RemarkSerializer):
    """Why the annulment is refused."""

    ground = serializers.ChoiceField(choices=REFUSAL_GROUNDS)


class DecidedSerializer(serializers.Serializer[object]):
    """The state after the act."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=[one.value for one in State])


class ItemSerializer(serializers.Serializer[object]):
    """Something that somebody must look at."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=[one.value for one in ItemKind])
    subject = serializers.CharField()
    unit = serializers.CharField(allow_null=True)
    opened_at = serializers.DateTimeField()
    facts = serializers.DictField()
    terminal_number = serializers.IntegerField(
        allow_null=True, help_text="Of the handheld in the facts, if it is one of ours."
    )
    officer_name = serializers.CharField(allow_blank=True, help_text="Of the officer in the facts, if any.")
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = serializers.CharField(allow_blank=True)
    ground = serializers.CharField(allow_blank=True)


class ItemsSerializer(serializers.Serializer[object]):
    """The open ones, oldest first."""

    items = ItemSerializer(many=True)


class CloseSerializer(RemarkSerializer):
    """Why it can be closed."""

    ground = serializers.ChoiceField(choices=CLOSING_GROUNDS)
