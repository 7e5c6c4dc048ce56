"""Texts in several languages: what a reader of one of them is told.

Pure: a row says which of its columns are texts, and has some of them in other
languages too.
"""

from collections.abc import Mapping
from typing import Any, Final

#: Texts of one thing by ISO 639 code and column.
Translations = Mapping[str, Mapping[str, str]]
#: So many languages one thing can be told in besides its own.
MOST_LANGUAGES: Final = 30


class Told:
    """A row whose texts are in another language; all else is the row's own."""

    def __init__(self, row: Any, language: str, texts: Mapping[str, str]) -> None:
        self.row = row
        self.language = language
        self._texts = texts

    def __getattr__(self, name: str) -> Any:
        return self._texts.get(name) or getattr(self.row, name)


def texts_in(translations: Translations, language: str) -> Mapping[str, str]:
    """Return the texts in a language; none where not even the title is in it."""
    texts = translations.get(language, {})
    return texts if texts.get("title") else {}


def replaced_in(view: Any, language: str) -> dict[str, Any]:
    """Return the fields of a view that a reader of the language reads otherwise."""
    if language == view.language:
        return {}
    texts = texts_in(view.told_elsewhere, language)
    found: dict[str, Any] = {name: text for name, text in texts.items() if text}
    return {**found, "language": language} if found else {}


def told_in(row: Any, language: str) -> Any:
    """Return the row as a reader of the language is told it: as it is, if need be."""
    if language == row.language:
        return row
    texts = texts_in(row.told_elsewhere or {}, language)
    return Told(row, language, texts) if texts else row
