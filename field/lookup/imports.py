"""Files from outside: the bank's payments, the register's vehicles. Each file once; the same lines again change nothing."""

import csv
import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from evidence import ledger
from field.lookup.keys import vehicle_key
from field.models import Payment, PaymentImport, VehicleKey
from field.rules import plate as plates

BATCH = 2000


@dataclass
class Report:
    """What an import did: rows read, rows that were new, and each refused row's line number with the reason."""

    read: int = 0
    new: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    already_read: bool = False


class WrongColumns(Exception):
    """The file's first line doesn't name the columns that are needed."""

    def __init__(self, needed: Iterable[str], found: Iterable[str]) -> None:
        self.needed, self.found = tuple(needed), tuple(found)
        super().__init__(
            f"the first line must name {', '.join(self.needed)}; it names {', '.join(self.found) or 'nothing'}"
        )


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and row of a UTF-8 CSV file with a header. :raises WrongColumns: a needed column is missing"""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not set(needed) <= set(reader.fieldnames or ()):
            raise WrongColumns(needed, reader.fieldnames or ())
        for row in reader:
            yield reader.line_num, {k: (row[k] or "").strip() for k in needed}


def _payment(row: dict[str, str]) -> Payment:
    """:raises ValueError: the row is no payment; which column, never what stands in it, since a shifted one may be anybody's"""
    if not row["document_number"]:
        raise ValueError("no document number")
    try:
        amount = int(row["amount"])
    except ValueError:
        raise ValueError("the sum is no whole number") from None
    if not 0 < amount < 1_000_000:
        raise ValueError("the sum is out of range")
    try:
        paid_on = dt.date.fromisoformat(row["paid_on"])
    except ValueError:
        raise ValueError("the day is none") from None
    return Payment(document_number=row["document_number"], paid_on=paid_on, amount=amount)


@transaction.atomic
def import_payments(path: Path, *, actor: str, now: dt.datetime) -> Report:
    """Read `document_number, paid_on, amount` (yuan) from a CSV file in one transaction: all of it stands, or none.

    :raises WrongColumns: the file's header is another one
    """
    digest = sha256(path.read_bytes()).hexdigest()
    if PaymentImport.objects.filter(sha256=digest).exists():
        return Report(already_read=True)
    report, last = Report(), dt.date.min
    for batch in _batches(_rows(path, ("document_number", "paid_on", "amount"))):
        payments = []
        for line, row in batch:
            report.read += 1
            try:
                payments.append(_payment(row))
            except ValueError as wrong:
                report.refused.append((line, str(wrong)))
        last = max([last, *(p.paid_on for p in payments)])
        before = Payment.objects.count()
        Payment.objects.bulk_create(payments, ignore_conflicts=True)
        report.new += Payment.objects.count() - before
    if report.read > len(report.refused):
        PaymentImport.objects.create(sha256=digest, imported_at=now, rows=report.read, covers_to=last)
        body = {"sha256": digest, "rows": report.read, "new": report.new, "refused": len(report.refused)}
        ledger.append(kind="payments.imported", subject=digest, actor=actor, at=now, body=body)
    return report


@transaction.atomic
def import_vehicles(path: Path, *, actor: str, now: dt.datetime) -> Report:
    """Read `plate, plate_type, engine_number` and keep only keyed hashes, from which no vehicle can be read back.

    :raises WrongColumns: the file's header is another one
    """
    report = Report()
    for batch in _batches(_rows(path, ("plate", "plate_type", "engine_number"))):
        found = []
        for line, row in batch:
            report.read += 1
            plate, engine = plates.normalise(row["plate"]), row["engine_number"]
            if not plates.is_plate(plate, row["plate_type"]):
                report.refused.append((line, "no such plate of this type"))
            elif len(engine) < 6:
                report.refused.append((line, "engine number shorter than six"))
            else:
                found.append(VehicleKey(keyed_hash=vehicle_key(plate, row["plate_type"], engine[-6:])))
        before = VehicleKey.objects.count()
        VehicleKey.objects.bulk_create(found, ignore_conflicts=True)
        report.new += VehicleKey.objects.count() - before
    if report.new:
        digest = sha256(path.read_bytes()).hexdigest()
        body = {"sha256": digest, "rows": report.read, "new": report.new, "refused": len(report.refused)}
        ledger.append(kind="vehicles.imported", subject=digest, actor=actor, at=now, body=body)
    return report


def _batches(rows: Iterator[tuple[int, dict[str, str]]]) -> Iterator[list[tuple[int, dict[str, str]]]]:
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch
