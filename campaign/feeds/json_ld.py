"""Events for search engines and other readers of pages (schema.org, JSON-LD).

Made from the same views as the calendar and the data, so that they say the same. A
page holds them in a script element; `script_text` keeps what people typed inside it.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from ..articles.attribution import Author
from ..events.disclosure import EventView, Link, Place
from ..lib.markdown import to_text
from ..lib.text import clean, one_line
from .entries import ActionDayView, ArticleView
from .site import Site

Thing = dict[str, Any]

_SCHEMA: Final = "https://schema.org"
_ATTENDANCE_MODES: Final = {
    "in_person": f"{_SCHEMA}/OfflineEventAttendanceMode",
    "online": f"{_SCHEMA}/OnlineEventAttendanceMode",
    "hybrid": f"{_SCHEMA}/MixedEventAttendanceMode",
}
#: What could end a script element, or a line of a script, as JSON may also write it.
_ESCAPES: Final = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def script_text(thing: Thing) -> str:
    """Return the JSON of a thing, in which nothing can end a script element."""
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


def event_thing(event: EventView, site: Site) -> Thing:
    """Return an event as schema.org has it."""
    return _without_blanks(
        {
            **_what_it_is(event, site.event(event.slug)),
            **_times(event),
            "eventAttendanceMode": _ATTENDANCE_MODES[event.attendance],
            "location": _locations(event),
            "organizer": {
                "@type": "Organization",
                "name": one_line(event.group.title),
                "url": site.group(event.group.slug),
            },
            "superEvent": _super_events(event, site),
            "subjectOf": _articles(event.articles, site),
            "maximumAttendeeCapacity": event.capacity,
            "remainingAttendeeCapacity": event.places_left,
        }
    )


def _super_events(event: EventView, site: Site) -> Thing | list[Thing]:
    """The action day that it belongs to, and the series that it is a date of."""
    found, day, series = [], event.action_day, event.series
    if day is not None:
        found.append(_link("Event", day, site.action_day(day.slug)))
    # The page of a series is of its listed dates alone: of others there may be none.
    if series is not None and event.is_listed:
        found.append(_link("EventSeries", series, site.series(series.slug)))
    return _one_or_all(found)


def action_day_thing(day: ActionDayView, site: Site) -> Thing:
    """Return an action day: an event of whole days, which local events belong to."""
    return _without_blanks(
        {
            **_what_it_is(day, site.action_day(day.slug)),
            "startDate": day.starts_on.isoformat(),
            "endDate": day.ends_on.isoformat(),
            "subjectOf": _articles(day.articles, site),
        }
    )


def article_thing(article: ArticleView, site: Site) -> Thing:
    """Return an article: who wrote it, what it is based on, what it translates."""
    return _without_blanks(
        {
            "@context": _SCHEMA,
            "@type": "Article",
            "@id": article.uid.urn,
            "headline": one_line(article.title),
            "description": clean(article.summary),
            "url": site.article(article.slug),
            "mainEntityOfPage": one_line(article.elsewhere),
            "inLanguage": one_line(article.language),
            "datePublished": article.published_at.isoformat(),
            "dateModified": article.modified_at.isoformat(),
            "author": [_author(each) for each in article.authors],
            "translator": _named("Person", article.translator),
            "publisher": {
                "@type": "Organization",
                "name": one_line(article.group.title),
                "url": site.group(article.group.slug),
            },
            "license": article.licence and article.licence.url,
            "isBasedOn": _based_on(article),
            "citation": list(article.sources),
            "translationOfWork": article.original
            and _link("Article", article.original, site.article(article.original.slug)),
            "workTranslation": _articles(article.translations, site),
            "isAccessibleForFree": True,
        }
    )


def _author(author: Author) -> Thing:
    return _without_blanks(
        {
            **_named("Person", author.name),
            "affiliation": _named("Organization", author.affiliation),
            "description": one_line(author.about),
        }
    )


def _based_on(article: ArticleView) -> Thing | list[Thing]:
    """The piece that it retells, and where the piece itself stood first."""
    writer = _named("Person", article.source_author)
    if writer and article.source_author_affiliation:
        affiliation = _named("Organization", article.source_author_affiliation)
        writer["affiliation"] = affiliation
    retold = {**_work(article.source_title), "author": writer}
    first = {
        **_work(article.title if article.appearance != "original" else ""),
        "url": _web(article.first_appeared_url),
        "datePublished": article.first_appeared_on
        and article.first_appeared_on.isoformat(),
        "publisher": _named("Organization", article.first_appeared_at),
    }
    found = [_without_blanks(each) for each in (retold, first) if "name" in each]
    return _one_or_all(found) if found else []


def _work(title: str) -> Thing:
    name = one_line(title)
    return {"@type": "CreativeWork", "name": name} if name else {}


def _named(kind: str, name: str) -> Thing:
    return {"@type": kind, "name": one_line(name)} if one_line(name) else {}


def _web(url: str) -> str:
    return one_line(url) if url.startswith(("https://", "http://")) else ""


def _what_it_is(entry: EventView | ActionDayView, address: str) -> Thing:
    words = (clean(entry.summary), clean(to_text(entry.description)))
    return {
        "@context": _SCHEMA,
        "@type": "Event",
        "@id": entry.uid.urn,
        "name": one_line(entry.title),
        "description": "\n\n".join(filter(None, words)),
        "url": address,
        "inLanguage": one_line(entry.language),
        "eventStatus": f"{_SCHEMA}/{_status(entry)}",
        "isAccessibleForFree": True,
    }


def _status(entry: EventView | ActionDayView) -> str:
    if entry.is_cancelled:
        return "EventCancelled"
    return "EventPostponed" if entry.is_postponed else "EventScheduled"


def _times(event: EventView) -> Thing:
    if event.is_all_day:
        first = event.starts_local.date()
        # Ours ends with the midnight after it, schema.org's with its last day.
        last = max(first, event.ends_local.date() - timedelta(days=1))
        return {"startDate": first.isoformat(), "endDate": last.isoformat()}
    return {
        "startDate": _local(event.starts_at, event.timezone),
        "endDate": _local(event.ends_at, event.timezone),
    }


def _locations(event: EventView) -> Thing | list[Thing]:
    here = _place(event.place) if event.is_in_person else {}
    there = _online(event.place) if event.is_online else {}
    return _one_or_all([place for place in (here, there) if place])


def _place(place: Place) -> Thing:
    address = {
        "streetAddress": ", ".join(clean(place.street_address).splitlines()),
        "addressLocality": one_line(place.locality),
        "addressRegion": one_line(place.region),
        "postalCode": one_line(place.postal_code),
        "addressCountry": place.country,
    }
    shown = _without_blanks(address)
    found = {
        "name": one_line(place.venue),
        "address": shown and {"@type": "PostalAddress", **shown},
        "geo": _point(place),
    }
    shown = _without_blanks(found)
    return {"@type": "Place", **shown} if shown else {}


def _point(place: Place) -> Thing:
    if place.latitude is None or place.longitude is None:
        return {}
    return {
        "@type": "GeoCoordinates",
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _online(place: Place) -> Thing:
    return _without_blanks({"@type": "VirtualLocation", "url": _web(place.online_url)})


def _articles(articles: Sequence[Link], site: Site) -> list[Thing]:
    return [_link("Article", each, site.article(each.slug)) for each in articles]


def _link(kind: str, link: Link, address: str) -> Thing:
    return _without_blanks(
        {
            "@type": kind,
            "@id": link.uid and link.uid.urn,
            "name": one_line(link.title),
            "url": address,
        }
    )


def _one_or_all(things: list[Thing]) -> Thing | list[Thing]:
    return things[0] if len(things) == 1 else things


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).isoformat()


def _without_blanks(thing: Thing) -> Thing:
    """Leave out what is not known: a place that is full keeps its nought."""
    return {k: v for k, v in thing.items() if v not in (None, "", [], {})}
