"""A town in which every door leads somewhere, the people who try them, and one try, made and undone.

Each address of the product is walked by each of the people, so that a table (who may) or a list of secrets (who sees) can be held
against the answers. A try happens in a savepoint and with a copy of the cookies: the next one finds the town as it was.
"""

import base64
import copy
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import yaml
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from PIL import Image

from accounts import operations
from accounts.models import Role
from evidence.models import Entry
from field.dispatch.operations import NewTask, create_task
from field.lookup import imports
from field.measures import operations as approving
from field.review import items
from field.review import operations as review
from field.rules.items import ItemKind
from field.rules.task import Completion, TaskKind, Urgency
from tests import scenes
from tests.cast import PASSWORD, Answered, Browser, Cast, Desk, Handheld, InProcess, photo, place
from tests.scenes import now

ROOT = Path(__file__).resolve().parent.parent

PEOPLE = ("wen", "mei", "fu", "hao", "li", "zhao", "fan", "du", "qiu", "ji", "nobody", "suspended")
"""Wen and her colleague Mei, officers; Fu, an auxiliary; Hao, an officer elsewhere; Li, their leader; Zhao, a leader elsewhere; Fan the
legal reviewer, Du the duty desk, Qiu the technician, Ji the auditor; a citizen; an officer whose terminal was suspended."""

NAME, LICENCE, PHONE = "鹪鹩之", "330901197703077712", "13976543210"
PLATE, ENGINE, VIN = "浙M9Q7W3", "QZJ777", "LFV3A23C8D3123456"
TOKEN = "Y2FuYXJ5LWluLWEtbWluZQ"
DOCUMENT, NOTE = "3309001000077788", "鹪鹩说不服"

PAPER = (
    f"编号：{DOCUMENT}\n被处罚人：{NAME}\n驾驶证或者身份证号：{LICENCE}\n号牌：{PLATE}\n交通警察：034512\n"
)


