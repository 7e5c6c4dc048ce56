"""Feeds as they are fetched."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

import factories
import icalendar
import pytest
from counting import count_queries
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.http import http_date

from campaign.database import transaction
from campaign.events.disclosure import AddressLevel
from campaign.events.models import Attendance, Event, Visibility
from campaign.feeds import views
from campaign.lib import clock
from campaign.publishing.states import State
from campaign.schema import bring_up_to_date

TYPES = {
    "ics": "text/calendar; charset=utf-8",
    "json": "application/json",
    "atom": "application/atom+xml; charset=utf-8",
}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def world(app: Flask) -> dict[str, Any]:
    """A campaign with a day, an event of it, an article, and an event apart."""
    group = factories.group(slug="the-group", name="The Group")
    campaign = factories.campaign(slug="the-campaign", title="Camp", group=group)
    day = factories.action_day(slug="the-day", title="Day", campaign=campaign)
    event = factories.event(
        slug="the-event", title="Vigil", campaign=campaign, action_day=day
    )
    article = factories.article(slug="the-article", title="Why", group=group)
    with transaction():
        event.articles.append(article)
    factories.event(slug="apart", title="Apart", country="FR", locality="Paris")
    return {"event": event, "article": article, "group": group, "day": day}


def titles(body: bytes) -> set[str]:
    """The titles of a feed's entries, whatever its format."""
    if body.startswith(b"BEGIN:VCALENDAR"):
        return {str(e["SUMMARY"]) for e in icalendar.Calendar.from_ical(body).events}
    if body.startswith(b"<?xml"):
        entries = ElementTree.fromstring(body).findall(f"{ATOM}entry")
        return {entry.findtext(f"{ATOM}title", "") for entry in entries}
    found = json.loads(body)
    if "total_records" not in found:
        return {found["title"]}
    return {row["title"] for row in found.get("events") or found.get("articles", [])}


ALL, OF_IT = {"Vigil", "Apart"}, {"Vigil"}
DAY = {"Day"}
#: An address, and the titles in its calendar, its data and its news.
FEEDS = {
    "/calendar": (ALL | DAY, ALL, ALL | DAY),
    "/events": (ALL, ALL, ALL),
    "/events?country=GB": (OF_IT, OF_IT, OF_IT),
    "/events?city=paris": ({"Apart"}, {"Apart"}, {"Apart"}),
    "/events?q=vigil": (OF_IT, OF_IT, OF_IT),
    "/events?campaign=the-campaign": (OF_IT, OF_IT, OF_IT),
    "/events?day=the-day": (OF_IT, OF_IT, OF_IT),
    "/events?from=2035-02-24": (set(), set(), set()),
    "/events?to=2035-02-23": (ALL, ALL, ALL),
    "/events/the-event": (OF_IT, OF_IT, OF_IT),
    "/campaigns/the-campaign": (OF_IT | DAY, OF_IT, OF_IT | DAY),
    "/action-days/the-day": (OF_IT | DAY, OF_IT, OF_IT | DAY),
    "/groups/the-group": (OF_IT | DAY, OF_IT, OF_IT | DAY),
    "/articles": (OF_IT, {"Why"}, {"Why"}),
    "/articles/the-article": (OF_IT, {"Why"}, {"Why", "Vigil"}),
}


def sibling(page: str, extension: str) -> str:
    path, mark, query = page.partition("?")
    return f"{path}.{extension}{mark}{query}"


def test_every_page_has_its_calendar_its_data_and_its_news(
    world: dict[str, Any], client: FlaskClient
) -> None:
    for path, shown in FEEDS.items():
        for extension, expected in zip(TYPES, shown, strict=True):
            response = client.get(sibling(path, extension))
            assert response.status_code == 200, path
            assert response.headers["Content-Type"] == TYPES[extension]
            assert titles(response.data) == expected, path
            assert "Set-Cookie" not in response.headers
            assert "Cookie" not in response.headers["Vary"]


