"""The tables of the field, one file a theme. Columns that bear evidence are projections of the ledger (../projections.py)."""

from field.models.catalogue import CatalogueImport, Offence
from field.models.item import Item
from field.models.measure import Measure
from field.models.number import NumberBlock, VoidedNumber
from field.models.outside import Asked, Payment, PaymentImport, PublicToken, VehicleKey
from field.models.position import Position
from field.models.received import LookedAt, Photo, Received
from field.models.road import Road, RoadNetwork
from field.models.task import Assignment, Task
from field.models.violation import Violation

__all__ = [
    "Asked",
    "Assignment",
    "CatalogueImport",
    "Item",
    "LookedAt",
    "Measure",
    "NumberBlock",
    "Offence",
    "Payment",
    "PaymentImport",
    "Photo",
    "Position",
    "PublicToken",
    "Received",
    "Road",
    "RoadNetwork",
    "Task",
    "VehicleKey",
    "Violation",
    "VoidedNumber",
]
