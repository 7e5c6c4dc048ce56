"""What hostile people type: calendars, data and news stay whole, and say just that.

It is written into the database as it is, past the forms, which would refuse or tidy
some of it: an import or an older release may not have done so.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from typing import Any, NamedTuple
from xml.etree import ElementTree

import factories
import icalendar
import pytest
import vobject
from feeds.samples import (
    FEED,
    NOW,
    SITE,
    calendar,
    event_view,
    lines_of,
    link,
    read_with_ical_js,
)
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Enum, String
from thorough import examples

from campaign.articles.models import Article
from campaign.campaigns.models import ActionDay, Campaign
from campaign.database import transaction
from campaign.events.disclosure import EventView, Link, Place
from campaign.events.models import Event
from campaign.feeds.atom import atom
from campaign.feeds.site import Feed
from campaign.feeds.vevent import shorten
from campaign.lib.markdown import to_text
from campaign.lib.text import clean, one_line
from campaign.organisers.models import Group

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

#: What makes parsers stumble, more often than chance would bring it.
NASTY = (
    "\r\n", "\n", "\r", "\\", "\\n", "\\N", ";", ",", ":", '"', "^n", "\u2028", "\x85",
    "BEGIN:VEVENT", "\r\nATTENDEE:mailto:x@example.org", "END:VCALENDAR", "\ufffe",
    "\x1b", "\x00", "\ud800", "🕊" * 30, "é" * 60, "e\u0301", "\u202e", "\u200f", "]]>",
    "<script>", "&", "%0d", "\t", "\r\n ", "\n\t", "\ufeff", "مرحبا",
)  # fmt: skip
#: No database of ours can hold these; forms and views never let them as far.
_NEVER_STORED = "\x00\ud800"
LONG = ('🕊;,\\"é\u202e BEGIN:VEVENT\t' * 500)[:10_000]


def texts_of(parts: tuple[str, ...], **characters: Any) -> st.SearchStrategy[str]:
    piece = st.text(st.characters(**characters), max_size=20)
    nasty = st.sampled_from(parts)
    return st.lists(st.one_of(nasty, piece), max_size=6).map("".join)


text = texts_of(NASTY)
stored_text = texts_of(
    tuple(part for part in NASTY if part not in _NEVER_STORED),
    exclude_categories=("Cs",),
    exclude_characters="\x00",
)

# From rows to what is fetched

#: Text that nobody types: addresses, zones, hashes, and what has a fixed form.
_NOT_TYPED = {
    *("slug", "timezone", "country", "accent"),
    *("calendar_hash", "own_calendar_hash"),
}


class Stage(NamedTuple):
    """An event with all that feeds show of it."""

    event: Event
    day: ActionDay
    campaign: Campaign
    group: Group
    article: Article


@pytest.fixture
def stage(app: Flask) -> Stage:
    group = factories.group(slug="the-group")
    campaign = factories.campaign(slug="the-campaign", group=group)
    day = factories.action_day(slug="the-day", campaign=campaign)
    article = factories.article(slug="the-article", group=group)
    event = factories.event(
        slug="the-event", campaign=campaign, action_day=day, attendance="hybrid"
    )
    with transaction():
        event.articles.append(article)
        day.articles.append(article)
    factories.event(slug="apart", title="Apart")
    return Stage(event, day, campaign, group, article)


#: Every calendar with the event in it, and how many entries it has.
CALENDARS = {
    "/calendar.ics": 3,
    "/events.ics": 2,
    "/campaigns/the-campaign.ics": 2,
    "/action-days/the-day.ics": 2,
    "/groups/the-group.ics": 2,
    "/articles.ics": 1,
    "/articles/the-article.ics": 1,
    "/events/the-event.ics": 1,
}
#: The same for news, without the pages of articles.
NEWS = {"/calendar.atom": 3, "/campaigns/the-campaign.atom": 2, "/articles.atom": 1}
_thorough = settings(
    max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck)
)


@_thorough
@given(texts=st.lists(stored_text, min_size=1, max_size=5))
@example(texts=[LONG])
@example(texts=[LONG.replace("\t", "\r\n ")])
def test_no_text_of_any_row_breaks_what_is_fetched(
    stage: Stage, client: FlaskClient, texts: list[str]
) -> None:
    with transaction():
        _write_everywhere(stage, texts)
    # Behind a line end in it anything could stand, so such an event is left out.
    is_left_out = re.search(r"[\r\n]", stage.event.online_url) is not None
    fetched = {path: client.get(path) for path in CALENDARS}
    if is_left_out:
        assert fetched.pop("/events/the-event.ics").status_code == 503
    assert {answer.status_code for answer in fetched.values()} == {200}
    for path, answer in fetched.items():
        events = whole_calendar(answer.data)
        assert len(events) == CALENDARS[path] - is_left_out, path
        if not is_left_out:
            _check_entry(stage.event, events)
    _check_with_ical_js([answer.data for answer in fetched.values()])
    for path, number in NEWS.items():
        assert len(entries_of(client.get(path).data)) == number, path
    _check_data(stage.event, client.get("/events/the-event.json").data)


def _write_everywhere(stage: Stage, texts: list[str]) -> None:
    """Write these texts into every column that people type into, in turn."""
    ahead = cycle(texts)
    for row in (stage.event, stage.day, stage.campaign, stage.group, stage.article):
        for column in _typed_columns(row):
            setattr(row, column.key, next(ahead)[: column.type.length])


def _typed_columns(row: Any) -> list[Any]:
    found = [
        column
        for column in type(row).__table__.columns
        if isinstance(column.type, String)
        and not isinstance(column.type, Enum)
        and column.key not in _NOT_TYPED
    ]
    assert len(found) >= 4
    return found


def _check_entry(row: Event, events: dict[str, Any]) -> None:
    """Look whether the event is there, in the words that were typed."""
    entry = events[f"{row.uid}@localhost"]
    assert entry["SUMMARY"] == shorten(one_line(row.title))
    about = (clean(row.summary), clean(to_text(row.description)))
    told = shorten("\n\n".join(filter(None, about)), 6_000)
    assert entry["DESCRIPTION"].startswith(told)
    assert f"Organised by: {one_line(row.group.name)}" in entry["DESCRIPTION"]
    assert len(entry["LOCATION"]) <= 255


def _check_with_ical_js(bodies: list[bytes]) -> None:
    """Let the other parser find as many, with the same titles."""
    titles = [str(e["SUMMARY"]) for body in bodies for e in by_uid(body).values()]
    read = read_with_ical_js(b"".join(bodies))
    assert Counter(each["summary"] for each in read) == Counter(titles)


def _check_data(row: Event, body: bytes) -> None:
    data = json.loads(body)
    found = {name: data[name] for name in ("title", "summary", "description")}
    assert found == {
        "title": one_line(row.title),
        "summary": clean(row.summary),
        "description": clean(row.description),
    }
    assert data["location"]["venue"] == (one_line(row.venue) or None)
    assert data["location"]["address_lines"] == clean(row.street_address).splitlines()
    assert data["campaign"]["title"] == one_line(row.campaign.title)


@_thorough
@given(asked=stored_text)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_question_breaks_what_is_fetched(
    stage: Stage, client: FlaskClient, asked: str
) -> None:
    for name in ("q", "city", "kind", "language", "campaign"):
        answer = client.get("/events.ics", query_string={name: asked})
        assert answer.status_code == 200
        assert len(whole_calendar(answer.data)) in (0, 2)
        news = client.get("/events.atom", query_string={name: asked})
        assert len(entries_of(news.data)) in (0, 2)


# From views to bytes: what no database can hold, too

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


@settings(
    max_examples=examples(80), deadline=None, suppress_health_check=list(HealthCheck)
)
@given(view=views, title=text, description=text)
def test_no_text_breaks_a_calendar_or_puts_something_into_it(
    view: EventView, title: str, description: str
) -> None:
    innocent = event_view(99)
    feed = Feed(title, "/events", "/events", description)
    body = calendar(feed, [view, innocent], SITE, NOW)
    check_bytes(body)
    events = by_uid(body)
    assert SITE.uid(innocent.uid) in events
    is_poisoned = re.search(r"[\r\n\0]", view.place.online_url) is not None
    assert (SITE.uid(view.uid) in events) is not is_poisoned
    if not is_poisoned:
        title = shorten(one_line(view.title))
        assert events[SITE.uid(view.uid)]["SUMMARY"] == title


@settings(
    max_examples=examples(80), deadline=None, suppress_health_check=list(HealthCheck)
)
@given(view=views, title=text)
def test_no_text_breaks_the_news(view: EventView, title: str) -> None:
    body = atom(Feed(title, "/", "/calendar", title), [view, event_view(99)], SITE)
    assert len(entries_of(body)) == 2


def test_what_was_smuggled_in_would_be_found() -> None:
    whole = calendar(FEED, [event_view()], SITE, NOW)
    check_bytes(whole)
    for smuggled in (
        b"ATTENDEE:mailto:x@example.org\r\n",
        b"BEGIN:VALARM\r\nEND:VALARM\r\n",
        b"SUMMARY:Another\r\n",
        b"SUMMARY:" + b"x" * 80 + b"\r\n",
        b"COMMENT:a\nb\r\n",
    ):
        poisoned = whole.replace(b"END:VEVENT", smuggled + b"END:VEVENT")
        with pytest.raises(AssertionError):
            check_bytes(poisoned)


# What is whole


def whole_calendar(body: bytes) -> dict[str, Any]:
    """Return the events by UID as icalendar reads them; vobject finds as many."""
    check_bytes(body)
    events = by_uid(body)
    read = vobject.readOne(body.decode()).contents.get("vevent", [])
    assert len(read) == len(events)
    return events


def by_uid(body: bytes) -> dict[str, Any]:
    read = icalendar.Calendar.from_ical(body)
    assert len(read.walk("VCALENDAR")) == 1
    return {str(event["UID"]): event for event in read.walk("VEVENT")}


def check_bytes(body: bytes) -> None:
    """Look for lines that are too long, cut within a character, or not ours."""
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert not re.search(rb"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]", body)
    assert body.count(b"\n") == body.count(b"\r\n") == body.count(b"\r")
    for name, properties in components(lines_of(body)):
        assert set(properties) <= KNOWN.get(name, set()), name
        assert properties != [], name
        repeated = {p for p in properties if properties.count(p) > 1}
        assert repeated <= {"LINK"}, name


def components(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each component of a calendar, and the names of its properties."""
    open_ones: list[tuple[str, list[str]]] = []
    for line in lines:
        name, value = re.split("[:;]", line, maxsplit=1)
        if name == "BEGIN":
            open_ones.append((value, []))
        elif name == "END":
            assert open_ones[-1][0] == value
            yield open_ones.pop()
        else:
            open_ones[-1][1].append(name)
    assert open_ones == []


