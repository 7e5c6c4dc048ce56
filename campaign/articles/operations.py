"""Writing articles and their translations."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..lib.refusal import Refusal
from ..publishing.operations import create, edit
from .models import Article
from .queries import has_translation_in


class SameLanguage(Refusal):
    """A translation is in another language than its original."""


class TranslatedAlready(Refusal):
    """There is another translation of the original into this language."""


class TranslationOfTranslation(Refusal):
    """What is a translation, or has some, is nobody else's translation or original."""


def create_article(values: Mapping[str, Any], now: datetime) -> Article:
    """Add a draft and return it.

    Raises SameLanguage, TranslatedAlready or TranslationOfTranslation.
    """
    _require_own_language(None, values)
    return create(Article(**values), now)


def edit_article(
    article: Article, version: int, values: Mapping[str, Any], now: datetime
) -> None:
    """Write what was changed in a form that was opened at `version`.

    Raises what `edit` does, SameLanguage, TranslatedAlready and
    TranslationOfTranslation.
    """
    _require_own_language(article, values)
    edit(article, version, values, now)


def _require_own_language(article: Article | None, values: Mapping[str, Any]) -> None:
    original, language = values.get("translation_of"), values["language"]
    own = article.translations if article is not None else []
    if any(each.language == language for each in own):
        raise TranslatedAlready
    if original is None:
        return
    if original is article or own or original.translation_of:
        raise TranslationOfTranslation
    if original.language == language:
        raise SameLanguage
    own_id = article.id if article is not None else None
    if has_translation_in(original, language, besides=own_id):
        raise TranslatedAlready
