"""A handheld of the tests: it holds a real key, seals and chains real records, and speaks to the real doors."""

import base64
import datetime as dt
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accounts import operations
from accounts.models import Shift, Terminal, Unit, User
from evidence.signature import key_id
from tests.browsers import PASSWORD, Answered, Browser, InProcess, Wire


@dataclass(frozen=True)
class Sealed:
    """A record as it lies in the outbox: exact text, signature, and what it says."""

    text: str
    signature: str
    said: Mapping[str, Any]

    @property
    def envelope(self) -> dict[str, str]:
        """As it goes up."""
        return {"text": self.text, "signature": self.signature}

    @property
    def sha256(self) -> str:
        """Its name in verdicts: SHA-256 of the exact text."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def uid(self) -> str:
        """Id of the record."""
        return str(self.said["uid"])


@dataclass
class Handheld(Browser):
    """A handheld with its own P-256 key, which never leaves it. It numbers and chains what it seals."""

    label: str = "Test handheld"
    wire: Wire = field(default_factory=InProcess)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    seq: int = 0
    prev: str = ""
    officer: str = ""
    shift: str = ""
    resume_secret: str = ""
    clock: dict[str, Any] = field(
        default_factory=lambda: {"offset_ms": 0, "unc_ms": 40, "synced_at": _iso(dt.datetime.now(dt.UTC))}
    )
    seen: dict[str, Any] | None = None
    epoch: str | None = None
    cursor: int | None = None
    verified: int = 0

    @property
    def spki(self) -> bytes:
        """The public key."""
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def id(self) -> str:
        """Key id: the terminal's id everywhere."""
        return key_id(self.spki)

    @property
    def row(self) -> Terminal:
        """The terminal as the server has it."""
        return Terminal.objects.select_related("unit").get(id=self.id)

    @classmethod
    def at_work(
        cls,
        person: User,
        technician: User,
        *,
        wire: Wire | None = None,
        unit: Unit | None = None,
        label: str = "Test handheld",
    ) -> "Handheld":
        """An approved handheld of this person's unit (or of `unit`) on which they have signed in."""
        handheld = cls.approved(unit or person.unit, technician, wire=wire, label=label)
        answered = handheld.sign_in(person)
        assert answered.status == 200, answered
        return handheld

    @classmethod
    def approved(
        cls, unit: Unit, technician: User, *, wire: Wire | None = None, label: str = "Test handheld"
    ) -> "Handheld":
        """A handheld that was enrolled for this unit and approved, through operations."""
        handheld = cls(label=label, wire=wire or InProcess())
        now = dt.datetime.now(dt.UTC)
        code = operations.make_enrolment_code(unit, by=technician, now=now)
        terminal = operations.enrol_terminal(
            code=code.code,
            public_key_spki=base64.b64encode(handheld.spki).decode(),
            label=label,
            now=now,
        )
        operations.approve_terminal(
            terminal.id, fingerprint=operations.fingerprint(handheld.spki), by=technician, now=now
        )
        return handheld

    def enrol(self, code: str) -> Answered:
        """Present the public key with the technician's code."""
        said = {"code": code, "public_key": base64.b64encode(self.spki).decode(), "label": self.label}
        return self.post("/api/enrol", said)

    def sign(self, text: bytes) -> str:
        """Signature over exactly these bytes: raw r || s, base64url without padding."""
        r, s = decode_dss_signature(self.key.sign(text, ec.ECDSA(SHA256())))
        return base64.urlsafe_b64encode(r.to_bytes(32) + s.to_bytes(32)).decode().rstrip("=")

    def answer_challenge(self) -> dict[str, str]:
        """A fresh challenge and this handheld's signature over it."""
        challenge = self.get("/api/session/challenge").body["challenge"]
        return {"challenge": challenge, "signature": self.sign(f"luqin-sign-in:1:{challenge}".encode())}

    def sign_in(self, person: User | str, *, password: str = PASSWORD) -> Answered:
        """Sign in with number and password under this handheld's signature; a shift begins."""
        number = person if isinstance(person, str) else person.police_number
        answer = self.answer_challenge()
        answered = self.post(
            "/api/session/sign-in",
            {
                "police_number": number,
                "password": password,
                "terminal": self.id,
                "challenge": answer["challenge"],
                "terminal_signature": answer["signature"],
            },
        )
        if answered.status == 200:
            self.officer, self.shift = number, answered.body["shift"]["id"]
            self.resume_secret = answered.body["resume"]
        return answered

    def resume(self) -> Answered:
        """Take the shift up again, as after opening by PIN."""
        return self.post(
            "/api/session/resume",
            {"resume": self.resume_secret, "terminal": self.id, **self.answer_challenge()},
        )

    def open_shift_of(self, person: User, *, now: dt.datetime | None = None) -> Shift:
        """Open a shift without a sign-in over HTTP: records can be sealed, nothing can be read."""
        opened = operations.open_shift(person, self.row, now=now or dt.datetime.now(dt.UTC))
        self.officer, self.shift = person.police_number, str(opened.shift.id)
        self.resume_secret = opened.resume
        return opened.shift

    def seal(self, kind: str, /, *, at: dt.datetime | None = None, **said: Any) -> Sealed:
        """Build a record with the next number and the hash of the one before, and sign it. `said` may override anything."""
        at = at or dt.datetime.now(dt.UTC)
        self.seq += 1
        record = {
            "v": 1,
            "type": kind,
            "uid": str(uuid7(at)),
            "terminal": self.id,
            "seq": self.seq,
            "prev": self.prev,
            "officer": self.officer,
            "shift": self.shift,
            "claimed_at": _iso(at),
            "mono_ms": 1000 * self.seq,
            "clock": self.clock,
            "seen": self.seen,
            "app": "0.1.0",
            "photos": [],
            **said,
        }
        sealed = self.seal_text(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
        self.prev = sealed.sha256
        return sealed

    def seal_text(self, text: str) -> Sealed:
        """Sign any text, however wrong, without numbering it."""
        try:
            said = json.loads(text)
        except ValueError:
            said = {}
        return Sealed(text=text, signature=self.sign(text.encode()), said=said)

    def violation(self, *, at: dt.datetime | None = None, **said: Any) -> Sealed:
        """A parking notice on 滨江路, unless `said` says otherwise."""
        at = at or dt.datetime.now(dt.UTC)
        return self.seal("violation", at=at, **(_violation(at) | said))

    def amendment(
        self, of: Sealed, *, reason: str = "号牌看错一位", at: dt.datetime | None = None, **said: Any
    ) -> Sealed:
        """A whole new version of a violation, with what is different in `said`."""
        kept = {name: of.said[name] for name in (*_violation(dt.datetime.now(dt.UTC)), "photos")}
        first = of.said.get("amends", of.uid)
        return self.seal("amendment", at=at, **(kept | {"amends": first, "reason": reason} | said))

    def task_step(self, task: object, step: str, *, at: dt.datetime | None = None, **said: Any) -> Sealed:
        """签收, 到岗 or 反馈: `sign`, `arrive`, `report`."""
        feedback = {"result": "done", "note": "已处置"} if step == "report" else None
        return self.seal(
            "task_step",
            at=at,
            **({"task": str(task), "step": step, "place": place(at), "feedback": feedback} | said),
        )

    def draft_closed(
        self, *, reason: str = "不构成违法", photos: Sequence[Mapping[str, Any]], **said: Any
    ) -> Sealed:
        """A draft with shots that was not made a record."""
        return self.seal("draft_closed", draft=str(uuid.uuid4()), reason=reason, photos=list(photos), **said)

    def sync(self, *sealed: Sealed, **said: Any) -> Answered:
        """One POST to the one door. Keeps cursor and epoch of what came back; `said` may override anything."""
        asked = {
            "terminal": self.id,
            "envelopes": [one.envelope for one in sealed],
            "epoch": self.epoch,
            "cursor": self.cursor,
            "verified": self.verified,
            "pending": [],
            "pending_photos": [],
            "held_photos": [],
            "opened": [],
            "contact": {
                "app_version": "0.1.0",
                "browser": "Chrome 120",
                "waiting": len(sealed),
                "storage_persisted": True,
                "battery_percent": 80,
            },
            "positions": [],
            **said,
        }
        answered = self.post("/api/sync", asked)
        if answered.status == 200 and answered.body.get("feed"):
            self.epoch, self.cursor = answered.body["feed"]["epoch"], answered.body["feed"]["cursor"]
        return answered

    def upload(self, data: bytes, *, digest: str | None = None, upto: int | None = None) -> Answered:
        """Upload a photo in one piece (tus creation-with-upload), or its first bytes, admitted by this handheld's signature."""
        digest = digest or sha256(data).hexdigest()
        return self.wire.send(
            "POST",
            "/api/uploads/",
            body=data[:upto],
            content_type="application/offset+octet-stream",
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(len(data)),
                **self.upload_headers(digest),
            },
        )

    def upload_headers(self, digest: str) -> dict[str, str]:
        """What admits an upload of this photo from this handheld."""
        return {
            "Luqin-Terminal": self.id,
            "Luqin-Digest": digest,
            "Luqin-Signature": self.sign(f"luqin-upload:1:{self.id}:{digest}".encode()),
        }


