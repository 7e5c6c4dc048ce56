"""When an event is, by the clock of its own town.

A time that this clock skips, or shows twice, is explained and asked about: which
hour people meet at is nothing to guess.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import get_timezone_name
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from ...forms import Form
from ...language import (
    clock_words,
    day_words,
    language,
    moment_words,
    offset_words,
    zone_city,
)
from ...lib.walltime import NoSuchTime, TimeHappensTwice, check_wall_time, instant
from ...places.words import REGIONS
from ...places.zones import UTC, zones_by_region
from ...publishing.forms.fields import Answered, ChoiceField, ClockField, DayField
from ..models import Event

_DAY = timedelta(days=1)


def zone_choices() -> list[SelectChoice]:
    """Return the zones, grouped by region, in the reader's language."""
    choices = [
        SelectChoice("", _("Choose the zone of its city")),
        SelectChoice(UTC, _("UTC, for events online")),
    ]
    for region, zones in zones_by_region(language()).items():
        name = str(REGIONS.get(region, region))
        choices += [SelectChoice(zone, city, optgroup=name) for zone, city in zones]
    return choices


def _reading_field(label: Any) -> RadioField:
    """Which of two: it has choices only while its time happens twice."""
    return RadioField(label, validate_choice=False)


class TimesForm(Form):
    """The part of an event's form that is about its times."""

    first_day = DayField(
        _l("Day"),
        [Optional()],
        description=_l("Leave it empty to take the date of the action day."),
    )
    starts = ClockField(_l("Starts at"), [Optional()])
    start_reading = _reading_field(_l("Which start do you mean?"))
    last_day = DayField(
        _l("Last day"),
        [Optional()],
        description=_l("Only if it ends on another day."),
    )
    ends = ClockField(_l("Ends at"), [Optional()])
    end_reading = _reading_field(_l("Which end do you mean?"))
    is_all_day = BooleanField(_l("All day, without times"))
    timezone = ChoiceField(
        _l("Time zone"),
        [Answered(_l("Choose the time zone of its city."))],
        description=_l("Leave it empty to take that of its city."),
        choices=zone_choices,
    )

    @property
    def default_day(self) -> date | None:
        """The day where none is entered."""
        return None

    def times(self) -> dict[str, Any]:
        """Return the arguments of Event.set_times; after the form was validated."""
        return {
            "starts_local": self._start,
            "ends_local": self._end,
            "timezone": self.timezone.data,
            "start_fold": _chosen(self.start_reading) or 0,
            "end_fold": _chosen(self.end_reading) or 0,
            "is_all_day": self.is_all_day.data,
        }

    def offer_readings(self) -> None:
        """Let the person choose where the clock shows a time twice."""
        for wall, reading in (
            (self._start, self.start_reading),
            (self._end, self.end_reading),
        ):
            reading.choices = self._readings(wall)

    def check_times(self) -> bool:
        """Return whether the times make sense; else say at the fields what to do."""
        if any(self[name].errors for name in ("first_day", "last_day", "timezone")):
            return False
        if self._first_day is None:
            self.refuse("first_day", _("Enter the day, or choose an action day."))
            return False
        if self.last_day.data is not None and self.last_day.data < self._first_day:
            self.refuse("last_day", _("The last day comes before the first one."))
            return False
        are_read = self.is_all_day.data or all(
            [self._check_clock("starts"), self._check_clock("ends")]
        )
        return are_read and self._check_order()

    @property
    def _first_day(self) -> date | None:
        return self.first_day.data or self.default_day

    @property
    def _start(self) -> datetime | None:
        start = time() if self.is_all_day.data else self.starts.data
        return _moment(self._first_day, start)

    @property
    def _end(self) -> datetime | None:
        day = self.last_day.data or self._first_day
        if not self.is_all_day.data:
            return _moment(day, self.ends.data)
        return _moment(day + _DAY, time()) if day is not None else None

    def _readings(self, wall: datetime | None) -> list[SelectChoice]:
        """The two instants of a time that happens twice, else nothing."""
        zone = self.timezone.data
        if wall is None or self.is_all_day.data or not self._has_zone:
            return []
        try:
            check_wall_time(wall, zone, None)
        except TimeHappensTwice as twice:
            labels = (
                _("The first: %(time)s", time=_zoned(twice.first)),
                _("The second: %(time)s", time=_zoned(twice.second)),
            )
            return [
                SelectChoice(_reading(fold, wall, zone), label)
                for fold, label in enumerate(labels)
            ]
        except NoSuchTime:
            pass
        return []

    @property
    def _has_zone(self) -> bool:
        known = {choice.value for choice in self.timezone.iter_choices()}
        return bool(self.timezone.data) and self.timezone.data in known

    def _check_clock(self, name: str) -> bool:
        """Check that a time is there, exists, and is one instant."""
        if self[name].errors:
            return False
        wall = self._start if name == "starts" else self._end
        if wall is None:
            self.refuse(name, _("Enter the time, or choose “All day”."))
            return False
        reading = self.start_reading if name == "starts" else self.end_reading
        try:
            check_wall_time(wall, self.timezone.data, _chosen(reading))
        except NoSuchTime as gap:
            self.refuse(name, _gap_words(wall, self.timezone.data, gap))
        except TimeHappensTwice:
            self.refuse(reading.name, _twice_words(wall, self.timezone.data))
        return not self[name].errors and not reading.errors

    def _check_order(self) -> bool:
        times = self.times()
        zone, start, end = times["timezone"], times["starts_local"], times["ends_local"]
        starts_at = instant(start, zone, times["start_fold"])
        if starts_at <= instant(end, zone, times["end_fold"]):
            return True
        if self.last_day.data is None and end < start:
            self.refuse("last_day", _past_midnight_words(start, end))
        else:
            self.refuse("ends", _("It ends before it starts: change one of the times."))
        return False


