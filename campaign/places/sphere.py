"""Points on the globe, and how far they are apart.

A point is kept as a vector of length one from the centre of the earth. The straight
line through the earth between two points grows with the way along the surface, so a
database can compare distances with three subtractions and no sine; and neither the
date line nor a pole is anything special to it.
"""

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, radians, sin, sqrt
from typing import Final, NamedTuple

#: The mean radius of the earth, in kilometres.
EARTH: Final = 6371.0088
#: Half way round: nothing is further away.
FURTHEST: Final = 20_016


class Vector(NamedTuple):
    """A point as seen from the centre of the earth, whose radius is 1."""

    x: float
    y: float
    z: float


@dataclass(frozen=True)
class Point:
    """A point by its coordinates, in decimal degrees (WGS 84)."""

    latitude: float
    longitude: float

    @property
    def vector(self) -> Vector:
        """To a hundredth of a millimetre: PostgreSQL refuses to square 1e-200."""
        latitude, longitude = radians(self.latitude), radians(self.longitude)
        east = cos(latitude) * cos(longitude), cos(latitude) * sin(longitude)
        return Vector(*(round(part, 12) for part in (*east, sin(latitude))))


def point_of(vector: Vector) -> Point:
    """Return the coordinates of a vector of length one."""
    latitude = atan2(vector.z, sqrt(vector.x**2 + vector.y**2))
    return Point(degrees(latitude), degrees(atan2(vector.y, vector.x)))


def distance_km(one: Point, other: Point) -> float:
    """Return the great-circle distance in kilometres."""
    squares = zip(one.vector, other.vector, strict=True)
    return surface_km(sum((a - b) ** 2 for a, b in squares))


def chord(kilometres: float) -> float:
    """Return the straight line between points so far apart, in radii of the earth."""
    return 2 * sin(min(kilometres, FURTHEST) / EARTH / 2)


def surface_km(squared_chord: float) -> float:
    """Return the great-circle distance of the square of a straight line."""
    return 2 * EARTH * asin(min(1.0, sqrt(squared_chord) / 2))
