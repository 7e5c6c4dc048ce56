"""The shape of what organisers set and write about the mails of their event."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final, Self

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import UUID as UuidText

from ..forms import Form, LineField, Needed, at_most
from ..publishing.forms.fields import MARKDOWN, NOT_LISTED, prose_field
from ..signups.models import SignUpState
from .kinds import ALWAYS_SENT, FIXED_WORDS, MailKind
from .words import AUDIENCES

_LONGEST: Final = 10_000
_HERE: Final = (SignUpState.GOING, SignUpState.ATTENDED)
_STATES: Final[dict[str, Sequence[SignUpState]]] = {
    "going": _HERE,
    "waiting": (SignUpState.WAITING,),
    "all": (*_HERE, SignUpState.WAITING),
}


class MailForm(Form):
    """Whether a kind of mail is sent, and with which first words."""

    is_sent = BooleanField(_l("Send this mail"), default=True)
    words = prose_field(
        _l("Your own words"),
        longest=_LONGEST,
        rows=6,
        hint=_l(
            "They stand at the top, above the facts. Leave this empty for the usual "
            "words. You can use Markdown."
        ),
    )

    @classmethod
    def for_kind(cls, kind: MailKind, **values: Any) -> Self:
        """Return the form with what can be set about this kind of mail."""
        form = cls(data=values)
        if kind in ALWAYS_SENT:
            del form.is_sent
        if kind in FIXED_WORDS:
            del form.words
        return form

    @property
    def is_off(self) -> bool:
        return "is_sent" in self and not self.is_sent.data

    @property
    def own_words(self) -> str:
        return (self.words.data or "") if "words" in self else ""


class TellingForm(Form):
    """Whether those who signed up are told of a change."""

    tells_nobody = BooleanField(
        _l("Tell nobody of this change"),
        description=_l(
            "For small corrections. A new start, another town or another way to take "
            "part is told all the same, so that nobody comes in vain."
        ),
    )


class MessageForm(Form):
    """What organisers write to many."""

    audience = RadioField(
        _l("To whom"),
        default="going",
        invalid_value_message=NOT_LISTED,
        invalid_choice_message=NOT_LISTED,
    )
    subject = LineField(
        _l("Subject"), validators=[Needed(_l("Write a subject.")), at_most(150)]
    )
    text = prose_field(_l("Your message"), longest=_LONGEST, rows=10, hint=MARKDOWN)
    #: Tells the same form sent twice from two forms.
    key = HiddenField(validators=[UuidText(_l("Open this page again."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text.validators = [Needed(_l("Write a message.")), *self.text.validators]

    def offer(self, counts: dict[str, int]) -> None:
        """Set to whom it can go, with how many they are."""
        self.audience.choices = [
            SelectChoice(name, f"{AUDIENCES[name]} ({people_words(count)})")
            for name, count in counts.items()
        ]

    @property
    def states(self) -> Sequence[SignUpState]:
        """The states of the sign-ups that it goes to."""
        return _STATES[self.audience.data]

    @property
    def fingerprint(self) -> str:
        """What stands for exactly this message: only what was looked at is sent."""
        parts = (self.audience.data, self.subject.data, self.text.data, self.key.data)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def states_of_audiences() -> dict[str, Sequence[SignUpState]]:
    """Return which states each audience stands for."""
    return dict(_STATES)


def people_words(count: int) -> str:
    """Return how many get a mail: one for each sign-up."""
    return str(ngettext("%(num)d mail", "%(num)d mails", count))
