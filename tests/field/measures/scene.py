"""A measure on the road: Wen detains a licence, Mei is named as second officer."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from field.models import Measure
from tests import scenes
from tests.cast import Cast, Handheld, Sealed, place

NUMBER = "3399013000182746"
CERTIFICATE = f"公安交通管理行政强制措施凭证\n编号：{NUMBER}\n当事人：王小明\n强制措施：扣留机动车驾驶证。\n"
DIGEST = sha256(CERTIFICATE.encode()).hexdigest()


@dataclass(frozen=True)
class Taken:
    """A measure that has come in, and its people."""

    cast: Cast
    wen: Handheld
    violation: Sealed
    sealed: Sealed

    @property
    def row(self) -> Measure:
        """As it stands now."""
        return Measure.objects.get(id=self.sealed.uid)


def measure(wen: Handheld, violation: object, **said: Any) -> Sealed:
    """The record of a measure, unless `said` says otherwise with a certificate and Mei as second officer."""
    given = {
        "violation": str(violation),
        "measures": ["detain_licence"],
        "items": "机动车驾驶证一本",
        "kept_at": "城东大队证件室",
        "reason": "饮酒后驾驶机动车",
        "place": place(),
        "number": NUMBER,
        "paper": {"kind": "measure_certificate", "digest": DIGEST, "text": CERTIFICATE},
        "second": "034513",
        "token_sha256": "",
    } | said
    return wen.seal("measure", **{name: one for name, one in given.items() if one is not None})


def confirmation(handheld: Handheld, violation: object, number: str, digest: str, **said: Any) -> Sealed:
    """The second officer's word."""
    return handheld.seal(
        "paper_step",
        **{
            "number": number,
            "violation": str(violation),
            "step": "confirmed",
            "reason": "",
            "digest": digest,
        }
        | said,
    )


def taken(cast: Cast, wen: Handheld | None = None, **said: Any) -> Taken:
    """It has come in."""
    wen = wen or scenes.wens_handheld(cast)
    violation = wen.violation(kind="on_the_spot", served=False, fine=1500, points=12)
    sealed = measure(wen, violation.uid, **said)
    verdicts = wen.sync(violation, sealed).body["verdicts"]
    assert [one["outcome"] for one in verdicts] == ["admitted", "admitted"], verdicts
    return Taken(cast, wen, violation, sealed)
