"""The log's key: made once, held by the sealer alone; its public half is for everybody.

Files named by the settings LOG_KEY_FILE (readable by its owner only) and LOG_PUBLIC_FILE; the log's name is LOG_ORIGIN.
"""

import os
from pathlib import Path

from django.conf import settings

from evidence.durable import sync_folder
from evidence.note import Signer, Verifier


class KeyMissing(Exception):
    """There is no log key where the settings say. `manage.py make_log_key` makes one."""


class KeyExists(Exception):
    """A log key is never overwritten: the log would lose its name."""


class OtherLog(Exception):
    """The key belongs to another log than LOG_ORIGIN names."""


def make_log_key() -> Verifier:
    """Make the log's key pair and write both files; return the public half.

    :raises KeyExists: one of the files is there already
    """
    private, public = Path(settings.LOG_KEY_FILE), Path(settings.LOG_PUBLIC_FILE)
    signer = Signer.generate(settings.LOG_ORIGIN)
    for path, text, mode in ((private, signer.text(), 0o600), (public, signer.verifier.text(), 0o644)):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError as error:
            raise KeyExists(str(path)) from error
        with open(descriptor, "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    return signer.verifier


def log_signer() -> Signer:
    """The private key. Only the sealer asks for it.

    :raises KeyMissing: no file
    :raises OtherLog: the key's name is not LOG_ORIGIN
    """
    signer = Signer.parse(_read(Path(settings.LOG_KEY_FILE)))
    if signer.name != settings.LOG_ORIGIN:
        raise OtherLog(f"the key is {signer.name}'s, the settings say {settings.LOG_ORIGIN}")
    return signer


def log_verifier() -> Verifier:
    """The public key.

    :raises KeyMissing: no file
    """
    return Verifier.parse(_read(Path(settings.LOG_PUBLIC_FILE)))


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError as error:
        raise KeyMissing(str(path)) from error
