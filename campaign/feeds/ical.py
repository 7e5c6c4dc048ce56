"""A calendar: events in, bytes out (RFC 5545 and 7986).

Written as fragments that are joined: each VEVENT has its bytes, the same in every
feed, and each VTIMEZONE has its own; around them goes the feed's head.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from icalendar import Calendar
from icalendar.prop import vDuration, vUri

from ..lib.text import clean, one_line
from . import timezones
from .colours import nearest_name
from .site import Feed, Site
from .vevent import Entry, Text, shorten
from .wording import Wording

PRODID: Final = "-//Campaign//Campaign 1//EN"
#: How long what is over stays, so that nobody's record of it vanishes at once.
KEPT: Final = timedelta(days=60)
#: How long a cancelled event stays, for those who look on the day and after.
CANCELLED_KEPT: Final = timedelta(days=30)
#: Google stops reading near one of these.
MOST_EVENTS: Final = 1_000
MOST_BYTES: Final = 900_000
_HEAD_BYTES: Final = 10_000  # kept free for the head
_END: Final = b"END:VCALENDAR\r\n"


@dataclass(frozen=True)
class Fragment:
    """One entry of a calendar, written: what is kept until it changes."""

    body: bytes
    zone: str | None  # whose VTIMEZONE it needs
    size: int = 1  # how many components it has


@dataclass(frozen=True)
class Listed:
    """A fragment, and what a calendar has to know to give it its place."""

    uid: UUID
    starts_at: datetime
    ends_at: datetime
    modified_at: datetime
    timezone: str | None  # None where it has dates instead of times
    fragment: Fragment


def calendar(
    feed: Feed, entries: Sequence[Listed], site: Site, notes: Sequence[str] = ()
) -> bytes:
    """Return a calendar of entries that fit into one, in the order of their times.

    The notes follow the feed's description.
    """
    ordered = sorted(entries, key=lambda entry: (entry.starts_at, str(entry.uid)))
    return joined(
        _head(feed, ordered, notes, site), [entry.fragment for entry in ordered]
    )


def single(feed: Feed, entry: Listed, site: Site) -> bytes:
    """Return the calendar file of one event, whatever its age."""
    return calendar(feed, [entry], site)


def that_fit(entries: Iterable[Listed], now: datetime) -> tuple[list[Listed], bool]:
    """Return the entries that one calendar can hold, and whether any is left out.

    What comes soonest is kept first, what is over last.
    """
    kept: list[Listed] = []
    zones: set[str] = set()
    size, components = _HEAD_BYTES, 0
    for entry in sorted(entries, key=lambda entry: _urgency(entry, now)):
        zone = entry.fragment.zone
        size += len(entry.fragment.body)
        components += entry.fragment.size
        if zone is not None and zone not in zones:
            size += len(timezones.definition(zone))
            zones.add(zone)
        if size > MOST_BYTES or components > MOST_EVENTS:
            return kept, True
        kept.append(entry)
    return kept, False


def is_shown(entry: Entry, now: datetime) -> bool:
    """Return whether a calendar still holds the entry at `now`."""
    return entry.ends_at > now - (CANCELLED_KEPT if entry.is_cancelled else KEPT)


def joined(head: bytes, fragments: Sequence[Fragment]) -> bytes:
    """Return a calendar of a head (a VCALENDAR without components) and fragments."""
    zones = {fragment.zone for fragment in fragments if fragment.zone is not None}
    # A calendar without any component is an error to three parsers.
    needed = sorted(zones) or [timezones.PLACEHOLDER]
    return b"".join(
        (
            head.removesuffix(_END),
            *(timezones.definition(zone) for zone in needed),
            *(fragment.body for fragment in fragments),
            _END,
        )
    )


def _urgency(entry: Listed, now: datetime) -> tuple[bool, float, str]:
    """What is to come goes first, soonest first; then what is over, latest first."""
    is_over = entry.ends_at <= now
    moment = entry.starts_at.timestamp()
    return is_over, -moment if is_over else moment, str(entry.uid)


def narrower(
    countries: Iterable[str],
    campaigns: Iterable[tuple[str, str]],
    site: Site,
    wording: Wording,
) -> list[str]:
    """Return the lines that name calendars which hold less.

    Campaigns are told by their title and slug.
    """
    lines = [wording.too_many]
    for code in countries:
        address = f"{site.url}/events.ics?{urlencode({'country': code})}"
        lines.append(f"{wording.country(code)}: {address}")
    for title, slug in campaigns:
        lines.append(f"{one_line(title)}: {site.campaign(slug)}.ics")
    return lines


def _head(
    feed: Feed, entries: Sequence[Listed], notes: Sequence[str], site: Site
) -> bytes:
    head = Calendar()
    head.add("VERSION", "2.0")
    head.add("PRODID", PRODID)
    head.add("CALSCALE", "GREGORIAN")
    name = shorten(one_line(feed.title))
    for label in ("NAME", "X-WR-CALNAME"):
        head.add(label, Text(name))
    description = "\n\n".join(filter(None, (clean(feed.description), "\n".join(notes))))
    if description:
        for label in ("DESCRIPTION", "X-WR-CALDESC"):
            head.add(label, Text(description))
    _add_addresses(head, feed, site)
    _add_common(head, feed, entries)
    body: bytes = head.to_ical()
    return body


def _add_addresses(head: Calendar, feed: Feed, site: Site) -> None:
    head.add("URL", vUri(feed.page_address(site)))
    head.add("SOURCE", vUri(feed.address(site, "ics"), params={"VALUE": "URI"}))
    every = {"VALUE": "DURATION"}
    head.add("REFRESH-INTERVAL", vDuration(timedelta(hours=1), params=every))
    head.add("X-PUBLISHED-TTL", vDuration(timedelta(hours=1)))


def _add_common(head: Calendar, feed: Feed, entries: Sequence[Listed]) -> None:
    """Add what the entries decide together."""
    if entries:
        head.add("LAST-MODIFIED", max(entry.modified_at for entry in entries))
    if feed.accent:
        head.add("COLOR", Text(nearest_name(feed.accent)))
    timed = [entry for entry in entries if entry.timezone is not None]
    zones = {entry.timezone for entry in timed}
    # Beside one that is written in UTC a reader may take it for that one's zone.
    if len(zones) == 1 and all(entry.fragment.zone for entry in timed):
        head.add("X-WR-TIMEZONE", Text(one_line(zones.pop() or "")))
