"""The calendar file of one supporter: for a mail, and for a phone that follows it.

Both are made of the bytes that the public feeds have, so that the event has the
same UID, time and sequence everywhere, and an app that knows it twice shows it once.
"""

from icalendar.parser import Contentline, Parameters

from ..events.disclosure import EventView
from ..feeds.ical import PRODID, Fragment, joined
from ..feeds.site import Site
from ..feeds.vevent import vevent, zone_of
from ..feeds.wording import Wording
from ..lib.text import one_line

_HEAD = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODID}\r\nCALSCALE:GREGORIAN\r\n"
_END = "END:VCALENDAR\r\n"
_EVENT_END = b"END:VEVENT\r\n"


def attachment(event: EventView, site: Site, wording: Wording, sender: str) -> bytes:
    """Return the file that goes with a mail from the address `sender`.

    PUBLISH makes an organiser obligatory (RFC 5546, 3.2.1). There is no attendee:
    a mail reader would ask yes or no, and answer to a mailbox that nobody reads.
    """
    head = f"{_HEAD}METHOD:PUBLISH\r\n{_END}".encode()
    body = _private(vevent(event, site, wording)).removesuffix(_EVENT_END)
    body += _organizer(event, sender) + _EVENT_END
    return joined(head, [Fragment(event, body, zone_of(event))])


def followed(
    event: EventView | None, site: Site, wording: Wording, is_sure: bool
) -> bytes:
    """Return the calendar at a supporter's own address; None where they left.

    As long as they have not confirmed, their event is a tentative one.
    """
    head = f"{_HEAD}{_END}".encode()
    if event is None:
        return joined(head, [])
    body = _private(vevent(event, site, wording))
    if not is_sure:
        body = body.replace(b"\r\nSTATUS:CONFIRMED\r\n", b"\r\nSTATUS:TENTATIVE\r\n")
    return joined(head, [Fragment(event, body, zone_of(event))])


def _private(body: bytes) -> bytes:
    """Mark an event as one's own, and as time in which one is busy."""
    # A text cannot look like one of these lines: its ends of line are escaped.
    body = body.replace(b"\r\nCLASS:PUBLIC\r\n", b"\r\nCLASS:PRIVATE\r\n")
    return body.replace(b"\r\nTRANSP:TRANSPARENT\r\n", b"\r\nTRANSP:OPAQUE\r\n")


def _organizer(event: EventView, sender: str) -> bytes:
    # RFC 5545, 3.2: a parameter cannot hold a double quote.
    name = one_line(event.group.title).replace('"', "'")
    line = Contentline.from_parts(
        "ORGANIZER", Parameters({"CN": name}), f"mailto:{sender}"
    )
    written: bytes = line.to_ical()
    return written + b"\r\n"
