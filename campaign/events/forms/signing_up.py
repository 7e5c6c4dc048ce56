"""How people sign up for an event: when, and what becomes of them."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, ValidationError
from wtforms.validators import NumberRange, Optional

from ...forms import Form
from ...lib.walltime import instant, wall_time
from ...publishing.forms.fields import Answered, WholeNumberField
from ..models import Event


def _moment_field(label: Any, hint: Any) -> DateTimeLocalField:
    return DateTimeLocalField(
        label,
        [Optional()],
        description=hint,
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        invalid_value_message=_l("Enter a day and a time."),
    )


class SigningUpForm(Form):
    """The part of an event's form that is about signing up."""

    has_waiting_list = BooleanField(
        _l("Keep a waiting list when all places are taken"), default=True
    )
    offer_hours = WholeNumberField(
        _l("Hours that a place is kept for somebody who waited for it"),
        [
            Answered(_l("Enter for how many hours.")),
            NumberRange(1, 168, _l("Enter a number from 1 to 168.")),
        ],
        default=24,
        description=_l("As the event comes near, it becomes less by itself."),
    )
    needs_approval = BooleanField(
        _l("Let people in one by one"),
        description=_l("Who signs up waits until one of you has looked at it."),
    )
    sign_ups_open = _moment_field(
        _l("Signing up opens"),
        _l("By the event’s own clock. Empty: as soon as it is published."),
    )
    sign_ups_close = _moment_field(
        _l("Signing up closes"),
        _l("By the event’s own clock. Empty: when the event ends."),
    )

    def validate_sign_ups_open(self, field: Any) -> None:
        _check_year(field)

    def validate_sign_ups_close(self, field: Any) -> None:
        _check_year(field)
        opens, closes = self.sign_ups_open.data, field.data
        if opens is not None and closes is not None and closes <= opens:
            raise ValidationError(_("It would close before it opens."))

    def opening(self, zone: str) -> dict[str, Any]:
        """Return the columns. Of two readings of a clock the one with more time."""
        opens, closes = self.sign_ups_open.data, self.sign_ups_close.data
        return {
            "sign_ups_open_at": opens and min(_readings(opens, zone)),
            "sign_ups_close_at": closes and max(_readings(closes, zone)),
        }


def opening_of(event: Event) -> dict[str, Any]:
    """Return what stands in the fields for when signing up opens and closes."""
    opens, closes = event.sign_ups_open_at, event.sign_ups_close_at
    return {
        "sign_ups_open": opens and wall_time(opens, event.timezone),
        "sign_ups_close": closes and wall_time(closes, event.timezone),
    }


def _readings(wall: datetime, zone: str) -> list[datetime]:
    return [instant(wall, zone, fold) for fold in (0, 1)]


def _check_year(field: Any) -> None:
    if isinstance(field.data, datetime) and not 1000 <= field.data.year < 3000:
        raise ValidationError(_("Check the year: it should have four digits."))
