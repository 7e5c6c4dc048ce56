"""The events of a board as dots on the map of the world."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Final, NamedTuple

from ..events.disclosure import Place
from ..places.towns import town_of
from ..places.world_map import WIDTH, Point, point_at
from .board import Action

#: Dots that are nearer than this to each other are one, in units of the map.
_TOGETHER: Final = 34
#: The radius of a dot, by how many people are told of: at least so many.
_SIZES: Final = ((2_000, 30), (500, 25), (100, 20), (0, 15))
#: How many cities are named on the map, and how far from their dots.
MOST_LABELS: Final = 12
GAP: Final = 12
#: The size of a name on the map: half its height, and the width of a letter.
_HALF_HEIGHT, _LETTER = 24, 22


class Dot(NamedTuple):
    """One event, or several that lie close together."""

    x: int
    y: int
    radius: int
    actions: Sequence[Action]
    name: str  # of the city of the first one
    side: str = ""  # of the dot, on which that name stands: `end` or `start`, or none
    is_on: bool = False
    is_over: bool = False


@dataclass
class _Heap:
    """Events around the first one of them."""

    centre: Point
    actions: list[Action]


def dots(
    actions: Iterable[Action], now: datetime, name_of: Callable[[Place], str]
) -> list[Dot]:
    """Return what the map shows of planned events that have a place on it.

    Dots of what is on come last, and so lie above the others. `name_of` tells the
    name of a place's city, or nothing.
    """
    found = [_dot(heap, now, name_of) for heap in _heaps(actions)]
    found.sort(key=lambda dot: (dot.is_on, not dot.is_over, -dot.radius))
    return list(_labelled(found))


def _heaps(actions: Iterable[Action]) -> list[_Heap]:
    """Put together what lies together, around those of which most is told."""
    heaps: list[_Heap] = []
    # By squares as wide as a heap reaches: a neighbour is in one of nine of them.
    squares: dict[tuple[int, int], list[_Heap]] = defaultdict(list)
    placed = [(each, point) for each in actions if (point := _point(each))]
    for action, point in sorted(placed, key=lambda p: (-p[0].people, p[0].slug)):
        x, y = int(point[0] // _TOGETHER), int(point[1] // _TOGETHER)
        around = (
            heap
            for square in product((x - 1, x, x + 1), (y - 1, y, y + 1))
            for heap in squares.get(square, ())
        )
        near = next((h for h in around if _distance(h.centre, point) < _TOGETHER), None)
        if near is None:
            heaps.append(_Heap(point, [action]))
            squares[x, y].append(heaps[-1])
        else:
            near.actions.append(action)
    return heaps


def _point(action: Action) -> Point | None:
    """Where an event is, or the middle of its city where no more may be known."""
    place = action.place
    if not action.is_planned or not action.is_in_person:
        return None
    if place.latitude is not None and place.longitude is not None:
        return point_at(place.latitude, place.longitude)
    city = town_of(place.locality, place.country)
    return point_at(city.point.latitude, city.point.longitude) if city else None


def _distance(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def _dot(heap: _Heap, now: datetime, name_of: Callable[[Place], str]) -> Dot:
    people = sum(each.people for each in heap.actions)
    return Dot(
        round(heap.centre[0]),
        round(heap.centre[1]),
        next(radius for least, radius in _SIZES if people >= least),
        heap.actions,
        name=name_of(heap.actions[0].place),
        is_on=any(each.is_on(now) for each in heap.actions),
        is_over=all(each.ends_at <= now for each in heap.actions),
    )


def _labelled(found: Sequence[Dot]) -> Iterable[Dot]:
    """Name the cities of the largest dots, as far as the names have room."""
    sides: dict[int, str] = {}
    taken: list[_Box] = [_box(dot) for dot in found]
    order = sorted(
        range(len(found)),
        key=lambda i: (-found[i].is_on, -len(found[i].actions), -found[i].radius),
    )
    for i in order:
        dot = found[i]
        for side in ("end", "start") if len(sides) < MOST_LABELS else ():
            box = _label_box(dot, side)
            if box is not None and not any(_touch(box, other) for other in taken):
                sides[i] = side
                taken.append(box)
                break
    for i, dot in enumerate(found):
        yield dot._replace(side=sides.get(i, ""))


#: Left, top, right and bottom.
_Box = tuple[float, float, float, float]


def _box(dot: Dot) -> _Box:
    room = dot.radius
    return dot.x - room, dot.y - room, dot.x + room, dot.y + room


def _label_box(dot: Dot, side: str) -> _Box | None:
    """Where the name of a dot would stand, if there is one and it fits on the map."""
    gap, width = dot.radius + GAP, len(dot.name) * _LETTER
    left = dot.x + gap if side == "end" else dot.x - gap - width
    if not width or left < 0 or left + width > WIDTH:
        return None
    return left, dot.y - _HALF_HEIGHT, left + width, dot.y + _HALF_HEIGHT


def _touch(one: _Box, other: _Box) -> bool:
    is_beside = one[2] < other[0] or other[2] < one[0]
    return not (is_beside or one[3] < other[1] or other[3] < one[1])
