"""The time zones that calendars carry, read back by parsers that are not ours."""

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from feeds.clocks import ZONES, changes
from feeds.samples import lines_of, read_with_ical_js

from campaign.feeds import timezones

YEARS = range(2024, 2033)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("parser", ["dateutil", "ical.js"])
def test_every_local_time_that_we_write_is_read_back_as_its_instant(
    parser: str,
) -> None:
    read = {"dateutil": read_by_dateutil, "ical.js": read_by_ical_js}[parser]
    told = told_walls()
    wrong = [
        (zone, wall, found)
        for (zone, wall), found in zip(told, read(told), strict=True)
        if found != wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    ]
    assert wrong == []


def test_most_times_are_told_in_their_own_zone() -> None:
    # Without this the test above would pass if all were written in UTC.
    told = {zone for zone, _wall in told_walls()}
    assert {"Europe/Berlin", "America/New_York", "Australia/Sydney"} <= told
    assert {"Asia/Kolkata", "Europe/Dublin", "Antarctica/Troll", "Asia/Beirut"} <= told
    assert len(told) > 0.95 * len(ZONES)


@pytest.mark.parametrize("zone", ["Africa/Cairo", "America/Nuuk", "Asia/Jerusalem"])
def test_a_rule_that_names_a_neighbouring_day_is_not_used(zone: str) -> None:
    assert not timezones.tells_rightly(zone, datetime(2026, 6, 1, 12))
    with pytest.raises(LookupError):
        timezones.definition(zone)


@pytest.mark.parametrize("fold", [0, 1])
def test_neither_reading_of_a_repeated_hour_is_told_in_its_zone(fold: int) -> None:
    repeated = datetime(2026, 10, 25, 2, 30)
    assert not timezones.tells_rightly("Europe/Berlin", repeated, fold)
    assert timezones.tells_rightly("Europe/Berlin", repeated + HOUR)


def test_a_skipped_hour_is_not_told_in_its_zone() -> None:
    skipped = datetime(2026, 3, 29, 2, 30)
    assert not timezones.tells_rightly("Europe/Berlin", skipped)
    assert timezones.tells_rightly("Europe/Berlin", skipped + HOUR)


def test_a_time_before_todays_rule_is_not_told_in_its_zone() -> None:
    # The USA changed their clocks in April until 2006.
    assert not timezones.tells_rightly("America/New_York", datetime(2006, 3, 25, 12))
    assert timezones.tells_rightly("America/New_York", datetime(2007, 3, 25, 12))


@pytest.mark.parametrize(
    "zone", ["", "Nowhere/Town", "../zoneinfo/Europe/Berlin", "UTC"]
)
def test_what_is_no_zone_is_not_told(zone: str) -> None:
    assert not timezones.tells_rightly(zone, datetime(2026, 6, 1, 12))


def test_summer_is_daylight_and_has_one_rule_even_in_dublin() -> None:
    lines = lines_of(timezones.definition("Europe/Dublin"))
    summer = lines[lines.index("BEGIN:DAYLIGHT") : lines.index("END:DAYLIGHT")]
    assert "TZOFFSETTO:+0100" in summer
    assert "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU" in summer
    assert not any(line.startswith("RDATE") for line in lines)
    assert sum(line.startswith("RRULE") for line in lines) == 2


def test_a_zone_without_summer_time_has_one_observance_without_a_rule() -> None:
    lines = lines_of(timezones.definition("Asia/Kolkata"))
    assert lines.count("BEGIN:STANDARD") == 1
    assert "TZOFFSETTO:+0530" in lines
    assert not any("DAYLIGHT" in line or "RRULE" in line for line in lines)


@cache
def told_walls() -> list[tuple[str, datetime]]:
    """Wall times round every change of every zone's clock, and in mid-season."""
    return [
        (zone, wall)
        for zone in ZONES
        for wall in interesting_walls(zone)
        if timezones.tells_rightly(zone, wall)
    ]


def interesting_walls(zone: str) -> list[datetime]:
    walls = [datetime(2026, month, 15, 12) for month in (1, 7)]
    for change in changes(zone, YEARS):
        for hours in (-26, -3, -2, -1, 0, 1, 2, 3, 26):
            walls.append(change + hours * HOUR - timedelta(minutes=30))
            walls.append(change + hours * HOUR)
    return walls


def read_by_dateutil(told: list[tuple[str, datetime]]) -> list[datetime]:
    @cache
    def zone_of(name: str):
        text = f"BEGIN:VCALENDAR\r\n{timezones.definition(name).decode()}END:VCALENDAR"
        return tzical(io.StringIO(text)).get(name)

    return [w.replace(tzinfo=zone_of(zone)).astimezone(UTC) for zone, w in told]


def read_by_ical_js(told: list[tuple[str, datetime]]) -> list[datetime]:
    calendars = []
    for zone, pairs in groupby(told, key=itemgetter(0)):
        calendars += ["BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n"]
        calendars += [timezones.definition(zone).decode()]
        for _zone, wall in pairs:
            time = f";TZID={zone}:{wall:%Y%m%dT%H%M%S}\r\n"
            calendars += [f"BEGIN:VEVENT\r\nDTSTART{time}DTEND{time}END:VEVENT\r\n"]
        calendars += ["END:VCALENDAR\r\n"]
    events = read_with_ical_js("".join(calendars).encode())
    return [datetime.fromisoformat(event["start"]) for event in events]
