"""The shape of a sign-up."""

import re
from collections.abc import Sequence
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from ..events.models import ConsentPurpose, Event, EventRole, Question
from ..events.queries import questions_of, roles_of
from ..forms import LineField, Needed, PublicForm, at_most
from ..lib.tokens import new_token
from ..mail.addresses import LONGEST, Address, NotAnAddress, parse_address
from .models import SignUp
from .people import person_of
from .question_fields import answers_in, form_asking, name_of
from .role_fields import role_choices
from .terms import Terms


class SignUpForm(PublicForm):
    """What a supporter types to come to an event, and a trap for machines."""

    name = LineField(
        _l("Your name"),
        description=_l("A nickname is fine."),
        validators=[Needed(_l("Write a name. A nickname is fine.")), at_most(100)],
        render_kw={"autocomplete": "name", "maxlength": 100},
    )
    email = LineField(
        _l("Your e-mail address"),
        description=_l("We send you a link to confirm your place."),
        validators=[Needed(_l("Write your e-mail address."))],
        render_kw={
            "type": "email",
            "autocomplete": "email",
            "maxlength": LONGEST,
            "dir": "ltr",
        },
    )
    party_size = IntegerField(
        _l("How many of you are coming?"),
        default=1,
        validators=[InputRequired(_l("Write how many of you are coming, at least 1."))],
        render_kw={"inputmode": "numeric", "min": 1},
    )
    #: People do not see it; programs that fill in forms do.
    website = LineField(_l("Leave this empty"), render_kw={"data-honeypot": "true"})

    #: Tells the same form sent twice from two forms: thumbs tap twice, and bad
    #: networks send again.
    form_key = HiddenField(default=new_token)

    #: What was typed as an address; there once the form is valid.
    address: Address

    #: Whether the visitor was told that there is no room, and would wait.
    may_wait = HiddenField()
    #: After so many days the list is erased, as the form says.
    kept_days = 0
    #: What is asked of those who sign up to this event.
    questions: Sequence[Question] = ()
    #: What they may agree to here, or might have before.
    purposes: Sequence[ConsentPurpose] = ()

    @classmethod
    def under(cls, terms: Terms) -> Self:
        """Return the form with what the event says to those who sign up."""
        offered = [purpose for purpose in terms.purposes if not purpose.is_retired]
        form = form_asking(cls, terms.questions, offered)()
        form.questions, form.purposes = terms.questions, terms.purposes
        _limit(form.party_size, terms.max_party_size)
        form.kept_days = terms.kept_days
        return form

    def offer_to_wait(self, event: Event) -> None:
        """Make it the form of the waiting list, where the event has one."""
        self.may_wait.data = "1" if event.has_waiting_list else ""

    @property
    def waits(self) -> bool:
        return bool(self.may_wait.data)

    @property
    def answers(self) -> dict[str, Any]:
        return answers_in(self, self.questions)

    @property
    def agreed(self) -> set[int]:
        """The ids of the purposes whose boxes are ticked."""
        offered = [each for each in self.purposes if name_of(each) in self]
        return {each.id for each in offered if self[name_of(each)].data}

    @property
    def is_from_machine(self) -> bool:
        return bool(self.website.data)

    def validate_email(self, field: Any) -> None:
        try:
            self.address = parse_address(field.data)
        except NotAnAddress:
            raise ValidationError(
                gettext("Write one e-mail address, like name@example.org.")
            ) from None


class AnswersForm(PublicForm):
    """The event's own questions, on the supporter's own pages."""

    questions: Sequence[Question] = ()

    @classmethod
    def for_sign_up(cls, sign_up: SignUp) -> Self:
        """Return the form with what they have answered so far."""
        questions = [q for q in questions_of(sign_up.event) if not q.is_retired]
        given = person_of(sign_up).answers
        form = form_asking(cls, questions, answers=given)()
        form.questions = questions
        return form

    @property
    def answers(self) -> dict[str, Any]:
        return answers_in(self, self.questions)


class RoleForm(PublicForm):
    """What somebody takes on at the event, on their own page."""

    role = RadioField(_l("What you would take on"), validate_choice=False)
    #: Those that are still looked for, and the one that they have.
    roles: Sequence[EventRole] = ()

    @classmethod
    def for_sign_up(cls, sign_up: SignUp, **options: Any) -> Self:
        """Return the form with the role that they have now, if any."""
        form = cls(data={"role": str(sign_up.role_id or "")}, **options)
        form.roles = [
            role
            for role in roles_of(sign_up.event)
            if role.missing > 0 or role.id == sign_up.role_id
        ]
        none = gettext("Nothing: I just come")
        form.role.choices = role_choices(form.roles, none)
        return form

    @property
    def chosen(self) -> EventRole | None:
        return next((r for r in self.roles if str(r.id) == self.role.data), None)

    def validate_role(self, field: Any) -> None:
        if field.data and self.chosen is None:
            raise ValidationError(
                gettext("Others were faster: there are enough people for that now.")
            )


class PartyForm(PublicForm):
    """With how many somebody comes, on their own page."""

    party_size = IntegerField(
        _l("How many of you are coming?"),
        validators=[InputRequired(_l("Write how many of you are coming, at least 1."))],
        render_kw={"inputmode": "numeric", "min": 1},
    )

    @classmethod
    def for_sign_up(cls, sign_up: SignUp, **options: Any) -> Self:
        """Return the form with how many it is now."""
        form = cls(data={"party_size": sign_up.party_size}, **options)
        _limit(form.party_size, sign_up.event.max_party_size)
        return form


def _limit(field: Any, most: int) -> None:
    field.validators = [
        *field.validators,
        NumberRange(1, most, gettext("Write a number from 1 to %(n)d.", n=most)),
    ]
    field.render_kw = {**field.render_kw, "max": most}


#: A token, wherever it stands in what was pasted: a web or a calendar address of any
#: of a sign-up's pages, a path, or the token alone.
_TOKEN = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])", re.ASCII)


class CalendarForm(PublicForm):
    """Where a supporter keeps another sign-up."""

    address = LineField(
        _l("Address of the other calendar, or of your other sign-up’s page"),
        description=_l("The page’s address is in the mail about that sign-up."),
        validators=[Needed(_l("Paste an address.")), at_most(2_000)],
        render_kw={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"},
    )

    @property
    def token(self) -> str:
        """The token in the address, empty where there is none.

        A mail program may have broken the address with blanks.
        """
        text = self.address.data or ""
        found = _TOKEN.search(text) or _TOKEN.search("".join(text.split()))
        return found.group() if found else ""

    def validate_address(self, field: Any) -> None:
        if not self.token:
            raise ValidationError(
                gettext(
                    "This is no address of a calendar. Copy it whole, from the page "
                    "of your other sign-up."
                )
            )
