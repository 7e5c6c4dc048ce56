"""A map of the world as SVG paths: its land, and the points of places on it.

The map has no borders, names no country, and leaves Antarctica out. It is drawn in
the Equal Earth projection round 11° E, so that its edges lie at 169° W, where they
cut through nothing but water.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from .projection import equal_earth

#: The longitude in the middle of the map, in degrees.
MIDDLE: Final = 11.0
#: What of the globe is shown, in degrees of latitude.
NORTH, SOUTH = 84.0, -57.0
#: The size of the drawing, in its own units: the `viewBox` is `0 0 WIDTH HEIGHT`.
WIDTH: Final = 2000
_SCALE: Final = WIDTH / (2 * equal_earth(180, 0)[0])
_TOP: Final = equal_earth(0, NORTH)[1]
HEIGHT: Final = round((_TOP - equal_earth(0, SOUTH)[1]) * _SCALE)
VIEW_BOX: Final = f"0 0 {WIDTH} {HEIGHT}"

#: A place on the drawing.
Point = tuple[float, float]


def point_at(latitude: float, longitude: float) -> Point:
    """Return where a place lies on the drawing; degrees north and east."""
    return drawn(east_of_middle(longitude), latitude)


def east_of_middle(longitude: float) -> float:
    """Return a longitude counted from the middle of the map, from -180 to 180."""
    return (longitude - MIDDLE + 180) % 360 - 180


def drawn(east: float, latitude: float) -> Point:
    """Return a point of the drawing; `east` is counted from its middle, in degrees."""
    x, y = equal_earth(east, latitude)
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE


@cache
def land_path() -> str:
    """Return the outline of all land, as the `d` of a path."""
    outlines = (
        [drawn(x / 10 - MIDDLE, y / 10) for x, y in zip(r[::2], r[1::2], strict=True)]
        for r in _rings()
    )
    return "".join(map(closed_path, outlines))


@cache
def sea_path() -> str:
    """Return the outline of the whole map, as the `d` of a path."""
    steps = range(int(SOUTH), int(NORTH) + 1, 3)
    left = [drawn(-180, latitude) for latitude in steps]
    return closed_path([*left, *((WIDTH - x, y) for x, y in reversed(left))])


def closed_path(points: Iterable[Point]) -> str:
    """Return a closed line through points, in whole units: `M4 5l6-7z`."""
    rounded = [(round(x), round(y)) for x, y in points]
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(rounded)]
    moves = [step for step in steps if step != (0, 0)]
    first = f"M{_numbers(rounded[:1])}"
    return f"{first}l{_numbers(moves)}z" if moves else ""


def _numbers(pairs: Iterable[tuple[int, int]]) -> str:
    """Numbers as short as SVG takes them: a minus needs no space before it."""
    return " ".join(str(n) for pair in pairs for n in pair).replace(" -", "-")


def _rings() -> Iterator[Sequence[int]]:
    """The outlines of `data/land.json`: x and y in turn, in tenths of a degree."""
    text = (files(__package__) / "data" / "land.json").read_text("utf-8")
    yield from json.loads(text)
