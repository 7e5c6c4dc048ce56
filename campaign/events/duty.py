"""A role at an event as it is told to people: what it is, and when."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Duty:
    """What somebody takes on. Times are wall times of the event's own clock."""

    kind: str
    #: In the organisers' own words, where it is none of the usual ones.
    name: str
    #: The first day of the event.
    day: date
    #: None for the whole event.
    starts_local: datetime | None
    ends_local: datetime | None
