"""What pages tell programs about events, and that it is what calendars tell."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import factories
import html5lib
import pytest
from feeds.samples import NOW, SITE, day_view, event_view, link
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from campaign.database import transaction
from campaign.events.disclosure import AddressLevel, EventView, Link, Place
from campaign.events.models import Event, Series, Visibility
from campaign.feeds.json_ld import action_day_thing, event_thing, script_text
from campaign.feeds.osdi import event_resource
from campaign.feeds.vevent import vevent
from campaign.publishing.states import State

_SCHEMA = "https://schema.org/"
PLACE = Place(
    "Town hall", "1 Square\nDoor B", "Berlin", "BE", "10178", "DE", 52.5, 13.25
)


def things_of(html: str) -> list[dict[str, Any]]:
    """What a page tells programs, as a browser's parser finds it."""
    page = html5lib.parse(html, namespaceHTMLElements=False)
    scripts = page.iter("script")
    data = [s.text for s in scripts if s.get("type") == "application/ld+json"]
    return [json.loads(text or "") for text in data]


def test_an_event_is_told_in_full() -> None:
    day = day_view()
    view = event_view(
        place=PLACE,
        action_day=Link(day.title, day.slug, day.uid),
        articles=(link(1),),
        capacity=80,
        places_left=0,
    )
    assert event_thing(view, SITE) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": view.uid.urn,
        "name": "Vigil 1",
        "description": "We stand together.\n\nBring a candle.",
        "url": "https://act.example.org/events/vigil-1",
        "inLanguage": "en",
        "eventStatus": "https://schema.org/EventScheduled",
        "isAccessibleForFree": True,
        "startDate": "2026-06-20T18:00:00+02:00",
        "endDate": "2026-06-20T20:00:00+02:00",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": "Town hall",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "1 Square, Door B",
                "addressLocality": "Berlin",
                "addressRegion": "BE",
                "postalCode": "10178",
                "addressCountry": "DE",
            },
            "geo": {"@type": "GeoCoordinates", "latitude": 52.5, "longitude": 13.25},
        },
        "organizer": {
            "@type": "Organization",
            "name": "The Group",
            "url": "https://act.example.org/groups/the-group",
        },
        "superEvent": {
            "@type": "Event",
            "@id": day.uid.urn,
            "name": "Global day of action",
            "url": "https://act.example.org/action-days/global-day",
        },
        "subjectOf": [
            {
                "@type": "Article",
                "@id": link(1).uid.urn,  # type: ignore[union-attr]
                "name": "Explainer 1",
                "url": "https://act.example.org/articles/explainer-1",
            }
        ],
        "maximumAttendeeCapacity": 80,
        "remainingAttendeeCapacity": 0,
    }


def test_counts_are_told_only_where_the_view_shows_them() -> None:
    thing = event_thing(event_view(), SITE)
    assert not {name for name in thing if "Capacity" in name}


def test_an_action_day_is_an_event_of_whole_days() -> None:
    day = day_view(state="postponed", articles=(link(2),))
    thing = action_day_thing(day, SITE)
    assert (thing["@type"], thing["@id"]) == ("Event", day.uid.urn)
    assert (thing["startDate"], thing["endDate"]) == ("2026-06-20", "2026-06-21")
    assert thing["eventStatus"] == "https://schema.org/EventPostponed"
    assert thing["url"] == "https://act.example.org/action-days/global-day"
    assert [each["name"] for each in thing["subjectOf"]] == ["Explainer 2"]


def test_an_event_of_whole_days_ends_with_its_last_day() -> None:
    view = event_view(
        starts_local=datetime(2026, 6, 20),
        ends_local=datetime(2026, 6, 22),
        is_all_day=True,
    )
    thing = event_thing(view, SITE)
    assert (thing["startDate"], thing["endDate"]) == ("2026-06-20", "2026-06-21")


