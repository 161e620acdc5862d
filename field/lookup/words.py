"""The words of the citizen's pages: one file a language, the same keys in both (a test holds them together)."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@lru_cache(maxsize=len(LANGUAGES))
def words_in(language: str) -> Mapping[str, str]:
    """All words of one language, by key."""
    words: dict[str, str] = json.loads((Path(__file__).parent / f"words.{language}.json").read_text())
    return words
