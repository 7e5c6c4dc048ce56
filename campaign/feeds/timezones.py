"""VTIMEZONEs made from the rule at the end of a zone's data.

Apps read of a VTIMEZONE what they feel like: Thunderbird the first RDATE alone,
Outlook only rules that repeat each year. So ours hold nothing but such a rule, the
POSIX one in the footer of the zone's TZif file (RFC 9636, 3.3). Where that rule
does not tell an event's time rightly, `tells_rightly` says so, and the event is
written in UTC, which every app reads alike.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

#: What stands for no zone at all, in a calendar that would be empty without one.
PLACEHOLDER: Final = "Etc/UTC"
#: The year from which the rules run. Onsets before an event are all that matters.
_FIRST_YEAR: Final = 1970
_DAYS: Final = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")  # as POSIX counts them

_NAME = r"(?:<([^>]+)>|([A-Za-z]+))"
_OFFSET = r"([+-]?\d+(?::\d+){0,2})"
_CHANGE = r",M(\d+)\.(\d)\.(\d)(?:/([+-]?\d+(?::\d+){0,2}))?"
_FOOTER = re.compile(f"{_NAME}{_OFFSET}(?:{_NAME}{_OFFSET}?{_CHANGE}{_CHANGE})?")


def definition(zone: str) -> bytes:
    """Return the VTIMEZONE of a zone, lines ended with CRLF (RFC 5545, 3.6.5).

    Raises LookupError for a zone without a rule that a VTIMEZONE can hold.
    """
    rule = _rule(zone)
    if rule is None:
        raise LookupError(zone)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    for observance in rule:
        lines += observance.lines()
    lines += ["END:VTIMEZONE", ""]
    return "\r\n".join(lines).encode("ascii")


def tells_rightly(zone: str, wall: datetime, fold: int = 0) -> bool:
    """Return whether readers of our VTIMEZONE get a naive wall time right.

    A wall time that the clocks skip or repeat is never told rightly: readers
    disagree on which instant it means, although RFC 5545 says the first.
    """
    rule = _rule(zone)
    if rule is None or fold or zone == "UTC":
        return False
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=f) for f in (0, 1))
    offset = first.utcoffset()
    return offset == second.utcoffset() == _offset(rule, wall)


@dataclass(frozen=True)
class Observance:
    """A half of the year, or all of it, in which a zone keeps one offset."""

    component: str  # STANDARD or DAYLIGHT
    name: str
    offset_from: timedelta
    offset_to: timedelta
    # The yearly onset, in the clock of `offset_from`; month 0 where there is none.
    month: int = 0
    week: int = 0  # 1 to 4, or -1 for the last one
    weekday: int = 0  # 0 is Sunday
    time: timedelta = timedelta(0)

    def onset(self, year: int) -> datetime:
        """Return the naive wall time at which it begins in a year."""
        if not self.month:
            return datetime(year, 1, 1)  # noqa: DTZ001 - a wall time
        if self.week > 0:
            first = datetime(year, self.month, 1)  # noqa: DTZ001
            ahead = (self.weekday - first.isoweekday()) % 7
            return first + timedelta(ahead + 7 * (self.week - 1)) + self.time
        last = datetime(year, self.month + 1, 1) - timedelta(1)  # noqa: DTZ001
        back = (last.isoweekday() - self.weekday) % 7
        return last - timedelta(back) + self.time

    def lines(self) -> list[str]:
        repeats = (
            [f"RRULE:FREQ=YEARLY;BYMONTH={self.month};BYDAY={self.week}"
             f"{_DAYS[self.weekday]}"]
            if self.month
            else []
        )  # fmt: skip
        return [
            f"BEGIN:{self.component}",
            f"DTSTART:{self.onset(_FIRST_YEAR):%Y%m%dT%H%M%S}",
            f"TZOFFSETFROM:{_utc_offset(self.offset_from)}",
            f"TZOFFSETTO:{_utc_offset(self.offset_to)}",
            f"TZNAME:{self.name}",
            *repeats,
            f"END:{self.component}",
        ]


def _offset(rule: tuple[Observance, ...], wall: datetime) -> timedelta:
    begun = [o for o in rule if o.onset(wall.year) <= wall]
    if begun:
        return max(begun, key=lambda o: o.onset(wall.year)).offset_to
    # Before the first onset of its year, the last one of the year before holds.
    return max(rule, key=lambda o: o.onset(wall.year)).offset_to


@cache
def _rule(zone: str) -> tuple[Observance, ...] | None:
    match = _FOOTER.fullmatch(_footer(zone))
    if match is None:
        return None
    names = match[1] or match[2], match[4] or match[5]
    # POSIX counts offsets westwards. Without one, summer time is an hour ahead.
    usual = -_duration(match[3])
    if not names[1]:
        return (Observance("STANDARD", names[0], usual, usual),)
    other = -_duration(match[6]) if match[6] else usual + timedelta(hours=1)
    return _two_halves(names, usual, other, _change(match, 7), _change(match, 11))


def _two_halves(
    names: tuple[str, str],
    usual: timedelta,
    other: timedelta,
    begin: "_Change",
    end: "_Change",
) -> tuple[Observance, ...] | None:
    if not (_is_plain(begin) and _is_plain(end)):
        return None
    # Dublin's law calls its winter the exception. Apps expect DAYLIGHT in summer.
    usual_first = other > usual
    kinds = ("STANDARD", "DAYLIGHT") if usual_first else ("DAYLIGHT", "STANDARD")
    halves = (
        Observance(kinds[0], names[0], other, usual, *end),
        Observance(kinds[1], names[1], usual, other, *begin),
    )
    return tuple(sorted(halves, key=lambda half: half.component))


_Change = tuple[int, int, int, timedelta]


def _change(match: re.Match[str], at: int) -> _Change:
    month, week, weekday = (int(match[at + n]) for n in range(3))
    time = _duration(match[at + 3] or "2")
    return month, week if week < 5 else -1, weekday, time


def _is_plain(change: _Change) -> bool:
    """Whether it falls on its own day, and before the last week of December.

    A time like Cairo's 24:00 or Nuuk's -1:00 falls on a neighbour of the day that
    the rule names, which no RRULE that Outlook understands can say.
    """
    month, _week, _weekday, time = change
    return timedelta(0) <= time < timedelta(days=1) and month < 12


def _footer(zone: str) -> str:
    """The POSIX rule of a zone, empty where the packaged data have no such zone.

    It is read from the package, since a machine's own data may be in the older
    format that has no footer.
    """
    if not re.fullmatch(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*", zone):
        return ""
    file = files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    if not file.is_file():
        return ""
    data = file.read_bytes()
    if not data.startswith(b"TZif"):
        return ""
    return data.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii", "replace")


def _duration(text: str) -> timedelta:
    """Read `[+-]h[:m[:s]]`."""
    parts = [int(part) for part in text.lstrip("+-").split(":")] + [0, 0]
    length = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2])
    return -length if text.startswith("-") else length


def _utc_offset(offset: timedelta) -> str:
    minutes = abs(offset) // timedelta(minutes=1)
    sign = "-" if offset < timedelta(0) else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}"
