"""Whole calendars, read by four parsers, with what hostile people type in them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
import recurring_ical_events
import vobject
from feeds.samples import (
    FEED,
    NOW,
    SITE,
    calendar,
    day_view,
    event_view,
    link,
    read_with_ical_js,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.events.disclosure import EventView, Link, Place
from campaign.feeds.atom import atom
from campaign.feeds.site import Feed
from campaign.lib.text import one_line

Instants = dict[str, tuple[datetime, datetime]]


def world() -> list[EventView]:
    """Events in many zones, half of them on each side of a change of clocks."""
    zones = (
        "Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata",
        "Africa/Cairo", "America/Santiago", "Europe/Dublin", "Pacific/Chatham",
        "America/St_Johns", "Asia/Jerusalem", "UTC", "Asia/Kathmandu",
    )  # fmt: skip
    walls = (datetime(2026, 7, 1, 18), datetime(2026, 12, 24, 9, 30))
    places = [(zone, wall) for zone in zones for wall in walls]
    return [
        event_view(number, wall, timezone=zone, title=f"Now, {zone}; \\o/")
        for number, (zone, wall) in enumerate(places)
    ]


def by_icalendar(body: bytes) -> Instants:
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return {str(e["UID"]): (utc(e["DTSTART"].dt), utc(e["DTEND"].dt)) for e in events}


def by_vobject(body: bytes) -> Instants:
    events = vobject.readOne(body.decode()).vevent_list
    return {e.uid.value: (utc(e.dtstart.value), utc(e.dtend.value)) for e in events}


def by_recurring_ical_events(body: bytes) -> Instants:
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(body))
    events = query.between(NOW - timedelta(days=90), NOW + timedelta(days=500))
    return {str(e["UID"]): (utc(e["DTSTART"].dt), utc(e["DTEND"].dt)) for e in events}


def by_ical_js(body: bytes) -> Instants:
    return {
        event["uid"]: (iso(event["start"]), iso(event["end"]))
        for event in read_with_ical_js(body)
    }


def utc(moment: Any) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    assert moment.tzinfo is not None, "a floating time"
    return moment.astimezone(UTC)


def iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


READERS = (by_icalendar, by_vobject, by_recurring_ical_events, by_ical_js)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_parser_reads_every_event_at_its_instant(reader: Any) -> None:
    views = world()
    body = calendar(FEED, [*views, day_view()], SITE, NOW)
    expected = {SITE.uid(view.uid): (view.starts_at, view.ends_at) for view in views}
    day = day_view()
    after = day.starts_at + timedelta(days=2)
    expected[SITE.uid(day.uid)] = (day.starts_at, after)
    assert reader(body) == expected


@pytest.mark.parametrize("views", [[], world()], ids=["empty", "full"])
def test_ical_js_reads_the_texts_as_they_were_typed(views: list[EventView]) -> None:
    read = read_with_ical_js(calendar(FEED, views, SITE, NOW))
    assert sorted(e["summary"] for e in read) == sorted(view.title for view in views)


# Hostile texts

#: What makes parsers stumble, more often than chance would bring it.
nasty = st.sampled_from(
    ("\r\n", "\n", "\r", "\0", "\\", "\\n", "\\N", ";", ",", ":", '"', "^n", "\u2028",
     "BEGIN:VEVENT", "\r\nATTENDEE:mailto:x@example.org", "END:VCALENDAR", "\x85",
     "\ud800", "\ufffe", "\x1b", "🕊" * 30, "é" * 60, "\u202e", "]]>", "<script>", "%0d")
)  # fmt: skip
text = st.lists(st.one_of(nasty, st.text(max_size=20)), max_size=6).map("".join)
links = st.builds(lambda title, n: link(n, title=title), text, st.integers(1, 9))
places = st.builds(
    Place, venue=text, street_address=text, locality=text, region=text,
    postal_code=text, country=st.sampled_from(("", "DE", "XX")), online_url=text,
    latitude=st.floats(-90, 90), longitude=st.floats(-180, 180),
)  # fmt: skip
views = st.builds(
    event_view,
    title=text, summary=text, description=text, instructions=text, kind=text,
    place=places, articles=st.lists(links, max_size=3).map(tuple), language=text,
    group=text.map(lambda name: Link(name, "group")),
    campaign=text.map(lambda name: Link(name, "campaign")),
    attendance=st.sampled_from(("in_person", "online", "hybrid")),
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(view=views, title=text, description=text)
def test_no_text_breaks_a_calendar_or_puts_something_into_it(
    view: EventView, title: str, description: str
) -> None:
    innocent = event_view(99)
    feed = Feed(title, "/events", "/events", description)
    body = calendar(feed, [view, innocent], SITE, NOW)

    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert not re.search(rb"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]", body)
    assert body.count(b"\n") == body.count(b"\r\n") == body.count(b"\r")
    assert only_known_properties(body)
    read = icalendar.Calendar.from_ical(body)
    events = {str(e["UID"]): e for e in read.walk("VEVENT")}
    assert SITE.uid(innocent.uid) in events
    assert len(read.walk("VCALENDAR")) == 1
    is_poisoned = re.search(r"[\r\n\0]", view.place.online_url) is not None
    assert (SITE.uid(view.uid) in events) is not is_poisoned
    if not is_poisoned and len(one_line(view.title)) < 255:
        assert events[SITE.uid(view.uid)]["SUMMARY"] == one_line(view.title)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(view=views, title=text)
def test_no_text_breaks_the_news(view: EventView, title: str) -> None:
    body = atom(Feed(title, "/", "/calendar", title), [view, event_view(99)], SITE)
    root = xml(body)
    entries = root.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) == 2
    assert b"<script" not in body


def xml(body: bytes) -> Any:
    from xml.etree import ElementTree

    return ElementTree.fromstring(body)


def only_known_properties(body: bytes) -> bool:
    return all(name in KNOWN for name in property_names(body))


def property_names(body: bytes) -> Iterator[bytes]:
    for line in body.replace(b"\r\n ", b"").split(b"\r\n")[:-1]:
        yield re.split(rb"[:;]", line, maxsplit=1)[0]


_KNOWN = """
BEGIN END VERSION PRODID CALSCALE NAME X-WR-CALNAME DESCRIPTION X-WR-CALDESC URL SOURCE
REFRESH-INTERVAL X-PUBLISHED-TTL X-WR-TIMEZONE LAST-MODIFIED TZID DTSTART TZOFFSETFROM
TZOFFSETTO TZNAME RRULE UID DTSTAMP CREATED SEQUENCE STATUS CLASS TRANSP DTEND LOCATION
GEO X-APPLE-STRUCTURED-LOCATION CONFERENCE SUMMARY CATEGORIES LINK RELATED-TO
"""
KNOWN = set(_KNOWN.encode().split())
