"""The shape of what organisers ask of a list, and write into it."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, ValidationError

from ...events.models import Event
from ...forms import Form, LineField, Needed, at_most
from ...language import moment_words
from ...lib.tokens import new_token
from ...lib.walltime import instant
from ...mail.addresses import LONGEST, NotAnAddress, parse_address
from ..operations.door import LARGEST_PARTY
from ..operations.purging import Window
from ..words import STATES


class AddForm(Form):
    """Somebody who is written down by hand."""

    name = LineField(
        _l("Name"),
        validators=[Needed(_l("Write a name. A nickname is fine.")), at_most(100)],
        render_kw={"autocomplete": "off", "maxlength": 100},
    )
    email = LineField(
        _l("E-mail address, if you have it"),
        description=_l("Without one nobody can write to them when something changes."),
        render_kw={
            "type": "email",
            "autocomplete": "off",
            "maxlength": LONGEST,
            "dir": "ltr",
        },
    )
    party_size = IntegerField(
        _l("How many are coming?"),
        default=1,
        validators=[
            InputRequired(_l("Write how many are coming, at least 1.")),
            NumberRange(1, LARGEST_PARTY, _l("Write a number from 1 to %(max)d.")),
        ],
        render_kw={"inputmode": "numeric", "min": 1, "max": LARGEST_PARTY},
    )
    sends_mail = BooleanField(
        _l("Send them the mail with time, place and their own page"),
        description=_l("Only if they want it: nobody has checked this address."),
    )
    #: Tells the same form sent twice from two forms.
    form_key = HiddenField(default=new_token)

    def validate_email(self, field: Any) -> None:
        if not field.data:
            return
        try:
            parse_address(field.data)
        except NotAnAddress:
            raise ValidationError(
                _("Write one e-mail address, like name@example.org.")
            ) from None

    def validate_sends_mail(self, field: Any) -> None:
        if field.data and not self.email.data:
            raise ValidationError(_("Without an address there is nowhere to send it."))


class CancelForm(Form):
    """Whether somebody who is taken off the list is told."""

    sends_mail = BooleanField(_l("Tell them by mail"), default=True)


class MoveForm(Form):
    """Where somebody is moved to."""

    event = SelectField(_l("Event"), coerce=int)
    sends_mail = BooleanField(
        _l("Send them the mail with the new time and place"), default=True
    )

    @classmethod
    def among(cls, events: Iterable[Event]) -> "MoveForm":
        """Return the form with the events to choose from."""
        form = cls()
        form.event.choices = [
            SelectChoice(each.id, f"{each.title} · {moment_words(each.starts_local)}")
            for each in events
        ]
        return form


class ExportForm(Form):
    """What is in the file, and who."""

    content = RadioField(
        _l("What is in the file"),
        default="people",
        choices=[
            SelectChoice("people", _l("The list, a line for each sign-up")),
            SelectChoice(
                "consents",
                _l("What people agreed to: the words, when, and when withdrawn"),
            ),
        ],
    )

    state = SelectField(
        _l("Who is in the file"),
        default="going",
        choices=[
            SelectChoice(value, word)
            for value, word in {"": _l("All"), **STATES}.items()
        ],
    )


#: How browsers write a day and a time, with or without seconds.
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class AgreedField(HiddenField):
    """How many were shown; None before anything was."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if text.isdecimal() and len(text) < 10 else None


class PurgeForm(Form):
    """Who is meant, and from when to when."""

    which = RadioField(
        _l("Who is cleared away?"),
        choices=[
            SelectChoice("unconfirmed", _l("Only those who have not confirmed")),
            SelectChoice("all", _l("Those who have confirmed too")),
        ],
        default="unconfirmed",
        description=_l(
            "Of those who have confirmed we know the day alone: all of the days that "
            "the time touches are meant then. Whom you wrote down yourselves stays."
        ),
    )
    since = DateTimeLocalField(
        _l("Signed up from"),
        format=_MOMENTS,
        validators=[InputRequired(_l("Write a day and a time."))],
    )
    until = DateTimeLocalField(
        _l("Until"),
        format=_MOMENTS,
        validators=[InputRequired(_l("Write a day and a time."))],
    )
    agreed = AgreedField()
    zone = "UTC"

    def validate_until(self, field: Any) -> None:
        if self.since.data and field.data and field.data <= self.since.data:
            raise ValidationError(_("The end must come after the beginning."))

    @property
    def window(self) -> Window:
        return Window(
            instant(self.since.data, self.zone),
            instant(self.until.data, self.zone),
            self.which.data == "all",
        )
