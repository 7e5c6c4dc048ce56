"""A phone that follows a supporter's calendar: what it gets, and what it is told."""

import gzip
from datetime import datetime, timedelta
from itertools import pairwise

import factories
import pytest
from counting import count_queries
from feeds.readers import READERS
from front_door import send, sign_in
from icalendar import Calendar
from sqlalchemy import update
from supporters import (
    calendar_of,
    confirm,
    keep_together,
    leave,
    let_holds_end,
    own_page,
    rows,
    sign_up,
)

from campaign import create_app
from campaign.database import db, transaction
from campaign.events.disclosure import AddressLevel
from campaign.events.models import Event
from campaign.feeds.words import wording_in
from campaign.lib import clock
from campaign.organisers.models import Role
from campaign.publishing.states import State
from campaign.signups.models import SignUp, SignUpState

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def coming(client, outbox, event, **typed):
    sign_up(client, event, **typed)
    page = own_page(outbox[-1])
    confirm(client, page)
    return page


def events_at(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.data).events


def only_event(client, page):
    (event,) = events_at(client, f"{page}.ics")
    return event


def stamps(entry):
    """Return what an app looks at to learn that something changed."""
    moved = entry["DTSTAMP"].dt, entry["LAST-MODIFIED"].dt
    assert moved[0] == moved[1]
    return entry["SEQUENCE"], moved[0]


@pytest.fixture
def time(monkeypatch):
    """A clock that stands still until a test moves it."""

    class Clock:
        time = clock.now()

        def now(self):
            return self.time

    stopped = Clock()
    monkeypatch.setattr(clock, "now", stopped.now)
    return stopped


# What it shows


@pytest.mark.filterwarnings("ignore::DeprecationWarning:vobject")
def test_every_parser_reads_each_event_at_its_instant(client, outbox):
    summer = datetime(2035, 7, 1, 18, 30)
    events = [
        factories.event(timezone="Europe/Berlin"),
        factories.event(summer, timezone="America/New_York"),
        factories.event(summer, timezone="Africa/Cairo", state=State.PUBLISHED),
        factories.event(summer.replace(hour=1), timezone="Australia/Sydney"),
    ]
    pages = [coming(client, outbox, event) for event in events]
    expected = {
        (f"{event.uid}@localhost", event.starts_at, event.ends_at) for event in events
    }
    for page in pages[1:]:
        keep_together(client, page, pages[0])
    data = client.get(calendar_of(client, pages[0])).data
    for reader in READERS:
        assert reader(data) == dict.fromkeys(expected, 1), reader.__name__


@pytest.mark.filterwarnings("ignore::DeprecationWarning:vobject")
def test_every_parser_takes_an_empty_one(client, outbox):
    page = coming(client, outbox, factories.event())
    leave(client, page)
    data = client.get(f"{page}.ics").data
    for reader in READERS:
        assert not reader(data), reader.__name__


def fresh(event):
    db.session.rollback()
    return db.session.get(Event, event.id)


