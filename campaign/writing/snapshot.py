"""What of an article a version holds: its texts, and who wrote what first where.

Its group, its language and what it is a translation of are no texts: going back to a
version leaves them as they are.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from ..articles.attribution import LICENCES, Appearance, Author
from ..articles.words import APPEARANCES

#: Columns of the article, in the order in which differences are shown.
KEPT: Final = (
    "title",
    "summary",
    "body",
    "sources",
    "authors",
    "translator",
    "appearance",
    "first_appeared_at",
    "first_appeared_url",
    "first_appeared_on",
    "canonical_url",
    "licence_code",
    "source_title",
    "source_author",
    "source_author_affiliation",
)


def texts_of(article: Any) -> dict[str, str]:
    """Return all that a version keeps of an article, as text."""
    return {name: _text(getattr(article, name)) for name in KEPT}


def values_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return what goes back into the columns; what the version did not know stays."""
    return {name: _value(name, texts[name]) for name in KEPT if name in texts}


def read_aloud(name: str, text: str) -> str:
    """Return what a person reads of one of the texts."""
    if not text:
        return ""
    value = _value(name, text)
    if name == "authors":
        lines = (", ".join(filter(None, a.written().values())) for a in value)
        return "\n\n".join(lines)
    if name == "appearance":
        return str(APPEARANCES[value])
    if name == "licence_code":
        return LICENCES[text].name if text in LICENCES else ""
    return text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return json.dumps([author.written() for author in value], ensure_ascii=False)
    return str(value)


def _value(name: str, text: str) -> Any:
    if name == "authors":
        return tuple(Author.read(each) for each in json.loads(text or "[]"))
    if name == "appearance":
        return Appearance(text)
    if name == "first_appeared_on":
        return date.fromisoformat(text) if text else None
    return text
