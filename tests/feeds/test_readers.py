"""Every kind of feed, fetched and read by four parsers, held against the database."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factories
import icalendar
import pytest
from feeds.clocks import ZONES, changes
from feeds.readers import EXPANDING, READERS, Occurrences
from feeds.samples import read_with_ical_js
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.campaigns.models import ActionDay
from campaign.database import db, transaction
from campaign.events.disclosure import AddressLevel
from campaign.events.models import Attendance, Event, Kind, Series, Visibility
from campaign.lib.walltime import instant, wall_time
from campaign.publishing.states import PUBLIC_STATES, State

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
START = datetime(2035, 2, 23, 18)
YEARS = range(2033, 2036)
#: Factory is the zone of a machine that was never told one. vobject takes its name
#: for none, and nobody can choose it for an event.
OF_PLACES = [zone for zone in ZONES if zone != "Factory"]


def told(things: Iterable[Event | ActionDay]) -> Occurrences:
    """What calendars should say of rows, each with a UID of its own."""
    return Counter((_uid(thing), *_moments(thing)) for thing in things)


def _uid(thing: Event | ActionDay) -> str:
    return f"{thing.uid}@localhost"


def _moments(thing: Event | ActionDay) -> tuple[datetime, datetime]:
    if isinstance(thing, ActionDay):
        return _midnight(thing.starts_on), _midnight(thing.ends_on + DAY)
    if thing.is_all_day:
        return _midnight(thing.starts_local), _midnight(thing.ends_local)
    return thing.starts_at, thing.ends_at


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def listed(*conditions: Any) -> list[Event]:
    """The rows of events that are no part of a series and that lists show."""
    query = select(Event).where(
        Event.state.in_(PUBLIC_STATES),
        Event.visibility == Visibility.LISTED,
        Event.removed_at.is_(None),
        Event.series_id.is_(None),
        *conditions,
    )
    return list(db.session.scalars(query))


def fetched(client: FlaskClient, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, path
    assert response.mimetype == "text/calendar"
    return response.data


# Every zone


@pytest.fixture
def zones(app: Flask) -> list[str]:
    """Campaigns with an event in every zone, each round another change of clocks."""
    slugs = []
    for turn, moment_of in enumerate(TURNS):
        campaign = factories.campaign(slug=f"turn-{turn}")
        with transaction() as session:
            for number, zone in enumerate(OF_PLACES):
                row = _bare_event(f"zone-{turn}-{number}", zone, campaign)
                starts = wall_time(moment_of(zone, number), zone)
                ends = wall_time(instant(starts, zone) + 3 * HOUR, zone)
                row.set_times(starts, ends, zone)
                session.add(row)
        slugs.append(campaign.slug)
    return slugs


def _bare_event(slug: str, zone: str, campaign: Any) -> Event:
    return Event(
        slug=slug,
        title=zone,
        campaign_id=campaign.id,
        group_id=campaign.group_id,
        state=State.PUBLISHED,
        published_at=factories.CREATED,
        created_at=factories.CREATED,
        modified_at=factories.CREATED,
    )


def round_a_change(zone: str, number: int) -> datetime:
    """A moment two hours before or one hour after a change, where there is any."""
    walls = changes(zone, YEARS) or [START]
    hours = (-2, 1)[number % 2]
    return instant(walls[number // 2 % len(walls)], zone) + hours * HOUR


def at_any_season(zone: str, number: int) -> datetime:
    return instant(START + number * 11 * DAY, zone)


TURNS: tuple[Callable[[str, int], datetime], ...] = (round_a_change, at_any_season)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_parser_reads_an_event_of_every_zone_at_its_instant(
    zones: list[str], client: FlaskClient
) -> None:
    for slug in zones:
        rows = listed(Event.campaign.has(slug=slug))
        body = fetched(client, f"/campaigns/{slug}.ics")
        assert len(rows) == len(OF_PLACES)
        for reader in READERS:
            assert reader(body) == told(rows), (slug, reader)


# Every kind of feed


@pytest.fixture
def world(app: Flask) -> None:
    """Events of every kind, in all that they can be part of."""
    group = factories.group(slug="the-group")
    campaign = factories.campaign(slug="the-campaign", group=group)
    days = {"starts_on": factories.DAY, "ends_on": factories.DAY + 2 * DAY}
    day = factories.action_day(slug="the-day", campaign=campaign, **days)
    article = factories.article(slug="the-article", group=group)
    for number, values in enumerate(EVENTS):
        typed = {"title": f"Event; no, {number} \\o/", **values}
        event = factories.event(slug=f"event-{number}", campaign=campaign, **typed)
        with transaction():
            if number % 2:
                event.action_day = day
            if number % 3:
                event.articles.append(article)
    factories.event(slug="apart", country="FR", locality="Paris", kind=Kind.VIGIL)
    factories.event(slug="no-more", removed_at=factories.CREATED)
    factories.event(slug="never", state=State.DRAFT, published_at=None)
    factories.campaign(slug="empty")
    _add_series(campaign)


EVENTS: tuple[dict[str, Any], ...] = (
    {},
    {"timezone": "Africa/Cairo", "kind": Kind.VIGIL},
    {"timezone": "Pacific/Chatham", "kind": Kind.VIGIL, "country": "NZ"},
    {"timezone": "UTC"},
    {"state": State.POSTPONED},
    {"state": State.CANCELLED},
    {"visibility": Visibility.UNLISTED},
    {"is_all_day": True, "starts_local": datetime(2035, 3, 1),
     "ends_local": datetime(2035, 3, 2)},
    {"is_all_day": True, "starts_local": datetime(2035, 3, 24),
     "ends_local": datetime(2035, 3, 28), "timezone": "America/New_York"},
    {"starts_local": START, "ends_local": START},
    {"starts_local": START, "ends_local": START + 3 * DAY},
    {"starts_local": datetime(2035, 10, 28, 1, 30), "start_fold": 1,
     "ends_local": datetime(2035, 10, 28, 3)},
    {"attendance": Attendance.ONLINE, "online_url": "https://meet.example/room",
     "venue": "", "street_address": "", "locality": "", "country": ""},
    {"attendance": Attendance.HYBRID, "online_url": "meet.example, room 7"},
    {"address_level": AddressLevel.CITY},
    {"address_level": AddressLevel.CONFIRMED, "latitude": 53.48, "longitude": -2.24},
    {"latitude": 53.48, "longitude": -2.24, "language": "ar", "title": "وقفة"},
)  # fmt: skip


def _add_series(campaign: Any) -> None:
    """Six weeks through a change of clocks: one date dropped, one moved, one told
    otherwise."""
    slots = [datetime(2035, 3, 6, 19) + n * WEEK for n in range(6)]
    series = factories.weekly(*slots, slug="the-series", timezone="Europe/Berlin")
    with transaction() as session:
        session.add(series)
    for number, slot in enumerate(slots):
        if number == 2:
            continue
        starts = slot + DAY if number == 3 else slot
        factories.event(
            starts,
            starts + 2 * HOUR,
            "Europe/Berlin",
            slug=f"date-{number}",
            title="Told otherwise" if number == 4 else "Weekly vigil",
            campaign=campaign,
            series=series,
            series_slot=slot,
        )


#: An address, and what it should show besides the dates of the series: which events,
#: whether the day, and whether the series is a part of it.
FEEDS: dict[str, tuple[Callable[[], list[Event]], bool, bool]] = {
    "/calendar.ics": (listed, True, True),
    "/calendar.ics?lang=ar": (listed, True, True),
    "/events.ics": (listed, False, True),
    "/events.ics?kind=vigil": (lambda: listed(Event.kind == Kind.VIGIL), False, False),
    "/events.ics?country=NZ": (lambda: listed(Event.country == "NZ"), False, False),
    "/events.ics?kind=vigil&country=FR": (
        lambda: listed(Event.kind == Kind.VIGIL, Event.country == "FR"), False, False,
    ),
    "/events.ics?city=paris": (
        lambda: listed(Event.locality == "Paris"), False, False,
    ),
    "/events.ics?country=AQ": (lambda: [], False, False),
    "/campaigns/the-campaign.ics": (
        lambda: listed(Event.campaign.has(slug="the-campaign")), True, True,
    ),
    "/campaigns/empty.ics": (lambda: [], False, False),
    "/action-days/the-day.ics": (
        lambda: listed(Event.action_day.has(slug="the-day")), True, False,
    ),
    "/groups/the-group.ics": (
        lambda: listed(Event.group.has(slug="the-group")), True, True,
    ),
    "/articles.ics": (lambda: listed(Event.article_links.any()), False, False),
    "/articles/the-article.ics": (
        lambda: listed(Event.article_links.any()), False, False,
    ),
    "/series/the-series.ics": (lambda: [], False, True),
}  # fmt: skip


def test_every_parser_reads_every_feed_as_the_database_has_it(
    world: None, client: FlaskClient
) -> None:
    uid, dates = _series_told()
    for path, (events, has_day, has_series) in FEEDS.items():
        body, expected = fetched(client, path), _expected(events(), has_day)
        for reader in READERS:
            found = reader(body)
            of_series = sorted(
                (starts, ends)
                for told_uid, starts, ends in found.elements()
                if told_uid == uid
            )
            others = Counter(each for each in found.elements() if each[0] != uid)
            assert others == expected, (path, reader)
            if reader in EXPANDING:
                assert of_series == (dates if has_series else []), (path, reader)
            else:  # it knows the first date, and those that stand apart
                assert set(of_series) <= set(dates), (path, reader)
                assert bool(of_series) is has_series, (path, reader)


def _expected(events: list[Event], has_day: bool) -> Occurrences:
    expected = told(events)
    for uid, starts, ends in list(expected):
        if starts == ends:  # RFC 5545, 3.8.2.2: an end is later than its start
            del expected[uid, starts, ends]
            expected[uid, starts, starts + HOUR / 60] = 1
    if has_day:
        expected += told(db.session.scalars(select(ActionDay)))
    return expected


def _series_told() -> tuple[str, list[tuple[datetime, datetime]]]:
    series = db.session.scalars(select(Series)).one()
    rows = db.session.scalars(select(Event).where(Event.series_id == series.id))
    return f"{series.uid}@localhost", sorted(
        (row.starts_at, row.ends_at) for row in rows
    )


def test_every_parser_reads_the_file_of_each_event(
    world: None, client: FlaskClient
) -> None:
    rows = listed()
    rows += db.session.scalars(select(Event).where(Event.visibility == "unlisted"))
    assert len(rows) == len(EVENTS) + 1
    for row in rows:
        body = fetched(client, f"/events/{row.slug}.ics")
        for reader in READERS:
            assert reader(body) == _expected([row], False), (row.slug, reader)


def test_what_is_not_public_has_no_file(world: None, client: FlaskClient) -> None:
    statuses = {
        s: client.get(f"/events/{s}.ics").status_code for s in ("never", "no-more")
    }
    assert statuses == {"never": 404, "no-more": 410}
    body = fetched(client, "/calendar.ics")
    assert b"never" not in body
    assert b"no-more" not in body


def test_titles_are_read_as_they_were_typed(world: None, client: FlaskClient) -> None:
    body = fetched(client, "/campaigns/the-campaign.ics")
    expected = Counter(_titles())
    by_ical_js = Counter(each["summary"] for each in read_with_ical_js(body))
    assert by_ical_js == expected
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert {str(event["SUMMARY"]) for event in events} == set(expected)


def _titles() -> Iterator[str]:
    words = {State.CANCELLED: "CANCELLED: ", State.POSTPONED: "POSTPONED: "}
    query = select(Event).where(Event.campaign.has(slug="the-campaign"))
    for row in db.session.scalars(query):
        if row.visibility is Visibility.LISTED:
            yield words.get(row.state, "") + row.title
    yield db.session.scalars(select(ActionDay.title)).one()
