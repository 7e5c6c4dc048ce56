"""One VEVENT: an event, or an action day, as bytes (RFC 5545, 7986 and 9253).

Its bytes depend on nothing but what is given here, so that they are the same in
every feed, and can be kept until the event changes.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from icalendar import Event as Component
from icalendar.prop import vCategory, vText, vUri

from ..events.disclosure import EventView
from ..lib.markdown import to_text
from ..lib.text import clean, one_line
from . import timezones
from .content_lines import to_bytes
from .entries import ActionDayView
from .site import Site
from .wording import ENGLISH, Wording

Entry = EventView | ActionDayView

#: Some apps cut a line, or refuse the event, beyond so many characters.
LONGEST_LINE: Final = 255
#: Google cuts descriptions at 8,192 characters; the rest is on the page.
LONGEST_DESCRIPTION: Final = 6_000


class NotAnAddress(ValueError):
    """An address holds the end of a line, behind which anything could stand."""


def vevent(entry: Entry, site: Site, wording: Wording = ENGLISH) -> bytes:
    """Return the VEVENT of an event or an action day, lines ended with CRLF.

    Raises NotAnAddress where one of its addresses holds what no URL can hold.
    """
    component = Component()
    _add_identity(component, entry, site)
    if isinstance(entry, EventView):
        _add_times(component, entry)
        _add_place(component, entry, wording)
        _add_parent(component, entry, site)
    else:
        _add_dates(component, entry.starts_on, entry.ends_on + timedelta(days=1))
    _add_words(component, entry, site, wording)
    _add_links(component, entry, site)
    return to_bytes(component)


def zone_of(entry: Entry) -> str | None:
    """Return the zone whose VTIMEZONE the VEVENT needs, None for dates and UTC."""
    if isinstance(entry, ActionDayView) or entry.is_all_day:
        return None
    is_told = timezones.tells_rightly(
        entry.timezone, entry.starts_local, entry.start_fold
    ) and timezones.tells_rightly(entry.timezone, entry.ends_local, entry.end_fold)
    return entry.timezone if is_told else None


def _add_identity(component: Component, entry: Entry, site: Site) -> None:
    component.add("UID", Text(site.uid(entry.uid)))
    component.add("DTSTAMP", entry.modified_at)
    component.add("LAST-MODIFIED", entry.modified_at)
    component.add("CREATED", entry.created_at)
    component.add("SEQUENCE", entry.calendar_sequence)
    component.add("STATUS", Text(_status(entry)))
    component.add("CLASS", Text("PUBLIC"))
    # Whoever follows a feed has not promised to be at all of its events.
    component.add("TRANSP", Text("TRANSPARENT"))


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.is_postponed else "CONFIRMED"


def _add_times(component: Component, event: EventView) -> None:
    if event.is_all_day:
        _add_dates(component, event.starts_local.date(), event.ends_local.date())
        return
    # RFC 5545, 3.8.2.2: the end must be later than the start.
    least = timedelta(minutes=1) if event.ends_at <= event.starts_at else timedelta()
    zone = zone_of(event)
    if zone is None:
        component.add("DTSTART", event.starts_at.astimezone(UTC))
        component.add("DTEND", event.ends_at.astimezone(UTC) + least)
    else:
        component.add("DTSTART", _wall(event.starts_local), {"TZID": zone})
        component.add("DTEND", _wall(event.ends_local) + least, {"TZID": zone})


def _wall(local: datetime) -> datetime:
    return local.replace(tzinfo=None, fold=0, microsecond=0)


def _add_dates(component: Component, first: date, after: date) -> None:
    component.add("DTSTART", first)
    component.add("DTEND", max(after, first + timedelta(days=1)))


def _add_parent(component: Component, event: EventView, site: Site) -> None:
    if event.action_day is not None and event.action_day.uid is not None:
        uid = Text(site.uid(event.action_day.uid))
        component.add("RELATED-TO", uid, {"RELTYPE": "PARENT"})


def _add_place(component: Component, event: EventView, wording: Wording) -> None:
    place = event.place
    location = shorten(location_words(event, wording))
    if location:
        component.add("LOCATION", Text(location))
    if place.latitude is not None and place.longitude is not None:
        point = round(place.latitude, 6), round(place.longitude, 6)
        component.add("GEO", point)
        component.add("X-APPLE-STRUCTURED-LOCATION", _apple_place(point, location))
    if _is_web_address(place.online_url):
        label = {"VALUE": "URI", "LABEL": one_line(wording.join).rstrip(":")}
        component.add("CONFERENCE", _uri(place.online_url, **label))


def location_words(event: EventView, wording: Wording) -> str:
    """Return where it is on one line, as far as the view knows it."""
    place = event.place
    parts = [
        place.venue,
        place.street_address,
        f"{place.postal_code} {place.locality}",
        place.region if place.region != place.locality else "",
        wording.country(place.country) if place.country else "",
    ]
    where = ", ".join(filter(None, map(one_line, parts)))
    if not event.is_in_person:
        where = wording.online
    if place.is_withheld:
        return f"{where} ({wording.withheld})" if where else wording.withheld
    return where


def _apple_place(point: tuple[float, float], location: str) -> vUri:
    params = {"X-ADDRESS": location, "X-APPLE-RADIUS": "70", "X-TITLE": location}
    return _uri(f"geo:{point[0]},{point[1]}", VALUE="URI", **params)


def _add_words(
    component: Component, entry: Entry, site: Site, wording: Wording
) -> None:
    component.add("SUMMARY", Text(shorten(title_words(entry, wording))))
    component.add("DESCRIPTION", Text(_description(entry, site, wording)))
    categories = vCategory([])
    kind = [wording.kind(entry.kind)] if isinstance(entry, EventView) else []
    categories.cats = [Text(one_line(c)) for c in (*kind, entry.campaign.title)]
    component.add("CATEGORIES", categories)


def title_words(entry: Entry, wording: Wording) -> str:
    """Return the title on one line, and before it what has become of the event."""
    title = one_line(entry.title)
    if entry.is_cancelled:
        return f"{wording.cancelled} {title}"
    return f"{wording.postponed} {title}" if entry.is_postponed else title


def _description(entry: Entry, site: Site, wording: Wording) -> str:
    blocks = [*_notices(entry, wording), *_what_it_is(entry)]
    text = shorten("\n\n".join(blocks), LONGEST_DESCRIPTION)
    tail = [*_ways_in(entry, site, wording), *_reading(entry, site, wording)]
    return "\n\n".join(filter(None, (text, *tail)))


def _notices(entry: Entry, wording: Wording) -> Iterator[str]:
    if entry.is_cancelled:
        yield wording.is_cancelled
    if entry.is_postponed:
        yield wording.is_postponed


def _what_it_is(entry: Entry) -> Iterator[str]:
    yield from filter(None, (clean(entry.summary), _plain(entry.description)))
    if isinstance(entry, EventView) and entry.instructions:
        yield _plain(entry.instructions)


# An event is written several times in a row: once for each language.
@lru_cache(maxsize=64)
def _plain(text: str) -> str:
    return clean(to_text(text))


def _ways_in(entry: Entry, site: Site, wording: Wording) -> Iterator[str]:
    if isinstance(entry, ActionDayView):
        yield f"{wording.more} {site.action_day(entry.slug)}"
        return
    yield f"{wording.by} {one_line(entry.group.title)}"
    yield f"{wording.sign_up} {site.event(entry.slug)}"
    if entry.place.online_url:
        yield f"{wording.join} {one_line(entry.place.online_url)}"
    if entry.place.is_withheld:
        yield wording.withheld


def _reading(entry: Entry, site: Site, wording: Wording) -> Iterator[str]:
    lines = []
    for article in entry.articles:
        lines += [one_line(article.title), site.article(article.slug)]
    if lines:
        yield "\n".join((f"{wording.reading}:", *lines))


def _add_links(component: Component, entry: Entry, site: Site) -> None:
    if isinstance(entry, EventView):
        component.add("URL", _uri(site.event(entry.slug)))
    else:
        component.add("URL", _uri(site.action_day(entry.slug)))
    for article in entry.articles:
        link = _uri(
            site.article(article.slug),
            LINKREL="related",
            LABEL=shorten(one_line(article.title)),
            FMTTYPE="text/html",
            LANGUAGE=one_line(article.language),
            VALUE="URI",
        )
        component.add("LINK", link)


def shorten(text: str, most: int = LONGEST_LINE) -> str:
    """Return the text in at most `most` characters, with an ellipsis where cut."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _is_web_address(url: str) -> bool:
    """Whether an app may offer it for a click. Other text stays in DESCRIPTION.

    Raises NotAnAddress where it could begin a property of its own.
    """
    if re.search(r"[\r\n\0]", url):
        raise NotAnAddress
    return url.isprintable() and bool(re.fullmatch(r"https?://[^\s/]\S*", url))


def _uri(url: str, **params: str) -> vUri:
    return vUri(url, params=params)


class Text(vText):
    """A TEXT value (RFC 5545, 3.3.11) that means exactly what it was given.

    icalendar's own reads a typed backslash and N, as in `C:\\News`, as an end of
    line.
    """

    __slots__ = ()

    def to_ical(self) -> bytes:
        text = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return text.replace("\n", "\\n").encode()
