"""Desks of things that have articles: choosing them and their order."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask.typing import ResponseReturnValue

from ...articles.models import Article
from ...database import EditedMeanwhile, db, transaction
from ...lib import clock
from ..access import load_to_edit
from ..forms.reading import ReadingForm, reading_form
from ..forms.thing import differences
from ..models import Publishable
from ..operations import edit
from ..queries import all_of
from ..states import State
from .desk import Desk

P = TypeVar("P", bound=Publishable)


class DeskWithReading(Desk[P]):
    """A desk with one page more: the background reading, in its order."""

    def add_routes(self, add: Callable[..., None]) -> None:
        super().add_routes(add)
        add("/<slug:slug>/articles", view_func=self.articles, methods=["GET", "POST"])

    def articles(self, slug: str) -> ResponseReturnValue:
        thing = load_to_edit(self.model, slug)
        form = self._reading_form(thing)
        if form.validate_on_submit():
            chosen = {"articles": form.in_order()}
            try:
                with transaction():
                    edit(thing, form.opened_at, chosen, clock.now())
                return self.go_to(thing, "articles")
            except EditedMeanwhile:
                return self._compare_reading(thing, form)
        page = self.page("manage_desk/articles.html", form=form, thing=thing)
        return page, 422 if form.errors else 200

    def _compare_reading(self, thing: P, form: ReadingForm) -> ResponseReturnValue:
        found = differences(form, self._reading_form(thing, formdata=None))
        if not found:  # the button was pressed twice
            return self.go_to(thing, "articles")
        form.version.data = str(thing.version)
        page = self.page(
            "manage_desk/articles.html", form=form, thing=thing, differences=found
        )
        return page, EditedMeanwhile.status

    def _reading_form(self, thing: Any, **options: Any) -> ReadingForm:
        linked = list(thing.articles)
        own = db.session.scalars(all_of(Article, self.own_groups()))
        others = [a for a in own if a.state is not State.CANCELLED and a not in linked]
        return reading_form(thing.version, linked, others, **options)
