"""What the articles say, in a sentence, that a catalogue names in its own short way: 道交法93条2款. Pure."""

import re
from collections.abc import Mapping

from field.rules.law.book import book

_LAWS = {
    "道交法": "RTSL",
    "道路交通安全法": "RTSL",
    "实施条例": "REG",
    "道路交通安全法实施条例": "REG",
    "道交法实施条例": "REG",
}
_CITED = re.compile(r"(?P<law>[^\d、，,;；\s]*?)第?(?P<article>\d+)条(?:第?(?P<clause>\d+)款)?")


def articles_cited(basis: str) -> list[tuple[str, Mapping[str, str]]]:
    """The articles in a basis such as `道交法56条、实施条例63条` of which the tables have the gist: as cited, and the sentence by language.

    An article without its law is of the law named before it. Where the tables know only a
    clause of an article that is cited whole, nothing is given: it may be the wrong one.
    """
    found: list[tuple[str, Mapping[str, str]]] = []
    law = ""
    for cited in _CITED.finditer(basis):
        law = cited["law"] or law
        if law not in _LAWS:
            continue
        key = ".".join(part for part in (_LAWS[law], cited["article"], cited["clause"]) if part)
        words = f"{law}{cited['article']}条" + (f"{cited['clause']}款" if cited["clause"] else "")
        if key in book().articles and words not in [one for one, _ in found]:
            found.append((words, book().articles[key]))
    return found
