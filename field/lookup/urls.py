"""The citizen's addresses. Chinese at the root, English under /en/. Nothing secret is ever in a query string."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path

from field.lookup import views

_PAGES: list[tuple[str, Callable[..., HttpResponse], str]] = [
    ("", views.form, "form"),
    ("ask", views.ask, "ask"),
    ("t/<token>", views.ticket, "ticket"),
    ("t/<token>/proof", views.ticket_proof, "ticket_proof"),
    ("a/<pass_>", views.answer, "answer"),
    ("a/<pass_>/proof", views.answer_proof, "answer_proof"),
    ("log", views.log, "log"),
    ("privacy", views.privacy, "privacy"),
]

urlpatterns = [
    path("public.css", views.stylesheet, name="stylesheet"),
    *(path(where, view, {"language": "zh"}, name=f"zh_{name}") for where, view, name in _PAGES),
    *(path(f"en/{where}", view, {"language": "en"}, name=f"en_{name}") for where, view, name in _PAGES),
]
