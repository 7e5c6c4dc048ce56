"""The organisers' pages of articles."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from ..language import language
from ..lib.refusal import Refusal
from ..lib.text import one_line
from ..organisers.access import current_organiser
from ..places.languages import language_codes
from ..publishing.access import load_to_edit
from ..publishing.forms.thing import ThingForm
from ..publishing.manage.desk import key_of_form
from ..publishing.manage.head_picture import DeskWithPicture
from ..writing.models import ArticleDraft
from ..writing.operations import forget_draft, keep_first_version, keep_version
from ..writing.queries import draft_of, new_drafts_of
from ..writing.reading import length_words
from ..writing.words import dropped_words
from .forms import ArticleForm
from .models import Article
from .operations import (
    SameLanguage,
    TranslatedAlready,
    TranslationOfTranslation,
    create_article,
    edit_article,
)
from .queries import originals_open_to, text_of
from .views import article_page


class ArticleDesk(DeskWithPicture[Article]):
    """Where articles are written."""

    noun = "articles"
    model = Article
    heading = _l("Articles")
    new_words = _l("New article")
    public_endpoint = "articles.show"

    def form_for(self, thing: Article | None, **options: Any) -> ArticleForm:
        draft = self._draft_asked_for(thing)
        if draft is not None:
            options.setdefault("formdata", MultiDict(draft.answers))
        form = ArticleForm(obj=thing, **options)
        groups = self.own_groups()
        form.group.offer(groups)
        own = thing.translation_of if thing is not None else None
        originals = [each for each in originals_open_to(groups) if each is not thing]
        offered = dict.fromkeys([*([own] if own else []), *originals])
        form.translation_of.offer(offered, none=gettext("It is no translation"))
        return form

    def new(self) -> ResponseReturnValue:
        if "preview" in request.form:
            return self._with_text(None)
        return super().new()

    def edit(self, slug: str) -> ResponseReturnValue:
        if "preview" in request.form:
            return self._with_text(load_to_edit(Article, slug))
        return super().edit(slug)

    def _with_text(self, thing: Article | None) -> str:
        """The form as it was sent, and below it how its text would look."""
        form = self.form_for(thing)
        text = text_of(
            form.body.data, form.language.data, is_kept=False, is_preview=True
        )
        return self._form_page(form, thing, text=text)

    def create(self, values: Mapping[str, Any], now: datetime) -> Article:
        article = create_article(values, now)
        self._keep(article, now)
        return article

    def change(
        self, thing: Article, version: int, values: Mapping[str, Any], now: datetime
    ) -> None:
        keep_first_version(thing)
        edit_article(thing, version, values, now)
        self._keep(thing, now)

    def _keep(self, article: Article, now: datetime) -> None:
        """Keep what was saved, and forget what was kept so that it could be."""
        note = one_line(request.form.get("note", ""))
        keep_version(article, current_organiser(), note, now)
        forget_draft(current_organiser(), article.uid)

    def _form_page(
        self, form: ThingForm, thing: Article | None = None, **facts: Any
    ) -> str:
        """The form, and what was typed into it before and never saved."""
        draft = self._draft_asked_for(thing)
        uid = thing.uid if thing else draft.uid if draft else key_of_form()
        is_first_look = request.method == "GET" and draft is None
        waiting: Sequence[ArticleDraft] = ()
        if is_first_look and thing is not None:
            waiting = [d for d in [draft_of(current_organiser(), uid)] if d]
        elif is_first_look:
            waiting = new_drafts_of(current_organiser())
        return super()._form_page(
            form,
            thing,
            key=None if thing else uid,
            uid=uid,
            revision=draft.revision if draft else _revision_of_form(),
            report=draft.report.splitlines() if draft else [],
            waiting=waiting,
            text_language=_language_of(form),
            dropped_words=dropped_words,
            length_words=length_words,
            **facts,
        )

    def _draft_asked_for(self, thing: Article | None) -> ArticleDraft | None:
        """What is to be gone on with: `?draft=` names it."""
        asked = request.args.get("draft", "")
        if request.method != "GET" or not asked:
            return None
        try:
            uid = thing.uid if thing is not None else UUID(asked)
        except ValueError:
            return None
        return draft_of(current_organiser(), uid)

    def put_at_field(self, form: ThingForm, refusal: Refusal) -> None:
        form.refuse(*_reason(refusal))

    def preview_page(self, thing: Article) -> str:
        return article_page(thing, is_preview=True)


def _language_of(form: ThingForm) -> str:
    """The language of a text that is shown beside its form, where it is one."""
    asked = str(form.language.data)
    return asked if asked in language_codes() else language()


def _revision_of_form() -> int:
    """The revision of the draft that the window knows which sent this form."""
    return request.form.get("draft_revision", 0, type=int)


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
