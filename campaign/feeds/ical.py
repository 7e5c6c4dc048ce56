"""A calendar: events in, bytes out (RFC 5545 and 7986).

Written as fragments that are joined: each VEVENT has its bytes, the same in every
feed, and each VTIMEZONE has its own; around them goes the feed's head.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import urlencode

import structlog
from icalendar import Calendar
from icalendar.prop import vDuration, vUri

from ..events.disclosure import EventView
from ..lib.text import clean, one_line
from . import timezones
from .colours import nearest_name
from .site import Feed, Site
from .vevent import Entry, Text, shorten, vevent, zone_of
from .wording import ENGLISH, Wording

log = structlog.get_logger()

PRODID: Final = "-//Campaign//Campaign 1//EN"
#: How long what is over stays, so that nobody's record of it vanishes at once.
KEPT: Final = timedelta(days=60)
#: How long a cancelled event stays, for those who look on the day and after.
CANCELLED_KEPT: Final = timedelta(days=30)
#: Google stops reading near one of these.
MOST_EVENTS: Final = 1_000
MOST_BYTES: Final = 900_000
_HEAD_BYTES: Final = 10_000  # kept free for the head
_MOST_NARROWER: Final = 12
_END: Final = b"END:VCALENDAR\r\n"
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Fragment:
    """One entry of a calendar, written: what can be kept until it changes."""

    entry: Entry
    body: bytes
    zone: str | None  # whose VTIMEZONE it needs


def calendar(
    feed: Feed,
    entries: Iterable[Entry],
    site: Site,
    now: datetime,
    wording: Wording = ENGLISH,
) -> bytes:
    """Return a whole calendar of the entries that its window shows at `now`.

    Too many are cut, what comes soonest kept, and the description then says which
    narrower calendars there are. An entry that cannot be written is left out and
    logged: it must not cost the others their calendar.
    """
    shown = [entry for entry in entries if is_shown(entry, now)]
    shown.sort(key=lambda entry: _urgency(entry, now))
    kept, is_cut = _that_fit(shown, site, wording)
    notes = _narrower(shown, site, wording) if is_cut else []
    kept.sort(key=lambda f: (f.entry.starts_at, str(f.entry.uid)))
    return joined(_head(feed, kept, notes, site), kept)


def single(feed: Feed, event: EventView, site: Site, wording: Wording) -> bytes:
    """Return the calendar file of one event, whatever its age.

    Raises ValueError where the event cannot be written.
    """
    kept = [Fragment(event, vevent(event, site, wording), zone_of(event))]
    return joined(_head(feed, kept, [], site), kept)


def joined(head: bytes, fragments: list[Fragment]) -> bytes:
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


def is_shown(entry: Entry, now: datetime) -> bool:
    """Return whether a feed still holds the entry at `now`."""
    return entry.ends_at > now - (CANCELLED_KEPT if entry.is_cancelled else KEPT)


def _urgency(entry: Entry, now: datetime) -> tuple[bool, float, str]:
    """What is to come goes first, soonest first; then what is over, latest first."""
    is_over = entry.ends_at <= now
    moment = entry.starts_at.timestamp()
    return is_over, -moment if is_over else moment, str(entry.uid)


def _that_fit(
    entries: list[Entry], site: Site, wording: Wording
) -> tuple[list[Fragment], bool]:
    """Write entries until the calendar is full; return them, and whether it is."""
    fragments: list[Fragment] = []
    zones: set[str] = set()
    size = _HEAD_BYTES
    for entry in entries:
        try:
            body = vevent(entry, site, wording)
        except Exception as error:
            log.error("not in feed", uid=str(entry.uid), error=type(error).__name__)
            continue
        zone = zone_of(entry)
        size += len(body)
        if zone is not None and zone not in zones:
            size += len(timezones.definition(zone))
            zones.add(zone)
        if size > MOST_BYTES or len(fragments) == MOST_EVENTS:
            return fragments, True
        fragments.append(Fragment(entry, body, zone))
    return fragments, False


def _narrower(entries: list[Entry], site: Site, wording: Wording) -> list[str]:
    """Name calendars that hold less: by country and by campaign, largest first."""
    events = [entry for entry in entries if isinstance(entry, EventView)]
    countries = Counter(event.place.country for event in events if event.place.country)
    campaigns = Counter(event.campaign for event in events)
    lines = [wording.too_many]
    for code, _count in _largest(countries):
        address = f"{site.url}/events.ics?{urlencode({'country': code})}"
        lines.append(f"{wording.country(code)}: {address}")
    for campaign, _count in _largest(campaigns):
        lines.append(f"{one_line(campaign.title)}: {site.campaign(campaign.slug)}.ics")
    return lines


def _largest(counts: Counter[_Key]) -> list[tuple[_Key, int]]:
    # Ties by name, since two processes must write the same bytes.
    largest = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return largest[:_MOST_NARROWER]


def _head(feed: Feed, fragments: list[Fragment], notes: list[str], site: Site) -> bytes:
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
    _add_common(head, feed, [fragment.entry for fragment in fragments])
    body: bytes = head.to_ical()
    return body


def _add_addresses(head: Calendar, feed: Feed, site: Site) -> None:
    head.add("URL", vUri(feed.page_address(site)))
    head.add("SOURCE", vUri(feed.address(site, "ics"), params={"VALUE": "URI"}))
    every = {"VALUE": "DURATION"}
    head.add("REFRESH-INTERVAL", vDuration(timedelta(hours=1), params=every))
    head.add("X-PUBLISHED-TTL", vDuration(timedelta(hours=1)))


def _add_common(head: Calendar, feed: Feed, entries: list[Entry]) -> None:
    """Add what the entries decide together."""
    if entries:
        head.add("LAST-MODIFIED", max(entry.modified_at for entry in entries))
    if feed.accent:
        head.add("COLOR", Text(nearest_name(feed.accent)))
    zones = {entry.timezone for entry in entries if isinstance(entry, EventView)}
    if len(zones) == 1:
        head.add("X-WR-TIMEZONE", Text(one_line(zones.pop())))
