"""How far events are from a point, asked of the database.

Only of the point that everybody may see: see `models/whereabouts.py`. The sum of three
squares is that of the straight line through the earth, which grows with the way along
the surface (the haversine is a quarter of it); so neither database needs a sine.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_

from ..places.sphere import Point, chord
from .models import Event

_COLUMNS: Final[tuple[Any, ...]] = (Event.shown_x, Event.shown_y, Event.shown_z)


def squared_chord(point: Point) -> Any:
    """Return the square of the straight line from a point to an event."""
    x, y, z = (
        column - value for column, value in zip(_COLUMNS, point.vector, strict=True)
    )
    return x * x + y * y + z * z


def is_within(point: Point, kilometres: float) -> ColumnElement[bool]:
    """Return whether events are at most so far from a point: a box, then exactly."""
    limit = chord(kilometres)
    # A hair more: the middle of a city is within no distance of itself, and is.
    exactly = squared_chord(point) <= limit * limit + 1e-12
    return and_(*_in_box(point, limit + 1e-6), exactly)


def _in_box(point: Point, limit: float) -> Iterator[ColumnElement[bool]]:
    for column, value in zip(_COLUMNS, point.vector, strict=True):
        yield column.between(value - limit, value + limit)


def nearest_first(query: Select[Event], point: Point) -> Select[Event]:
    """Return the query with the nearest events first, of equals the soonest.

    What is nowhere, such as an event online, comes last.
    """
    is_nowhere = Event.shown_x.is_(None)
    order = (is_nowhere, squared_chord(point), Event.starts_at, Event.id)
    return query.order_by(None).order_by(*order)
