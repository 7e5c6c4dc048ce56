"""The data, as dictionaries in the manner of OSDI's resources.

See opensupporter.org for the fields. Times are ISO 8601 with their offset.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from ..events.disclosure import EventView, Link, Place
from ..lib.text import clean, one_line
from .entries import ArticleView
from .site import Feed, Site

Resource = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Which part of a list is shown; the first page is 1."""

    number: int
    size: int
    total: int  # of all pages together

    @property
    def count(self) -> int:
        return ceil(self.total / self.size)


def event_list(
    feed: Feed, page: Page, events: Sequence[EventView], site: Site
) -> Resource:
    """Return one page of a list of events."""
    return {
        **_envelope(feed, page, site),
        "events": [event_resource(event, site) for event in events],
    }


def article_list(
    feed: Feed, page: Page, articles: Sequence[ArticleView], site: Site
) -> Resource:
    """Return one page of a list of articles, without their bodies."""
    return {
        **_envelope(feed, page, site),
        "articles": [article_resource(article, site) for article in articles],
    }


def _envelope(feed: Feed, page: Page, site: Site) -> Resource:
    has_more = page.number < page.count
    following = feed.address(site, "json", page=page.number + 1, per_page=page.size)
    return {
        "page": page.number,
        "per_page": page.size,
        "total_pages": page.count,
        "total_records": page.total,
        "next": following if has_more else None,
    }


def event_resource(event: EventView, site: Site) -> Resource:
    """Return an event as OSDI's event resource, with what is ours after it."""
    address = site.event(event.slug)
    return {
        "identifiers": [f"campaign:{event.uid}"],
        "title": one_line(event.title),
        "summary": clean(event.summary),
        "description": clean(event.description),
        "browser_url": address,
        "status": _status(event),
        "start_date": _local(event.starts_at, event.timezone),
        "end_date": _local(event.ends_at, event.timezone),
        "all_day": event.is_all_day,
        "timezone_identifier": event.timezone,
        "capacity": event.capacity,
        "total_accepted": event.total_accepted,
        "location": _location(event.place),
        "created_date": _utc(event.created_at),
        "modified_date": _utc(event.modified_at),
        "kind": event.kind,
        "language": event.language,
        "online": event.is_online,
        "postponed": event.is_postponed,
        "places_left": event.places_left,
        "ics_url": f"{address}.ics",
        "campaign": _link(event.campaign, site.campaign(event.campaign.slug)),
        "action_day": event.action_day
        and _link(event.action_day, site.action_day(event.action_day.slug)),
        "articles": [_link(a, site.article(a.slug)) for a in event.articles],
    }


def article_resource(
    article: ArticleView, site: Site, with_body: bool = False
) -> Resource:
    """Return an article; its body is Markdown, as its author typed it."""
    first_on = article.first_appeared_on
    return {
        "identifiers": [f"campaign:{article.uid}"],
        "title": one_line(article.title),
        "summary": clean(article.summary),
        "browser_url": site.article(article.slug),
        "language": article.language,
        **_writers(article, site),
        "source": {
            "title": one_line(article.source_title),
            "author": one_line(article.source_author),
            "author_affiliation": one_line(article.source_author_affiliation),
        },
        "first_appeared": {
            "at": one_line(article.first_appeared_at),
            "url": article.first_appeared_url or None,
            "date": first_on.isoformat() if first_on else None,
            "relation": article.appearance,
        },
        "canonical_url": article.elsewhere or site.article(article.slug),
        "licence": article.licence
        and {"name": article.licence.name, "url": article.licence.url},
        "sources": list(article.sources),
        "reading_minutes": article.reading_minutes,
        "created_date": _utc(article.published_at),
        "modified_date": _utc(article.modified_at),
        **({"body": clean(article.body)} if with_body else {}),
    }


def _writers(article: ArticleView, site: Site) -> Resource:
    """Who wrote it, and what it was translated from and into."""
    original = article.original
    return {
        "authors": [
            {name: one_line(text) for name, text in author.written().items()}
            for author in article.authors
        ],
        "translator": one_line(article.translator) or None,
        "translation_of": original and _link(original, site.article(original.slug)),
        "translations": [
            {**_link(each, site.article(each.slug)), "language": each.language}
            for each in article.translations
        ],
    }


def _status(event: EventView) -> str:
    if event.is_cancelled:
        return "cancelled"
    return "tentative" if event.is_postponed else "confirmed"


def _location(place: Place) -> Resource:
    is_shown = place.latitude is not None and place.longitude is not None
    point = {"latitude": place.latitude, "longitude": place.longitude}
    return {
        "venue": one_line(place.venue) or None,
        "address_lines": clean(place.street_address).splitlines(),
        "locality": one_line(place.locality) or None,
        "region": one_line(place.region) or None,
        "postal_code": one_line(place.postal_code) or None,
        "country": place.country or None,
        "location": point if is_shown else None,
    }


def _link(link: Link, address: str) -> dict[str, str]:
    return {"title": one_line(link.title), "browser_url": address}


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).isoformat()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
