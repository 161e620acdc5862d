"""Everybody gets what the table in doors.py says, and an address or a method without a row of its own fails here."""

import itertools
from pathlib import Path

from tests import walk
from tests.cast import Cast
from tests.deploy.conftest import Walked
from tests.deploy.doors import nameless, rows

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def test_every_address_and_every_documented_method_has_a_row() -> None:
    doors = {nameless(door) for door in rows()}
    addresses = {door.partition(" ")[2] for door in doors}

    there, documented = (
        {nameless(one) for one in walk.all_addresses()},
        {nameless(one) for one in walk.documented()},
    )
    new, gone = sorted((there - addresses) | (documented - doors)), sorted(addresses - there)
    assert not new, (
        f"say in tests/deploy/doors.py who may do what at {new}, and in tests/walk.py what is said to it"
    )
    assert not gone, f"rows of addresses that are not there: {gone}"
    assert len(doors) > 70


def test_everybody_gets_what_the_table_says(walked: Walked) -> None:
    marked = walked.town.is_marked
    wrong = []

    for door, cells in rows().items():
        for who, expected in cells.items():
            tried = walked.tried[door, who]
            got = f"{tried.answered.status}{'+' if marked.search(tried.text) else ''}"
            if got != expected:
                wrong.append(f"{door} as {who}: {got}, and should be {expected}")

    assert not wrong, "\n".join(wrong)


def test_who_is_refused_leaves_no_trace(walked: Walked) -> None:
    refused = {at: tried for at, tried in walked.tried.items() if tried.answered.status >= 400}

    assert len(refused) > 200
    assert {at: tried.entries for at, tried in refused.items() if tried.entries} == {}


def test_no_address_takes_a_method_that_has_no_row(cast: Cast, tmp_path: Path) -> None:
    town = walk.build(cast, tmp_path)
    known, marked = {nameless(door) for door in rows()}, town.is_marked
    wrong = []

    for address, method in itertools.product(walk.all_addresses(), METHODS):
        if nameless(f"{method} {address}") in known or (
            method == "HEAD" and nameless(f"GET {address}") in known
        ):
            continue
        for who in ("qiu", "nobody"):
            tried = walk.try_once(town, who, method, address)
            status = tried.answered.status
            if status not in (401, 403, 405) or tried.entries or marked.search(tried.text):
                wrong.append(f"{method} {address} as {who}: {status} {tried.entries}")

    assert not wrong, "\n".join(wrong)
