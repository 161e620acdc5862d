"""The citizen's pages: no account, no script. Each door parses, asks once and answers; what may leave is decided in rules/visibility.py.

The secret stands in the path of a ticket, never in a query; the web server's log leaves those paths out, and no page sends a referrer.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.address import address_of
from evidence import queries as evidence
from field.lookup import limits, queries, result
from field.lookup.pages import rendered
from field.lookup.plate_types import PUBLIC_TYPES
from field.lookup.proof import proof_file
from field.lookup.words import words_in
from field.models import Violation
from field.rules import plate as plates

Show = Callable[[HttpRequest, str, UUID], HttpResponse]
"""How a violation that was found is shown: as a page, or as a file."""
PASS_SECONDS = 15 * 60
ARRIVES = "may_not_have_arrived"
"""Said with all that is not found: a slip may be older than its record here."""
_SALT = "lookup.answer"
_ROOM = Path(__file__).parent


@require_GET
def form(request: HttpRequest, language: str) -> HttpResponse:
    """The two short forms."""
    asks = settings.LOOKUP_ASKS_AN_HOUR
    return _page(request, "ask", language, {"plate_types": PUBLIC_TYPES, "asks": asks})


@csrf_exempt  # a question changes nothing, and citizens carry no cookie
@require_POST
def ask(request: HttpRequest, language: str) -> HttpResponse:
    """Answer a form. Wrong and none are one answer; both count against the caller's hour, a hit as well."""
    now = timezone.now()
    try:
        limits.count(address_of(request), now)
    except limits.AskedTooOften:
        return _note(request, "too_often", language, status=429)
    if "number" in request.POST:
        return _ask_by_number(request, language)
    return _ask_by_vehicle(request, language)


def _ask_by_number(request: HttpRequest, language: str) -> HttpResponse:
    number = "".join(request.POST.get("number", "").split())[:20]
    ending = request.POST.get("licence", "").strip().upper()[:4]
    try:
        violation_id = queries.by_number(number, ending)
    except queries.BeingChecked:
        return _note(request, "being_checked", language)
    except queries.DoesNotCount:
        return _note(request, "does_not_count", language)
    if violation_id is None:
        return _note(request, "not_found", language, "no_licence_on_notice", ARRIVES)
    ticket = signing.dumps(str(violation_id), salt=_SALT)
    return HttpResponseRedirect(reverse(f"{language}_answer", kwargs={"pass_": ticket}))


def _ask_by_vehicle(request: HttpRequest, language: str) -> HttpResponse:
    plate = plates.normalise(request.POST.get("plate", "")[:20])
    rows = queries.by_vehicle(
        plate, request.POST.get("kind", "")[:2], request.POST.get("engine", "").strip()[:6]
    )
    if not rows:
        return _note(request, "not_found", language, "no_licence_on_notice", ARRIVES)
    total = sum(row.fine for row in rows if row.fine is not None)
    shown = [(result.row_said(row, language), row) for row in rows]
    return _page(request, "vehicle", language, {"rows": shown, "plate": plates.mask(plate), "total": total})