def entries_of(body: bytes) -> list[Any]:
    """The entries of news, which hold no tag that the format does not know."""
    assert b"<script" not in body
    root = ElementTree.fromstring(body)
    assert all(tag.tag.startswith(_ATOM) for tag in root.iter())
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        assert "<script" not in (entry.findtext(f"{_ATOM}content") or "").lower()
    return entries


_ATOM = "{http://www.w3.org/2005/Atom}"
_OBSERVANCE = "DTSTART TZOFFSETFROM TZOFFSETTO TZNAME RRULE"
_OURS = {
    "VCALENDAR": """VERSION PRODID CALSCALE NAME X-WR-CALNAME DESCRIPTION
        X-WR-CALDESC URL SOURCE REFRESH-INTERVAL X-PUBLISHED-TTL X-WR-TIMEZONE
        LAST-MODIFIED COLOR""",
    "VTIMEZONE": "TZID",
    "STANDARD": _OBSERVANCE,
    "DAYLIGHT": _OBSERVANCE,
    "VEVENT": """UID DTSTAMP LAST-MODIFIED CREATED SEQUENCE STATUS CLASS TRANSP DTSTART
        DTEND LOCATION GEO X-APPLE-STRUCTURED-LOCATION CONFERENCE SUMMARY DESCRIPTION
        CATEGORIES URL LINK RELATED-TO""",
}
#: What we write into which component, and nothing else.
KNOWN = {component: set(names.split()) for component, names in _OURS.items()}
