"""Where an event is, and who may know it when."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, FloatField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import URL, NumberRange, Optional

from ...forms import Form, LineField, at_most
from ...language import language
from ...places.countries import countries_by_name
from ...publishing.forms.fields import NOT_LISTED, ChoiceField
from ..disclosure import AddressLevel
from ..models import Attendance
from ..words import ATTENDANCES

_ADDRESS_LEVELS = {
    AddressLevel.PUBLIC: _l("Everybody"),
    AddressLevel.CITY: _l(
        "Those who have confirmed their sign-up; everybody else sees the city"
    ),
    AddressLevel.CONFIRMED: _l(
        "Those who have confirmed, in mails and on their own page only: not in "
        "calendars, which other companies keep copies of"
    ),
}


def country_choices() -> list[SelectChoice]:
    """Return the countries, by their names in the reader's language."""
    countries = countries_by_name(language())
    return [SelectChoice(*each) for each in [("", _("No country")), *countries]]


def _degrees(label: Any, limit: int, message: Any) -> FloatField:
    """A coordinate in decimal degrees; what is out of range is no number either."""
    return FloatField(
        label,
        [Optional(), NumberRange(-limit, limit, message)],
        invalid_value_message=message,
        description=_l("In decimal degrees. Only if you want it on the map."),
    )


class PlaceForm(Form):
    """The part of an event's form that is about its place."""

    attendance = RadioField(
        _l("How people take part"),
        choices=[SelectChoice(each, ATTENDANCES[each]) for each in Attendance],
        coerce=Attendance,
        default=Attendance.IN_PERSON,
        invalid_value_message=NOT_LISTED,
        invalid_choice_message=NOT_LISTED,
    )
    venue = LineField(_l("Venue"), validators=[at_most()])
    street_address = LineField(_l("Street and number"), validators=[at_most()])
    locality = LineField(_l("City"), validators=[at_most()])
    region = LineField(_l("Region or state"), validators=[at_most()])
    postal_code = LineField(_l("Postal code"), validators=[at_most(20)])
    country = ChoiceField(_l("Country"), choices=country_choices, default="")
    latitude = _degrees(
        _l("Latitude"), 90, _l("Enter a number from -90 to 90, such as 53.4794.")
    )
    longitude = _degrees(
        _l("Longitude"), 180, _l("Enter a number from -180 to 180, such as -2.2453.")
    )
    online_url = LineField(
        _l("Link to take part online"),
        validators=[
            Optional(),
            at_most(2000),
            URL(
                schemes=("https",),
                message=_l("Enter a whole address that begins with https://."),
            ),
        ],
        render_kw={"type": "url", "inputmode": "url"},
    )
    address_level = RadioField(
        _l("Who sees the address and the link"),
        choices=[SelectChoice(*each) for each in _ADDRESS_LEVELS.items()],
        coerce=AddressLevel,
        default=AddressLevel.PUBLIC,
        invalid_value_message=NOT_LISTED,
        invalid_choice_message=NOT_LISTED,
    )
    released = DateTimeLocalField(
        _l("Not before"),
        [Optional()],
        description=_l("By the event’s own clock. Empty: from the confirmation on."),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        invalid_value_message=_l("Enter a day and a time."),
    )

    def validate_latitude(self, _field: Any) -> None:
        _require(self.longitude)

    def validate_longitude(self, _field: Any) -> None:
        _require(self.latitude)

    def validate_released(self, field: Any) -> None:
        if self.address_level.data is AddressLevel.PUBLIC and field.data is not None:
            raise ValidationError(
                _("Everybody sees the address at once. Leave this empty, or hide it.")
            )
        if isinstance(field.data, datetime) and not 1000 <= field.data.year < 3000:
            raise ValidationError(_("Check the year: it should have four digits."))


def _require(other: Any) -> None:
    """The other coordinate, since one alone is a line round the world."""
    if other.data is None and not other.errors:
        raise ValidationError(_("Enter both latitude and longitude, or neither."))
