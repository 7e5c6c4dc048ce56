"""Make the outline of the world's land, which the site's maps are drawn from.

    npm install world-atlas@2 && pip install shapely
    python tools/land_outline.py node_modules/world-atlas/land-110m.json

writes `campaign/places/data/land.json`. Run by hand, once for each edition of the
source; what it needs is therefore no dependency of the site.

The source is TopoJSON: arcs of whole numbers, each point told by its distance from
the one before, with a scale and an offset for all of them. Its rings run on across
180° of longitude. This cuts the world at 169° W, where it meets no land at all;
leaves out Antarctica, for which nobody has to look; and takes out points and islands
that are too small to be seen on a map of the whole world.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapely import Polygon, unary_union

OUT = Path(__file__).parent.parent / "campaign" / "places" / "data" / "land.json"
#: West of this meridian, in degrees, land is drawn at the eastern end.
CUT = -169.0
SOUTHERNMOST = -57.0
#: In degrees, and square degrees: what a map of the world 1,000 pixels wide shows.
TOLERANCE = 0.3
SMALLEST = 1.2


def main(source: str) -> None:
    polygons = list(read(json.loads(Path(source).read_text())))
    land = unary_union([p.buffer(0) for p in polygons if p.bounds[1] > SOUTHERNMOST])
    land = land.simplify(TOLERANCE)
    kept = [shape for shape in land.geoms if shape.area >= SMALLEST]
    rings = [ring for shape in kept for ring in (shape.exterior, *shape.interiors)]
    tenths = [[round(v * 10) for xy in r.coords[:-1] for v in xy] for r in rings]
    tenths.sort(key=len, reverse=True)
    OUT.write_text(json.dumps(tenths, separators=(",", ":")) + "\n")
    print(f"{len(tenths)} rings, {OUT.stat().st_size} bytes")


def read(topology: dict[str, Any]) -> Iterator[Polygon]:
    """Yield the polygons of the object `land`, in degrees."""
    scale, offset = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + offset[0], y * scale[1] + offset[1]))
        arcs.append(points)
    for geometry in topology["objects"]["land"]["geometries"]:
        kind, found = geometry["type"], geometry["arcs"]
        for rings in found if kind == "MultiPolygon" else [found]:
            shell, *holes = [list(ring_of(numbers, arcs)) for numbers in rings]
            yield Polygon(shell, holes)


def ring_of(numbers: list[int], arcs: list[list[Any]]) -> Iterator[Any]:
    """Yield the points of a ring without a jump at 180°; `~n` is arc n backwards."""
    last = None
    for number in numbers:
        points = arcs[number] if number >= 0 else arcs[~number][::-1]
        for x, y in points[1:]:
            if last is None:
                last = x + 360 if x < CUT else x
            last = x + 360 * round((last - x) / 360)
            yield last, y


if __name__ == "__main__":
    main(*sys.argv[1:])
