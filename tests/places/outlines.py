"""Reading SVG paths, to ask whether a point lies inside of them."""

import re

Point = tuple[float, float]


def outlines(path: str) -> list[list[Point]]:
    """Return the corners of each closed line of a path made of M, l and z."""
    found = []
    for part in re.findall(r"M([^l]*)l([^z]*)z", path):
        start, moves = ([int(n) for n in re.findall(r"-?\d+", each)] for each in part)
        x, y = start
        corners = [(x, y)]
        for dx, dy in zip(moves[::2], moves[1::2], strict=True):
            x, y = x + dx, y + dy
            corners.append((x, y))
        found.append(corners)
    return found


def is_inside(path: str, point: Point) -> bool:
    """Whether a point lies inside a path: a ray from it crosses an odd number."""
    x, y = point
    crossings = 0
    for corners in outlines(path):
        for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossings += 1
    return crossings % 2 == 1