@pytest.mark.parametrize(
    ("attendance", "mode", "types"),
    [
        ("in_person", "Offline", ["Place"]),
        ("online", "Online", ["VirtualLocation"]),
        ("hybrid", "Mixed", ["Place", "VirtualLocation"]),
    ],
)
def test_where_it_is_fits_how_one_can_be_there(attendance, mode, types) -> None:
    place = replace(PLACE, online_url="https://meet.example/room")
    thing = event_thing(event_view(attendance=attendance, place=place), SITE)
    assert thing["eventAttendanceMode"] == f"{_SCHEMA}{mode}EventAttendanceMode"
    found = thing["location"]
    found = found if isinstance(found, list) else [found]
    assert [each["@type"] for each in found] == types
    urls = [each.get("url") for each in found if each["@type"] == "VirtualLocation"]
    assert set(urls) <= {"https://meet.example/room"}


def test_what_is_withheld_is_not_told() -> None:
    place = Place(locality="Berlin", country="DE", is_withheld=True)
    thing = event_thing(event_view(attendance="hybrid", place=place), SITE)
    assert thing["location"] == [
        {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": "Berlin",
                "addressCountry": "DE",
            },
        },
        {"@type": "VirtualLocation"},
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "room 5"])
def test_an_address_that_is_none_of_the_web_is_not_told(url) -> None:
    place = Place(online_url=url)
    thing = event_thing(event_view(attendance="online", place=place), SITE)
    assert thing["location"] == {"@type": "VirtualLocation"}


VARIED = [
    event_view(1),
    event_view(2, state="cancelled"),
    event_view(3, state="postponed", place=PLACE),
    event_view(4, attendance="online", place=Place(online_url="https://m.example/r")),
    event_view(5, attendance="hybrid", place=replace(PLACE, online_url="https://x.io")),
    event_view(6, place=Place(locality="Berlin", country="DE", is_withheld=True)),
    event_view(7, timezone="Asia/Kathmandu"),
    event_view(8, datetime(2026, 10, 25, 2, 30), start_fold=0, end_fold=0),
    event_view(9, datetime(2026, 10, 25, 2, 30), start_fold=1, end_fold=0),
    event_view(10, datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 4)),
    event_view(11, timezone="Africa/Casablanca"),
    event_view(12, timezone="Pacific/Apia", attendance="online", place=Place()),
    event_view(13, datetime(2026, 6, 20), datetime(2026, 6, 21), is_all_day=True),
    event_view(
        14,
        datetime(2026, 12, 31),
        datetime(2027, 1, 3),
        timezone="America/Caracas",
        is_all_day=True,
        state="cancelled",
    ),
    event_view(15, datetime(2026, 6, 20, 18), datetime(2026, 6, 22, 1)),
]


@pytest.mark.parametrize("view", VARIED, ids=lambda view: view.slug)
def test_page_data_and_calendar_tell_the_same(view: EventView) -> None:
    thing = event_thing(view, SITE)
    resource = event_resource(view, SITE)
    entry = read(vevent(view, SITE))
    assert told_by_page(thing) == told_by_calendar(entry)
    if not view.is_all_day:
        assert thing["startDate"] == resource["start_date"]
        assert thing["endDate"] == resource["end_date"]
    assert resource["all_day"] is ("T" not in thing["startDate"])
    assert thing["url"] == resource["browser_url"] == str(entry["URL"])
    statuses = {
        "confirmed": "EventScheduled",
        "tentative": "EventPostponed",
        "cancelled": "EventCancelled",
    }
    assert thing["eventStatus"] == f"{_SCHEMA}{statuses[resource['status']]}"
    assert address_in(thing) == address_in_data(resource, view)
    for part in filter(None, (thing_place(thing).get("name"), *address_in(thing)[1:4])):
        assert part in str(entry["LOCATION"])


def read(body: bytes) -> Any:
    around = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n%sEND:VCALENDAR\r\n"
    (event,) = Calendar.from_ical(around % body).walk("VEVENT")
    return event


