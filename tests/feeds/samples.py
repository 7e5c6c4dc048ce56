"""Views to write feeds from, and readers to read them back with."""

import atexit
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest

from campaign.articles.attribution import Author
from campaign.events.disclosure import EventView, Link, Place
from campaign.feeds import ical
from campaign.feeds.entries import ActionDayView, ArticleView
from campaign.feeds.ical import Fragment, Listed, is_shown, narrower, that_fit
from campaign.feeds.site import Feed, Site
from campaign.feeds.vevent import Entry, NotAnAddress, vevent, zone_of
from campaign.feeds.wording import ENGLISH, Wording

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SITE = Site("https://act.example.org", "Act")
FEED = Feed("What is on", "/events", "/events")
_NAMES = UUID("7d5fa4b8-8a3c-4a0e-9d0a-0b8f35a5d6f1")
_HERE = Path(__file__).parent


def event_view(
    number: int = 1,
    starts_local: datetime = datetime(2026, 6, 20, 18),
    ends_local: datetime | None = None,
    timezone: str = "Europe/Berlin",
    start_fold: int = 0,
    end_fold: int = 0,
    **changes: Any,
) -> EventView:
    """A vigil in Berlin, 20 June 2026, 18:00 to 20:00, if not told else."""
    ends_local = ends_local or starts_local + timedelta(hours=2)
    zone = ZoneInfo(timezone)
    start = starts_local.replace(tzinfo=zone, fold=start_fold)
    end = ends_local.replace(tzinfo=zone, fold=end_fold)
    values: dict[str, Any] = {
        "uid": uuid5(_NAMES, f"event {number}"),
        "slug": f"vigil-{number}",
        "title": f"Vigil {number}",
        "summary": "We stand together.",
        "description": "Bring a *candle*.",
        "kind": "vigil",
        "language": "en",
        "state": "published",
        "is_listed": True,
        "attendance": "in_person",
        "place": Place("Town hall", "1 Square", "Berlin", "", "10178", "DE"),
        "accessibility_notes": "",
        "instructions": "",
        "host_name": "",
        "contact": "",
        "group": Link("The Group", "the-group"),
        "campaign": Link("Open Doors", "open-doors", uuid5(_NAMES, "campaign")),
        "action_day": None,
        "articles": (),
        "accent": "#d81b60",
        "capacity": None,
        "places_left": None,
        "total_accepted": None,
        "created_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "modified_at": datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
        "calendar_sequence": 0,
        "is_all_day": False,
        **changes,
    }
    return EventView(
        starts_local=starts_local,
        start_fold=start_fold,
        ends_local=ends_local,
        end_fold=end_fold,
        timezone=timezone,
        starts_at=start.astimezone(UTC),
        ends_at=end.astimezone(UTC),
        **values,
    )


def day_view(**changes: Any) -> ActionDayView:
    values: dict[str, Any] = {
        "uid": uuid5(_NAMES, "day"),
        "slug": "global-day",
        "title": "Global day of action",
        "summary": "In a hundred cities.",
        "description": "",
        "language": "en",
        "state": "published",
        "starts_on": date(2026, 6, 20),
        "ends_on": date(2026, 6, 21),
        "campaign": Link("Open Doors", "open-doors", uuid5(_NAMES, "campaign")),
        "articles": (),
        "created_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "modified_at": datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
        "calendar_sequence": 0,
        **changes,
    }
    return ActionDayView(**values)


def article_view(number: int = 1, **changes: Any) -> ArticleView:
    values: dict[str, Any] = {
        "uid": uuid5(_NAMES, f"article {number}"),
        "slug": f"explainer-{number}",
        "title": f"Explainer {number}",
        "summary": "Why it matters.",
        "body": "It **matters**.",
        "language": "en",
        "group": Link("The Group", "the-group"),
        "authors": (Author("A. Writer"),),
        "translator": "",
        "original": None,
        "translations": (),
        "source_title": "",
        "source_author": "",
        "source_author_affiliation": "",
        "first_appeared_at": "",
        "first_appeared_url": "",
        "first_appeared_on": None,
        "appearance": "original",
        "elsewhere": "",
        "licence": None,
        "sources": (),
        "reading_minutes": 3,
        "published_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "modified_at": datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
        **changes,
    }
    return ArticleView(**values)


def link(number: int = 1, **changes: Any) -> Link:
    title = changes.pop("title", f"Explainer {number}")
    return Link(title, f"explainer-{number}", uuid5(_NAMES, f"article {number}"))


def listed(view: Entry, wording: Wording = ENGLISH) -> Listed:
    """A view, written as it is stored, with what a calendar has to know of it."""
    zone = view.timezone if isinstance(view, EventView) else None
    fragment = Fragment(vevent(view, SITE, wording), zone_of(view))
    return Listed(
        view.uid, view.starts_at, view.ends_at, view.modified_at, zone, fragment
    )


def calendar(
    feed: Feed,
    views: Iterable[Entry],
    site: Site = SITE,
    now: datetime = NOW,
    wording: Wording = ENGLISH,
) -> bytes:
    """A calendar of these views: those that its window shows, and that fit."""
    shown = []
    for view in views:
        with suppress(NotAnAddress):  # such a one has no fragment
            shown += [listed(view, wording)] if is_shown(view, now) else []
    kept, is_cut = that_fit(shown, now)
    notes = narrower(["DE"], [("Open Doors", "open-doors")], site, wording)
    return ical.calendar(feed, kept, site, notes if is_cut else ())


def read_with_ical_js(body: bytes) -> list[dict[str, str]]:
    """Return the events of calendars as read by Thunderbird's parser, in node."""
    reader = _reader()
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(b"%d\n%b" % (len(body), body))
    reader.stdin.flush()
    answer: dict[str, Any] = json.loads(reader.stdout.readline())
    assert "events" in answer, answer["error"]
    result: list[dict[str, str]] = answer["events"]
    return result


@cache
def _reader() -> subprocess.Popen[bytes]:
    """The one process that reads: to start it takes longer than to read."""
    module, node = _ical_js(), shutil.which("node")
    if node is None or not module.is_file():
        if os.environ.get("CAMPAIGN_TEST_OBLIGATORY"):
            pytest.fail("node and ical.js are needed: npm install --no-save ical.js@2")
        pytest.skip("node or ical.js is not installed here")
    command = [node, str(_HERE / "read_calendar.mjs"), str(module)]
    reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(_end, reader)
    return reader


def _end(reader: subprocess.Popen[bytes]) -> None:
    with reader:  # its input is closed, and so it ends
        pass


def _ical_js() -> Path:
    given = os.environ.get("CAMPAIGN_ICAL_JS")
    if given:
        return Path(given)
    return _HERE.parents[1] / "node_modules" / "ical.js" / "dist" / "ical.js"


def lines_of(body: bytes) -> list[str]:
    """The content lines of a calendar, unfolded (RFC 5545, 3.1)."""
    return body.decode().replace("\r\n ", "").split("\r\n")[:-1]
