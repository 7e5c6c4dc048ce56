"""A series as one recurring entry: its lines, and what parsers make of it."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import icalendar
import pytest
import recurring_ical_events
from feeds.samples import NOW, SITE, event_view, lines_of, read_with_ical_js
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from thorough import examples

from campaign.events.recurrence import Rhythm, first_slots, rhythms_of
from campaign.feeds import timezones
from campaign.feeds.vseries import SeriesView, vseries, zone_of_series
from campaign.lib.walltime import instant, wall_time

#: Tuesdays at 19:00; clocks in Berlin go forward on 29 March.
FIRST = datetime(2026, 3, 17, 19)


def series(
    first: datetime = FIRST,
    number: int = 4,
    rhythm: Rhythm = Rhythm.WEEKLY,
    timezone: str = "Europe/Berlin",
    is_all_day: bool = False,
    changes: dict[int, Any] | None = None,
) -> SeriesView:
    """Dates that say the same, but for those changed by number; None drops one."""
    given_slots = first_slots(rhythm, first, number)
    asked = {n: (changes or {}).get(n, {}) for n in range(len(given_slots))}
    return SeriesView(
        uid=UUID(int=7),
        slug="weekly-vigil",
        rhythm=rhythm.value,
        first_slot=given_slots[0],
        last_slot=given_slots[-1],
        timezone=timezone,
        is_all_day=is_all_day,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        modified_at=NOW,
        calendar_sequence=5,
        dates=tuple(
            (slot, view(number, slot, timezone, is_all_day, **asked[number]))
            for number, slot in enumerate(given_slots)
            if asked[number] is not None
        ),
    )


def view(
    number: int,
    slot: datetime,
    timezone: str,
    is_all_day: bool,
    later: timedelta = timedelta(0),
    hours: float = 2,
    **changes: Any,
) -> Any:
    """A date moved by `later`, at times that exist on its clock."""
    if is_all_day:  # dates, whatever the clocks do at midnight
        starts, ends = slot + later, slot + later + timedelta(days=1)
    else:
        starts = wall_time(instant(slot + later, timezone), timezone)
        end = instant(starts + timedelta(hours=hours), timezone)
        ends = wall_time(end, timezone)
    given_words = {"title": "Weekly vigil", "is_all_day": is_all_day, **changes}
    return event_view(number, starts, ends, timezone, **given_words)


def calendar(*all_series: SeriesView) -> bytes:
    zones = sorted({zone_of_series(s) for s in all_series} - {None}) or ["Etc/UTC"]
    bodies = [vseries(s, SITE) for s in all_series]
    assert None not in bodies
    return b"".join(
        (
            b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n",
            *(timezones.definition(zone) for zone in zones),
            *bodies,
            b"END:VCALENDAR\r\n",
        )
    )


Occurrences = Counter[tuple[str, datetime, datetime, str]]


def by_recurring_ical_events(body: bytes) -> Occurrences:
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(body))
    return Counter(
        (str(e["UID"]), utc(e["DTSTART"].dt), utc(e["DTEND"].dt), str(e["SUMMARY"]))
        for e in query.between(datetime(2024, 1, 1), datetime(2036, 1, 1))
    )


def by_ical_js(body: bytes) -> Occurrences:
    return Counter(
        (e["uid"], utc(e["start"]), utc(e["end"]), e["summary"])
        for e in read_with_ical_js(body)
    )


def utc(moment: Any) -> datetime:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is None:  # a date
        assert moment.time() == time()
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def rows(shown: SeriesView) -> Occurrences:
    """What the dates themselves say."""
    return Counter(
        (SITE.uid(shown.uid), *moments(each), words(each))
        for _slot, each in shown.dates
    )


def moments(each: Any) -> tuple[datetime, datetime]:
    if each.is_all_day:
        return each.starts_local.replace(tzinfo=UTC), each.ends_local.replace(
            tzinfo=UTC
        )
    return each.starts_at, each.ends_at


def words(each: Any) -> str:
    return f"CANCELLED: {each.title}" if each.is_cancelled else each.title


READERS = (by_recurring_ical_events, by_ical_js)


def components(shown: SeriesView) -> list[list[str]]:
    body = vseries(shown, SITE)
    assert body is not None
    parts = body.split(b"BEGIN:VEVENT\r\n")[1:]
    return [lines_of(part) for part in parts]


def test_a_regular_series_is_one_component_with_its_rule():
    (master,) = components(series())
    assert "DTSTART;TZID=Europe/Berlin:20260317T190000" in master
    assert "DTEND;TZID=Europe/Berlin:20260317T210000" in master
    # The clocks have gone forward by then: 19:00 is 17:00 in UTC.
    assert "RRULE:FREQ=WEEKLY;UNTIL=20260407T170000Z;BYDAY=TU" in master
    assert "UID:00000000-0000-0000-0000-000000000007@act.example.org" in master
    assert "URL:https://act.example.org/series/weekly-vigil" in master
    assert not [line for line in master if line.startswith(("EXDATE", "RECURRENCE"))]


def test_its_sign_up_address_leads_to_the_page_of_all_dates():
    (master,) = components(series())
    (words,) = [line for line in master if line.startswith("DESCRIPTION")]
    assert "Sign up: https://act.example.org/series/weekly-vigil" in words
    assert "/events/" not in words


@pytest.mark.parametrize(
    ("rhythm", "first", "rule"),
    [
        (
            Rhythm.FORTNIGHTLY,
            FIRST,
            "WEEKLY;UNTIL=20260331T170000Z;INTERVAL=2;BYDAY=TU",
        ),
        (
            Rhythm.MONTHLY_DATE,
            datetime(2026, 1, 31, 19),
            "MONTHLY;UNTIL=20260331T170000Z;BYMONTHDAY=31",
        ),
        (
            Rhythm.MONTHLY_LAST_DAY,
            datetime(2026, 1, 31, 19),
            "MONTHLY;UNTIL=20260228T180000Z;BYMONTHDAY=-1",
        ),
        (Rhythm.MONTHLY_WEEKDAY, FIRST, "MONTHLY;UNTIL=20260421T170000Z;BYDAY=3TU"),
        (
            Rhythm.MONTHLY_LAST_WEEKDAY,
            datetime(2026, 3, 31, 19),
            "MONTHLY;UNTIL=20260428T170000Z;BYDAY=-1TU",
        ),
    ],
)
def test_each_rhythm_has_its_rule(rhythm, first, rule):
    (master,) = components(series(first, 2, rhythm))
    assert f"RRULE:FREQ={rule}" in master


def test_whole_days_repeat_as_dates():
    shown = series(datetime(2026, 3, 17), is_all_day=True, changes={1: None, 2: LATER})
    master, moved = components(shown)
    assert "DTSTART;VALUE=DATE:20260317" in master
    assert "RRULE:FREQ=WEEKLY;UNTIL=20260407;BYDAY=TU" in master
    assert "EXDATE;VALUE=DATE:20260324" in master
    assert "RECURRENCE-ID;VALUE=DATE:20260331" in moved
    assert "DTSTART;VALUE=DATE:20260401" in moved


LATER = {"later": timedelta(days=1)}


def test_a_dropped_date_is_taken_out_in_the_form_of_the_start():
    (master,) = components(series(changes={1: None}))
    assert "EXDATE;TZID=Europe/Berlin:20260324T190000" in master


def test_a_moved_date_takes_the_place_of_its_slot_and_has_its_own_address():
    _master, moved = components(series(changes={2: LATER}))
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20260331T190000" in moved
    assert "DTSTART;TZID=Europe/Berlin:20260401T190000" in moved
    assert "URL:https://act.example.org/events/vigil-2" in moved


@pytest.mark.parametrize(
    "change",
    [
        {"title": "With music"},
        {"state": "cancelled"},
        {"hours": 3},
        {"state": "postponed"},
    ],
)
def test_a_date_that_says_something_else_is_a_component_of_its_own(change):
    master, other = components(series(changes={2: change}))
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20260331T190000" in other
    assert "STATUS:CONFIRMED" in master
    assert "SUMMARY:Weekly vigil" in master


def test_all_components_bear_the_stamps_of_the_series():
    for lines in components(series(changes={1: LATER, 2: {"title": "With music"}})):
        assert "UID:00000000-0000-0000-0000-000000000007@act.example.org" in lines
        assert "DTSTAMP:20260601T120000Z" in lines
        assert "LAST-MODIFIED:20260601T120000Z" in lines
        assert "CREATED:20260101T000000Z" in lines
        assert "SEQUENCE:5" in lines


def test_the_series_says_what_most_of_its_dates_say_and_of_equals_the_earliest():
    music = {"title": "With music"}
    most = components(series(changes={0: music, 2: music, 3: music}))
    assert "SUMMARY:With music" in most[0]
    assert len(most) == 2
    tie = components(series(changes={1: music, 2: music}))
    assert "SUMMARY:Weekly vigil" in tie[0]


def test_the_series_is_cancelled_only_if_all_its_dates_are():
    off = {"state": "cancelled"}
    mostly = components(series(changes={0: off, 1: off, 2: off}))
    assert "STATUS:CONFIRMED" in mostly[0]
    assert len(mostly) == 4
    (all_of_it,) = components(series(changes=dict.fromkeys(range(4), off)))
    assert "STATUS:CANCELLED" in all_of_it


def test_places_that_are_taken_change_nothing():
    counted = {"capacity": 9, "places_left": 0, "total_accepted": 20}
    full = series(changes={1: counted})
    assert vseries(full, SITE) == vseries(series(), SITE)


def test_a_series_in_utc_repeats_in_utc():
    shown = series(timezone="UTC", changes={1: None, 2: LATER})
    master, moved = components(shown)
    assert zone_of_series(shown) is None
    assert "DTSTART:20260317T190000Z" in master
    assert "RRULE:FREQ=WEEKLY;UNTIL=20260407T190000Z;BYDAY=TU" in master
    assert "EXDATE:20260324T190000Z" in master
    assert "RECURRENCE-ID:20260331T190000Z" in moved


@pytest.mark.parametrize(
    "shown",
    [
        series(changes={0: None, 1: None, 2: None}),
        series(timezone="Africa/Cairo"),
        series(timezone="Asia/Jerusalem"),
        # 02:30 is skipped on 29 March, and happens twice on 25 October.
        series(datetime(2026, 3, 22, 2, 30), 2),
        series(datetime(2026, 10, 18, 2, 30), 2),
        # Of the first date, three hours on the wall are two that go by.
        series(
            datetime(2026, 3, 29, 1, 0), changes={n: {"hours": 3} for n in range(4)}
        ),
    ],
    ids=[
        "one date",
        "no rule of its zone",
        "no rule for readers",
        "in a gap",
        "twice",
        "a first date cut short",
    ],
)
def test_what_one_rule_cannot_say_rightly_is_no_entry(shown):
    assert vseries(shown, SITE) is None


def test_a_date_of_another_zone_or_without_hours_makes_it_no_entry():
    shown = series()
    slot, last = shown.dates[-1]
    elsewhere = event_view(9, slot, timezone="Asia/Tokyo")
    whole_day = replace(last, is_all_day=True)
    for odd in (elsewhere, whole_day):
        dates = (*shown.dates[:-1], (slot, odd))
        assert vseries(replace(shown, dates=dates), SITE) is None


def test_a_date_that_no_slot_is_for_makes_it_no_entry():
    shown = series()
    _slot, last = shown.dates[-1]
    dates = (*shown.dates[:-1], (FIRST + timedelta(days=1), last))
    assert vseries(replace(shown, dates=dates), SITE) is None


def test_two_processes_write_the_same_bytes():
    code = (
        "from feeds.test_vseries import *;"
        "import sys;"
        "sys.stdout.buffer.write(calendar(series(changes=MANY)))"
    )
    written = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "tests"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert written == {calendar(series(changes=MANY))}


MANY = {0: {"title": "A"}, 1: {"title": "B"}, 2: {"title": "C"}, 3: None}


# What parsers make of it

ZONES = (
    "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns",
    "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kolkata",
    "Pacific/Auckland", "America/Sao_Paulo", "UTC", "America/Havana",
)  # fmt: skip
#: What may happen to a date; most dates are left as they are.
fates = st.one_of(
    st.just({}),
    st.just({}),
    st.none(),
    st.sampled_from(
        (
            {"state": "cancelled"},
            {"title": "With music"},
            {"hours": 3.5},
            {"state": "cancelled", "later": timedelta(days=2)},
        )
    ),
    st.integers(-200, 200).map(lambda h: {"later": timedelta(hours=h)}),
)


@st.composite
def any_series(draw: Any) -> dict[str, Any]:
    """What `series` makes one of."""
    is_all_day = draw(st.booleans()) and draw(st.booleans())
    # Of two years: both changes of the clocks, and a 29 February.
    day = draw(st.dates(date(2026, 3, 1), date(2028, 2, 29)))
    minutes = 0 if is_all_day else draw(st.integers(0, 95)) * 15
    first = datetime.combine(day, time()) + timedelta(minutes=minutes)
    number = draw(st.integers(2, 40))
    changes = {n: draw(fates) for n in range(min(number, 8))}
    if is_all_day:
        changes = {n: whole_days(change) for n, change in changes.items()}
    return {
        "first": first,
        "number": number,
        "rhythm": draw(st.sampled_from(rhythms_of(first))),
        "timezone": draw(st.sampled_from(ZONES)),
        "is_all_day": is_all_day,
        "changes": changes,
    }


def whole_days(change: Any) -> Any:
    if change is None or "later" not in change:
        return change
    return {**change, "later": timedelta(days=change["later"].days)}


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck)
)
@given(st.lists(any_series(), min_size=1, max_size=6))
def test_every_parser_finds_each_date_at_its_instant(asked: list[Any]) -> None:
    many = [replace(series(**each), uid=UUID(int=n)) for n, each in enumerate(asked)]
    told = [each for each in many if vseries(each, SITE) is not None]
    assume(told)
    body = calendar(*told)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    expected = sum((rows(each) for each in told), Counter())
    for reader in READERS:
        assert reader(body) == expected, reader.__name__


def test_it_ends_with_its_last_public_date() -> None:
    """What is planned after that, or was, is nobody's business."""
    body = calendar(series(number=6, changes={4: None, 5: None}))
    assert b"UNTIL=20260407T170000Z" in body
    assert b"EXDATE" not in body


def test_a_date_whose_end_the_clocks_skip_is_told_apart() -> None:
    """From midnight to two: in New York there is no two o'clock on 8 March."""
    shown = series(datetime(2026, 3, 1), 3, timezone="America/New_York")
    body = calendar(shown)
    assert body.count(b"RECURRENCE-ID") == 1
    for reader in READERS:
        assert reader(body) == rows(shown), reader.__name__


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("rhythm", Rhythm)
def test_no_usual_series_needs_to_be_told_date_by_date(zone: str, rhythm: Rhythm):
    first = (
        datetime(2027, 2, 23, 19) if "weekday" in rhythm else datetime(2027, 1, 31, 9)
    )
    shown = series(first, 20, rhythm, zone)
    body = calendar(shown)
    assert body.count(b"BEGIN:VEVENT") == 1
    assert by_recurring_ical_events(body) == rows(shown)
