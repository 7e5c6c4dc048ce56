"""Equal Earth: the sphere on a plane, every square kilometre of the same size.

A day of action round the world should not show Greenland as large as Africa. The
projection and its constants are those of B. Šavrič, T. Patterson and B. Jenny, "The
Equal Earth map projection", International Journal of Geographical Information
Science 33 (2019), 454-465.
"""

from math import asin, cos, radians, sin, sqrt

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Return x and y of a point in degrees, on a globe of radius 1.

    x grows to the east and y to the north of the point 0, 0. The longitude is
    counted from the middle of the map.
    """
    t = asin(_M * sin(radians(latitude)))
    s = t * t
    s3 = s * s * s
    stretch = 3 * (9 * _A4 * s3 * s + 7 * _A3 * s3 + 3 * _A2 * s + _A1)
    x = 2 * sqrt(3) * radians(longitude) * cos(t) / stretch
    return x, t * (_A4 * s3 * s + _A3 * s3 + _A2 * s + _A1)