@pytest.mark.parametrize("extension", TYPES)
def test_what_is_wrong_with_a_feed_is_said_in_a_line_of_text(
    client: FlaskClient, world: dict[str, Any], extension: str
) -> None:
    """A program asks, and its owner reads a log at best."""
    factories.event(slug="gone", state=State.CANCELLED, removed_at=clock.now())
    for address, method, said in (
        ("/events/none", "GET", "404 Not Found"),
        ("/no/such/page", "GET", "404 Not Found"),
        ("/events/gone", "GET", "410 Gone"),
        ("/events", "POST", "405 Method Not Allowed"),
    ):
        answer = client.open(f"{address}.{extension}", method=method)
        assert answer.mimetype == "text/plain"
        assert (answer.status.upper(), answer.text) == (said.upper(), f"{said}\n")
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_changes_while_a_feed_is_read_is_newer_than_the_feed_says(
    client: FlaskClient,
    world: dict[str, Any],
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else who asks by time alone would never learn of it."""
    now = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    write = views.calendar

    def write_slowly(*told: Any) -> bytes:
        nonlocal now
        body = write(*told)
        with transaction() as session:
            session.get_one(Event, number).title = "Renamed"
        now += timedelta(minutes=1)
        return body

    number = world["event"].id
    with monkeypatch.context() as slow:
        slow.setattr(views, "calendar", write_slowly)
        answer = client.get("/events.ics")
    assert b"Renamed" not in answer.data
    held = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert b"Renamed" in client.get("/events.ics", headers=held).data


@pytest.mark.parametrize("extension", ["ics", "atom"])
def test_an_action_day_leaves_at_the_time_that_the_feed_is_good_until(
    client: FlaskClient,
    world: dict[str, Any],
    extension: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = datetime.combine(world["day"].ends_on, time(), UTC) + timedelta(hours=36)
    now = over + timedelta(days=60, seconds=-1)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert titles(client.get(f"/calendar.{extension}").data) == {"Day"}
    now += timedelta(seconds=1)
    assert titles(client.get(f"/calendar.{extension}").data) == set()


@pytest.mark.parametrize(
    "path", ["/events/x", "/campaigns/x", "/action-days/x", "/groups/x", "/articles/x"]
)
@pytest.mark.parametrize("extension", TYPES)
def test_what_is_not_there_is_a_404(
    client: FlaskClient, path: str, extension: str
) -> None:
    assert client.get(f"{path}.{extension}").status_code == 404


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED])
def test_what_is_not_public_has_no_feed(
    client: FlaskClient, world: dict[str, Any], state: State
) -> None:
    hidden = {"state": state, "published_at": None, "slug": "hidden", "title": "Canary"}
    factories.event(**hidden)
    factories.campaign(**hidden)
    factories.action_day(**hidden, campaign=world["event"].campaign)
    factories.article(**hidden)
    for kind in ("events", "campaigns", "action-days", "articles"):
        for extension in TYPES:
            assert client.get(f"/{kind}/hidden.{extension}").status_code == 404
    for page in FEEDS:
        for extension in TYPES:
            assert b"Canary" not in client.get(sibling(page, extension)).data


def test_an_unlisted_event_has_its_own_file_and_is_in_no_list(
    client: FlaskClient, app: Flask
) -> None:
    factories.event(slug="quiet", title="Quiet", visibility=Visibility.UNLISTED)
    assert titles(client.get("/events/quiet.ics").data) == {"Quiet"}
    for extension in TYPES:
        assert titles(client.get(f"/events.{extension}").data) == set()


def test_a_hidden_address_is_hidden_in_every_format(
    client: FlaskClient, app: Flask
) -> None:
    factories.event(
        slug="secret",
        venue="Canary Hall",
        street_address="Canary Street",
        postal_code="C4N4RY",
        online_url="https://meet.example/canary",
        latitude=12.3456,
        longitude=65.4321,
        instructions="Canary word",
        host_name="Canary Host",
        contact="canary@example.org",
        attendance=Attendance.HYBRID,
        address_level=AddressLevel.CITY,
    )
    for page in ("/calendar", "/events", "/events/secret"):
        for extension in TYPES:
            body = client.get(f"{page}.{extension}").data.lower()
            assert b"manchester" in body
            for canary in (b"canary", b"c4n4ry", b"12.3456", b"65.4321"):
                assert canary not in body


def test_addresses_come_from_the_setting_and_not_from_the_host(
    client: FlaskClient, world: dict[str, Any], app: Flask, monkeypatch: Any
) -> None:
    monkeypatch.setitem(app.config, "SITE_URL", "https://act.example.org")
    bring_up_to_date(app, tells_calendars=True)
    for extension in TYPES:
        body = client.get(f"/calendar.{extension}").data.decode()
        assert "localhost" not in body
        assert "https://act.example.org/events/the-event" in body.replace("\r\n ", "")


def test_the_order_of_the_filters_does_not_matter(
    client: FlaskClient, world: dict[str, Any]
) -> None:
    one = client.get("/events.ics?country=GB&q=vigil&nonsense=1")
    other = client.get("/events.ics?q=vigil&country=GB")
    assert one.data == other.data
    assert one.headers["ETag"] == other.headers["ETag"]


def test_an_event_has_the_same_bytes_in_every_calendar(
    client: FlaskClient, world: dict[str, Any]
) -> None:
    def entry(address: str) -> bytes:
        body = client.get(address).data
        entries = body.split(b"BEGIN:VEVENT\r\n")[1:]
        return next(e.split(b"END:VEVENT")[0] for e in entries if b"Vigil" in e)

    pages = ("/calendar", "/events", "/campaigns/the-campaign", "/events/the-event")
    assert len({entry(f"{page}.ics") for page in pages}) == 1


def test_the_browsers_language_and_accept_header_change_nothing(
    client: FlaskClient, world: dict[str, Any]
) -> None:
    plain = client.get("/articles.ics").data
    headers = {"Accept-Language": "ar", "Accept": "text/html"}
    assert client.get("/articles.ics", headers=headers).data == plain


def test_a_feed_speaks_the_language_that_its_address_asks_for(
    client: FlaskClient, world: dict[str, Any]
) -> None:
    body = client.get("/calendar.ics?lang=ar").data.decode().replace("\r\n ", "")
    assert "SOURCE;VALUE=URI:http://localhost/calendar.ics?lang=ar" in body
    assert "المملكة المتحدة" in body  # the United Kingdom
    assert client.get("/calendar.ics?lang=xx").data == client.get("/calendar.ics").data


def test_a_filtered_feed_is_named_in_the_words_of_its_language(
    client: FlaskClient, world: dict[str, Any]
) -> None:
    def name(asked: str) -> str:
        body = client.get(f"/events.ics?{asked}").data
        return str(icalendar.Calendar.from_ical(body)["NAME"]).replace("\\,", ",")

    assert name("") == "Campaign"
    assert name("kind=vigil&country=gb") == "Campaign: Vigil, United Kingdom"
    assert name("campaign=the-campaign&online=0") == "Campaign: Camp, In person"
    assert "المملكة المتحدة" in name("country=GB&lang=ar")
    with transaction():
        world["event"].campaign.removed_at = clock.now()
    assert name("campaign=the-campaign") == "Campaign"


def test_the_data_come_in_pages(client: FlaskClient, world: dict[str, Any]) -> None:
    first = client.get("/events.json?per_page=1").get_json()
    assert (first["total_records"], first["total_pages"]) == (2, 2)
    assert first["next"] == "http://localhost/events.json?page=2&per_page=1"
    second = client.get(first["next"]).get_json()
    assert second["next"] is None
    shown = [row["title"] for row in (*first["events"], *second["events"])]
    assert sorted(shown) == ["Apart", "Vigil"]
    for nonsense in ("0", "-1", "x", "9" * 30, "²"):
        response = client.get(f"/events.json?page={nonsense}&per_page={nonsense}")
        assert response.status_code == 200


def test_the_data_go_back_as_far_as_is_asked(client: FlaskClient, app: Flask) -> None:
    factories.event(starts_local=datetime(2020, 5, 1, 18), title="Long ago")
    assert titles(client.get("/events.json").data) == set()
    assert titles(client.get("/events.json?to=2020-12-31").data) == {"Long ago"}
    assert titles(client.get("/events.ics?to=2020-12-31").data) == set()


def test_articles_have_data_without_events(
    client: FlaskClient, world: dict[str, Any]
) -> None:
    listed = client.get("/articles.json").get_json()
    assert listed["total_records"] == 1
    assert "body" not in listed["articles"][0]
    whole = client.get("/articles/the-article.json").get_json()
    assert whole["body"] == "What happened."


@pytest.mark.parametrize("extension", TYPES)
def test_a_second_poll_is_a_304_until_something_changes(
    client: FlaskClient, world: dict[str, Any], extension: str
) -> None:
    address = f"/events.{extension}"
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    with transaction():
        world["event"].title = "Renamed"
    after = client.get(address, headers={"If-None-Match": tag})
    assert after.status_code == 200
    assert "Renamed" in titles(after.data)


@pytest.mark.parametrize("extension", ["ics", "atom"])
def test_the_time_of_a_feed_moves_when_an_event_leaves_it(
    client: FlaskClient, world: dict[str, Any], extension: str, monkeypatch: Any
) -> None:
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    address = f"/events.{extension}?country=GB"
    since = client.get(address).headers["Last-Modified"]
    headers = {"If-Modified-Since": since}
    assert client.get(address, headers=headers).status_code == 304
    with transaction():
        world["event"].visibility = Visibility.UNLISTED
    later += timedelta(hours=1)
    left = client.get(address, headers=headers)
    assert left.status_code == 200
    assert titles(left.data) == set()


def test_the_time_of_a_feed_moves_when_time_takes_an_event_out(
    client: FlaskClient, app: Flask, monkeypatch: Any
) -> None:
    event = factories.event(title="Last")
    leaves = event.ends_at + timedelta(days=60)
    now = leaves - timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    before = client.get("/events.ics")
    assert titles(before.data) == {"Last"}
    now = leaves + timedelta(hours=1)
    headers = {"If-Modified-Since": before.headers["Last-Modified"]}
    after = client.get("/events.ics", headers=headers)
    assert (after.status_code, titles(after.data)) == (200, set())
    assert after.headers["Last-Modified"] == http_date(leaves)


def test_the_data_give_no_time_because_counts_move_without_one(
    client: FlaskClient, world: dict[str, Any]
) -> None:
    now = http_date(datetime.now(UTC) + timedelta(days=1))
    response = client.get("/events.json", headers={"If-Modified-Since": now})
    assert response.status_code == 200
    assert "Last-Modified" not in response.headers


@pytest.mark.parametrize("extension", TYPES)
def test_head_is_like_get(
    client: FlaskClient, world: dict[str, Any], extension: str
) -> None:
    for address in (f"/events.{extension}", f"/events/the-event.{extension}"):
        got, head = client.get(address), client.head(address)
        assert head.data == b""
        kept = {k: v for k, v in head.headers.items() if k != "Date"}
        assert kept == {k: v for k, v in got.headers.items() if k != "Date"}


def test_a_feed_is_shown_and_an_event_is_kept(
    client: FlaskClient, world: dict[str, Any]
) -> None:
    feed = client.get("/events.ics").headers["Content-Disposition"]
    event = client.get("/events/the-event.ics").headers["Content-Disposition"]
    assert feed == "inline; filename=events.ics"
    assert event == "attachment; filename=the-event.ics"


@pytest.mark.parametrize("extension", TYPES)
def test_a_database_in_trouble_is_a_503_and_never_an_empty_feed(
    client: FlaskClient, extension: str, monkeypatch: Any
) -> None:
    def fail(*_args: object) -> None:
        raise OperationalError("SELECT", {}, Exception("locked"))

    for name in ("listed_events", "newest_events", "page_of_events", "find_event"):
        monkeypatch.setattr(views, name, fail)
    for address in (f"/events.{extension}", f"/events/x.{extension}"):
        response = client.get(address)
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert response.headers["Cache-Control"] == "no-store"
        assert b"VCALENDAR" not in response.data


def test_an_event_that_cannot_be_written_costs_only_its_own_file(
    client: FlaskClient, world: dict[str, Any]
) -> None:
    factories.event(slug="bad", title="Bad", online_url="https://x.example/\r\nX:y")
    assert titles(client.get("/events.ics").data) == {"Vigil", "Apart"}
    assert client.get("/events/bad.ics").status_code == 503


def test_reading_a_feed_asks_as_often_for_many_events_as_for_few(
    client: FlaskClient, world: dict[str, Any]
) -> None:
    few = count_queries(lambda: client.get("/calendar.ics"))
    for number in range(5):
        event = factories.event(action_day=world["day"], title=f"More {number}")
        with transaction():
            event.articles.append(world["article"])
    assert count_queries(lambda: client.get("/calendar.ics")) == few


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_news_hold_whole_texts_with_their_figures_at_whole_addresses(
    app: Flask, client: FlaskClient
) -> None:
    picture = factories.picture(credit="Mona", licence="cc-by")
    own = f"![A square](/pictures/{picture.slug})"
    with_words = f'{own[:-1]} "In May | Lina")'
    body = f"So[^1] it was [1].\n\n{with_words}\n\n{own}\n\n[^1]: There."
    article = factories.article(body=body, sources="One & two", language="ar")
    event = factories.event(description=f"{own}\n\n[Home](/)", articles=[article])
    site = "http://localhost"
    for path in ("/articles.atom", f"/articles/{article.slug}.atom"):
        feed = client.get(path, headers={"Accept-Language": "ar"}).text
        found = ElementTree.fromstring(feed).iter(f"{ATOM}content")
        text = next(each.text for each in found if each.text.startswith("<p>So"))
        address = f"{site}/pictures/{picture.slug}/{picture.file_name}"
        assert f'<img src="{address}-800.jpg"' in text
        assert f'type="image/avif" srcset="{address}-480.avif 480w' in text
        assert 'alt="A square"' in text
        assert '<figcaption>In May <small class="credit">Lina</small>' in text
        # Where the text names nobody, the library does.
        assert '<figcaption><small class="credit"><bdi>Mona</bdi>،' in text
        assert f'<a href="{site}/articles/{article.slug}#note-1"' in text
        assert f'<a href="{site}/articles/{article.slug}#source-1"' in text
        assert text.endswith("<h2>المصادر</h2><ol><li>One &amp; two</li></ol>")
        assert 'src="/' not in text
        assert 'href="/' not in text
    told = client.get(f"/events/{event.slug}.atom").text
    assert f"{address}-800.jpg" in told
    assert f"{site}/" in told
    page = client.get(f"/events/{event.slug}").text
    assert f'<img src="/pictures/{picture.slug}/{picture.file_name}-800.jpg"' in page
    # A calendar has words in its place.
    calendar = client.get(f"/events/{event.slug}.ics").text
    assert "[A square]" in calendar
    many = count_queries(lambda: client.get("/articles.atom?lang=ar"))
    factories.article(body=own)
    assert count_queries(lambda: client.get("/articles.atom?lang=fr")) == many