def told_by_page(thing: dict[str, Any]) -> dict[str, Any]:
    first, last = thing["startDate"], thing["endDate"]
    found = thing.get("location", [])
    places = found if isinstance(found, list) else [found]
    return {
        "starts": moment(first),
        "ends": moment(last) if "T" in last else moment(last) + timedelta(days=1),
        "status": thing["eventStatus"].removeprefix(_SCHEMA),
        "point": next((point(p["geo"]) for p in places if "geo" in p), None),
        "online": next((p["url"] for p in places if "url" in p), None),
    }


def told_by_calendar(entry: Any) -> dict[str, Any]:
    statuses = {
        "CONFIRMED": "EventScheduled",
        "TENTATIVE": "EventPostponed",
        "CANCELLED": "EventCancelled",
    }
    # A date ends behind itself in a calendar, and in the zone's own offset a time.
    geo = entry.get("GEO")
    zoned = {"starts": "DTSTART", "ends": "DTEND"}
    return {
        **{name: instant(entry[prop].dt) for name, prop in zoned.items()},
        "status": statuses[entry["STATUS"]],
        "point": (geo.latitude, geo.longitude) if geo else None,
        "online": str(entry["CONFERENCE"]) if "CONFERENCE" in entry else None,
    }


def moment(text: str) -> date:
    return instant(
        datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    )


def instant(when: date) -> date:
    return when.astimezone(UTC) if isinstance(when, datetime) else when


def point(geo: dict[str, Any]) -> tuple[float, float]:
    return geo["latitude"], geo["longitude"]


def thing_place(thing: dict[str, Any]) -> dict[str, Any]:
    found = thing.get("location", [])
    places = found if isinstance(found, list) else [found]
    return next((each for each in places if each["@type"] == "Place"), {})


def address_in(thing: dict[str, Any]) -> list[str | None]:
    address = thing_place(thing).get("address", {})
    names = ("addressCountry", "addressLocality", "addressRegion", "postalCode")
    return [address.get(name) for name in names]


def address_in_data(resource: dict[str, Any], view: EventView) -> list[str | None]:
    names = ("country", "locality", "region", "postal_code")
    location = resource["location"]
    return [location[name] if view.is_in_person else None for name in names]


HOSTILE = st.text(max_size=200) | st.sampled_from(
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "--></SCRIPT >",
        "]]>&lt;/script&gt;",
        "\u2028alert(1)\u2029",
        '","@type":"Thing',
        "\\u003c/script\\u003e\\",
        "\ud800",
        "\0\r\n\t\x85",
        "{{ 7*7 }}{% x %}",
        "\u202eevil\u202c",
    ]
)


@given(*[HOSTILE] * 5)
def test_no_text_leaves_the_script_that_it_is_in(title, summary, venue, url, name):
    view = event_view(
        attendance="hybrid",
        title=title,
        summary=summary,
        description=f"{summary}\n\n{title}",
        place=Place(venue, summary, name, title, url, "DE", online_url=url),
        group=Link(name, "the-group"),
        articles=(Link(title, "an-article"),),
        action_day=Link(name, "a-day"),
        language="ar",
    )
    text = script_text(event_thing(view, SITE))
    text.encode()
    assert not set("<>&\u2028\u2029") & set(text)
    page = (
        "<!doctype html><html><head><title>x</title>"
        f'<script type="application/ld+json">{text}</script></head>'
        "<body><p id=after>after</p></body></html>"
    )
    parsed = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parsed.parse(page)
    assert len(list(document.iter("script"))) == 1
    assert [p.text for p in document.iter("p")] == ["after"]
    assert things_of(page) == [event_thing(view, SITE)]


