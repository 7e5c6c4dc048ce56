"""The bytes of calendars: one test for each promise about them."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

import icalendar
import pytest
from feeds.samples import (
    FEED,
    NOW,
    SITE,
    calendar,
    day_view,
    event_view,
    lines_of,
    link,
    listed,
)

from campaign.events.disclosure import Link, Place
from campaign.feeds import ical
from campaign.feeds.ical import single
from campaign.feeds.site import Feed
from campaign.feeds.vevent import Entry, NotAnAddress, vevent


def entry_lines(entry: Entry) -> list[str]:
    return lines_of(vevent(entry, SITE))


def value(lines: list[str], name: str) -> str:
    """The one line of a property, without the name."""
    found = [x for x in lines if x.startswith((f"{name}:", f"{name};"))]
    assert len(found) == 1, (name, found)
    return found[0].removeprefix(name).removeprefix(":")


# What breaks with the obvious code


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    program = (
        "from feeds.samples import *\n"
        "from campaign.feeds.atom import atom\n"
        "zones = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Africa/Cairo']\n"
        "views = [event_view(n, timezone=z, articles=(link(1), link(2)))\n"
        "         for n, z in enumerate(zones)]\n"
        "import sys\n"
        "sys.stdout.buffer.write(calendar(FEED, [day_view(), *views], SITE, NOW))\n"
        "sys.stdout.buffer.write(atom(FEED, views, SITE))\n"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    written = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(written) == 1
    assert b"Vigil" in written.pop()


def test_the_calendar_itself_has_no_uid_no_method_and_nobody_in_it() -> None:
    lines = lines_of(calendar(FEED, [event_view(), day_view()], SITE, NOW))
    head = lines[: lines.index("BEGIN:VTIMEZONE")]
    assert not any(line.startswith("UID") for line in head)
    for name in ("METHOD", "ORGANIZER", "ATTENDEE", "BEGIN:VALARM"):
        assert not any(line.startswith(name) for line in lines)


def test_the_stamps_are_of_the_change_and_not_of_now() -> None:
    changed = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    lines = entry_lines(event_view(modified_at=changed, calendar_sequence=4))
    assert value(lines, "DTSTAMP") == "20260304T050607Z"
    assert value(lines, "LAST-MODIFIED") == "20260304T050607Z"
    assert value(lines, "CREATED") == "20260102T030405Z"
    assert value(lines, "SEQUENCE") == "4"


def test_names_are_escaped_and_lose_their_line_ends() -> None:
    feed = Feed("Peace,\r\nnow; \\N", "/", "/calendar", "One,\ntwo; three")
    lines = lines_of(calendar(feed, [], SITE, NOW))
    assert value(lines, "NAME") == "Peace\\, now\\; \\\\N"
    assert value(lines, "X-WR-CALNAME") == value(lines, "NAME")
    assert value(lines, "DESCRIPTION") == "One\\,\\ntwo\\; three"
    assert value(lines, "X-WR-CALDESC") == value(lines, "DESCRIPTION")


def test_a_typed_backslash_and_capital_n_is_no_end_of_line() -> None:
    event = icalendar.Event.from_ical(vevent(event_view(title="C:\\News"), SITE))
    assert value(entry_lines(event_view(title="C:\\News")), "SUMMARY") == "C:\\\\News"
    assert event["SUMMARY"] == "C:\\News"


def test_an_address_with_an_end_of_line_is_not_written() -> None:
    place = Place(online_url="https://meet.example/\r\nATTENDEE:mailto:x@example.org")
    with pytest.raises(NotAnAddress):
        vevent(event_view(1, place=place, attendance="online"), SITE)


# The calendar


def test_the_head_says_what_the_calendar_is_and_when_to_ask_again() -> None:
    feed = Feed("Open Doors", "/campaigns/x", "/campaigns/x", "Why", accent="#d81b60")
    lines = lines_of(calendar(feed, [event_view()], SITE, NOW))
    assert lines[:4] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{ical.PRODID}",
        "CALSCALE:GREGORIAN",
    ]
    assert "URL:https://act.example.org/campaigns/x" in lines
    assert "SOURCE;VALUE=URI:https://act.example.org/campaigns/x.ics" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "X-PUBLISHED-TTL:PT1H" in lines
    assert "COLOR:crimson" in lines
    assert "LAST-MODIFIED:20260203T040506Z" in lines


def test_the_order_of_what_was_asked_changes_no_byte() -> None:
    asked = (("country", "GB"), ("q", "peace & quiet"))
    one, other = (
        calendar(Feed("x", "/events", "/events", query=q), [], SITE, NOW)
        for q in (asked, asked[::-1])
    )
    assert one == other
    source = "SOURCE;VALUE=URI:https://act.example.org/events.ics"
    assert f"{source}?country=GB&q=peace+%26+quiet" in lines_of(one)


def test_a_calendars_own_zone_is_told_only_where_all_events_share_it() -> None:
    berlin, tokyo = event_view(1), event_view(2, timezone="Asia/Tokyo")
    shared = lines_of(calendar(FEED, [berlin, day_view()], SITE, NOW))
    mixed = lines_of(calendar(FEED, [berlin, tokyo], SITE, NOW))
    assert value(shared, "X-WR-TIMEZONE") == "Europe/Berlin"
    assert not any(line.startswith("X-WR-TIMEZONE") for line in mixed)


def test_time_zones_are_sorted_once_each_and_before_the_events() -> None:
    zones = ("Europe/Berlin", "Asia/Tokyo", "America/New_York", "Asia/Tokyo")
    views = [event_view(n, timezone=zone) for n, zone in enumerate(zones)]
    lines = lines_of(calendar(FEED, views, SITE, NOW))
    told = [line for line in lines if line.startswith("TZID:")]
    assert told == ["TZID:America/New_York", "TZID:Asia/Tokyo", "TZID:Europe/Berlin"]
    last_zone = max(i for i, x in enumerate(lines) if x == "END:VTIMEZONE")
    assert last_zone < lines.index("BEGIN:VEVENT")


def test_an_empty_calendar_still_has_a_component() -> None:
    lines = lines_of(calendar(FEED, [], SITE, NOW))
    assert lines.count("BEGIN:VTIMEZONE") == 1
    assert "BEGIN:VEVENT" not in lines
    assert lines[-1] == "END:VCALENDAR"


# The event


def test_its_uid_is_the_same_in_every_feed() -> None:
    view = event_view()
    uid = f"UID:{view.uid}@act.example.org"
    whole = calendar(FEED, [view, day_view()], SITE, NOW)
    assert uid in lines_of(whole)
    assert uid in lines_of(single(FEED, listed(view), SITE))
    assert vevent(view, SITE) in whole


def test_its_times_are_local_with_their_zone() -> None:
    lines = entry_lines(event_view())
    assert value(lines, "DTSTART") == ";TZID=Europe/Berlin:20260620T180000"
    assert value(lines, "DTEND") == ";TZID=Europe/Berlin:20260620T200000"


@pytest.mark.parametrize(
    ("zone", "wall", "fold", "start"),
    [
        ("Africa/Cairo", datetime(2026, 6, 20, 18), 0, "20260620T150000Z"),
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), 0, "20261025T003000Z"),
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), 1, "20261025T013000Z"),
        ("UTC", datetime(2026, 6, 20, 18), 0, "20260620T180000Z"),
    ],
)
def test_what_no_rule_tells_rightly_is_in_utc(
    zone: str, wall: datetime, fold: int, start: str
) -> None:
    view = event_view(timezone=zone, starts_local=wall, start_fold=fold)
    lines = entry_lines(view)
    assert value(lines, "DTSTART") == start
    assert value(lines, "DTEND").endswith("Z")


def test_an_all_day_event_is_dates_with_an_exclusive_end() -> None:
    view = event_view(
        starts_local=datetime(2026, 6, 20),
        ends_local=datetime(2026, 6, 22),
        is_all_day=True,
    )
    lines = entry_lines(view)
    assert value(lines, "DTSTART") == ";VALUE=DATE:20260620"
    assert value(lines, "DTEND") == ";VALUE=DATE:20260622"


def test_an_event_without_length_still_ends_later() -> None:
    moment = datetime(2026, 6, 20, 18)
    lines = entry_lines(event_view(starts_local=moment, ends_local=moment))
    assert value(lines, "DTEND") == ";TZID=Europe/Berlin:20260620T180100"


def test_an_action_day_is_an_all_day_event_of_its_own() -> None:
    lines = entry_lines(day_view())
    assert value(lines, "DTSTART") == ";VALUE=DATE:20260620"
    assert value(lines, "DTEND") == ";VALUE=DATE:20260622"
    assert value(lines, "URL") == "https://act.example.org/action-days/global-day"
    assert not any(line.startswith("RELATED-TO") for line in lines)


def test_an_event_names_its_action_day_as_its_parent() -> None:
    day = day_view()
    lines = entry_lines(event_view(action_day=Link(day.title, day.slug, day.uid)))
    parent = f";RELTYPE=PARENT:{day.uid}@act.example.org"
    assert value(lines, "RELATED-TO") == parent


def test_the_title_and_the_place_are_one_line_of_at_most_255_characters() -> None:
    place = Place("V" * 300, "Street\n1", "Berlin", "", "", "DE")
    event = icalendar.Event.from_ical(
        vevent(event_view(title="A\r\nB " + "t" * 300, place=place), SITE)
    )
    for name in ("SUMMARY", "LOCATION"):
        assert len(event[name]) == 255
        assert event[name].endswith("…")
        assert "\n" not in event[name]


def test_the_place_is_told_in_the_ways_that_apps_know() -> None:
    place = Place("Town hall", "1 Square", "Berlin", "", "10178", "DE", 52.5, 13.4)
    lines = entry_lines(event_view(place=place))
    words = "Town hall\\, 1 Square\\, 10178 Berlin\\, Germany"
    assert value(lines, "LOCATION") == words
    assert value(lines, "GEO") == "52.5;13.4"
    apple = value(lines, "X-APPLE-STRUCTURED-LOCATION")
    assert apple.startswith(";VALUE=URI;")
    assert apple.endswith(":geo:52.5,13.4")
    assert 'X-TITLE="Town hall, 1 Square, 10178 Berlin, Germany"' in apple


def test_a_withheld_address_is_promised_and_not_told() -> None:
    place = Place(locality="Berlin", country="DE", is_withheld=True)
    lines = entry_lines(event_view(place=place))
    location = value(lines, "LOCATION")
    assert location == "Berlin\\, Germany (Address after sign-up)"
    assert "\\n\\nAddress after sign-up" in value(lines, "DESCRIPTION")
    assert not any(line.startswith(("GEO", "X-APPLE")) for line in lines)


def test_an_online_event_shows_its_address_only_where_the_view_does() -> None:
    shown = Place(online_url="https://meet.example/room")
    lines = entry_lines(event_view(attendance="online", place=shown))
    conference = value(lines, "CONFERENCE")
    assert conference == ";LABEL=Join online;VALUE=URI:https://meet.example/room"
    assert value(lines, "LOCATION") == "Online"
    withheld = event_view(attendance="online", place=Place(is_withheld=True))
    lines = entry_lines(withheld)
    assert not any(line.startswith("CONFERENCE") for line in lines)
    assert value(lines, "LOCATION") == "Online (Address after sign-up)"


@pytest.mark.parametrize("typed", ["meet.example/room", "javascript:alert(1)"])
def test_what_is_no_web_address_is_text_and_not_a_link(typed: str) -> None:
    lines = entry_lines(event_view(place=Place(online_url=typed)))
    assert not any(line.startswith("CONFERENCE") for line in lines)
    assert f"Join online: {typed}" in value(lines, "DESCRIPTION")


def test_the_description_is_plain_text_with_the_sign_up_and_the_reading() -> None:
    view = event_view(
        summary="We stand.",
        description="Bring a **candle**.\n\n- and [friends](https://x.example)",
        articles=(link(1), link(2)),
    )
    event = icalendar.Event.from_ical(vevent(view, SITE))
    assert event["DESCRIPTION"].split("\n") == [
        "We stand.",
        "",
        "Bring a candle.",
        "",
        "and friends",
        "",
        "Organised by: The Group",
        "",
        "Sign up: https://act.example.org/events/vigil-1",
        "",
        "Background reading:",
        "Explainer 1",
        "https://act.example.org/articles/explainer-1",
        "Explainer 2",
        "https://act.example.org/articles/explainer-2",
    ]


def test_a_long_description_is_cut_and_keeps_its_sign_up_address() -> None:
    event = icalendar.Event.from_ical(
        vevent(event_view(description="word " * 5_000), SITE)
    )
    assert len(event["DESCRIPTION"]) < 6_200
    assert event["DESCRIPTION"].endswith("/events/vigil-1")


def test_each_article_is_linked() -> None:
    articles = (link(1, title='The "long", story'), link(2))
    lines = entry_lines(event_view(articles=articles))
    links = [line for line in lines if line.startswith("LINK;")]
    assert len(links) == 2
    for part in (
        'LINKREL="related"',
        "FMTTYPE=text/html",
        "LANGUAGE=en",
        "VALUE=URI:https://act.example.org/articles/explainer-1",
        "LABEL=\"The ^'long^', story\"",
    ):
        assert part in links[0]


@pytest.mark.parametrize(
    ("state", "status", "prefix"),
    [
        ("published", "CONFIRMED", ""),
        ("postponed", "TENTATIVE", "POSTPONED: "),
        ("cancelled", "CANCELLED", "CANCELLED: "),
    ],
)
def test_its_state_is_its_status_and_stands_before_its_title(
    state: str, status: str, prefix: str
) -> None:
    lines = entry_lines(event_view(state=state))
    assert value(lines, "STATUS") == status
    assert value(lines, "SUMMARY") == f"{prefix}Vigil 1"
    says_so = value(lines, "DESCRIPTION").startswith("This has been ")
    assert says_so is (state != "published")


def test_a_public_entry_blocks_nobodys_time() -> None:
    lines = entry_lines(event_view())
    assert value(lines, "TRANSP") == "TRANSPARENT"
    assert value(lines, "CLASS") == "PUBLIC"
    assert value(lines, "CATEGORIES") == "Vigil,Open Doors"
    assert value(lines, "URL") == "https://act.example.org/events/vigil-1"


def test_a_feed_never_names_a_person() -> None:
    view = event_view(host_name="Host Canary", contact="canary@example.org")
    body = calendar(FEED, [view], SITE, NOW)
    assert b"anary" not in body


def test_counts_of_places_change_no_byte() -> None:
    full = event_view(capacity=50, places_left=0, total_accepted=50)
    assert vevent(full, SITE) == vevent(event_view(), SITE)


# What a feed holds


def at(days: float, number: int = 1, **changes: object):
    """An event that ends so many days after now."""
    end = (NOW + timedelta(days=days)).replace(tzinfo=None)
    start = end - timedelta(hours=1)
    return event_view(
        number, starts_local=start, ends_local=end, timezone="UTC", **changes
    )


def test_an_action_day_is_over_when_its_last_clock_says_so() -> None:
    last = date(2026, 4, 1)
    ends = datetime(2026, 4, 2, 12, tzinfo=UTC)  # midnight on Baker Island
    day = day_view(starts_on=last, ends_on=last)
    minute = timedelta(minutes=1)
    kept = timedelta(days=60)
    assert b"VEVENT" in calendar(FEED, [day], SITE, ends + kept - minute)
    assert b"VEVENT" not in calendar(FEED, [day], SITE, ends + kept)


def test_events_stand_in_the_order_of_their_dates() -> None:
    lines = lines_of(calendar(FEED, [at(3, 3), at(-1, 1), at(2, 2)], SITE, NOW))
    titles = [line for line in lines if line.startswith("SUMMARY")]
    assert titles == ["SUMMARY:Vigil 1", "SUMMARY:Vigil 2", "SUMMARY:Vigil 3"]


def test_too_many_are_cut_and_what_comes_soonest_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ical, "MOST_EVENTS", 3)
    events = [at(-2, 1), at(-1, 2), at(1, 3), at(2, 4), at(30, 5)]
    lines = lines_of(calendar(FEED, events, SITE, NOW))
    titles = [line for line in lines if line.startswith("SUMMARY")]
    assert titles == ["SUMMARY:Vigil 3", "SUMMARY:Vigil 4", "SUMMARY:Vigil 5"]
    narrower = value(lines, "X-WR-CALDESC")
    assert "Germany: https://act.example.org/events.ics?country=DE" in narrower
    assert "https://act.example.org/campaigns/open-doors.ics" in narrower
    whole = lines_of(calendar(FEED, events[:3], SITE, NOW))
    assert not any(line.startswith("DESCRIPTION:There is more") for line in whole)


def test_a_feed_is_never_larger_than_google_reads() -> None:
    zones = sorted(available_timezones() - {"localtime"})
    start, long = datetime(2026, 7, 1, 12), "long text " * 400
    events = [
        event_view(n, start + timedelta(hours=n), timezone=zone, description=long)
        for n, zone in enumerate(zones, 1)
    ]
    body = calendar(FEED, events, SITE, NOW)
    assert 800_000 < len(body) <= ical.MOST_BYTES
    assert b"Vigil 1\r\n" in body
    assert b"Vigil 399\r\n" not in body
    assert body.count(b"BEGIN:VTIMEZONE") > 100
