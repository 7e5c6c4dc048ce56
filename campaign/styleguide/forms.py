"""A form with one field of each kind, which leads nowhere."""

from collections.abc import Mapping
from datetime import time
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, ColorField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from ..articles.attribution import Author
from ..articles.forms import AuthorsField
from ..events.words import ACCESS, KINDS
from ..forms import ChoicesField, LineField, Needed, ProseField, PublicForm
from ..publishing.forms.fields import (
    ChoiceField,
    ClockField,
    DayField,
    WholeNumberField,
)
from .samples.things import DAY

_WRONG = MultiDict({"day": "31 February", "number": "many", "clock": "at noon"})


def _choices(words: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, word) for value, word in words.items()]


class SampleForm(PublicForm):
    """Every kind of field that `macros/form.html` draws."""

    name = LineField(
        _l("Your name"),
        description=_l("A nickname is fine."),
        validators=[Needed(_l("Write a name. A nickname is fine."))],
    )
    number = WholeNumberField(
        _l("How many of you are coming?"),
        validators=[InputRequired(_l("Write how many of you are coming, at least 1."))],
    )
    day = DayField(_l("Day"))
    clock = ClockField(_l("Time"))
    kind = ChoiceField(_l("Kind"), choices=_choices(KINDS), default="vigil")
    colour = ColorField(_l("Accent"), default="#FFD21F")
    text = ProseField(
        _l("Description"),
        validators=[Needed(_l("Write a few words."))],
        render_kw={"rows": 3},
    )
    one = RadioField(
        _l("In person or online"),
        choices=_choices({"false": _l("In person"), "true": _l("Online")}),
        validators=[InputRequired(_l("Choose one from the list."))],
    )
    several = ChoicesField(_l("Access"), choices=_choices(ACCESS)[:3])
    agreed = BooleanField(
        _l("Write to me about what comes next."),
        validators=[InputRequired(_l("Tick this box to go on."))],
    )
    authors = AuthorsField(_l("Authors"))

    @classmethod
    def empty(cls) -> Self:
        return cls(formdata=None, prefix="empty-")

    @classmethod
    def filled(cls, prefix: str = "filled-") -> Self:
        """Return the form as somebody filled it in."""
        return cls(
            formdata=None,
            prefix=prefix,
            data={
                "name": "منى",
                "number": 3,
                "day": DAY,
                "clock": time(18, 30),
                "kind": "talk",
                "text": "Bring a lantern: the wind blows candles out.",
                "one": "true",
                "several": [next(iter(ACCESS))],
                "agreed": True,
                "authors": [Author("Amal Haddad", "Planet Syria")],
            },
        )

    @classmethod
    def wrong(cls) -> Self:
        """Return the form as it comes back when nearly nothing in it was right."""
        sent = {f"wrong-{name}": value for name, value in _WRONG.items()}
        sent["wrong-authors-0-about"] = "Poet"
        return cls(formdata=MultiDict(sent), prefix="wrong-")
