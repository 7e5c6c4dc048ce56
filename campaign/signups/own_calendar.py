"""The calendar of one supporter: a file for a mail, and a feed for a phone.

Its entries are made of the bytes that the public feeds have, under the same UID. But
it tells more, and at other times: so its stamps are those of the event as supporters'
calendars see it, and move once more with each step of the supporter's own sign-up.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

import structlog
from flask_babel import force_locale, gettext
from icalendar.parser import Contentline, Parameters

from ..events.disclosure import EventView, Viewer
from ..events.duty import Duty
from ..events.models import Event
from ..feeds.ical import (
    PRODID,
    Fragment,
    Listed,
    calendar,
    is_shown,
    joined,
    that_fit,
)
from ..feeds.site import Feed, Site
from ..feeds.vevent import vevent, zone_of
from ..feeds.wording import Wording
from ..feeds.words import wording_in
from ..lib.text import one_line
from .models import SignUp
from .role_words import duty_words

log = structlog.get_logger()

_HEAD = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODID}\r\nCALSCALE:GREGORIAN\r\n"
_END = "END:VCALENDAR\r\n"
_EVENT_END = b"END:VEVENT\r\n"


@dataclass(frozen=True)
class Kept:
    """An event in a supporter's calendar, as far as they may see it there."""

    event: EventView
    is_sure: bool  # confirmed, and with a place
    duties: tuple[Duty, ...] = ()  # what they take on there


def attachment(sign_up: SignUp, site: Site, sender: str, now: datetime) -> bytes | None:
    """Return the file that goes with a mail from the address `sender`.

    PUBLISH makes an organiser obligatory (RFC 5546, 3.2.1). There is no attendee:
    a mail reader would ask yes or no, and answer to a mailbox that nobody reads.
    Returns None for an event that cannot be written: the mail has to go all the same.
    """
    kept = _kept(sign_up.event, [sign_up], now)
    fragment = _fragment(kept, site, wording_in(sign_up.language))
    if fragment is None:
        return None
    body = fragment.body.removesuffix(_EVENT_END)
    body += _organizer(kept.event, sender) + _EVENT_END
    head = f"{_HEAD}METHOD:PUBLISH\r\n{_END}".encode()
    return joined(head, [replace(fragment, body=body)])


def followed(
    sign_ups: Collection[SignUp], token: str, site: Site, now: datetime
) -> bytes:
    """Return the calendar at the address with this token, in the language of the
    newest sign-up in it.

    One event that cannot be written is left out and logged.
    """
    newest = max(sign_ups, key=lambda each: (each.created_on, each.id), default=None)
    language = newest.language if newest else "en"
    events = kept_events(sign_ups, now)
    entries, _is_cut = that_fit(_written(events, site, wording_in(language)), now)
    return calendar(_feed(token, language, site), entries, site)


def kept_events(sign_ups: Collection[SignUp], now: datetime) -> list[Kept]:
    """Return what a calendar shows of the events of its sign-ups, soonest first.

    Who leaves sees the event vanish. Two sign-ups to one event are one entry.
    """
    by_event: dict[Event, list[SignUp]] = defaultdict(list)
    for sign_up in sign_ups:
        by_event[sign_up.event].append(sign_up)
    found = [
        _kept(event, own, now)
        for event, own in by_event.items()
        if event.is_public and any(each.is_in_calendar(now) for each in own)
    ]
    shown = [kept for kept in found if is_shown(kept.event, now)]
    return sorted(shown, key=lambda kept: (kept.event.starts_at, str(kept.event.uid)))


def _kept(event: Event, sign_ups: list[SignUp], now: datetime) -> Kept:
    """Until one of the sign-ups is confirmed, it is what a stranger may see."""
    is_sure = any(sign_up.is_confirmed for sign_up in sign_ups)
    told = event.seen_by(Viewer.SUPPORTER_CALENDAR, now)
    seen = told if is_sure else event.seen_by(Viewer.STRANGER, now)
    # Of all of them, those that left included, so that it only ever goes up.
    steps = sum(sign_up.calendar_steps for sign_up in sign_ups)
    stamped = replace(
        # Calendars tell no counts: another's sign-up must not cost a new writing.
        seen.without_counts,
        calendar_sequence=told.calendar_sequence + steps,
        modified_at=told.modified_at + timedelta(seconds=steps),
    )
    roles = (sign_up.role for sign_up in sign_ups)
    return Kept(stamped, is_sure, tuple(role.duty for role in roles if role))


def _feed(token: str, language: str, site: Site) -> Feed:
    """Its page is the site's: the supporter's own one could be used to leave."""
    with force_locale(language):
        title = gettext("%(site)s: my events", site=site.name)
        description = gettext(
            "The events that you signed up for. Whoever has this calendar’s address "
            "can read it: keep it to yourself."
        )
    return Feed(title, "/", f"/sign-ups/{token}", description)


def _written(events: list[Kept], site: Site, wording: Wording) -> Iterator[Listed]:
    for kept in events:
        fragment, event = _fragment(kept, site, wording), kept.event
        if fragment is not None:
            yield Listed(
                event.uid,
                event.starts_at,
                event.ends_at,
                event.modified_at,
                None if event.is_all_day else event.timezone,
                fragment,
            )


def _fragment(kept: Kept, site: Site, wording: Wording) -> Fragment | None:
    try:
        return Fragment(_private(kept, site, wording), zone_of(kept.event))
    except Exception as error:
        uid = str(kept.event.uid)
        log.error("not in own calendar", uid=uid, error=type(error).__name__)
        return None


# Most polls find nothing new, and writing an event takes most of their time.
@lru_cache(maxsize=1024)
def _private(kept: Kept, site: Site, wording: Wording) -> bytes:
    """Write an event as one's own, and as time in which one is, or may be, busy."""
    body = vevent(_with_duties(kept, wording), site, wording)
    # A text cannot look like one of these lines: its ends of line are escaped.
    body = body.replace(b"\r\nCLASS:PUBLIC\r\n", b"\r\nCLASS:PRIVATE\r\n")
    body = body.replace(b"\r\nTRANSP:TRANSPARENT\r\n", b"\r\nTRANSP:OPAQUE\r\n")
    if kept.is_sure:
        return body
    return body.replace(b"\r\nSTATUS:CONFIRMED\r\n", b"\r\nSTATUS:TENTATIVE\r\n")


def _with_duties(kept: Kept, wording: Wording) -> EventView:
    """Say before all else what somebody takes on there."""
    event = kept.event.in_language(wording.language)
    if not kept.duties:
        return event
    with force_locale(wording.language):
        lines = [
            gettext("You take on: %(role)s", role=duty_words(duty))
            for duty in kept.duties
        ]
    words = "\n".join([*lines, "", event.summary]).strip()
    return replace(event, summary=words)


def _organizer(event: EventView, sender: str) -> bytes:
    # RFC 5545, 3.2: a parameter cannot hold a double quote.
    name = one_line(event.group.title).replace('"', "'")
    line = Contentline.from_parts(
        "ORGANIZER", Parameters({"CN": name}), f"mailto:{sender}"
    )
    written: bytes = line.to_ical()
    return written + b"\r\n"
