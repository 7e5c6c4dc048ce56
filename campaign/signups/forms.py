"""The shape of a sign-up."""

from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from ..events.models import Event
from ..forms import LineField, Needed, PublicForm, at_most
from ..lib.tokens import new_token
from ..mail.addresses import LONGEST, NotAnAddress, parse_address


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

    @classmethod
    def for_event(cls, event: Event) -> Self:
        """Return the form with the largest party that the event takes."""
        form = cls()
        most = event.max_party_size
        form.party_size.validators = [
            *form.party_size.validators,
            NumberRange(1, most, gettext("Write a number from 1 to %(n)d.", n=most)),
        ]
        form.party_size.render_kw = {**form.party_size.render_kw, "max": most}
        return form

    @property
    def is_from_machine(self) -> bool:
        return bool(self.website.data)

    def validate_email(self, field: Any) -> None:
        try:
            parse_address(field.data)
        except NotAnAddress:
            raise ValidationError(
                gettext("Write one e-mail address, like name@example.org.")
            ) from None
