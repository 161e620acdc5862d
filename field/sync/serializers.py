"""The shapes of the handheld's one door, for the OpenAPI document. Reading is post.py's: it takes what it can."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from field.rules.intake import Outcome
from field.sync.post import MOST_ENVELOPES

ANY_OBJECT = {"type": "object", "additionalProperties": True}


class EnvelopeSerializer(serializers.Serializer[object]):
    """A record exactly as it was signed."""

    text = serializers.CharField(help_text="The exact text; these bytes are hashed and checked.")
    signature = serializers.CharField(
        help_text="ECDSA P-256 over the text, raw r||s, base64url without padding."
    )


class SyncRequestSerializer(serializers.Serializer[object]):
    """One contact. Beside `terminal` and `envelopes`, a part that can't be used is left out and refuses nothing."""

    terminal = serializers.RegexField(r"^[0-9a-f]{16}$")
    envelopes = serializers.ListField(
        child=serializers.JSONField(),
        max_length=MOST_ENVELOPES,
        required=False,
        help_text="{text, signature} each.",
    )
    epoch = serializers.JSONField(required=False, allow_null=True)
    cursor = serializers.JSONField(
        required=False, allow_null=True, help_text="Number from which news is wanted."
    )
    verified = serializers.JSONField(
        required=False, help_text="Size of the newest checkpoint verified; 0: none."
    )
    pending = serializers.JSONField(
        required=False, help_text="{text_sha256, signature} of each text whose receipt is missing."
    )
    pending_photos = serializers.JSONField(required=False, help_text="Digests of photos not yet received.")
    held_photos = serializers.JSONField(
        required=False, help_text="Digests of photos that have arrived and lie on the handheld still."
    )
    opened = serializers.JSONField(required=False, help_text="Ids of tasks that were seen on the screen.")
    contact = serializers.JSONField(required=False, help_text="What the handheld says of itself.")
    positions = serializers.JSONField(required=False, help_text="Positions measured since the last contact.")


class LeafSerializer(serializers.Serializer[object]):
    """What the log's leaf hashes: SHA-256(0x00 || SHA-256(salt || payload))."""

    salt = serializers.CharField()
    payload = serializers.CharField()


class ReceiptSerializer(serializers.Serializer[object]):
    """Proof that an entry stands in the signed log."""

    index = serializers.IntegerField()
    leaf = LeafSerializer()
    proof = serializers.ListField(child=serializers.CharField())
    checkpoint = serializers.CharField()


class VerdictSerializer(serializers.Serializer[object]):
    """What became of one envelope, in the order sent; then of those that were pending."""

    text_sha256 = serializers.CharField(allow_blank=True)
    uid = serializers.UUIDField(allow_null=True)
    outcome = serializers.ChoiceField(choices=[one.value for one in Outcome])
    reason = serializers.CharField(allow_blank=True)
    receipt = ReceiptSerializer(allow_null=True)


class PhotoStateSerializer(serializers.Serializer[object]):
    """Whether a photo is still wanted. One that has arrived and was lost here is wanted again: it keeps its receipt."""

    digest = serializers.CharField()
    state = serializers.ChoiceField(choices=["wanted", "arrived"])
    receipt = ReceiptSerializer(allow_null=True)


@extend_schema_field(ANY_OBJECT)
class ViewField(serializers.JSONField):
    """The view of a thing, as its kind has it."""


class FeedItemSerializer(serializers.Serializer[object]):
    """One thing as it stands now; `gone`: it is no longer the reader's."""

    n = serializers.IntegerField()
    about = serializers.ChoiceField(
        choices=[
            "task",
            "violation",
            "officer",
            "item",
            "quarantine",
            "terminal",
            "measure",
            "to_confirm",
        ]
    )
    id = serializers.CharField()
    gone = serializers.BooleanField()
    view = ViewField(allow_null=True)


class FeedSerializer(serializers.Serializer[object]):
    """What is new since a number. `start_over`: the items are all there is, to replace what was known."""

    epoch = serializers.CharField()
    start_over = serializers.BooleanField()
    cursor = serializers.IntegerField()
    more = serializers.BooleanField()
    items = FeedItemSerializer(many=True)


class CheckpointSerializer(serializers.Serializer[object]):
    """The newest checkpoint, and the proof from the one the handheld verified; null where nothing can be proved."""

    note = serializers.CharField()
    consistency = serializers.ListField(child=serializers.CharField(), allow_null=True)


class SyncAnswerSerializer(serializers.Serializer[object]):
    """The whole answer of one contact."""

    now = serializers.DateTimeField()
    verdicts = VerdictSerializer(many=True)
    photos = PhotoStateSerializer(many=True)
    feed = FeedSerializer(allow_null=True)
    checkpoint = CheckpointSerializer(allow_null=True)
    settled_up_to = serializers.IntegerField(allow_null=True)
    settled_by = serializers.ChoiceField(choices=["none", "backup", "standby"])
    minimum_version = serializers.CharField()
    session = serializers.ChoiceField(choices=["ok", "none", "ended"])
    terminal_state = serializers.ChoiceField(choices=["pending", "active", "suspended", "revoked", "unknown"])
