"""The data."""

from datetime import date, datetime

from feeds.samples import FEED, SITE, article_view, day_view, event_view, link

from campaign.events.disclosure import Link, Place
from campaign.feeds.osdi import (
    Page,
    article_list,
    article_resource,
    event_list,
    event_resource,
)
from campaign.feeds.site import Feed


def test_an_event_has_the_fields_that_are_promised() -> None:
    day = day_view()
    view = event_view(
        action_day=Link(day.title, day.slug, day.uid),
        articles=(link(1),),
        capacity=80,
        places_left=30,
        total_accepted=50,
        place=Place("Hall", "1 Square\nDoor B", "Berlin", "", "10178", "DE", 52.5, 13),
    )
    assert event_resource(view, SITE) == {
        "identifiers": [f"campaign:{view.uid}"],
        "title": "Vigil 1",
        "summary": "We stand together.",
        "description": "Bring a *candle*.",
        "browser_url": "https://act.example.org/events/vigil-1",
        "status": "confirmed",
        "start_date": "2026-06-20T18:00:00+02:00",
        "end_date": "2026-06-20T20:00:00+02:00",
        "all_day": False,
        "timezone_identifier": "Europe/Berlin",
        "capacity": 80,
        "total_accepted": 50,
        "location": {
            "venue": "Hall",
            "address_lines": ["1 Square", "Door B"],
            "locality": "Berlin",
            "region": None,
            "postal_code": "10178",
            "country": "DE",
            "location": {"latitude": 52.5, "longitude": 13},
        },
        "created_date": "2026-01-02T03:04:05+00:00",
        "modified_date": "2026-02-03T04:05:06+00:00",
        "kind": "vigil",
        "language": "en",
        "online": False,
        "postponed": False,
        "places_left": 30,
        "ics_url": "https://act.example.org/events/vigil-1.ics",
        "campaign": {
            "title": "Open Doors",
            "browser_url": "https://act.example.org/campaigns/open-doors",
        },
        "action_day": {
            "title": "Global day of action",
            "browser_url": "https://act.example.org/action-days/global-day",
        },
        "articles": [
            {
                "title": "Explainer 1",
                "browser_url": "https://act.example.org/articles/explainer-1",
            }
        ],
    }


def test_what_is_not_disclosed_is_null() -> None:
    place = Place(locality="Berlin", country="DE", is_withheld=True)
    resource = event_resource(event_view(place=place), SITE)
    assert resource["location"]["venue"] is None
    assert resource["location"]["address_lines"] == []
    assert resource["location"]["location"] is None
    assert resource["total_accepted"] is None
    assert resource["capacity"] is None
    assert resource["action_day"] is None


def test_a_state_is_a_status_of_osdi() -> None:
    postponed = event_resource(event_view(state="postponed"), SITE)
    cancelled = event_resource(event_view(state="cancelled"), SITE)
    assert (postponed["status"], postponed["postponed"]) == ("tentative", True)
    assert (cancelled["status"], cancelled["postponed"]) == ("cancelled", False)


def test_the_second_reading_of_a_repeated_hour_has_its_own_offset() -> None:
    wall = datetime(2026, 10, 25, 2, 30)
    view = event_view(starts_local=wall, start_fold=1)
    resource = event_resource(view, SITE)
    assert resource["start_date"] == "2026-10-25T02:30:00+01:00"


def test_a_list_says_where_it_goes_on() -> None:
    feed = Feed("x", "/events", "/events", query=(("country", "DE"),))
    first = event_list(feed, Page(1, 2, 3), [event_view(1), event_view(2)], SITE)
    last = event_list(feed, Page(2, 2, 3), [event_view(3)], SITE)
    assert first["next"] == (
        "https://act.example.org/events.json?country=DE&page=2&per_page=2"
    )
    assert last["next"] is None
    counts = {k: last[k] for k in last if k not in ("events", "next")}
    assert counts == {
        "page": 2,
        "per_page": 2,
        "total_pages": 2,
        "total_records": 3,
    }


def test_an_article_names_its_source_and_keeps_its_body_for_its_own_address() -> None:
    article = article_view(
        first_appeared_at="The Paper",
        first_appeared_url="https://paper.example/story",
        first_appeared_on=date(2025, 12, 24),
        appearance="version",
        sources=("A report",),
    )
    whole = article_resource(article, SITE, with_body=True)
    assert whole["body"] == "It **matters**."
    assert whole["first_appeared"] == {
        "at": "The Paper",
        "url": "https://paper.example/story",
        "date": "2025-12-24",
        "relation": "version",
    }
    listed = article_list(FEED, Page(1, 10, 1), [article], SITE)["articles"][0]
    assert listed == {key: whole[key] for key in whole if key != "body"}
