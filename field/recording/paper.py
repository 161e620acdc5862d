"""Whether the number of a record's paper can stand, also against the records of its own batch, whose rows are not written yet."""

from uuid import UUID

from field.models import papers
from field.recording.arrival import Arrival


def refuse_number(number: str, violation: UUID, arrival: Arrival) -> None:
    """Let the number be this violation's, where there is one.

    :raises SetAside: as `papers.refuse_number`
    """
    if not number:
        return
    taken: dict[str, UUID] = arrival.looked_up.setdefault("papers", {})
    if arrival.together is not None and taken.get(number, violation) != violation:
        arrival.together.write()  # the other came with the same batch
    papers.refuse_number(number, violation, terminal=arrival.terminal.id, judged=arrival.judged)
    taken[number] = violation  # its row may be written with the batch only
