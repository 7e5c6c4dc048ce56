"""The rolling day, before, during and after it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from ...boards.board import Action, Board
from ...events import map_of_list
from ...events.disclosure import Place
from ...events.map_of_list import Drawing
from ...lib.walltime import wall_time
from ...places.sphere import Point
from ...publishing.states import State

#: Where it happens, in how many minutes from now, and how many people are told of.
_CITIES: Final = (
    ("Wellington", "NZ", "Pacific/Auckland", -41.3, 174.8, -300, 40),
    ("Jakarta", "ID", "Asia/Jakarta", -6.2, 106.8, -130, 0),
    ("Amman", "JO", "Asia/Amman", 32.0, 35.9, -40, 120),
    ("Leeds", "GB", "Europe/London", 53.8, -1.5, -10, 60),
    ("Dakar", "SN", "Africa/Dakar", 14.7, -17.5, 25, 0),
    ("Chicago", "US", "America/Chicago", 41.9, -87.6, 260, 700),
    ("Apia", "WS", "Pacific/Apia", -13.8, -171.8, 600, 0),
)


def boards(now: datetime) -> dict[str, Board]:
    """Return the board of a day before it, on it, and after it."""
    moment = now.replace(second=0, microsecond=0)
    month = timedelta(days=30)
    return {
        name: _board(moment + away, moment)
        for name, away in (("before", month), ("during", 0 * month), ("after", -month))
    }


def _board(at: datetime, now: datetime) -> Board:
    day = at.astimezone(UTC).date()
    return Board(day, day, now, sorted(_actions(at), key=lambda each: each.starts_at))


def _actions(at: datetime) -> Sequence[Action]:
    found = []
    for city, country, zone, latitude, longitude, minutes, told in _CITIES:
        starts = at + timedelta(minutes=minutes)
        ends = starts + timedelta(hours=1)
        action = Action(
            slug="sample",
            title="A light in every window",
            language="en",
            kind="vigil",
            state=State.PUBLISHED,
            attendance="in_person",
            starts_local=wall_time(starts, zone),
            ends_local=wall_time(ends, zone),
            starts_at=starts,
            ends_at=ends,
            timezone=zone,
            is_all_day=False,
            place=Place(
                locality=city, country=country, latitude=latitude, longitude=longitude
            ),
            people=told,
        )
        found.append(action)
    return found


def map_of_cities() -> Drawing | None:
    """Return the map under a list of events in the same cities."""
    places = [
        map_of_list.Place(Point(latitude, longitude), number, city)
        for number, (city, _, _, latitude, longitude, *_) in enumerate(_CITIES, start=1)
    ]
    return map_of_list.map_of_places(places[::-1])
