"""From facts to a verdict, in the judge's language. Decides nothing by itself: every value comes out of a row of the book, with its article.

Written twice, as the other files of the machine are: frontend/src/domain/law/engine.ts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from field.rules.law import facts as reading
from field.rules.law.book import Book
from field.rules.law.expression import Value
from field.rules.law.table import Chosen, Row, choose

LISTS = ("measures", "other", "documents", "deadlines")
"""Fields to which every table may add."""
Trusts = Callable[[str], bool]
"""Whether the catalogue of that place and day has an offence code that it trusts."""


@dataclass(slots=True)
class Findings:
    """What a row of tables said together."""

    said: dict[str, Any] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    articles: dict[str, None] = field(default_factory=dict)

    def take(self, chosen: Chosen) -> None:
        """Add what one table says; a later table overrules an earlier one, lists grow."""
        for name, value in chosen.said.items():
            if name in LISTS:
                grown = self.said.setdefault(name, [])
                grown.extend(one for one in value or () if one not in grown)
            else:
                self.said[name] = value
                self.open.discard(name)
        self.open |= chosen.open
        self.missing |= chosen.missing
        self.articles |= dict.fromkeys(chosen.articles)

    def get(self, name: str) -> Any:
        """The value of a field; None where it is open or nobody said it."""
        return None if name in self.open else self.said.get(name)


def judge(line: Mapping[str, Any], law: Book, trusts: Trusts) -> dict[str, Any]:
    """The verdict on one line of facts.

    :raises NotFacts: the line can't be read, or names an act that the book does not have
    """
    facts = reading.flat(line)
    acts = reading.acts(line)
    for at, act in enumerate(acts):
        if act["act.what"] not in law.acts:
            raise reading.NotFacts(f"acts[{at}].what", "unknown")
    day = str(facts.get("at", ""))[:10]
    if not day:
        return _say(Findings({"outcome": "refuse"}, missing={"at"}), None, (), law)
    gates = _read(law.gates, facts, day)
    if gates.get("outcome") is not None:
        return _say(gates, None, (), law)
    punished = _one_of_each_group([_act(one, at, facts, law, day) for at, one in enumerate(acts)], acts, law)
    codes = [code for one in punished for code in _codes(one, trusts)]
    if facts["stage"] in law.stages:
        return _say(_read(law.stages[str(facts["stage"])], facts, day), None, codes, law)
    whole = _read(law.whole, {**facts, **_sums(punished)}, day)
    for one in reversed(punished):
        whole.missing |= one.missing
        whole.articles = {**one.articles, **whole.articles}
    return _say(whole, punished, codes, law)


def _read(tables: Sequence[Sequence[Row]], facts: Mapping[str, Value], day: str) -> Findings:
    """Read tables one after the other; each sees what those before it found, as `found.…`."""
    found = Findings()
    for table in tables:
        found.take(choose(table, {**facts, **_as_facts(found)}, day))
    found.missing = {name for name in found.missing if not name.startswith(("found.", "acts."))}
    return found


def _as_facts(found: Findings) -> dict[str, Value]:
    facts: dict[str, Value] = {f"found.{name}": tuple(found.said.get(name, ())) for name in LISTS}
    return facts | {
        f"found.{name}": value
        for name, value in found.said.items()
        if name not in LISTS and name not in found.open and value is not None
    }


def _act(act: Mapping[str, Value], at: int, facts: Mapping[str, Value], law: Book, day: str) -> Findings:
    found = _read(law.acts[str(act["act.what"])].tables, {**facts, **act}, day)
    found.missing = {f"acts[{at}].{name[4:]}" if name.startswith("act.") else name for name in found.missing}
    return found


def _one_of_each_group(
    findings: Sequence[Findings], acts: Sequence[Mapping[str, Value]], law: Book
) -> list[Findings]:
    """Of several names for one act only the dearest counts (administrative penalty law art. 29)."""
    counted: dict[str, Findings] = {}
    for at, (found, act) in enumerate(zip(findings, acts, strict=True)):
        group = law.acts[str(act["act.what"])].group or str(at)
        if group not in counted or _weight(found) > _weight(counted[group]):
            counted[group] = found
    return list(counted.values())


def _weight(found: Findings) -> tuple[int, int]:
    return (found.get("fine_max") or 0, found.get("points") or 0)


def _sums(acts: Sequence[Findings]) -> dict[str, Value]:
    """What the tables on the whole need to know of the acts: sums where every act has its value, the dearest, all measures."""
    facts: dict[str, Value] = {
        "acts.measures": tuple(one for act in acts for one in act.said.get("measures", ())),
        "acts.review": any(act.get("review") for act in acts),
    }
    if not any("outcome" in act.open for act in acts):
        facts["acts.outcomes"] = tuple(str(act.get("outcome")) for act in acts if act.get("outcome"))
    for name in ("fine_min", "fine_max", "points"):
        values = [act.get(name) for act in acts]
        if all(value is not None for value in values):
            facts[f"acts.{name}"] = Fraction(sum(values))
            facts[f"acts.most.{name}"] = Fraction(max(values, default=0))
    return facts


def _codes(found: Findings, trusts: Trusts) -> list[str]:
    code = found.get("code")
    return [code] if code and trusts(code) else []


def _say(whole: Findings, acts: Sequence[Findings] | None, codes: Sequence[str], law: Book) -> dict[str, Any]:
    """The answer in the judge's language. What is open is null, and the facts that would decide it are named.

    `acts` is None where none were judged: then nobody gets points, and there are no other sums but those that the tables say.
    """

    def total(name: str) -> Any:
        if name in whole.said or name in whole.open:
            return whole.get(name)
        if acts is None:
            return 0 if name == "points" and not whole.missing else None
        values = [act.get(name) for act in acts]
        return None if None in values else sum(values)

    def together(name: str) -> list[Any]:
        said = [*(one for act in acts or () for one in act.said.get(name, ())), *whole.said.get(name, ())]
        return [one for at, one in enumerate(said) if one not in said[:at]]

    verdict = {
        "outcome": whole.get("outcome"),
        "code": list(codes),
        "fine_min": total("fine_min"),
        "fine_max": total("fine_max"),
        "points": total("points"),
        "procedure": whole.get("procedure"),
        "documents": together("documents"),
        "measures": together("measures"),
        "officers": whole.get("officers"),
        "other": together("other"),
        "deadlines": together("deadlines"),
        "surcharge": whole.get("surcharge"),
        "review": any(act.get("review") for act in acts or ()) or bool(whole.get("review")),
        "unknown": sorted(whole.missing),
        "reasons": [{"article": name, **law.articles[name]} for name in whole.articles],
    }
    return {name: _number(value) for name, value in verdict.items()}


def _number(value: Any) -> Any:
    """A sum as JSON has it: whole yuan as they are, others to the cent."""
    if not isinstance(value, Fraction):
        return value
    return int(value) if value.denominator == 1 else float(round(value, 2))
