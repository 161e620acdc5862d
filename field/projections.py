"""Every table of the field that follows from the ledger, and every photo that the ledger speaks of: what verify_ledger checks."""

from collections.abc import Iterable

from evidence.ledger import Entry
from evidence.replay import Projection
from field.dispatch import projection as tasks
from field.documents import projection as papers
from field.measures import projection as measures
from field.models import projection as received

PROJECTIONS: tuple[Projection, ...] = (
    *received.PROJECTIONS,
    *tasks.PROJECTIONS,
    *papers.PROJECTIONS,
    *measures.PROJECTIONS,
)


def photo_digests(entry: Entry) -> Iterable[str]:
    """The photos whose bytes an entry says are here."""
    return [str(entry.body["digest"])] if entry.kind == "photo.arrived" else []