def test_the_page_of_an_event_tells_what_its_calendar_and_its_data_tell(client):
    day = factories.action_day(articles=[factories.article()])
    states = [State.PUBLISHED, State.CANCELLED, State.POSTPONED]
    levels = [AddressLevel.PUBLIC, AddressLevel.CITY, AddressLevel.CONFIRMED]
    for state, level, attendance, zone in zip(
        states,
        levels,
        ("in_person", "hybrid", "online"),
        ("Europe/London", "Asia/Tehran", "America/St_Johns"),
        strict=True,
    ):
        event = factories.event(
            action_day=day,
            state=state,
            timezone=zone,
            attendance=attendance,
            address_level=level,
            online_url="" if attendance == "in_person" else "https://m.example/secret",
        )
        (thing,) = things_of(client.get(f"/events/{event.slug}").text)
        data = client.get(f"/events/{event.slug}.json").json
        body = client.get(f"/events/{event.slug}.ics").data
        (entry,) = Calendar.from_ical(body).walk("VEVENT")
        assert told_by_page(thing) == told_by_calendar(entry)
        assert thing["startDate"] == data["start_date"]
        assert datetime.fromisoformat(thing["startDate"]).utcoffset() == (
            event.starts_at.astimezone(ZoneInfo(zone)).utcoffset()
        )
        assert thing["superEvent"]["url"] == data["action_day"]["browser_url"]
        assert [a["url"] for a in thing["subjectOf"]] == [
            a["browser_url"] for a in data["articles"]
        ]
        is_public = level is AddressLevel.PUBLIC
        assert ("Albert Square" in json.dumps(thing)) is is_public
        assert "secret" not in json.dumps(thing)


def test_the_page_of_an_action_day_tells_of_the_day(client):
    day = factories.action_day(ends_on=date(2035, 2, 24))
    (thing,) = things_of(client.get(f"/action-days/{day.slug}").text)
    assert thing["@id"] == day.uid.urn
    assert (thing["startDate"], thing["endDate"]) == ("2035-02-23", "2035-02-24")


def test_a_date_of_a_series_is_part_of_it_and_of_its_action_day(client):
    day = factories.action_day()
    row = factories.event(slug="vigil", action_day=day)
    with transaction():
        row.series, row.series_slot = a_series(row), row.starts_local
    (thing,) = things_of(client.get("/events/vigil").text)
    of_day, of_series = thing["superEvent"]
    assert (of_day["@type"], of_day["@id"]) == ("Event", day.uid.urn)
    assert (of_series["@type"], of_series["@id"]) == (
        "EventSeries",
        row.series.uid.urn,
    )
    assert of_series["url"] == "http://localhost/series/weekly"
    assert client.get(of_series["url"]).status_code == 200


def test_a_date_that_no_list_shows_names_no_series(client):
    """Its page may have no date to show, and would say that there is none."""
    row = factories.event(slug="vigil", visibility=Visibility.UNLISTED)
    with transaction():
        row.series, row.series_slot = a_series(row), row.starts_local
    (thing,) = things_of(client.get("/events/vigil").text)
    assert "superEvent" not in thing


def a_series(event: Event) -> Series:
    return factories.weekly(event.starts_local, timezone=event.timezone)


def test_a_hostile_title_stays_in_the_script_of_its_page(client):
    title = "</script><script>alert(1)</script>\u2028<!--"
    event = factories.event(title=title)
    html = client.get(f"/events/{event.slug}").text
    assert "<script>alert" not in html
    (thing,) = things_of(html)
    assert thing["name"] == "</script><script>alert(1)</script> <!--"


def test_pages_of_lists_tell_of_no_single_event(client):
    factories.event()
    for address in ("/", "/events"):
        assert things_of(client.get(address).text) == []


def test_the_moment_of_reading_changes_nothing() -> None:
    view = event_view(modified_at=NOW)
    again = replace(view, modified_at=NOW + timedelta(days=9), calendar_sequence=4)
    one, other = event_thing(view, SITE), event_thing(again, SITE)
    assert script_text(one) == script_text(other)
    assert re.fullmatch(r"[^<>&]*", script_text(one))
