"""The engine's verdicts and the papers fit together: of each worked case exactly the papers that its verdict names can be made."""

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from field.rules.documents.book import book as papers
from field.rules.documents.compose import Refused, compose
from field.rules.law.book import book as law
from field.rules.law.engine import judge

CASES = Path(__file__).parents[1] / "cases"
SHEETS = [one for one in json.loads((CASES / "documents.json").read_text())["documents"] if "lines" in one]
WORKED = [
    case
    for case in json.loads((CASES / "law.json").read_text(), parse_float=Decimal)
    if case["facts"].get("stage", "roadside") == "roadside"
]
"""Where something is decided; the other stages are questions about deadlines."""
KINDS = tuple(papers().kinds)
ONE_OF_EACH = {kind: next(one["sheet"] for one in SHEETS if one["sheet"]["kind"] == kind) for kind in KINDS}


def filled(kind: str, verdict: dict[str, Any]) -> dict[str, Any]:
    """A sheet whose every content is there, for two officers who impose the least that the verdict allows."""
    sheet: dict[str, Any] = copy.deepcopy(ONE_OF_EACH[kind])
    fine, points = int(verdict["fine_min"] or 0), verdict["points"] or 0
    act = {**sheet["acts"][0], "penalty": "fine" if fine else "warning", "fine": fine, "points": points}
    officers = [{"number": "034512", "role": "officer"}, {"number": "034513", "role": "officer"}]
    measures = verdict["measures"] or ["detain_vehicle"]
    return sheet | {
        "acts": [act],
        "verdict": verdict,
        "officers": officers,
        "present": 2,
        "measures": measures,
        "decision": {},
    }


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["case"])
def test_exactly_the_papers_of_the_verdict_can_be_made(case: dict[str, Any]) -> None:
    verdict = judge(case["facts"], law(), lambda _: True)
    open_or_doubted = verdict["unknown"] or verdict["review"]

    for kind in KINDS:
        if kind in verdict["documents"] and not open_or_doubted:
            assert compose(filled(kind, verdict), papers()).kind == kind
        else:
            with pytest.raises(Refused) as refused:
                compose(filled(kind, verdict), papers())
            whys = {one.why for one in refused.value.grounds}
            assert whys & {"not_what_the_verdict_says", "under_review", "verdict_open"}, whys


def test_some_case_makes_each_paper() -> None:
    made = {kind for case in WORKED for kind in judge(case["facts"], law(), lambda _: True)["documents"]}

    assert made == set(KINDS)
