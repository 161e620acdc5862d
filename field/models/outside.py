"""What comes from outside the police, and the keyed hashes under which the public may ask."""

from django.db import models


class Payment(models.Model):
    """A payment that the bank's file named. Twice the same line changes nothing."""

    document_number = models.CharField(max_length=20)
    paid_on = models.DateField()
    amount = models.PositiveIntegerField()
    """Yuan."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document_number", "paid_on", "amount"], name="payment_once"),
        ]


class PaymentImport(models.Model):
    """One file of payments that was read: where none was, the page says that it doesn't know."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    imported_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    covers_to = models.DateField()


class VehicleKey(models.Model):
    """HMAC of plate, plate type and last six of the engine number, from the register's export. Nothing can be read back from it."""

    keyed_hash = models.CharField(max_length=64, primary_key=True)


class PublicToken(models.Model):
    """HMAC of the SHA-256 of a ticket's random token: the way from a printed QR to the record it was printed for.

    `record` is the uid that the handheld gave: of a violation, of a correction of one, or of a text that is set aside and may become
    either. Of a reprint it is the violation's.
    """

    keyed_hash = models.CharField(max_length=64, primary_key=True)
    record = models.UUIDField(db_index=True)
    issued_at = models.DateTimeField()
    entry = models.BigIntegerField()


class Asked(models.Model):
    """How often one network asked the public page within one hour; the key is a keyed hash that changes with the hour."""

    network = models.CharField(max_length=64, primary_key=True)
    hour = models.DateTimeField(db_index=True)
    times = models.PositiveIntegerField()