def picture() -> bytes:
    """The bytes of a real, small JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 150)).save(file, "JPEG")
    return file.getvalue()


@dataclass(frozen=True)
class Town:
    """Everybody at their browser, what addresses name (`names`), and the ids of what belongs to the first squadron (`marks`)."""

    cast: Cast
    browsers: Mapping[str, Browser]
    names: Mapping[str, str]
    marks: frozenset[str]
    bodies: Mapping[str, Any]

    def path(self, template: str) -> str:
        """The address for a template: `{name}` stands for what is called so here."""
        return re.sub(r"\{(\w+)\}", lambda found: self.names[found[1]], template)

    @property
    def is_marked(self) -> re.Pattern[str]:
        """Finds any of the marks."""
        return re.compile("|".join(map(re.escape, sorted(self.marks))))


def build(cast: Cast, folder: Path) -> Town:
    """The town, made through doors and operations. Whatever is Wen's belongs to the first squadron, Hao's to another brigade."""
    number = operations.enlist(
        police_number="034599",
        name="宋停",
        role=Role.OFFICER,
        unit=cast.east_first,
        password=PASSWORD,
        by=None,
        now=now(),
    )
    browsers: dict[str, Browser] = {
        who: Handheld.at_work(getattr(cast, who), cast.qiu, label=f"{who}-handheld")
        for who in ("wen", "mei", "fu", "hao")
    }
    browsers |= {who: Desk.of(getattr(cast, who)) for who in ("li", "zhao", "fan", "du", "qiu", "ji")}
    browsers["nobody"] = Browser()
    browsers["suspended"] = suspended = Handheld.at_work(number, cast.qiu, label="suspended-handheld")
    operations.suspend(suspended.id, reason="x", by=cast.qiu, now=now())

    wen, hao = browsers["wen"], browsers["hao"]
    assert isinstance(wen, Handheld) and isinstance(hao, Handheld)
    jpeg = picture()
    person = {"name": NAME, "licence": LICENCE, "phone": PHONE}
    secrets: dict[str, Any] = {"plate": PLATE, "person": person, "note": NOTE}
    decided = scenes.recorded_violation(
        cast,
        handheld=wen,
        kind="on_the_spot",
        served=True,
        document_number=DOCUMENT,
        paper={"kind": "simple_decision", "digest": sha256(PAPER.encode()).hexdigest(), "text": PAPER},
        token_sha256=sha256(base64.urlsafe_b64decode(TOKEN + "==")).hexdigest(),
        photos=[photo(jpeg)],
        **secrets,
    )
    assert wen.upload(jpeg).status == 201
    recorded = scenes.recorded_violation(cast, handheld=wen, **secrets)
    to_annul = scenes.recorded_violation(cast, handheld=wen, **secrets)
    review.propose_annulment(to_annul.id, ground="emergency_vehicle", remark="", by=cast.li, now=now())
    measures = {
        name: wen.seal("measure", **_measure(decided.id, number)) for name, number in MEASURES.items()
    }
    for one in measures.values():
        assert scenes.sent(wen, one)["outcome"] == "admitted"
    approving.approve(UUID(measures["approved"].uid), remark="", by=cast.li, now=now())
    aside = wen.violation(officer=cast.mei.police_number, **secrets)
    assert scenes.sent(wen, aside)["outcome"] == "quarantined"
    elsewhere = scenes.recorded_violation(cast, handheld=hao)
    wen.sync(positions=[place()])
    tasks = {name: _task(cast, officers) for name, officers in TASKS.items()}
    for word in ("sign", "report"):
        assert scenes.sent(wen, wen.task_step(tasks["reported"], word))["outcome"] == "admitted"
    opened = items.open_item(
        ItemKind.PHOTOS_OUTSTANDING,
        str(recorded.id),
        unit=cast.east_first,
        facts={},
        since=now(),
        now=now(),
    )
    assert opened is not None
    pending = Handheld(label="pending-handheld")
    code = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=now())
    assert pending.enrol(code.code).status == 201
    spare = Handheld.approved(cast.east_first, cast.qiu, label="spare-handheld")
    fresh = operations.make_enrolment_code(cast.east_first, by=cast.qiu, now=now())
    register = folder / "register.csv"
    register.write_text(
        f"plate,plate_type,engine_number,vin\n{PLATE},02,AB{ENGINE},{VIN}\n", encoding="utf-8"
    )
    assert imports.import_vehicles(register, actor="system", now=now()).new == 1
    leased = wen.post("/api/numbers/lease", {"kind": "simple_decision", "left": 0}).body["blocks"][0]["first"]
    assert browsers["li"].look(f"/api/violations/{decided.id}", "投诉核查").status == 200
    scenes.sealed_log()

    names = {
        "violation": str(decided.id),
        "recorded": str(recorded.id),
        "to_annul": str(to_annul.id),
        "elsewhere": str(elsewhere.id),
        "digest": decided.sealed.said["photos"][0]["sha256"],
        "item": opened.subject,
        "text_sha256": aside.sha256,
        "terminal": spare.id,
        "pending": pending.id,
        "suspended": suspended.id,
        **{f"task_{name}": str(task) for name, task in tasks.items()},
        **{f"measure_{name}": one.uid for name, one in measures.items()},
        "measure": measures["taken"].uid,
        "task": str(tasks["given"]),
        "level": "0",
        "index": "0",
        "upload_id": str(uuid4()),
        "token": TOKEN,
        "block": str(leased),
        "police_number": cast.mei.police_number,
        "pass_": signing.dumps(str(decided.id), salt="lookup.answer"),
    }
    marks = {names[one] for one in ("violation", "recorded", "to_annul", "item", "text_sha256", "terminal")}
    marks |= {names[one] for one in names if one.startswith(("task_", "measure_"))} | {
        pending.id,
        wen.id,
        cast.wen.police_number,
    }
    bodies = _bodies(cast, pending, fresh.code, wen) | {
        "POST /api/numbers/lease": {"kind": "simple_decision", "left": 0},
        "POST /api/session/password": {
            "police_number": cast.mei.police_number,
            "code": operations.make_password_codes([cast.mei], by=cast.qiu, now=now())[0].code,
            "password": "quite another one, and long",
        },
        "POST /api/numbers/void": {"number": settings.NUMBER_FORM.written(leased), "reason": "misprint"},
    }
    return Town(cast, browsers, names, frozenset(marks), bodies)


MEASURES = {"taken": "X-1", "approved": "X-2"}


def _measure(violation: UUID, number: str) -> dict[str, Any]:
    """A vehicle that Wen has detained, with a certificate that names its person."""
    text = f"编号：{number}\n当事人：{NAME}\n驾驶证或者身份证号：{LICENCE}\n"
    return {
        "violation": str(violation),
        "measures": ["detain_vehicle"],
        "items": "小型轿车一辆",
        "kept_at": "城东停车场",
        "reason": NOTE,
        "place": place(),
        "number": number,
        "paper": {
            "kind": "measure_certificate",
            "digest": sha256(text.encode()).hexdigest(),
            "text": text,
        },
        "second": "034513",
        "token_sha256": "",
    }


TASKS: Mapping[str, tuple[str, ...]] = {"given": ("wen",), "reported": ("wen",), "free": ()}


def _task(cast: Cast, officers: tuple[str, ...]) -> Any:
    task = uuid4()
    new = NewTask(
        id=task,
        kind=TaskKind.VIOLATION_CONTROL,
        urgency=Urgency.ROUTINE,
        completion=Completion.ALL,
        title="滨江路违停整治",
        place_text="滨江路",
        point=(122.2050, 30.0120),
        radius_m=300,
        due_at=now() + dt.timedelta(hours=2),
        unit=cast.east_first.code,
        officers=[getattr(cast, one).police_number for one in officers],
        plates=[PLATE],
    )
    create_task(new, leader=cast.li, now=now())
    return task


def _bodies(cast: Cast, pending: Handheld, code: str, wen: Handheld) -> dict[str, Any]:
    """What is said to a door that takes something: by its method and address; empty where a door takes nothing."""
    new_task = {
        "kind": "violation_control",
        "urgency": "routine",
        "title": "x",
        "place_text": "x",
        "due_at": (now() + dt.timedelta(hours=2)).isoformat(),
        "unit": cast.east_first.code,
        "officers": [cast.mei.police_number],
    }
    reason = {"reason": "x"}
    numbers = {who: getattr(cast, who).police_number for who in PEOPLE if hasattr(cast, who)}
    return {
        "POST /api/enrol": {
            "code": code,
            "public_key": base64.b64encode(Handheld().spki).decode(),
            "label": "x",
        },
        "POST /api/items/{item}/close": {"ground": "done"},
        "POST /api/law/verdict": {},
        "POST /api/persons/flags": {"licence": LICENCE, "draft": str(uuid4())},
        "POST /api/measures/{measure}/refuse": {"ground": "not_necessary"},
        "POST /api/people/codes": {"people": [cast.mei.police_number]},
        "POST /api/people/table": {
            "table": f"警号,姓名,岗位,单位\n034777,新来,民警,{cast.east_first.code}\n",
            "dry_run": False,
        },
        "POST /api/people/{police_number}/reinstate": reason,
        "POST /api/people/{police_number}/suspend": reason,
        "POST /api/people/{police_number}/transfer": {"unit": cast.east_second.code, "role": "officer"},
        "POST /api/quarantine/{text_sha256}/admit": {"ground": "checked_with_officer"},
        "POST /api/quarantine/{text_sha256}/refuse": {"ground": "not_genuine"},
        "POST /api/sync": lambda who, at: {
            "terminal": at.id if isinstance(at, Handheld) else wen.id,
            "envelopes": [],
        },
        "POST /api/tasks": new_task,
        "POST /api/tasks/{task_free}/assign": {"officers": [cast.mei.police_number]},
        "POST /api/tasks/{task_given}/reassign": {
            "from": cast.wen.police_number,
            "to": cast.mei.police_number,
        },
        "POST /api/tasks/{task_given}/withdraw": {"remark": "x"},
        "POST /api/tasks/{task_reported}/send-back": {"officer": cast.wen.police_number, "remark": "x"},
        "POST /api/terminals/codes": {"unit": cast.east_first.code},
        "POST /api/terminals/{pending}/approve": {"reason": "x"},
        "POST /api/terminals/{suspended}/resume": reason,
        "POST /api/terminals/{terminal}/revoke": reason,
        "POST /api/terminals/{terminal}/suspend": reason,
        "POST /api/violations/{recorded}/propose-annulment": {"ground": "emergency_vehicle"},
        "POST /api/violations/{recorded}/return": {"reason": "plate_doubtful", "remark": "x"},
        "POST /api/violations/{violation}/paper": {"form": "text"},
        "POST /api/violations/{violation}/reprint": {"why": "x"},
        "POST /api/violations/search": {"plate": PLATE, "why": "x"},
        "POST /api/violations/{to_annul}/refuse-annulment": {"ground": "evidence_stands"},
        "POST /api/session/resume": lambda who, at: (
            {"resume": at.resume_secret, "terminal": at.id, **at.answer_challenge()}
            if isinstance(at, Handheld)
            else {"resume": wen.resume_secret, "terminal": wen.id, "challenge": "x", "signature": "x"}
        ),
        "POST /api/session/sign-in": lambda who, at: {
            "police_number": numbers.get(who, "999999"),
            "password": PASSWORD,
        },
        "POST /ask": urlencode({"number": DOCUMENT, "licence": LICENCE[-4:]}).encode(),
        "POST /en/ask": urlencode({"plate": PLATE, "kind": "02", "engine": ENGINE}).encode(),
    }


def all_addresses() -> dict[str, str]:
    """Every address that Django knows, as a template, with the name of its view."""

    def below(resolver: URLResolver, so_far: str) -> Iterator[tuple[str, str]]:
        for one in resolver.url_patterns:
            path = so_far + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from below(one, path)
            elif isinstance(one, URLPattern):
                yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path), one.lookup_str

    return {f"/{path}": view for path, view in below(get_resolver(), "")}


def documented() -> set[str]:
    """Every method and address of the OpenAPI document, as `GET /api/...`."""
    document = yaml.load((ROOT / "deploy" / "openapi.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    methods = {"get", "put", "post", "patch", "delete"}
    return {
        f"{method.upper()} {path}"
        for path, found in document["paths"].items()
        for method in methods & set(found)
    }


@dataclass(frozen=True)
class Tried:
    """What came of one try: the answer, and the kinds of the entries that it wrote."""

    answered: Answered
    entries: tuple[str, ...]

    @property
    def text(self) -> str:
        """All that was answered: headers and body."""
        body = self.answered.body
        said = (
            body.decode(errors="replace") if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False)
        )
        return "\n".join([*(f"{name}: {value}" for name, value in self.answered.headers.items()), said])


def try_once(town: Town, who: str, method: str, template: str) -> Tried:
    """One request of this person's browser, after which the town is as it was: its writes are undone, and so are its cookies.

    What follows `#` in the template is the reason that is given.
    """
    template, _, why = template.partition("#")
    browser = town.browsers[who]
    body = town.bodies.get(f"{method} {template.partition('?')[0]}", {})
    said = body(who, browser) if callable(body) else body
    if not browser.wire.cookie("csrf"):
        browser.get("/api/session")
    mine, wire = browser.wire, InProcess()
    assert isinstance(mine, InProcess)
    wire.client.raise_request_exception = False
    wire.client.cookies = copy.deepcopy(mine.client.cookies)
    form = isinstance(said, bytes)
    headers = {"X-CSRF-Token": wire.cookie("csrf"), "Tus-Resumable": "1.0.0"} | (
        {"Luqin-Why": why} if why else {}
    )
    with transaction.atomic():
        before = set(Entry.objects.values_list("id", flat=True))
        answered = wire.send(
            method,
            town.path(template),
            body=None
            if method in ("GET", "HEAD", "OPTIONS")
            else said
            if form
            else json.dumps(said).encode(),
            content_type="application/x-www-form-urlencoded" if form else "application/json",
            headers=headers,
        )
        written = Entry.objects.exclude(id__in=before).order_by("id").values_list("kind", flat=True)
        tried = Tried(answered, tuple(written))
        transaction.set_rollback(True)
    return tried
