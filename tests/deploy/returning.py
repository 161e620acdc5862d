"""A handheld that was there before the server burned down and comes back after it: `before STATE SHELF`, `after STATE`.

Each half runs in a process of its own, as the server did before and does after; what the handheld itself keeps lies in the file STATE.
"""

import json
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.test.utils import setup_test_environment

if __name__ == "__main__":
    django.setup()
    setup_test_environment()

from django.conf import settings

from evidence.chain import verify_consistency
from evidence.dispatcher import stop_dispatcher
from evidence.keys import log_signer, log_verifier
from evidence.models import Entry
from evidence.note import Verifier, open_checkpoint, open_note
from evidence.queries import checkpoint_at, consistency, head
from evidence.sealing import Sealing
from evidence.verification import verify
from field.models import Photo, Received, Violation
from tests.cast import Handheld, InProcess, Sealed, assemble, photo
from tests.field.sync.faults import proved

EARLY, LATE = b"a photo that is on the shelf", b"a photo that was taken after the backup"


@contextmanager
def sealer() -> Iterator[None]:
    """The sealer at its own beat beside us, which also keeps the newest note outside the database."""
    settings.LEDGER_SEAL_IN_PROCESS = False
    sealing = Sealing(log_signer(), beat_s=0.005)
    thread = threading.Thread(target=sealing.run)
    thread.start()
    try:
        yield
    finally:
        sealing.stop()
        thread.join()
        stop_dispatcher()


def receipted(answer: dict[str, Any], records: list[Sealed]) -> list[int]:
    """The numbers of these records in the log; each verdict lets its record in and proves it under the log's key."""
    verdicts = answer["verdicts"]
    assert [one["text_sha256"] for one in verdicts] == [one.sha256 for one in records]
    assert {one["outcome"] for one in verdicts} == {"admitted"}, verdicts
    for one, record in zip(verdicts, records, strict=True):
        assert proved(one["receipt"])["record"]["text"] == record.text
    return [one["receipt"]["index"] for one in verdicts]


def before(state: Path, shelf: Path) -> None:
    """Records and a photo go in, a backup is taken, and more comes in that no backup holds."""
    cast = assemble()
    with sealer():
        wen = Handheld.at_work(cast.wen, cast.qiu)
        shelved = [wen.violation(photos=[photo(EARLY)]), wen.violation(plate="浙M00001")]
        receipted(wen.sync(*shelved).body, shelved)
        assert wen.upload(EARLY).status == 201
        subprocess.run(["deploy/machine/backup", shelf], check=True, stdout=subprocess.DEVNULL)
        since = [
            wen.violation(plate="浙M00002", photos=[photo(LATE)]),
            wen.amendment(shelved[1], plate="浙M00003"),
            wen.violation(plate="浙M00004"),
        ]
        numbers = receipted(wen.sync(*since).body, since)
        assert wen.upload(LATE).status == 201
        answer = wen.sync().body
    # what the server says is settled a handheld lets go of, and nothing else
    assert answer["settled_by"] == "backup"
    assert answer["settled_up_to"] <= min(numbers)
    assert wen.cursor is not None and wen.cursor > max(numbers)
    kept = {name: value for name, value in vars(wen).items() if name not in ("wire", "key")}
    pem = wen.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert isinstance(wen.wire, InProcess)
    state.write_bytes(
        pickle.dumps((kept, pem, wen.wire.client.cookies, shelved, since, log_verifier().text()))
    )


def after(state: Path) -> None:
    """It comes back to a log of another name, with one contact."""
    kept, pem, cookies, shelved, since, old_key = pickle.loads(state.read_bytes())
    key = load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    wen = Handheld(wire=InProcess(), key=key)
    assert isinstance(wen.wire, InProcess)
    vars(wen).update(kept)
    wen.wire.client.cookies = cookies
    old, cursor = Verifier.parse(old_key), wen.cursor
    assert cursor is not None and cursor > head() and wen.epoch
    assert Violation.objects.count() == Received.objects.count() == len(shelved)
    with sealer():
        answer = wen.sync(*since).body

        # one contact: the session still holds, the feed begins anew with all that is hers, and each record is let in
        assert answer["session"] == "ok"
        assert answer["feed"]["start_over"] is True and answer["feed"]["cursor"] <= head()
        numbers = receipted(answer, since)
        (wanted,) = answer["photos"]
        assert wanted["state"] == "wanted"
        assert wen.upload(LATE).status == 201
        again = wen.sync(*since).body

    # exactly once: to say it again changes nothing
    assert receipted(again, since) == numbers
    assert [one["state"] for one in again["photos"]] in ([], ["arrived"])
    plates = sorted(Violation.objects.values_list("plate", flat=True))
    assert plates == ["浙M00002", "浙M00003", "浙M00004", "浙M5K082"]
    assert Received.objects.count() == len(shelved) + len(since)
    assert Photo.objects.filter(arrived_entry__isnull=False).count() == 2
    entered = [json.loads(bytes(one)) for one in Entry.objects.values_list("payload", flat=True)]
    texts = [one["record"]["text"] for one in entered if one.get("record")]
    assert sorted(texts) == sorted(one.text for one in [*shelved, *since])
    assert sum(one["kind"] == "photo.arrived" for one in entered) == 2
    told = {one["id"] for one in again["feed"]["items"]} | {one["id"] for one in answer["feed"]["items"]}
    assert told >= {shelved[0].uid, shelved[1].uid, since[0].uid, since[2].uid}

    # the new log is another one, and the old one's key says so and up to where both are the same
    new = log_verifier()
    assert new.name != old.name
    note = wen.wire.send("GET", f"/api/log/succession?after={old.name}").body.decode()
    lines = open_note(note, old).split("\n")
    assert open_note(note, new) and Verifier.parse(lines[6]) == new
    size = int(lines[4])
    both = checkpoint_at(size)
    newest = open_checkpoint(again["checkpoint"]["note"], new)
    assert both is not None and open_checkpoint(both.note, old).size == size
    verify_consistency(size, newest.size, consistency(size, newest.size), both.root, newest.root)
    verdict = verify()
    assert verdict.sound, verdict.findings


if __name__ == "__main__":
    if sys.argv[1] == "before":
        before(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        after(Path(sys.argv[2]))
