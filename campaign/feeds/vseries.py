"""A series as one recurring entry of a calendar: a rule, and what differs from it.

The master says what most dates say. A date that says something else, or is at
another time, is a component of its own that takes the place of one of the rule's
(RECURRENCE-ID), and a slot without a public date is taken out (EXDATE).

All of it can be said only where every reader expands the rule to the same instants.
Where one might not, there is no such entry, and each date is told as an event.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from ..events.consensus import typical_date, words_of
from ..events.disclosure import EventView
from ..events.recurrence import Rhythm, rule, slots
from ..lib.walltime import instant
from . import timezones
from .site import Site
from .vevent import vevent, zone_of
from .wording import ENGLISH, Wording

_END: Final = b"END:VEVENT\r\n"


@dataclass(frozen=True)
class SeriesView:
    """A series as the public may see it: its rule, and its dates."""

    uid: UUID
    slug: str
    rhythm: str
    first_slot: datetime
    last_slot: datetime
    timezone: str
    is_all_day: bool
    created_at: datetime
    modified_at: datetime
    calendar_sequence: int
    #: Slots with their public, listed dates, by slot.
    dates: tuple[tuple[datetime, EventView], ...]

    def in_language(self, language: str) -> "SeriesView":
        """Return it with what its dates say in a language, as far as they do."""
        dates = ((slot, date.in_language(language)) for slot, date in self.dates)
        return replace(self, dates=tuple(dates))


@dataclass(frozen=True)
class _SeriesSite(Site):
    """The site for what stands for all dates: it leads to the page of all."""

    def event(self, slug: str) -> str:
        return self.series(slug)


def vseries(series: SeriesView, site: Site, wording: Wording = ENGLISH) -> bytes | None:
    """Return the VEVENTs of a series, or None where one rule cannot say it rightly.

    Raises ValueError as `vevent` does.
    """
    master = _master(series)
    if master is None:
        return None
    heading = _SeriesSite(site.url, site.name)
    parts = [_with(vevent(master, heading, wording), *_rule_lines(series))]
    for slot, date in series.dates:
        if not _is_as_told(date, slot, master, series):
            body = vevent(_of_series(date, series), site, wording)
            parts.append(_with(body, f"RECURRENCE-ID{_value(series, slot)}"))
    return b"".join(parts)


def zone_of_series(series: SeriesView) -> str | None:
    """Return the zone whose VTIMEZONE the VEVENTs need, None for dates and UTC."""
    return None if series.is_all_day or _is_utc(series) else series.timezone


def _master(series: SeriesView) -> EventView | None:
    """What stands at the first slot for all, whether or not there is a date."""
    spoken = typical_date(date for _slot, date in series.dates)
    if spoken is None or not _is_sayable(series):
        return None
    first, length = series.first_slot, _usual_length(series)
    zone = series.timezone
    master = replace(
        _of_series(spoken, series),
        slug=series.slug,
        starts_local=first,
        start_fold=0,
        ends_local=first + length,
        end_fold=0,
        starts_at=instant(first, zone),
        ends_at=instant(first + length, zone),
    )
    # Whoever repeats the length may count it on the wall or in hours gone by.
    is_plain = master.ends_at - master.starts_at == length
    has_zone = zone_of(master) == zone_of_series(series)
    return master if is_plain and has_zone else None


def _is_sayable(series: SeriesView) -> bool:
    """Whether readers expand the rule to the slots, and can place each date."""
    given = slots(Rhythm(series.rhythm), series.first_slot, series.last_slot)
    known = [slot for slot, _date in series.dates]
    if len(known) < 2 or given[:1] != [series.first_slot] or set(known) - set(given):
        return False
    if any(date.is_all_day != series.is_all_day for _slot, date in series.dates):
        return False
    if series.is_all_day or _is_utc(series):
        return True
    zones = {zone_of(date) for _slot, date in series.dates} - {None}
    return zones <= {series.timezone} and all(
        timezones.tells_rightly(series.timezone, slot) for slot in given
    )


def _is_utc(series: SeriesView) -> bool:
    return series.timezone == "UTC"


def _usual_length(series: SeriesView) -> timedelta:
    """How long most dates last by the clock on the wall, the shorter of equals."""
    lengths = Counter(date.ends_local - date.starts_local for _s, date in series.dates)
    return min(lengths, key=lambda length: (-lengths[length], length))


def _of_series(date: EventView, series: SeriesView) -> EventView:
    """A date under the identity of its series, with the stamps that all share."""
    return replace(
        date,
        uid=series.uid,
        created_at=series.created_at,
        modified_at=series.modified_at,
        calendar_sequence=series.calendar_sequence,
    )


def _is_as_told(
    date: EventView, slot: datetime, master: EventView, series: SeriesView
) -> bool:
    """Whether the rule alone says all that there is to say about a date."""
    zone, is_same = master.timezone, words_of(date) == words_of(master)
    length = master.ends_local - master.starts_local
    if master.is_all_day:
        return is_same and (date.starts_local, date.ends_local) == (slot, slot + length)
    begin = instant(slot, zone)
    told = begin, begin + length, instant(slot + length, zone)
    is_there = (date.starts_at, date.ends_at, date.ends_at) == told
    # Of an end that the clocks skip or repeat readers make different instants.
    is_clear = _is_utc(series) or timezones.tells_rightly(zone, slot + length)
    return is_same and is_there and is_clear and date.timezone == zone


def _rule_lines(series: SeriesView) -> list[str]:
    known = {slot for slot, _date in series.dates}
    # What lies behind the last public date is nobody's business yet.
    rhythm, last = Rhythm(series.rhythm), max(known)
    until = _in_utc(instant(last, series.timezone))
    if series.is_all_day:
        until = f"{last:%Y%m%d}"
    given = slots(rhythm, series.first_slot, last)
    dropped = [slot for slot in given if slot not in known]
    return [
        f"RRULE:{rule(rhythm, series.first_slot, until)}",
        *(f"EXDATE{_value(series, slot)}" for slot in dropped),
    ]


def _value(series: SeriesView, slot: datetime) -> str:
    """A slot in the form of the master's DTSTART, with its parameter."""
    if series.is_all_day:
        return f";VALUE=DATE:{slot:%Y%m%d}"
    if _is_utc(series):
        return f":{_in_utc(slot.replace(tzinfo=UTC))}"
    return f";TZID={series.timezone}:{slot:%Y%m%dT%H%M%S}"


def _in_utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _with(body: bytes, *lines: str) -> bytes:
    """Return a VEVENT with further lines, none of them long enough to be folded."""
    added = "".join(f"{line}\r\n" for line in lines)
    return body.removesuffix(_END) + added.encode("ascii") + _END
