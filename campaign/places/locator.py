"""A map of a place among its neighbours: towns, distances, and nothing made up.

There are no streets and no coasts in the packaged data that would be true at this
scale, so none are drawn: the place in the middle, the towns around it where they are,
rings of so many kilometres, and north above. Azimuthal equidistant: every distance and
every direction from the middle is right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, radians, sin
from typing import Final

from .cities import City, largest_around
from .sphere import Point, distance_km

#: The size of the drawing, in its own units, and of its letters.
WIDTH: Final = 600
HEIGHT: Final = 400
LETTER: Final = 19
#: How far it reaches to the side, in kilometres: the first that shows some towns.
_REACHES: Final = (32, 80, 160, 320, 800, 1600)
#: The part of it that is the first of two rings: 10, 25, 50, 100 km …
_RING: Final = 10 / 32
_ENOUGH, _MOST = 4, 9
_CANDIDATES: Final = 40
_MARGIN: Final = 12
_WIDTH_OF_LETTER: Final = 0.58
_KM_A_DEGREE: Final = 111.2

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Town:
    """A town on the drawing, with its name beside it."""

    x: float
    y: float
    name: str
    is_foreign: bool  # whether the name is in letters of another language
    is_before: bool  # whether the name ends at the dot, instead of beginning there


@dataclass(frozen=True)
class Locator:
    """What an SVG of `WIDTH` times `HEIGHT` is made of; the place is in its middle."""

    towns: Sequence[Town]
    rings: Sequence[tuple[float, int]]  # radius in units, and in kilometres


@lru_cache(512)
def locator(place: Point, language: str) -> Locator:
    """Return the map of the neighbourhood of a place, with names in the language."""
    for reach in _REACHES:
        towns = _towns(place, reach, language)
        if len(towns) >= _ENOUGH:
            break
    scale = WIDTH / 2 / reach
    step = round(reach * _RING)
    rings = [(round(km * scale, 1), km) for km in (step, step * 2)]
    return Locator(towns, rings)


def _towns(place: Point, reach: int, language: str) -> list[Town]:
    near = largest_around(place, reach / _KM_A_DEGREE, _CANDIDATES)
    middle = WIDTH / 2, HEIGHT / 2
    taken: list[Box] = [
        (middle[0] - 16, middle[1] - 16, middle[0] + 16, middle[1] + 16)
    ]
    return list(_placed(near, place, reach, language, taken))


def _placed(
    near: Sequence[City], place: Point, reach: int, language: str, taken: list[Box]
) -> Iterator[Town]:
    """Towns, the largest first, as long as no name lies upon another one."""
    found = 0
    for city in near:
        x, y = _drawn(place, city.point, WIDTH / 2 / reach)
        name, is_foreign = city.name_in(language), not city.is_named_in(language)
        for is_before in (False, True):
            box = _box(x, y, name, is_before)
            if _is_inside(box) and not any(_overlap(box, each) for each in taken):
                taken.append(box)
                yield Town(x, y, name, is_foreign, is_before)
                found += 1
                break
        if found == _MOST:
            return


def _drawn(middle: Point, point: Point, scale: float) -> tuple[float, float]:
    distance = distance_km(middle, point)
    here, there = radians(middle.latitude), radians(point.latitude)
    east = radians(point.longitude - middle.longitude)
    direction = atan2(
        sin(east) * cos(there),
        cos(here) * sin(there) - sin(here) * cos(there) * cos(east),
    )
    x = WIDTH / 2 + sin(direction) * distance * scale
    return round(x, 1), round(HEIGHT / 2 - cos(direction) * distance * scale, 1)


def _box(x: float, y: float, name: str, is_before: bool) -> Box:
    width = len(name) * LETTER * _WIDTH_OF_LETTER + 12
    left = x - width if is_before else x - 6
    return left, y - LETTER * 0.6, left + width + 6, y + LETTER * 0.6


def _is_inside(box: Box) -> bool:
    across = box[0] >= _MARGIN and box[2] <= WIDTH - _MARGIN
    return across and box[1] >= _MARGIN and box[3] <= HEIGHT - _MARGIN


def _overlap(one: Box, other: Box) -> bool:
    beside = one[2] < other[0] or other[2] < one[0]
    return not (beside or one[3] < other[1] or other[3] < one[1])