def times_of(event: Event) -> dict[str, Any]:
    """Return what stands in the fields for the times of an event."""
    last = event.ends_local.date() - (_DAY if event.is_all_day else timedelta())
    is_one_day = last == event.starts_local.date()
    return {
        "first_day": event.starts_local.date(),
        "starts": None if event.is_all_day else event.starts_local.time(),
        "start_reading": _reading(event.start_fold, event.starts_local, event.timezone),
        "last_day": None if is_one_day else last,
        "ends": None if event.is_all_day else event.ends_local.time(),
        "end_reading": _reading(event.end_fold, event.ends_local, event.timezone),
    }


def _moment(day: date | None, clock: time | None) -> datetime | None:
    if day is None or clock is None:
        return None
    return datetime.combine(day, clock)


def _reading(fold: int, wall: datetime, zone: str) -> str:
    """One of two readings, with what it reads: it answers for no other time."""
    return f"{fold}@{wall.isoformat(timespec='minutes')} {zone}"


def _chosen(reading: Any) -> int | None:
    """Return the fold that was sent, if it is one of those offered, else None."""
    # Not `data`: where nothing is sent, that is what is stored.
    sent = "".join(reading.raw_data or ())
    offered = [choice.value for choice in reading.choices or ()]
    return offered.index(sent) if sent in offered else None


def _zoned(moment: datetime) -> str:
    name = get_timezone_name(moment, width="long", locale=get_locale())
    return f"{name}, {offset_words(moment)}"


def _gap_words(wall: datetime, zone: str, gap: NoSuchTime) -> str:
    # Some clocks go forward at midnight: then the times alone would mislead.
    crosses = gap.before.date() != gap.after.date()
    words = moment_words if crosses else clock_words
    return str(
        _(
            "On %(day)s clocks in %(city)s go forward from %(from_)s to %(to)s, so "
            "%(time)s does not exist. Choose %(before)s or earlier, or %(to)s or "
            "later.",
            day=day_words(wall.date()),
            city=zone_city(zone),
            from_=words(gap.before + timedelta(minutes=1)),
            to=words(gap.after),
            time=clock_words(wall),
            before=words(gap.before),
        )
    )


def _twice_words(wall: datetime, zone: str) -> str:
    return str(
        _(
            "%(time)s happens twice on %(day)s, because clocks in %(city)s go back. "
            "Choose the first or the second.",
            time=clock_words(wall),
            day=day_words(wall.date()),
            city=zone_city(zone),
        )
    )


def _past_midnight_words(start: datetime, end: datetime) -> str:
    return str(
        _(
            "From %(start)s to %(end)s of the same day time would run backwards. If it "
            "goes on past midnight, enter %(day)s as its last day.",
            start=clock_words(start),
            end=clock_words(end),
            day=day_words(start.date() + _DAY),
        )
    )
