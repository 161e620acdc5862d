"""Who may do what at every address of the product, as one table.

A cell is the status that the person gets. `+` says that the answer shows something of the first squadron's (a violation, a task, an
item, a text set aside, a terminal, or Wen's number), and no `+` that it shows nothing of it. One cell in a row stands for everybody,
two for who is signed in and who is not; what follows `#` is the reason given for a look.
"""

import re

from tests import walk

TABLE = """
                                                                 wen   mei   fu    hao   li    zhao  fan   du    qiu   ji    nobody suspended
GET /api/alive                                                   200
GET /api/ready                                                   503
GET /api/schema                                                  200
GET /api/log/checkpoint                                          200
GET /api/log/key                                                 200
GET /api/log/succession                                          404
GET /api/log/consistency                                         400
GET /api/log/proof?index=0                                       200
GET /api/log/tile/{level}/{index}                                200
OPTIONS /api/uploads/                                            204
POST /api/uploads/                                               400
OPTIONS /api/uploads/{upload_id}                                 204
HEAD /api/uploads/{upload_id}                                    400
PATCH /api/uploads/{upload_id}                                   400
DELETE /api/uploads/{upload_id}                                  400
GET /api/session                                                 200+  200   200   200   200   200   200   200   200   200   200   200
GET /api/session/challenge                                       200
POST /api/session/sign-in                                        403   403   403   403   200   200   200   200   200   200   401   401
POST /api/session/resume                                         200+  200   200   200   409   409   409   409   409   409   409   403
POST /api/session/sign-out                                       204
POST /api/shift/close                                            204   204   204   204   409   409   409   409   409   409   401   401
POST /api/enrol                                                  201
GET /api/enrol/{terminal}                                        200
GET /api/units                                                   200   401
GET /api/looks                                                   403   403   403   403   200+  200   403   403   403   200+  401   401
GET /api/terminals                                               200   200   200   200   200+  200   200+  200+  200+  200+  401   401
POST /api/terminals/codes                                        403   403   403   403   403   403   403   403   201   403   401   401
POST /api/terminals/{pending}/approve                            403   403   403   403   403   403   403   403   200+  403   401   401
POST /api/terminals/{terminal}/suspend                           403   403   403   403   403   403   403   403   200+  403   401   401
POST /api/terminals/{suspended}/resume                           403   403   403   403   403   403   403   403   200   403   401   401
POST /api/terminals/{terminal}/revoke                            403   403   403   403   403   403   403   403   200+  403   401   401
POST /api/sync                                                   200+  200+  200   200   200   200   200   200   200   200   200   200
GET /api/feed                                                    200+  200+  200   200   200+  200   200+  200+  200   200+  401   401
GET /api/quarantine                                              200   200   200   200   200   200   200+  200   200   200+  401   401
GET /api/quarantine/{text_sha256}                                404   404   404   404   404   404   200+  404   404   200+  401   401
POST /api/quarantine/{text_sha256}/admit                         404   404   404   404   404   404   200+  404   404   403   401   401
POST /api/quarantine/{text_sha256}/refuse                        404   404   404   404   404   404   200+  404   404   403   401   401
GET /api/violations                                              403   403   403   403   200+  200   200+  200+  403   200+  401   401
POST /api/violations/search                                      403   403   403   403   200+  200   200+  200+  403   200+  401   401
GET /api/violations/{violation}                                  400   404   404   404   400   404   400   400   404   400   401   401
GET /api/violations/{violation}#x                                200+  404   404   404   200+  404   200+  200+  404   200+  401   401
GET /api/violations/{violation}#review                           400   404   404   404   200+  404   400   400   404   400   401   401
GET /api/violations/{violation}/photos/{digest}#x                200   404   404   404   200   404   200   200   404   200   401   401
GET /api/violations/{violation}/photos/{digest}/original#x       403   403   403   403   200   404   200   403   403   200   401   401
GET /api/map/violations                                          403   403   403   403   200+  200   200+  200+  403   200+  401   401
GET /api/figures                                                 403   403   403   403   200   200   200   200   403   200   401   401
GET /api/offences/pack                                           200   401
POST /api/violations/{violation}/confirm                         403   403   403   403   200+  404   403   403   403   403   401   401
POST /api/violations/{recorded}/return                           403   403   403   403   200+  404   403   403   403   403   401   401
POST /api/violations/{recorded}/propose-annulment                403   403   403   403   200+  404   403   403   403   403   401   401
POST /api/violations/{to_annul}/agree-annulment                  403   403   403   403   403   403   200+  403   403   403   401   401
POST /api/violations/{to_annul}/refuse-annulment                 403   403   403   403   403   403   200+  403   403   403   401   401
GET /api/items                                                   200   200   200   200   200+  200   200+  200+  200   200+  401   401
POST /api/items/{item}/close                                     404   404   404   404   200+  404   403   403   404   403   401   401
GET /api/tasks                                                   403   403   403   403   200+  200   200+  200+  403   200+  401   401
POST /api/tasks                                                  403   403   403   403   201   404   403   201   403   403   401   401
GET /api/tasks/{task}                                            403   403   403   403   200+  404   200+  200+  403   200+  401   401
POST /api/tasks/{task_free}/assign                               403   403   403   403   200+  404   403   200+  403   403   401   401
POST /api/tasks/{task_given}/reassign                            403   403   403   403   200+  404   403   200+  403   403   401   401
POST /api/tasks/{task_given}/withdraw                            403   403   403   403   200+  404   403   200+  403   403   401   401
POST /api/tasks/{task_reported}/approve                          403   403   403   403   200+  404   403   200+  403   403   401   401
POST /api/tasks/{task_reported}/send-back                        403   403   403   403   200+  404   403   200+  403   403   401   401
GET /api/officers                                                403   403   403   403   200+  200   200+  200+  403   200+  401   401
GET /api/roads/pack                                              200   401
GET /api/map/roads                                               200   401
GET /api/law/pack                                                200   401
POST /api/law/verdict                                            200   401
GET /api/documents/pack                                          200   401
GET /api/numbers                                                 403   403   403   403   200+  200   200+  200+  200+  200+  401   401
GET /api/numbers/{block}                                         403   403   403   403   200   404   200   200   200   200   401   401
POST /api/numbers/lease                                          200   200   403   200   403   403   403   403   403   403   401   401
POST /api/numbers/void                                           200   404   404   404   403   403   403   403   403   403   401   401
POST /api/violations/{violation}/paper                           400   404   404   404   400   404   400   400   404   400   401   401
POST /api/violations/{violation}/paper#x                         200+  404   404   404   200+  404   200+  200+  404   200+  401   401
POST /api/persons/flags                                          400   400   403   400   403   403   403   403   403   403   401   401
POST /api/persons/flags#x                                        200   200   403   200   403   403   403   403   403   403   401   401
GET /api/measures                                                403   403   403   403   200+  200   200+  200+  403   200+  401   401
GET /api/measures/{measure}                                      403   403   403   403   400   404   400   400   403   400   401   401
GET /api/measures/{measure}#x                                    403   403   403   403   200+  404   200+  200+  403   200+  401   401
GET /api/measures/{measure}#approval                             403   403   403   403   200+  404   400   400   403   400   401   401
POST /api/measures/{measure}/approve                             403   403   403   403   200+  404   403   403   403   403   401   401
POST /api/measures/{measure}/refuse                              403   403   403   403   200+  404   403   403   403   403   401   401
POST /api/measures/{measure_approved}/give-back                  403   403   403   403   200+  404   403   403   403   403   401   401
POST /api/rescue                                                 415   401
POST /api/violations/{violation}/reprint                         403   403   403   403   200+  404   403   200+  403   403   401   401
GET /api/people                                                  403   403   403   403   200+  200   200+  200+  200+  200+  401   401
POST /api/people/codes                                           403   403   403   403   403   403   403   403   201   403   401   401
POST /api/people/table                                           403   403   403   403   403   403   403   403   200   403   401   401
POST /api/people/{police_number}/reinstate                                 403   403   403   403   403   403   403   403   409   403   401   401
POST /api/people/{police_number}/suspend                                   403   403   403   403   403   403   403   403   200   403   401   401
POST /api/people/{police_number}/transfer                                  403   403   403   403   403   403   403   403   200   403   401   401
POST /api/session/password                                       204
GET /public.css                                                  200
GET /                                                            200
POST /ask                                                        302
GET /t/{token}                                                   200
GET /t/{token}/proof                                             200
GET /a/{pass_}                                                   200
GET /a/{pass_}/proof                                             200
GET /log                                                         200
GET /privacy                                                     200
GET /en/                                                         200
POST /en/ask                                                     200
GET /en/t/{token}                                                200
GET /en/t/{token}/proof                                          200
GET /en/a/{pass_}                                                200
GET /en/a/{pass_}/proof                                          200
GET /en/log                                                      200
GET /en/privacy                                                  200
"""

SIGNED_IN = [who for who in walk.PEOPLE if who not in ("nobody", "suspended")]


def rows() -> dict[str, dict[str, str]]:
    """Method and address to the expected cell of each person."""
    header, *lines = TABLE.strip().splitlines()
    assert tuple(header.split()) == walk.PEOPLE
    found: dict[str, dict[str, str]] = {}
    for line in lines:
        method, address, *cells = line.split()
        assert f"{method} {address}" not in found, line
        if len(cells) == 1:
            found[f"{method} {address}"] = dict.fromkeys(("wen", "li", "nobody"), cells[0])
            continue
        if len(cells) == 2:
            cells = [cells[0] if who in SIGNED_IN else cells[1] for who in walk.PEOPLE]
        found[f"{method} {address}"] = dict(zip(walk.PEOPLE, cells, strict=True))
    return found


def nameless(door: str) -> str:
    """A method and address without its question, and with its places not called anything."""
    return re.sub(r"\{\w+\}", "{}", re.split("[?#]", door)[0])
