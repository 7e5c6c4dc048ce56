"""Desks of things that can be told in several languages, side by side."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from ...database import EditedMeanwhile, transaction
from ...language import LANGUAGES, language
from ...lib import clock
from ...places.languages import language_codes
from ..access import load_to_edit
from ..forms.thing import differences
from ..forms.translating import LanguageForm, TranslationForm, translation_form
from ..models import Publishable
from ..operations import edit
from ..told import MOST_LANGUAGES
from .background_reading import DeskWithReading

P = TypeVar("P", bound=Publishable)
#: The texts of one language, by column.
Texts = dict[str, str]


class DeskWithTranslations(DeskWithReading[P]):
    """A desk with two pages more: the languages, and the texts in one of them."""

    def add_routes(self, add: Callable[..., None]) -> None:
        super().add_routes(add)
        all_of_them = "/<slug:slug>/translations"
        add(all_of_them, view_func=self.translations)
        one = f"{all_of_them}/<string:code>"
        add(one, view_func=self.translate, methods=["GET", "POST"])

    def translations(self, slug: str) -> ResponseReturnValue:
        """Which languages there are, and a way to begin one more."""
        thing: Any = load_to_edit(self.model, slug)
        asked = request.args.get("code", "")
        if asked in language_codes() and asked != thing.language:
            return redirect(self.url("translate", thing, code=asked))
        form = LanguageForm(formdata=None)
        form.offer([thing.language, *thing.told_elsewhere])
        form.code.data = self._next_language(thing)
        return self.page(
            "manage_desk/translations.html",
            form=form,
            thing=thing,
            total=sum(bool(getattr(thing, name)) for name in type(thing).TEXTS),
            is_full=len(thing.told_elsewhere) >= MOST_LANGUAGES,
        )

    def translate(self, slug: str, code: str) -> ResponseReturnValue:
        """The texts in one language, beside what they say in the original."""
        thing: Any = load_to_edit(self.model, slug)
        if code not in language_codes() or code == thing.language:
            abort(404)
        form = self._translation_form(thing, code)
        if form.validate_on_submit():
            try:
                with transaction():
                    self.write_translation(
                        thing, form.opened_at, code, form.texts(), clock.now()
                    )
                return self.go_to(thing, "translated")
            except EditedMeanwhile:
                return self._compare_translation(thing, code, form)
        page = self._translation_page(thing, code, form)
        return page, 422 if form.errors else 200

    def write_translation(
        self, thing: P, version: int, code: str, texts: Texts, now: datetime
    ) -> None:
        """Write the texts of one language; no texts take the language away."""
        edit(thing, version, {"told_elsewhere": _with(thing, code, texts)}, now)

    def _compare_translation(
        self, thing: P, code: str, form: TranslationForm
    ) -> ResponseReturnValue:
        found = differences(form, self._translation_form(thing, code, formdata=None))
        if not found:  # the button was pressed twice
            return self.go_to(thing, "translated")
        form.version.data = str(thing.version)
        page = self._translation_page(thing, code, form, differences=found)
        return page, EditedMeanwhile.status

    def _translation_form(
        self, thing: Any, code: str, **options: Any
    ) -> TranslationForm:
        own = self.form_for(thing, formdata=None)
        told = thing.told_elsewhere.get(code, {})
        texts = {name: told.get(name, "") for name in type(thing).TEXTS}
        return translation_form(thing.version, own, texts, **options)

    def _translation_page(
        self, thing: P, code: str, form: TranslationForm, **facts: Any
    ) -> str:
        name = "manage_desk/translate.html"
        return self.page(name, form=form, thing=thing, code=code, **facts)

    def _next_language(self, thing: Any) -> str:
        """What is most likely wanted: the interface's own language, then its others."""
        taken = {thing.language, *thing.told_elsewhere}
        likely = [language(), *LANGUAGES]
        return next((code for code in likely if code not in taken), "")


def _with(thing: Any, code: str, texts: Texts) -> dict[str, dict[str, str]]:
    others = {c: t for c, t in thing.told_elsewhere.items() if c != code}
    return {**others, code: texts} if texts else others
