"""A map of where the events of a list are: dots on the world's land, and city names.

Cut from the map of the world, so far as the dots reach. Its land is drawn for the
whole world, so it is never cut closer than the outline is true.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from ..places.sphere import Point
from ..places.world_map import HEIGHT, WIDTH, point_at

#: How wide the drawing is at least, in the units of the map of the world: a unit is
#: some 17 km, and the outline is good to two of them.
_NARROWEST: Final = 180
_RATIO: Final = 16 / 10
_MARGIN: Final = 0.18
_MOST_LABELS: Final = 14
#: Sizes as parts of the width.
_LETTER, _DOT, _LARGEST_DOT = 0.028, 0.008, 0.022
#: How wide a letter is, by its height: enough for most scripts.
_WIDTH_OF_LETTER = 0.62


@dataclass(frozen=True)
class Place:
    """Where events are, how many, and what it is called."""

    point: Point
    events: int
    name: str
    #: Whether the name is in letters of another language than the page.
    is_foreign: bool = False


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    words: str
    is_foreign: bool


@dataclass(frozen=True)
class Drawing:
    """What an SVG is made of; sizes are in the units of its `viewBox`."""

    view_box: str
    dots: Sequence[Dot]
    labels: Sequence[Label]
    letter: float  # the height of the letters
    line: float  # the width of lines


def map_of_places(places: Sequence[Place]) -> Drawing | None:
    """Return the map of these places, the largest first; None where there are none."""
    if not places:
        return None
    at = [point_at(each.point.latitude, each.point.longitude) for each in places]
    left, top, width, height = _frame(at)
    dots = [
        Dot(round(x, 1), round(y, 1), round(_radius(each.events) * width, 2))
        for (x, y), each in zip(at, places, strict=True)
    ]
    letter = _LETTER * width
    labels = _labels(dots, places, (left, left + width), letter)
    box = f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}"
    return Drawing(box, dots, list(labels), round(letter, 2), round(width / 900, 2))


def _frame(at: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _y in at], [y for _x, y in at]
    spread = max(max(xs) - min(xs), (max(ys) - min(ys)) * _RATIO)
    width = min(max(spread * (1 + 2 * _MARGIN), _NARROWEST), WIDTH)
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    left = min(max(middle[0] - width / 2, 0), WIDTH - width)
    height = min(width / _RATIO, HEIGHT)
    top = min(max(middle[1] - height / 2, 0), HEIGHT - height)
    return left, top, width, height


def _radius(events: int) -> float:
    """The area tells the number, up to a limit."""
    return min(_DOT * sqrt(events), _LARGEST_DOT)


def _labels(
    dots: Sequence[Dot],
    places: Sequence[Place],
    edges: tuple[float, float],
    letter: float,
) -> Iterable[Label]:
    """Names beside their dots, as long as none lies upon another one."""
    taken: list[tuple[float, float, float, float]] = []
    for dot, place in zip(dots, places, strict=True):
        half = len(place.name) * letter * _WIDTH_OF_LETTER / 2
        y = dot.y - dot.radius - letter * 0.4
        box = (dot.x - half, y - letter, dot.x + half, y + letter * 0.3)
        is_inside = edges[0] <= box[0] and box[2] <= edges[1]
        if not place.name or not is_inside or any(_overlap(box, b) for b in taken):
            continue
        taken.append(box)
        yield Label(dot.x, round(y, 1), place.name, place.is_foreign)
        if len(taken) == _MOST_LABELS:
            return


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    beside = one[2] < other[0] or other[2] < one[0]
    apart = one[3] < other[1] or other[3] < one[1]
    return not (beside or apart)
