"""The shapes of what goes in and out at the duty room's door."""

from typing import Any

from rest_framework import serializers

from accounts.models import Role
from field.rules.position import Age


class NearSerializer(serializers.Serializer[object]):
    """A place, or none: both numbers go together."""

    lon = serializers.FloatField(min_value=-180, max_value=180, required=False)
    lat = serializers.FloatField(min_value=-90, max_value=90, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both, or neither."""
        if ("lon" in attrs) != ("lat" in attrs):
            raise serializers.ValidationError({"lon": "lon and lat go together"})
        return attrs

    def near(self) -> tuple[float, float] | None:
        """The place as [lon, lat]."""
        said = self.validated_data
        return (said["lon"], said["lat"]) if "lon" in said else None


class LastPositionSerializer(serializers.Serializer[object]):
    """Where somebody last was, in WGS-84, with everything that is needed to doubt it."""

    point = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)
    acc_m = serializers.FloatField()
    measured_at = serializers.DateTimeField()
    age_s = serializers.IntegerField()
    age = serializers.ChoiceField(choices=[one.value for one in Age])
    crs = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`source` is a word of the framework's."""
        return {**super().get_fields(), "source": serializers.CharField()}


class PresentTaskSerializer(serializers.Serializer[object]):
    """A task somebody is at work on."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    urgency = serializers.CharField()
    state = serializers.CharField()


class OnTheRoadSerializer(serializers.Serializer[object]):
    """One of the field force; `why` says why they are offered or not."""

    police_number = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.values)
    unit = serializers.CharField()
    unit_name = serializers.CharField()
    on_duty = serializers.BooleanField()
    position = LastPositionSerializer(allow_null=True)
    tasks = PresentTaskSerializer(many=True)
    distance_m = serializers.IntegerField(allow_null=True)
    offered = serializers.BooleanField()
    why = serializers.ChoiceField(choices=["free", "has_task", "asleep", "no_position", "off_duty"])


class OfficersSerializer(serializers.Serializer[object]):
    """All of them, the nearest that can be sent first."""

    now = serializers.DateTimeField()
    officers = OnTheRoadSerializer(many=True)
