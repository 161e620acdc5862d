"""The citizen's templates with their words put in as they are read: a page then looks up facts only, not sixty words each time."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from html import escape
from pathlib import Path

from django.template import Context, Engine, Origin, Template
from django.template.loaders.filesystem import Loader

from field.lookup.words import LANGUAGES, words_in

_TEMPLATES = Path(__file__).parent / "templates"
_WORD = re.compile(r"\{\{ w\.(\w+) \}\}")


class Worded(Loader):
    """Reads a template for one language. A word that the language lacks is a KeyError, and not a gap on the page."""

    def __init__(self, engine: Engine, language: str) -> None:
        super().__init__(engine, [str(_TEMPLATES)])
        self._words = words_in(language)

    def get_contents(self, origin: Origin) -> str:
        """The template's text, each `{{ w.key }}` in it replaced; a sentence may itself name facts of its page, as `{{ asks }}`."""
        text: str = super().get_contents(origin)
        return _WORD.sub(lambda found: escape(self._words[found[1]]), text)


@lru_cache(maxsize=len(LANGUAGES))
def _engine(language: str) -> Engine:
    worded = (f"{__name__}.{Worded.__qualname__}", language)
    return Engine(loaders=[("django.template.loaders.cached.Loader", [worded])])


@cache
def _sentence(key: str, language: str) -> Template:
    return _engine(language).from_string(words_in(language)[key])


def sentence(key: str, language: str, facts: Mapping[str, object]) -> str:
    """One of the words, the facts that it names put in; the page that it goes into escapes it. :raises KeyError: there is no such word"""
    said: str = _sentence(key, language).render(Context(facts, autoescape=False))
    return said


def rendered(name: str, language: str, facts: dict[str, object]) -> str:
    """The page of this name in this language. :raises KeyError: a word is missing in it"""
    page: str = _engine(language).get_template(f"lookup/{name}.html").render(Context(facts))
    return page
