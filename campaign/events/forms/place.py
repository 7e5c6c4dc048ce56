"""Where an event is, and who may know it when."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, FloatField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import URL, NumberRange, Optional

from ...forms import Form, LineField, at_most
from ...language import city_words, language
from ...places.cities import City
from ...places.countries import countries_by_name
from ...places.search import find_one, find_place, namesakes, needs_region
from ...publishing.forms.fields import NOT_LISTED, ChoiceField, prose_field
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

_ANOTHER: Final = "another"


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
    locality = LineField(
        _l("City"),
        description=_l("The map and the search by distance know cities by it."),
        validators=[at_most()],
        render_kw={"list": "places", "data-places": ""},
    )
    #: It has choices only where several cities have the name.
    city_reading = RadioField(_l("Which city do you mean?"), validate_choice=False)
    region = LineField(_l("Region or state"), validators=[at_most()])
    postal_code = LineField(_l("Postal code"), validators=[at_most(20)])
    country = ChoiceField(_l("Country"), choices=country_choices, default="")
    latitude = _degrees(
        _l("Latitude"), 90, _l("Enter a number from -90 to 90, such as 53.4794.")
    )
    longitude = _degrees(
        _l("Longitude"), 180, _l("Enter a number from -180 to 180, such as -2.2453.")
    )
    directions = prose_field(
        _l("Directions in words"),
        longest=5_000,
        rows=4,
        hint=_l("The way from the station, the door, the bell. Told with the address."),
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

    def take_what_the_city_tells(self) -> None:
        """Fill in what is empty and follows from the city; overwrite nothing.

        A city that was chosen from the list comes with its region and its country:
        "Springfield, Illinois, United States".
        """
        city = self._chosen_city() or self._known_city() or self._meant_city()
        if city is None:
            return
        _fill(self.country, city.country)
        if self.attendance.data is not Attendance.ONLINE:
            _fill(self["timezone"], city.zone)

    def _chosen_city(self) -> City | None:
        typed = self.locality.data or ""
        name, *rest = re.split("[,،]", typed)
        found = find_place(typed) if rest and not self.country.data else None
        if found is None or found.is_by_coordinates:
            return None
        if found.others:
            return self._ask_which([found.city, *found.others], name.strip())
        self.locality.data = name.strip()
        if needs_region(found.city) and not self.region.data:
            self.region.data = found.city.region
        return found.city

    def _known_city(self) -> City | None:
        typed = (self.locality.data, self.region.data, self.country.data)
        locality, region, country = (each or "" for each in typed)
        return find_one(locality, region, country) if locality else None

    def _meant_city(self) -> City | None:
        """Return the one that was chosen of several; what is saved is not asked."""
        parts = (self.locality, self.region, self.country)
        typed = [each.data or "" for each in parts]
        is_new = typed != [each.object_data or "" for each in parts]
        if self.city_reading.choices or not (typed[0] and is_new):
            return None
        cities = namesakes(*typed)
        return self._ask_which(cities, typed[0]) if len(cities) > 1 else None

    def _ask_which(self, cities: Sequence[City], name: str) -> City | None:
        self.city_reading.choices = [
            *(SelectChoice(str(city.id), city_words(city)) for city in cities),
            SelectChoice(_ANOTHER, _("Another one, which is not on this list")),
        ]
        for city in cities:
            if self.city_reading.data == str(city.id):
                self.locality.data, self.region.data = name, city.region
                return city
        return None

    def validate_city_reading(self, field: Any) -> None:
        if field.choices and field.data not in {each.value for each in field.choices}:
            raise ValidationError(
                _("Several cities have this name. Choose the one that you mean.")
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


def _fill(field: Any, value: str) -> None:
    """Choose for somebody who has not, if it is on the list."""
    offered = {choice.value for choice in field.iter_choices()}
    if not field.data and value in offered:
        field.data = value


def _require(other: Any) -> None:
    """The other coordinate, since one alone is a line round the world."""
    if other.data is None and not other.errors:
        raise ValidationError(_("Enter both latitude and longitude, or neither."))
