"""Where on the Earth it is night.

The place of the sun is found by the low precision formulas of the Astronomical
Almanac (page C5; also J. Meeus, "Astronomical Algorithms", chapter 25), which are good
to a hundredth of a degree between 1950 and 2050. On a map of the world that is far
less than a pixel.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from math import asin, atan, atan2, cos, degrees, radians, sin, tan
from typing import NamedTuple

from .world_map import NORTH, SOUTH, Point, closed_path, drawn, east_of_middle

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_SECONDS_A_DAY = 86_400
#: How finely lines are drawn, in degrees.
_STEP = 3


class Sun(NamedTuple):
    """The place where the sun stands overhead, in degrees north and east."""

    latitude: float
    longitude: float


def sun_at(now: datetime) -> Sun:
    """Return where the sun stands overhead at an aware instant."""
    days = (now - _J2000).total_seconds() / _SECONDS_A_DAY
    mean_longitude = 280.460 + 0.9856474 * days
    anomaly = radians(357.528 + 0.9856003 * days)
    ecliptic = radians(mean_longitude + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
    obliquity = radians(23.439 - 0.0000004 * days)
    declination = asin(sin(obliquity) * sin(ecliptic))
    ascension = degrees(atan2(cos(obliquity) * sin(ecliptic), cos(ecliptic)))
    # Greenwich mean sidereal time, in degrees.
    sidereal = 280.46062 + 360.98564737 * days
    return Sun(degrees(declination), (ascension - sidereal + 180) % 360 - 180)


def height_of_sun(now: datetime, latitude: float, longitude: float) -> float:
    """Return how high the sun stands above the horizon of a place, in degrees."""
    sun = sun_at(now)
    north, here = radians(sun.latitude), radians(latitude)
    hours = radians(longitude - sun.longitude)
    sine = sin(here) * sin(north) + cos(here) * cos(north) * cos(hours)
    return degrees(asin(max(-1.0, min(1.0, sine))))


def night_path(now: datetime) -> str:
    """Return the part of the map on which the sun is down, as the `d` of a path."""
    sun = sun_at(now)
    line = list(_edge_of_night(sun))
    # Beyond the line it is night on the side of the pole that the sun has left.
    pole = -90 if sun.latitude >= 0 else 90
    last, first = (_edge(line[i][1], pole) for i in (-1, 0))
    right = [(180.0, latitude) for latitude in last]
    left = [(-180.0, latitude) for latitude in reversed(list(first))]
    return closed_path(_drawn([*line, *right, *left]))


def _edge_of_night(sun: Sun) -> Iterator[tuple[float, float]]:
    """The great circle that is 90° from the sun: from the left edge to the right."""
    # Never quite over the equator: there the line would run through both poles.
    north = radians(sun.latitude or 1e-6)
    noon = east_of_middle(sun.longitude)
    # All its points, by the direction in which they lie from the sun.
    points = [_a_quarter_away(north, noon, towards) for towards in range(0, 360, _STEP)]
    # With the sun in the north they run westwards: turned, and begun at the left.
    line = points if north < 0 else points[::-1]
    start = max(range(len(line)), key=lambda i: line[i - 1][0] - line[i][0])
    at_edges = degrees(atan(-cos(radians(180 - noon)) / tan(north)))
    yield -180.0, at_edges
    yield from (*line[start:], *line[:start])
    yield 180.0, at_edges


def _a_quarter_away(north: float, noon: float, towards: int) -> tuple[float, float]:
    direction = radians(towards)
    sine = cos(north) * cos(direction)
    turn = atan2(sin(direction) * cos(north), -sin(north) * sine)
    return (noon + degrees(turn) + 180) % 360 - 180, degrees(asin(sine))


def _edge(start: float, pole: float) -> Iterator[float]:
    """Latitudes from one along the edge of the map, on which it is curved."""
    step = _STEP if pole > start else -_STEP
    yield from range(round(start), int(pole), step)
    yield pole


def _drawn(line: list[tuple[float, float]]) -> Iterator[Point]:
    """What lies outside of the map is drawn just outside of it: it is cut off."""
    for east, latitude in line:
        yield drawn(east, max(SOUTH - 3, min(NORTH + 3, latitude)))
