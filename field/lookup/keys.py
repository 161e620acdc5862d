"""The keyed hashes of this place: how a ticket's token, a vehicle, and a caller's network are stored."""

import base64
import binascii
import datetime as dt
import hashlib
import ipaddress

from django.conf import settings

from field.rules.keyed import keyed_hash, paper_hash

TOKEN_BYTES = 16


def token_key(token: str) -> str | None:
    """The keyed hash for a token as it stands in a ticket's path (22 characters, base64url); None where it can't be one."""
    if len(token) != 22:
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "==")
    except (binascii.Error, ValueError):
        return None
    if len(raw) != TOKEN_BYTES or base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:
        return None
    return keyed_hash(settings.LOOKUP_KEY, "token", hashlib.sha256(raw).hexdigest())


def paper_key(document_number: str, licence_ending: str) -> str:
    """The keyed hash for a paper: its number, and the last four of its person's licence number, in capitals."""
    return paper_hash(settings.LOOKUP_KEY, document_number, licence_ending)


def vehicle_key(plate: str, plate_type: str, engine_ending: str) -> str:
    """The keyed hash for a vehicle: plate, plate type, last six of the engine number, all in capitals."""
    return keyed_hash(settings.LOOKUP_KEY, "vehicle", plate, plate_type, engine_ending.upper())


def network_key(address: str | None, now: dt.datetime) -> str:
    """The keyed hash for the caller's network (/24 or /64) in this hour; an address itself is never stored.

    Callers whose address can't be read are one network.
    """
    parsed = ipaddress.ip_address(address or "0.0.0.0")
    prefix = 24 if parsed.version == 4 else 64
    network = ipaddress.ip_network(f"{parsed}/{prefix}", strict=False)
    return keyed_hash(settings.LOOKUP_KEY, "network", str(network), now.strftime("%Y-%m-%dT%H"))
