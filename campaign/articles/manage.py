"""The organisers' pages of articles."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from ..lib.refusal import Refusal
from ..publishing.forms.thing import ThingForm
from ..publishing.manage.head_picture import DeskWithPicture
from .forms import ArticleForm
from .models import Article
from .operations import (
    SameLanguage,
    TranslatedAlready,
    TranslationOfTranslation,
    create_article,
    edit_article,
)
from .queries import originals_open_to
from .views import article_page


class ArticleDesk(DeskWithPicture[Article]):
    """Where articles are written."""

    noun = "articles"
    model = Article
    heading = _l("Articles")
    new_words = _l("New article")
    public_endpoint = "articles.show"

    def form_for(self, thing: Article | None, **options: Any) -> ArticleForm:
        form = ArticleForm(obj=thing, **options)
        groups = self.own_groups()
        form.group.offer(groups)
        own = thing.translation_of if thing is not None else None
        originals = [each for each in originals_open_to(groups) if each is not thing]
        offered = dict.fromkeys([*([own] if own else []), *originals])
        form.translation_of.offer(offered, none=gettext("It is no translation"))
        return form

    def create(self, values: Mapping[str, Any], now: datetime) -> Article:
        return create_article(values, now)

    def change(
        self, thing: Article, version: int, values: Mapping[str, Any], now: datetime
    ) -> None:
        edit_article(thing, version, values, now)

    def put_at_field(self, form: ThingForm, refusal: Refusal) -> None:
        form.refuse(*_reason(refusal))

    def preview_page(self, thing: Article) -> str:
        return article_page(thing, is_preview=True)


def _reason(refusal: Refusal) -> tuple[str, str]:
    """Return the field that a refusal is about, and what to do."""
    match refusal:
        case SameLanguage():
            return "language", gettext(
                "The original is in this language. Choose the one of the translation."
            )
        case TranslatedAlready():
            return "language", gettext(
                "There is a translation into this language already."
            )
        case TranslationOfTranslation():
            return "translation_of", gettext(
                "Choose the original itself. What has translations of its own "
                "cannot become one."
            )
    raise refusal


blueprint = ArticleDesk().blueprint