def photo(data: bytes, shot: str = "far", *, at: dt.datetime | None = None, **said: Any) -> dict[str, Any]:
    """How a record names a photo."""
    at = at or dt.datetime.now(dt.UTC)
    return {
        "sha256": sha256(data).hexdigest(),
        "bytes": len(data),
        "px": [1920, 1080],
        "shot": shot,
        "source": "camera",
        "taken_at": _iso(at),
        "place": place(at),
        **said,
    }


def place(at: dt.datetime | None = None, *, lat: float = 30.0120, lon: float = 122.2050) -> dict[str, Any]:
    """A position with good accuracy."""
    at = at or dt.datetime.now(dt.UTC)
    return {"lat": lat, "lon": lon, "acc_m": 8.0, "source": "gps", "at": _iso(at), "crs": "wgs84"}


def uuid7(at: dt.datetime) -> uuid.UUID:
    """A version 7 UUID of this moment (RFC 9562)."""
    milliseconds = int(at.timestamp() * 1000)
    value = (milliseconds << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)


def _violation(at: dt.datetime) -> dict[str, Any]:
    return {
        "kind": "notice",
        "plate": "浙M5K082",
        "plate_type": "02",
        "offence": "1039",
        "occurred_at": _iso(at),
        "place": place(at),
        "place_text": "滨江路海昌街口东 40 米",
        "road": None,
        "direction": "由西向东",
        "measured": None,
        "limit": None,
        "person": None,
        "note": "",
        "document_number": "",
        "served": False,
        "token_sha256": "",
        "pack": "",
        "fine": 150,
        "points": 0,
    }


def _iso(at: dt.datetime) -> str:
    china = dt.timezone(dt.timedelta(hours=8))
    return at.astimezone(china).isoformat(timespec="milliseconds")