def test_its_head_says_what_it_is_and_nothing_of_the_page(client, outbox):
    page = coming(client, outbox, factories.event())
    address = calendar_of(client, page)
    data = client.get(address).data
    read = Calendar.from_ical(data)
    assert read["NAME"] == read["X-WR-CALNAME"] == "Campaign: my events"
    assert read["SOURCE"] == f"http://localhost{address}"
    assert read["SOURCE"].params["VALUE"] == "URI"
    assert read["URL"] == "http://localhost/"
    assert read["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert read["X-PUBLISHED-TTL"] == "PT1H"
    for name in ("UID", "METHOD"):
        assert name not in read
    assert b"ORGANIZER" not in data
    assert b"ATTENDEE" not in data
    assert page.encode() not in data.replace(b"\r\n ", b"")


def test_the_same_calendar_is_the_same_bytes(client, outbox):
    page = coming(client, outbox, factories.event())
    other = coming(client, outbox, factories.event())
    keep_together(client, other, page)
    first = client.get(f"{page}.ics").data
    assert first == client.get(f"{page}.ics").data == client.get(f"{other}.ics").data


def test_dates_of_a_series_are_events_of_their_own(client, outbox):
    slots = [datetime(2035, 2, 23, 18), datetime(2035, 3, 2, 18)]
    series = factories.weekly(*slots)
    events = [factories.event(s, series=series, series_slot=s) for s in slots]
    pages = [coming(client, outbox, event) for event in events]
    assert only_event(client, pages[0])["UID"] == f"{events[0].uid}@localhost"
    keep_together(client, pages[1], pages[0])
    entries = events_at(client, f"{pages[0]}.ics")
    assert [e["UID"] for e in entries] == [f"{e.uid}@localhost" for e in events]
    assert not any("RRULE" in e or "RECURRENCE-ID" in e for e in entries)


@pytest.mark.parametrize(
    ("state", "status", "shown"),
    [
        (SignUpState.PENDING, "TENTATIVE", False),
        (SignUpState.WAITING, "TENTATIVE", False),
        (SignUpState.GOING, "CONFIRMED", True),
        (SignUpState.ATTENDED, "CONFIRMED", True),
        (SignUpState.NO_SHOW, "CONFIRMED", True),
    ],
)
def test_only_who_confirmed_and_has_a_place_sees_what_is_for_those_who_come(
    client, outbox, state, status, shown
):
    event = factories.event(
        address_level=AddressLevel.CITY, venue="Secret Hall", instructions="Ring twice"
    )
    sign_up(client, event)
    with transaction() as session:
        session.execute(update(SignUp).values(state=state))
    page = own_page(outbox[0])
    entry = only_event(client, page)
    assert entry["STATUS"] == status
    assert (entry["CLASS"], entry["TRANSP"]) == ("PRIVATE", "OPAQUE")
    assert ("Secret Hall" in entry["LOCATION"]) is shown
    assert ("Ring twice" in entry["DESCRIPTION"]) is shown


@pytest.mark.parametrize("state", [SignUpState.CANCELLED, SignUpState.EXPIRED])
def test_who_has_no_place_any_more_sees_the_event_vanish(client, outbox, state):
    page = coming(client, outbox, factories.event())
    with transaction() as session:
        session.execute(update(SignUp).values(state=state))
    assert events_at(client, f"{page}.ics") == []


def test_a_hold_that_is_over_vanishes_before_it_is_swept_up(client, outbox):
    sign_up(client, factories.event())
    let_holds_end()
    assert events_at(client, f"{own_page(outbox[0])}.ics") == []


@pytest.mark.parametrize(
    ("state", "status"),
    [(State.CANCELLED, "CANCELLED"), (State.POSTPONED, "TENTATIVE")],
)
def test_an_event_that_is_not_on_stays_and_says_so(client, outbox, state, status):
    event = factories.event()
    page = coming(client, outbox, event)
    with transaction():
        event.state = state
    assert only_event(client, page)["STATUS"] == status


def test_an_event_that_was_taken_off_the_site_vanishes(client, outbox):
    event = factories.event()
    page = coming(client, outbox, event)
    with transaction():
        event.removed_at = clock.now()
    assert events_at(client, f"{page}.ics") == []


def test_what_is_over_stays_for_sixty_days(client, outbox, time):
    event = factories.event()
    page = coming(client, outbox, event)
    address, ends_at = calendar_of(client, page), event.ends_at
    time.time = ends_at + 60 * DAY - timedelta(seconds=1)
    assert len(events_at(client, address)) == 1
    time.time = ends_at + 60 * DAY
    assert events_at(client, address) == []


def test_two_sign_ups_to_one_event_are_one_entry(client, outbox):
    event = factories.event()
    going = coming(client, outbox, event)
    sign_up(client, event, email="second@example.org")
    pending = own_page(outbox[-1])
    keep_together(client, pending, going)
    assert only_event(client, going)["STATUS"] == "CONFIRMED"
    before = stamps(only_event(client, going))
    leave(client, going)
    entry = only_event(client, pending)
    assert entry["STATUS"] == "TENTATIVE"
    assert stamps(entry) > before


def test_it_speaks_the_language_of_the_newest_sign_up(client, outbox):
    page = coming(client, outbox, factories.event())
    other = coming(client, outbox, factories.event())
    keep_together(client, other, page)
    with transaction():
        rows()[1].language = "ar"
    read = client.get(f"{page}.ics").data.replace(b"\r\n ", b"").decode()
    assert read.count(wording_in("ar").sign_up) == 2
    with transaction():
        rows()[1].language = "en"
    read = client.get(f"{page}.ics?lang=ar", headers={"Accept-Language": "ar"}).text
    assert wording_in("ar").sign_up not in read


def test_one_event_that_cannot_be_written_costs_only_itself(client, outbox):
    bad = factories.event(title="Bad", online_url="https://x.example/\r\nX:y")
    page = coming(client, outbox, bad)
    assert outbox[-1].subject == "You’re in: Bad"
    assert outbox[-1].calendar is None
    good = coming(client, outbox, factories.event(title="Good"))
    keep_together(client, good, page)
    assert [e["SUMMARY"] for e in events_at(client, f"{page}.ics")] == ["Good"]


def test_it_names_nobody(client, outbox):
    """Neither who follows it nor who else comes."""
    canary, size = "Canary-5f2c", "5"
    event = factories.event()
    page = coming(
        client, outbox, event, name=canary, email="canary@x.example", party_size=size
    )
    others = coming(client, outbox, event, name="Canary-B", email="canary-b@x.example")
    other = coming(client, outbox, factories.event(), email="canary-c@x.example")
    keep_together(client, other, page)
    for each in (page, others, other):
        data = client.get(calendar_of(client, each)).data.replace(b"\r\n ", b"")
        assert b"canary" not in data.lower()
        assert each.encode() not in data
        assert b"party" not in data.lower()


def test_a_number_of_sign_ups_costs_no_more_questions_than_two(client, outbox):
    # No more than one address gets mails for in a row.
    pages = [coming(client, outbox, factories.event()) for _ in range(5)]
    keep_together(client, pages[1], pages[0])
    address = calendar_of(client, pages[0])
    few = [count_queries(lambda a=a: client.get(a)) for a in (address, pages[0])]
    for page in pages[2:]:
        keep_together(client, page, pages[0])
    assert len(events_at(client, address)) == 5
    many = [count_queries(lambda a=a: client.get(a)) for a in (address, pages[0])]
    assert many == few
    assert many[0] <= 5


# When it tells that something changed


def test_a_confirmation_moves_the_stamps(client, outbox):
    sign_up(client, factories.event())
    page = own_page(outbox[0])
    before = stamps(only_event(client, page))
    confirm(client, page)
    after = stamps(only_event(client, page))
    assert after[0] > before[0]
    assert after[1] > before[1]


def test_the_mail_bears_the_same_stamps_as_the_calendar(client, outbox):
    page = coming(client, outbox, factories.event())
    (mailed,) = Calendar.from_ical(outbox[1].calendar).events
    followed = only_event(client, page)
    assert stamps(mailed) == stamps(followed)
    for name in ("UID", "SUMMARY", "DTSTART", "DTEND", "LOCATION", "DESCRIPTION"):
        assert mailed[name].to_ical() == followed[name].to_ical()


def test_who_left_and_came_back_is_told_anew(client, outbox):
    event = factories.event()
    page = coming(client, outbox, event)
    seen = [stamps(only_event(client, page))]
    leave(client, page)
    sign_up(client, event)
    page = own_page(outbox[-1])
    seen.append(stamps(only_event(client, page)))
    let_holds_end()
    confirm(client, page)
    seen.append(stamps(only_event(client, page)))
    assert is_rising(seen)


def is_rising(seen):
    """Whether both the sequence and the time went up at each step."""
    return all(
        before < after
        for column in zip(*seen, strict=True)
        for before, after in pairwise(column)
    )


def test_what_only_supporters_see_moves_their_stamps_when_it_changes(client, outbox):
    organiser = factories.organiser()
    group = factories.group()
    factories.membership(organiser, group, Role.ORGANISER)
    event = factories.event(
        group=group, address_level=AddressLevel.CITY, venue="The Old Hall"
    )
    page = coming(client, outbox, event)
    public = client.get(f"/events/{event.slug}.ics").data
    seen = [stamps(only_event(client, page))]
    path = f"/manage/events/{event.slug}/edit"
    for venue in ("The New Hall", "The Third Hall"):
        answer = send(sign_in(client, organiser), path, venue=venue)
        assert answer.status_code == 303
        entry = only_event(client, page)
        assert entry["LOCATION"].startswith(venue)
        seen.append(stamps(entry))
    assert is_rising(seen)
    assert client.get(f"/events/{event.slug}.ics").data == public


def test_the_time_at_which_an_address_is_released_moves_the_stamps(
    client, outbox, time
):
    event = factories.event(
        address_level=AddressLevel.CITY,
        address_released_at=time.time + 10 * DAY,
        venue="The Hidden Hall",
    )
    page = coming(client, outbox, event)
    before = only_event(client, page)
    tag = client.get(f"{page}.ics").headers["ETag"]
    assert "The Hidden Hall" not in before["LOCATION"]
    time.time += 10 * DAY
    after = only_event(client, page)
    assert after["LOCATION"].startswith("The Hidden Hall")
    time.time += HOUR
    with transaction():
        fresh(event).venue = "The Last Hall"
    last = only_event(client, page)
    assert last["LOCATION"].startswith("The Last Hall")
    assert is_rising([stamps(entry) for entry in (before, after, last)])
    answer = client.get(f"{page}.ics", headers={"If-None-Match": tag})
    assert answer.status_code == 200


@pytest.mark.parametrize("state", [State.CANCELLED, State.POSTPONED])
def test_an_event_that_is_not_on_moves_the_stamps(client, outbox, state):
    event = factories.event()
    page = coming(client, outbox, event)
    before = stamps(only_event(client, page))
    with transaction():
        event.state = state
    assert is_rising([before, stamps(only_event(client, page))])


def test_other_peoples_sign_ups_move_nothing(client, outbox):
    event = factories.event(capacity=5)
    page = coming(client, outbox, event)
    before = client.get(f"{page}.ics").data
    coming(client, outbox, event, email="basma@example.org", party_size="4")
    assert client.get(f"{page}.ics").data == before


# How it is sent


@pytest.fixture
def address(client, outbox):
    return calendar_of(client, coming(client, outbox, factories.event()))


def test_it_is_sent_as_what_is_one_persons(client, address):
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    cache = answer.headers["Cache-Control"]
    assert cache == "private, max-age=300, must-revalidate"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "Accept-Encoding" in answer.headers["Vary"]
    for name in ("Access-Control-Allow-Origin", "Set-Cookie", "Last-Modified"):
        assert name not in answer.headers


def test_a_poll_that_finds_nothing_new_is_a_304_in_either_encoding(client, address):
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    tags = [answer.headers["ETag"] for answer in (plain, packed)]
    assert len(set(tags)) == 2
    assert not any(tag.startswith("W/") for tag in tags)
    for tag in tags:
        for encoding in ("gzip", "identity"):
            headers = {"If-None-Match": tag, "Accept-Encoding": encoding}
            poll = client.get(address, headers=headers)
            assert (poll.status_code, poll.data) == (304, b"")
            assert poll.headers["Cache-Control"].startswith("private")
            assert poll.headers["Referrer-Policy"] == "no-referrer"
            assert "Access-Control-Allow-Origin" not in poll.headers


def test_a_head_says_what_a_get_would(client, address):
    got, head = client.get(address), client.head(address)
    assert head.data == b""
    assert dict(head.headers) == dict(got.headers)


def test_an_unknown_address_is_404_and_as_private(client, app):
    answer = client.get(f"/sign-ups/{'x' * 43}.ics")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_database_in_trouble_is_a_503_and_never_an_empty_calendar(instance, tmp_path):
    settings = {
        "TESTING": True,
        "INSTANCE_PATH": instance,
        "SECRET_KEY": "not a secret: this is a test",
        "SITE_URL": "http://localhost",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/absent/campaign.sqlite3",
    }
    answer = create_app(settings).test_client().get(f"/sign-ups/{'x' * 43}.ics")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "text/plain"
    assert b"VCALENDAR" not in answer.data


def test_no_address_stands_in_what_is_logged(client, outbox, capfd):
    bad = factories.event(online_url="https://x.example/\r\nX:y")
    page = coming(client, outbox, bad)
    address = calendar_of(client, page)
    client.get(address)
    logged = "".join(capfd.readouterr())
    assert "not in own calendar" in logged
    assert page not in logged
    assert address.removesuffix(".ics") not in logged
