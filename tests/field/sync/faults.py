"""A line that breaks, handhelds that don't give up, and a checker that believes neither of them.

The line speaks HTTP: it reads a whole request and then does one of the things that happen to requests. The handhelds keep a record until
they hold a receipt that they have verified; what they were told is written down. The checker reads the database afterwards, and
compares it with what was sealed and with what was told.
"""

import base64
import contextlib
import http.client
import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from evidence.chain import verify_inclusion
from evidence.keys import log_verifier
from evidence.ledger import read_base64url
from evidence.note import open_checkpoint
from evidence.queries import ask
from tests.cast import Handheld, Sealed


class Fault(StrEnum):
    """What may happen to a request on its way."""

    LOST = "lost before the server had it"
    HALF = "cut in the middle of the request"
    UNANSWERED = "cut after the server had answered"
    HALF_ANSWERED = "cut in the middle of the answer"
    TWICE = "delivered twice at the same moment"
    AGAIN_LATER = "an old request delivered once more"
    PORTAL = "answered by somebody else with 200 and a page"


class FaultyLine:
    """A proxy before a server; `share` of the requests meet a fault, chosen by `chance`."""

    def __init__(self, port: int, chance: random.Random, *, share: float = 0.6) -> None:
        self._server, self._chance, self._share = port, chance, share
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self.faults: Counter[Fault] = Counter()
        self._lock = threading.Lock()
        self._old: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def heal(self) -> None:
        """From now on everything goes through."""
        self._share = 0.0

    def close(self) -> None:
        """Take no more calls."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.settimeout(60)
            request = _whole(client)
            if request:
                self._one(client, request)

    def _one(self, client: socket.socket, request: bytes) -> None:
        fault = self._draw(request)
        match fault:
            case Fault.LOST:
                return
            case Fault.HALF:
                self._ask(request[: len(request) // 2], whole=False)
            case Fault.UNANSWERED:
                self._ask(request)
            case Fault.HALF_ANSWERED:
                answer = self._ask(request)
                client.sendall(answer[: len(answer) // 2])
            case Fault.TWICE:
                twin = threading.Thread(target=self._ask, args=(request,))
                twin.start()
                client.sendall(self._ask(request))
                twin.join()
            case Fault.AGAIN_LATER:
                with self._lock:
                    old = self._chance.choice(self._old)
                self._ask(old)
                client.sendall(self._ask(request))
            case Fault.PORTAL:
                client.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<p>Hi</p>"
                )
            case None:
                client.sendall(self._ask(request))

    def _draw(self, request: bytes) -> Fault | None:
        with self._lock:
            self._old = [*self._old[-50:], request]
            if self._chance.random() >= self._share:
                return None
            fault = self._chance.choice(list(Fault))
            self.faults[fault] += 1
            return fault

    def _ask(self, request: bytes, *, whole: bool = True) -> bytes:
        """Send to the server and read its answer to the end; empty where it is away."""
        try:
            with socket.create_connection(("127.0.0.1", self._server), timeout=60) as line:
                line.sendall(request)
                return _whole(line) if whole else b""
        except OSError:
            return b""


def _whole(line: socket.socket) -> bytes:
    """One HTTP message with its body."""
    said = b""
    while b"\r\n\r\n" not in said:
        block = line.recv(65536)
        if not block:
            return said
        said += block
    head, _, body = said.partition(b"\r\n\r\n")
    lengths = [one for one in head.split(b"\r\n") if one.lower().startswith(b"content-length:")]
    missing = (int(lengths[0].split(b":")[1]) if lengths else 0) - len(body)
    while missing > 0:
        block = line.recv(min(missing, 65536))
        if not block:
            break
        said, missing = said + block, missing - len(block)
    return said


@dataclass
class Told:
    """What one handheld was told, and could verify."""

    records: dict[str, int] = field(default_factory=dict)
    """SHA-256 of a text -> number in the log."""
    photos: dict[str, int] = field(default_factory=dict)


class Stubborn(threading.Thread):
    """A handheld that sends until it holds a verified receipt for each record and each photo."""

    def __init__(
        self,
        handheld: Handheld,
        records: Sequence[Sealed],
        photos: Iterable[bytes],
        port: Callable[[], int],
        seed: int,
        until: float,
    ) -> None:
        super().__init__(daemon=True)
        self.handheld, self.records = handheld, list(records)
        self.photos = {sha256(one).hexdigest(): one for one in photos}
        self.told = Told()
        self.tries = 0
        self._port, self._chance, self._until = port, random.Random(seed), until

    @property
    def done(self) -> bool:
        """Everything has its receipt."""
        return len(self.told.records) == len(self.records) and self.told.photos.keys() == self.photos.keys()

    def run(self) -> None:
        """Go on until all is told, or the time is up."""
        while not self.done and time.monotonic() < self._until:
            self.tries += 1
            waiting = [one for one in self.records if one.sha256 not in self.told.records]
            some = self._chance.sample(waiting, min(len(waiting), self._chance.randint(1, 20)))
            wanted = [one for one in self.photos if one not in self.told.photos]
            answer = self._post({"envelopes": [one.envelope for one in some], "pending_photos": wanted})
            self._believe(answer)
            states = {one["digest"]: one["state"] for one in answer.get("photos", [])}
            for digest in wanted:
                if states.get(digest) == "wanted":
                    self._upload(digest)
            time.sleep(self._chance.random() * 0.02)

    def _believe(self, answer: dict[str, Any]) -> None:
        """Write down what is proved, and nothing else."""
        mine = {one.sha256: one for one in self.records}
        for one in answer.get("verdicts", []):
            record = mine.get(one["text_sha256"])
            if record is not None and one["receipt"]:
                said = proved(one["receipt"])
                if said["record"]["text"] == record.text and said["record"]["signature"] == record.signature:
                    self.told.records[record.sha256] = one["receipt"]["index"]
        for one in answer.get("photos", []):
            if one["receipt"] and proved(one["receipt"])["body"]["digest"] == one["digest"]:
                self.told.photos[one["digest"]] = one["receipt"]["index"]

    def _post(self, said: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({"terminal": self.handheld.id, **said}).encode()
        try:
            answer = json.loads(self._send("/api/sync", body, {"Content-Type": "application/json"}))
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        return answer if isinstance(answer, dict) else {}

    def _upload(self, digest: str) -> None:
        data = self.photos[digest]
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(data)),
            **self.handheld.upload_headers(digest),
        }
        with contextlib.suppress(OSError, http.client.HTTPException):
            self._send("/api/uploads/", data, headers)

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        line = http.client.HTTPConnection("127.0.0.1", self._port(), timeout=60)
        try:
            line.request("POST", path, body, headers | {"Connection": "close"})
            with line.getresponse() as answer:
                return answer.read()
        finally:
            line.close()


def proved(receipt: dict[str, Any]) -> dict[str, Any]:
    """What a receipt proves: its leaf stands in the tree that its checkpoint signs. :raises ProofRefused, NoteRefused: it doesn't"""
    checkpoint = open_checkpoint(receipt["checkpoint"], log_verifier())
    payload = receipt["leaf"]["payload"].encode()
    inner = sha256(read_base64url(receipt["leaf"]["salt"]) + payload).digest()
    leaf = sha256(b"\x00" + inner).digest()
    proof = [base64.b64decode(one) for one in receipt["proof"]]
    verify_inclusion(leaf, receipt["index"], checkpoint.size, proof, checkpoint.root)
    said: dict[str, Any] = json.loads(payload)
    return said


