"""The form in which the articles of a thing are chosen and put in order."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from .fields import WholeNumberField
from .thing import VersionedForm

_PREFIX = "place-"


class ReadingForm(VersionedForm):
    """A number field for each article: its place, or nothing to leave it out.

    Numbers work with a keyboard, with a screen reader and without a script, where
    dragging does not. They may have gaps, and of two equal ones the first counts.
    """

    candidates: dict[str, Any] = {}

    @property
    def places(self) -> list[Any]:
        """The fields of the articles, in the order in which they are shown."""
        return [self[_PREFIX + slug] for slug in self.candidates]

    def in_order(self) -> list[Any]:
        """Return the chosen articles in the order of their numbers."""
        places = {slug: self[_PREFIX + slug].data for slug in self.candidates}
        chosen = [slug for slug, place in places.items() if place is not None]
        return [self.candidates[s] for s in sorted(chosen, key=lambda s: places[s])]


def reading_form(
    version: int, linked: Sequence[Any], others: Iterable[Any], **options: Any
) -> ReadingForm:
    """Return the form of a thing at `version` with its articles and those it could
    have; `options` go to WTForms.
    """
    articles = {article.slug: article for article in (*linked, *others)}
    fields = {_PREFIX + slug: _place_field(each) for slug, each in articles.items()}
    places = {_PREFIX + a.slug: at for at, a in enumerate(linked, start=1)}
    kind = type("ReadingForm", (ReadingForm,), {**fields, "candidates": articles})
    form: ReadingForm = kind(data={"version": version, **places}, **options)
    return form


def _place_field(article: Any) -> WholeNumberField:
    in_range = NumberRange(1, 999, message=_l("Choose a number from 1 to 999."))
    return WholeNumberField(article.title, validators=[Optional(), in_range])
