"""What an address leads to that somebody wants to follow, if the public may see it.

The address comes out of a link, so it is held against the routes of the site: only a
page of ours that has a calendar beside it, and of something public, is one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, url_for
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from ..articles.queries import find_article
from ..campaigns.queries import find_action_day, find_campaign
from ..events.disclosure import EventView
from ..events.forms import FilterForm, filter_words
from ..events.queries import (
    EventFilter,
    find_public_event,
    find_series,
    titles_of,
)
from ..feeds.queries.entries import typical_of_series
from ..lib import clock
from ..organisers.models import Group
from ..organisers.queries import find_group
from ..publishing.models import Publishable
from .siblings import sibling


@dataclass(frozen=True)
class Followed:
    """A page whose events can be followed."""

    title: str
    address: str
    #: Of a title that an organiser wrote.
    language: str | None = None
    #: What its events have in common; None where it is about one event.
    wanted: EventFilter | None = None


def followed_page(address: str) -> Followed | None:
    """Return the page at an address of this site, None where nothing is to follow."""
    endpoint, slug = _route(address)
    if endpoint == "pages.home":
        return Followed(current_app.config["SITE_NAME"], "/", wanted=EventFilter())
    if endpoint == "events.index":
        return _finder(dict(parse_qsl(urlsplit(address).query)))
    if endpoint == "articles.index":
        return Followed(gettext("Articles"), "/articles")
    return _page_of_row(endpoint, slug) if endpoint in _ROWS else None


def finder_address(wanted: EventFilter) -> str:
    """Return the address of the list that a filter gives: the same for the same."""
    asked = wanted.questions
    return f"/events?{urlencode(asked)}" if asked else "/events"


def _route(address: str) -> tuple[str, str]:
    """The endpoint and the slug of a page of ours that has a calendar, else blanks."""
    routes = current_app.url_map.bind("localhost")
    try:
        page = urlsplit(address)
        if page.scheme or page.netloc or not page.path.startswith("/"):
            return "", ""
        calendar, _values = routes.match(urlsplit(sibling(page.path, "ics")).path)
        endpoint, values = routes.match(page.path)
    except (HTTPException, ValueError):
        return "", ""
    return (endpoint, values.get("slug", "")) if _is_feed(calendar) else ("", "")


def _is_feed(endpoint: str) -> bool:
    return endpoint.startswith("feeds.")


def _find_series(slug: str) -> EventView | None:
    """A series has no words of its own: one of its dates says what most of them say."""
    series = find_series(slug)
    return None if series is None else typical_of_series(series, clock.now())


#: How to find what a page is about, and what the events on it have in common.
_ROWS: Mapping[str, tuple[Callable[[str], Any], Callable[[str], Any]]] = {
    "campaigns.show": (find_campaign, lambda slug: EventFilter(campaign=slug)),
    "action_days.show": (find_action_day, lambda slug: EventFilter(day=slug)),
    "groups.show": (find_group, lambda slug: EventFilter(group=slug)),
    "articles.show": (find_article, lambda slug: EventFilter(article=slug)),
    "series.show": (_find_series, lambda slug: EventFilter(series=slug)),
    "events.show": (find_public_event, lambda _slug: None),
}


def _page_of_row(endpoint: str, slug: str) -> Followed | None:
    find, filter_of = _ROWS[endpoint]
    row = find(slug)
    if row is None or (isinstance(row, Publishable) and not row.is_public):
        return None
    return Followed(
        title=row.name if isinstance(row, Group) else row.title,
        address=url_for(endpoint, slug=slug, lang=None),
        language=row.language,
        wanted=filter_of(slug),
    )


def _finder(asked: Mapping[str, str]) -> Followed | None:
    wanted = FilterForm.from_args(asked)
    named = [slug for slug in (wanted.campaign, wanted.day) if slug]
    if len(titles_of(wanted)) < len(named):
        return None
    title = filter_words(wanted) or gettext("All events")
    return Followed(title, finder_address(wanted), wanted=wanted)