@require_GET
def ticket(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """What a slip's QR opens."""
    return _by_ticket(request, language, token, _result)


@require_GET
def ticket_proof(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """The proof file behind a slip's QR."""
    return _by_ticket(request, language, token, _proof)


@require_GET
def answer(request: HttpRequest, language: str, pass_: str) -> HttpResponse:
    """What document number and licence ending opened, for a quarter of an hour."""
    return _by_pass(request, language, pass_, _result)


@require_GET
def answer_proof(request: HttpRequest, language: str, pass_: str) -> HttpResponse:
    """The proof file for the same."""
    return _by_pass(request, language, pass_, _proof)


@require_GET
def log(request: HttpRequest, language: str) -> HttpResponse:
    """The public log: its newest signed checkpoint, the key to check it with, and how."""
    key = settings.LOG_PUBLIC_FILE
    return _page(
        request,
        "log",
        language,
        {
            "checkpoint": evidence.newest_checkpoint(),
            "key": key.read_text() if key.exists() else "",
            "origin": settings.LOG_ORIGIN,
        },
    )


@require_GET
def privacy(request: HttpRequest, language: str) -> HttpResponse:
    """What is shown, to whom, what is kept of a question, and how far the pages can be used by everyone."""
    return _page(request, "privacy", language, {"asks": settings.LOOKUP_ASKS_AN_HOUR})


@require_http_methods(["GET", "HEAD"])
def stylesheet(request: HttpRequest) -> HttpResponse:
    """The one stylesheet; its address carries its digest, so that it may be kept for a year."""
    return HttpResponse(
        _css(), content_type="text/css; charset=utf-8", headers={"Cache-Control": "public, max-age=31536000"}
    )


def _by_ticket(request: HttpRequest, language: str, token: str, show: Show) -> HttpResponse:
    now = timezone.now()
    try:
        limits.check(address_of(request), now)
        violation_id = queries.by_token(token)
        if violation_id is None and (measure := queries.measure_by_token(token)) is not None:
            return _measure(request, language, measure)
        if violation_id is None:
            limits.count(address_of(request), now)
    except limits.AskedTooOften:
        return _note(request, "too_often", language, status=429)
    except queries.BeingChecked:
        return _note(request, "being_checked", language)
    except queries.DoesNotCount:
        return _note(request, "does_not_count", language)
    if violation_id is None:
        return _note(request, "not_found", language, ARRIVES, status=404)
    return show(request, language, violation_id)


def _by_pass(request: HttpRequest, language: str, pass_: str, show: Show) -> HttpResponse:
    try:
        violation_id = UUID(signing.loads(pass_, salt=_SALT, max_age=PASS_SECONDS))
    except (signing.BadSignature, ValueError):
        return _note(request, "not_found", language, ARRIVES, status=404)
    return show(request, language, violation_id)


def _result(request: HttpRequest, language: str, violation_id: UUID) -> HttpResponse:
    now = timezone.now()
    try:
        found = queries.found(violation_id, now=now)
    except Violation.DoesNotExist:
        return _note(request, "not_found", language, ARRIVES, status=404)
    if not found.proof.unchanged:
        return _note(request, "differs", language)
    return _page(
        request,
        "result",
        language,
        {
            **result.said(found.view, language, today=timezone.localtime(now).date()),
            "proof": found.proof,
            "fingerprint": _in_fours(found.proof.record_sha256[:32]),
            "document": _in_fours(found.view.document_number),
        },
    )


def _measure(request: HttpRequest, language: str, found: queries.FoundMeasure) -> HttpResponse:
    """What the QR of a measure's certificate opens."""
    if not found.proof.unchanged:
        return _note(request, "differs", language)
    return _page(
        request,
        "measure",
        language,
        {
            **result.measure_said(found.view, language),
            "proof": found.proof,
            "fingerprint": _in_fours(found.proof.record_sha256[:32]),
            "document": _in_fours(found.view.number),
            "office": settings.PAPER_SETTING["office"],
            "government": settings.PAPER_SETTING["government"],
            "court": settings.PAPER_SETTING["court"],
        },
    )


def _proof(request: HttpRequest, language: str, violation_id: UUID) -> HttpResponse:
    try:
        proof = queries.found(violation_id, now=timezone.now()).proof
    except Violation.DoesNotExist:
        return _note(request, "not_found", language, ARRIVES, status=404)
    if not proof.unchanged:
        return _note(request, "differs", language, status=404)
    if proof.receipt is None:
        return _note(request, "not_yet", language, status=404)
    text = json.dumps(proof_file(proof, words_in(language)), ensure_ascii=False, indent=1)
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="luqin-proof.json"', **_PRIVATE},
    )


def _in_fours(text: str) -> str:
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def _note(request: HttpRequest, what: str, language: str, *also: str, status: int = 200) -> HttpResponse:
    """A page that only says one thing: why there is nothing to see. `also` are further sentences of it."""
    words = words_in(language)
    sentences = [words[one] for one in (what, *also)]
    return _page(request, "note", language, {"title": words[f"{what}_title"], "sentences": sentences}, status)


def _page(
    request: HttpRequest, name: str, language: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    other = "zh" if language == "en" else "en"
    kwargs = {
        k: v
        for k, v in (request.resolver_match.kwargs if request.resolver_match else {}).items()
        if k != "language"
    }
    view = (request.resolver_match.url_name or "zh_form") if request.resolver_match else "zh_form"
    twin = f"{other}_{view.partition('_')[2]}"
    if view.endswith("_ask"):
        twin = f"{other}_form"
    response = HttpResponse(
        rendered(
            name,
            language,
            {
                "path": request.path,
                "lang": "en" if language == "en" else "zh-Hans",
                "language": language,
                "twin": reverse(twin, kwargs=kwargs),
                "home": reverse(f"{language}_form"),
                "office": settings.PUBLIC_NAME_EN if language == "en" else settings.PUBLIC_NAME_ZH,
                "phone": settings.PUBLIC_PHONE,
                "css": f"{reverse('stylesheet')}?{_css_digest()}",
                **context,
            },
        ),
        status=status,
    )
    for header, value in _PRIVATE.items():
        response.headers[header] = value
    return response


@lru_cache(maxsize=1)
def _css() -> bytes:
    return (_ROOM / "public.css").read_bytes()


@lru_cache(maxsize=1)
def _css_digest() -> str:
    return sha256(_css()).hexdigest()[:12]
