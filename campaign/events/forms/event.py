"""The form of an event."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from ...campaigns.models import ActionDay, Campaign
from ...forms import ChoicesField, LineField, at_most
from ...lib.walltime import instant, wall_time
from ...publishing.forms.fields import (
    LONG_MARKDOWN,
    NOT_LISTED,
    Answered,
    ChoiceField,
    WholeNumberField,
    prose_field,
)
from ...publishing.forms.thing import ThingForm
from ..models import Access, Event, Kind, Visibility
from ..words import ACCESS, KINDS
from .place import PlaceForm
from .signing_up import SigningUpForm, opening_of
from .times import TimesForm, times_of

#: The page, from top to bottom.
SECTIONS = (
    (
        _l("What"),
        ("title", "summary", "part_of", "group", "kind", "language", "description"),
    ),
    (
        _l("When"),
        (
            *("first_day", "starts", "start_reading", "ends", "end_reading"),
            *("last_day", "is_all_day", "timezone"),
        ),
    ),
    (
        _l("Where"),
        (
            *("attendance", "venue", "street_address", "postal_code", "locality"),
            *("city_reading", "region", "country"),
            *("latitude", "longitude", "directions"),
            *("online_url", "address_level", "released"),
        ),
    ),
    (_l("Who"), ("capacity", "max_party_size", "shows_counts", "visibility")),
    (
        _l("Signing up"),
        (
            *("has_waiting_list", "offer_hours", "needs_approval"),
            *("sign_ups_open", "sign_ups_close"),
        ),
    ),
    (
        _l("Good to know"),
        ("access", "accessibility_notes", "instructions", "host_name", "contact"),
    ),
)
#: Fields of which other values are made.
_NOT_COLUMNS = {
    "city_reading",
    *("part_of", "released", "sign_ups_open", "sign_ups_close", "access"),
    *("first_day", "starts", "start_reading", "last_day", "ends", "end_reading"),
}


class Part(NamedTuple):
    """What an event can be part of: a campaign, and mostly one of its action days."""

    campaign: Campaign
    action_day: ActionDay | None = None

    @property
    def key(self) -> str:
        days = (self.action_day,) if self.action_day is not None else ()
        return "/".join(thing.slug for thing in (self.campaign, *days))

    @property
    def choice(self) -> SelectChoice:
        day = self.action_day
        label = day.title if day is not None else _("No action day")
        return SelectChoice(self.key, label, optgroup=self.campaign.title)


class EventForm(TimesForm, PlaceForm, SigningUpForm, ThingForm):
    """One action in one place or online."""

    part_of = ChoiceField(
        _l("Campaign and action day"),
        [Answered(_l("Choose the campaign that it belongs to."))],
    )
    kind = ChoiceField(
        _l("What people do"),
        choices=[SelectChoice(each, KINDS[each]) for each in Kind],
        coerce=Kind,
        default=Kind.PROTEST,
    )
    description = prose_field(
        _l("What to expect"), longest=50_000, rows=12, hint=LONG_MARKDOWN
    )
    capacity = WholeNumberField(
        _l("Places"),
        [
            Optional(),
            NumberRange(1, 1_000_000, _l("Enter a number from 1, or nothing.")),
        ],
        description=_l("Leave it empty if everybody who comes finds room."),
    )
    max_party_size = WholeNumberField(
        _l("Most people in one sign-up"),
        [
            Answered(_l("Enter how many may come together.")),
            NumberRange(1, 50, _l("Enter a number from 1 to 50.")),
        ],
        default=5,
    )
    shows_counts = BooleanField(_l("Show how many people come"), default=True)
    access = ChoicesField(
        _l("Access"),
        choices=[SelectChoice(*each) for each in ACCESS.items()],
        description=_l("People can ask the finder for these."),
    )
    accessibility_notes = prose_field(
        _l("More about access"),
        longest=10_000,
        rows=4,
        hint=_l("Steps, seats, toilets, sign language, a quiet place."),
    )
    instructions = prose_field(
        _l("For those who come"),
        longest=10_000,
        rows=4,
        hint=_l("Only people who have confirmed their sign-up read this."),
    )
    host_name = LineField(
        _l("Host"), description=_l("Everybody sees it."), validators=[at_most()]
    )
    contact = LineField(
        _l("Contact"),
        description=_l(
            "An e-mail address or a number for questions. Everybody sees it."
        ),
        validators=[at_most()],
    )
    visibility = RadioField(
        _l("Where it is found"),
        choices=[
            SelectChoice(Visibility.LISTED, _l("In lists, on maps and in calendars")),
            SelectChoice(Visibility.UNLISTED, _l("Only by people who have the link")),
        ],
        coerce=Visibility,
        default=Visibility.LISTED,
        invalid_value_message=NOT_LISTED,
        invalid_choice_message=NOT_LISTED,
    )

    sections = SECTIONS
    parts: dict[str, Part] = {}

    def offer_parts(self, parts: Iterable[Part]) -> None:
        """Set which campaigns and action days the event can be part of."""
        self.parts = {part.key: part for part in parts}
        self.part_of.choices = [
            SelectChoice("", _("Choose one")),
            *(part.choice for part in self.parts.values()),
        ]

    @property
    def campaign(self) -> Campaign | None:
        """The chosen campaign."""
        part = self.parts.get(self.part_of.data or "")
        return part.campaign if part is not None else None

    @property
    def action_day(self) -> ActionDay | None:
        """The chosen action day."""
        part = self.parts.get(self.part_of.data or "")
        return part.action_day if part is not None else None

    @property
    def default_day(self) -> date | None:
        return self.action_day.starts_on if self.action_day is not None else None

    def validate(self, extra_validators: Any = None) -> bool:
        self.take_what_the_city_tells()
        self.offer_readings()
        is_right = super().validate(extra_validators)
        if self.city_reading.errors and not self.timezone.data:
            self["timezone"].errors = []  # the city that they choose tells it
            return False
        return self.check_times() and is_right

    def validate_group(self, field: Any) -> None:
        campaign, group = self.campaign, field.row
        if campaign is None or group is None:
            return
        if group is not campaign.group and group not in campaign.backers:
            raise ValidationError(
                _("This group neither runs nor backs the campaign: choose another one.")
            )

    def values(self) -> dict[str, Any]:
        """Return columns and relationships, and the arguments of set_times."""
        columns = {k: v for k, v in super().values().items() if k not in _NOT_COLUMNS}
        return {
            **columns,
            **self.times(),
            **self.opening(self.timezone.data),
            **{each.column: each in (self.access.data or ()) for each in Access},
            "campaign": self.campaign,
            "action_day": self.action_day,
            "address_released_at": self._released_at,
        }

    @property
    def _released_at(self) -> datetime | None:
        """Of two readings of the clock the later one: it hides for longer."""
        wall = self.released.data
        if wall is None:
            return None
        return max(instant(wall, self.timezone.data, fold) for fold in (0, 1))

    def all_errors(self) -> list[tuple[Any, str]]:
        """Return the errors in the order of the page."""
        order = [name for _title, names in SECTIONS for name in names]
        return sorted(super().all_errors(), key=lambda each: order.index(each[0].name))


def answers_of(event: Event) -> dict[str, Any]:
    """Return what stands in the fields that are not columns of an event."""
    released = event.address_released_at
    return {
        **times_of(event),
        **opening_of(event),
        "part_of": Part(event.campaign, event.action_day).key,
        "released": released and wall_time(released, event.timezone),
    }