def check(handhelds: Sequence[Stubborn]) -> list[str]:
    """What is wrong, in words: records lost, doubled or altered; photos lost or doubled; receipts that name something else."""
    wrong: list[str] = []
    entries: dict[str, list[tuple[int | None, str]]] = {}
    for number, payload in ask(
        "SELECT s.leaf_index, e.payload FROM entry e LEFT JOIN seal s ON s.entry_id = e.id"
        " WHERE e.kind LIKE 'violation.%%' OR e.kind LIKE 'record.%%' OR e.kind = 'photo.arrived'",
        [],
    ):
        said = json.loads(bytes(payload))
        if said["kind"] == "photo.arrived":
            name, what = f"{said['body']['terminal']} {said['body']['digest']}", said["body"]["digest"]
        else:
            what = said["record"]["text"]
            name = sha256(what.encode()).hexdigest()
        entries.setdefault(name, []).append((number, what))
    rows = Counter(sha for (sha,) in ask("SELECT text_sha256 FROM field_received", []))
    violations = Counter(str(one) for (one,) in ask("SELECT id FROM field_violation", []))
    for one in handhelds:
        for record in one.records:
            found = entries.pop(record.sha256, [])
            wrong += _once("record", record.uid, [what for _, what in found], record.text)
            if rows[record.sha256] != 1 or violations[record.uid] != 1:
                wrong.append(
                    f"record {record.uid}: {rows[record.sha256]} rows, {violations[record.uid]} violations"
                )
            told = one.told.records.get(record.sha256)
            if told is not None and told not in [number for number, _ in found]:
                wrong.append(f"record {record.uid}: its receipt names entry {told}")
        for digest in one.photos:
            found = entries.pop(f"{one.handheld.id} {digest}", [])
            wrong += _once("photo", digest, [what for _, what in found], digest)
    wrong += [f"an entry that nobody sealed: {name}" for name in entries]
    return wrong


def _once(what: str, name: str, found: Sequence[str], expected: str) -> list[str]:
    if len(found) == 1 and found[0] == expected:
        return []
    if len(found) == 1:
        return [f"{what} {name}: altered"]
    return [f"{what} {name}: {'lost' if not found else f'{len(found)} times in the log'}"]
