"""The news."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from feeds.samples import FEED, SITE, article_view, day_view, event_view

from campaign.events.disclosure import Place
from campaign.feeds import atom as module
from campaign.feeds.atom import atom

A = "{http://www.w3.org/2005/Atom}"
FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def read(*news: Any) -> ElementTree.Element:
    return ElementTree.fromstring(atom(FEED, news, SITE))


def test_the_latest_change_stands_first_and_dates_the_feed() -> None:
    changes = [FIRST + timedelta(days=n) for n in (1, 3, 2)]
    views = [event_view(n, modified_at=t) for n, t in enumerate(changes)]
    root = read(*views)
    updated = [e.findtext(f"{A}updated") for e in root.findall(f"{A}entry")]
    assert updated == [
        "2026-03-04T00:00:00Z",
        "2026-03-03T00:00:00Z",
        "2026-03-02T00:00:00Z",
    ]
    assert root.findtext(f"{A}updated") == updated[0]


def test_a_feed_has_all_that_rfc_4287_asks_even_when_empty() -> None:
    root = read()
    assert root.findtext(f"{A}id") == "https://act.example.org/events.atom"
    assert root.findtext(f"{A}title") == "What is on"
    assert root.findtext(f"{A}updated") == "1970-01-01T00:00:00Z"
    assert root.findtext(f"{A}author/{A}name") == "Act"
    links = {x.get("rel"): x.get("href") for x in root.findall(f"{A}link")}
    assert links == {
        "self": "https://act.example.org/events.atom",
        "alternate": "https://act.example.org/events",
    }


def test_an_event_says_when_and_where_and_leads_to_its_calendar_file() -> None:
    view = event_view()
    entry = read(view).find(f"{A}entry")
    assert entry is not None
    assert entry.findtext(f"{A}id") == f"urn:uuid:{view.uid}"
    assert entry.findtext(f"{A}title") == "Vigil 1"
    assert entry.findtext(f"{A}summary") == (
        "Saturday 20 June 2026, 18:00 (Europe/Berlin)\n"
        "Town hall, 1 Square, 10178 Berlin, Germany\n"
        "We stand together."
    )
    assert entry.findtext(f"{A}content") == "<p>Bring a <em>candle</em>.</p>\n"
    links = {x.get("type"): x.get("href") for x in entry.findall(f"{A}link")}
    assert links == {
        "text/html": "https://act.example.org/events/vigil-1",
        "text/calendar": "https://act.example.org/events/vigil-1.ics",
    }


def test_what_has_become_of_an_event_stands_before_its_title() -> None:
    entry = read(event_view(state="cancelled")).find(f"{A}entry")
    assert entry is not None
    assert entry.findtext(f"{A}title") == "CANCELLED: Vigil 1"


def test_a_withheld_address_is_not_in_the_news() -> None:
    place = Place(locality="Berlin", country="DE", is_withheld=True)
    entry = read(event_view(place=place)).find(f"{A}entry")
    assert entry is not None
    assert "Berlin, Germany (Address after sign-up)" in entry.findtext(f"{A}summary")


def test_an_article_names_its_author_and_where_it_first_appeared() -> None:
    url = "https://paper.example/story"
    entry = read(article_view(first_appeared_url=url)).find(f"{A}entry")
    assert entry is not None
    assert entry.findtext(f"{A}author/{A}name") == "A. Writer"
    links = {x.get("rel"): x.get("href") for x in entry.findall(f"{A}link")}
    assert links["alternate"] == "https://act.example.org/articles/explainer-1"
    assert links["via"] == url


def test_a_script_is_no_source_of_an_article() -> None:
    body = atom(FEED, [article_view(first_appeared_url="javascript:x()")], SITE)
    assert b"javascript" not in body


def test_an_action_day_is_news_of_its_own() -> None:
    entry = read(day_view()).find(f"{A}entry")
    assert entry is not None
    assert entry.findtext(f"{A}summary", "").startswith("Saturday, June 20, 2026")


def test_only_the_latest_are_news(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "MOST_ENTRIES", 2)
    views = [event_view(n, modified_at=FIRST + timedelta(n)) for n in range(3)]
    titles = [e.findtext(f"{A}title") for e in read(*views).findall(f"{A}entry")]
    assert titles == ["Vigil 2", "Vigil 1"]
