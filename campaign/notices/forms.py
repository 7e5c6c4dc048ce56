"""The shape of what organisers set and write about the mails of their event."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Self

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import UUID as UuidText

from ..events.models import Event
from ..events.queries import roles_of
from ..forms import Form, LineField, Needed, at_most
from ..publishing.forms.fields import MARKDOWN, NOT_LISTED, prose_field
from ..signups.models import SignUpState
from ..signups.role_words import role_name
from .kinds import ALWAYS_SENT, FIXED_WORDS, MailKind
from .words import AUDIENCES, WITHOUT

_LONGEST: Final = 10_000
_HERE: Final = (SignUpState.GOING, SignUpState.ATTENDED)
_STATES: Final[dict[str, Sequence[SignUpState]]] = {
    "going": _HERE,
    "waiting": (SignUpState.WAITING,),
    "all": (*_HERE, SignUpState.WAITING),
}


class Audience(NamedTuple):
    """To whom a message can go."""

    words: str
    states: Sequence[SignUpState]
    #: The id of a role that they have, None for all.
    role: int | None = None


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
        form.is_sent.description = WITHOUT.get(kind, "")
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

    def offer(self, audiences: dict[str, Audience], counts: dict[str, int]) -> None:
        """Set to whom it can go, with how many they are."""
        self.audience.choices = [
            SelectChoice(name, f"{audiences[name].words} ({people_words(count)})")
            for name, count in counts.items()
        ]

    @property
    def fingerprint(self) -> str:
        """What stands for exactly this message: only what was looked at is sent."""
        parts = (self.audience.data, self.subject.data, self.text.data, self.key.data)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def audiences_at(event: Event) -> dict[str, Audience]:
    """Return to whom a message can go; of the roles those that somebody took on."""
    found = {
        name: Audience(str(AUDIENCES[name]), states) for name, states in _STATES.items()
    }
    for role in roles_of(event):
        if role.places_taken:
            words = gettext("Those who take on: %(role)s", role=role_name(role.duty))
            found[f"role-{role.id}"] = Audience(words, _HERE, role.id)
    return found


def people_words(count: int) -> str:
    """Return how many get a mail: one for each sign-up."""
    return str(ngettext("%(num)d mail", "%(num)d mails", count))


class AlongForm(Form):
    """Whether all events of a campaign or an action day go along with it."""

    takes_events = BooleanField()
