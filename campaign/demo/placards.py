"""The demo's pictures, drawn as a screen print: two inks on flat paper, no files.

Each is drawn at twice its size and made smaller, which smooths the edges, and is a
picture of nothing and nobody: no photograph of suffering belongs into a demo.
"""

from collections.abc import Callable, Mapping
from functools import cache
from math import cos, pi, sin
from typing import Final

from PIL import Image, ImageDraw

#: In pixels: what a column shows on a dense screen.
SIZE: Final = (1200, 800)
_SCALE: Final = 2
_ACCENT: Final = "#FFD21F"  # the campaign's own
_INK: Final = "#14121A"
_PAPER: Final = "#F4F3EF"
_WIDTH, _HEIGHT = (_SCALE * side for side in SIZE)
_LINE: Final = 22


@cache
def placard(motif: str) -> Image.Image:
    """Return the picture with this name, in mode RGB; raises KeyError."""
    ground, draw_motif = MOTIFS[motif]
    sheet = Image.new("RGB", (_WIDTH, _HEIGHT), ground)
    draw_motif(ImageDraw.Draw(sheet))
    return sheet.reduce(_SCALE)


def _candles(draw: ImageDraw.ImageDraw) -> None:
    """Seven candles in the dark, the tallest in the middle, each in its light."""
    heights = (420, 560, 660, 760, 620, 520, 400)
    table = _HEIGHT - 220
    places = [
        (_WIDTH * number / (len(heights) + 1), table - height)
        for number, height in enumerate(heights, 1)
    ]
    for x, top in places:
        for ring in range(2):
            _light(draw, x, top - 60, 150 + 66 * ring, 13 + 8 * ring, 10 - 3 * ring)
    for x, top in places:
        _flame(draw, x, top)
        draw.rectangle((x - 52, top + 40, x + 52, table), fill=_PAPER)
        draw.line((x, top, x, top + 44), fill=_PAPER, width=10)
    draw.rectangle((0, table, _WIDTH, table + _LINE), fill=_ACCENT)


def _flame(draw: ImageDraw.ImageDraw, x: float, top: float) -> None:
    """A drop that stands on its round end."""
    draw.ellipse((x - 46, top - 84, x + 46, top + 8), fill=_ACCENT)
    draw.polygon([(x - 43, top - 54), (x + 43, top - 54), (x, top - 178)], fill=_ACCENT)


def _light(
    draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, dots: int, size: float
) -> None:
    """Dots in an arc round a flame."""
    for step in range(dots):
        angle = 2 * pi * (step + 0.5) / dots
        at_x, at_y = x + radius * cos(angle), y + radius * sin(angle)
        if at_y < y + radius * 0.2:
            _disc(draw, at_x, at_y, size, _ACCENT)


def _loaves(draw: ImageDraw.ImageDraw) -> None:
    """Forty-nine loaves in seven rows: one for each town, and all but one missing."""
    across, down = _WIDTH / 8, _HEIGHT / 8
    for row in range(7):
        for column in range(7):
            x, y = across * (column + 1), down * (row + 1)
            is_there = (row, column) == (6, 6)
            _loaf(draw, x, y, _INK if is_there else None)


def _loaf(draw: ImageDraw.ImageDraw, x: float, y: float, fill: str | None) -> None:
    box = (x - 112, y - 62, x + 112, y + 62)
    draw.rounded_rectangle(box, radius=62, fill=fill, outline=_INK, width=11)
    for cut in (-48, 0, 48):
        ends = (x + cut - 16, y + 26, x + cut + 16, y - 26)
        draw.line(ends, fill=_ACCENT if fill else _INK, width=11)


def _ring(draw: ImageDraw.ImageDraw) -> None:
    """Houses in a closed ring of dots, and a road that ends at it."""
    x, y = _WIDTH / 2, _HEIGHT / 2
    _road(draw, 0, y + 190, x - 700)
    for number, (radius, size) in enumerate(((690, 26), (610, 20))):
        dots = 72 - 8 * number
        for step in range(dots):
            angle = 2 * pi * step / dots
            _disc(draw, x + radius * cos(angle), y + radius * sin(angle), size, _INK)
    for left, width, height in _HOUSES:
        _house(draw, x + left, y + 230, width, height)
    draw.rectangle((x - 440, y + 230, x + 440, y + 230 + _LINE), fill=_INK)


_HOUSES: Final = (
    (-420, 190, 250), (-220, 150, 400), (-60, 210, 300),
    (160, 130, 470), (300, 130, 230),
)  # fmt: skip


def _house(
    draw: ImageDraw.ImageDraw, left: float, ground: float, width: float, height: float
) -> None:
    draw.rectangle((left, ground - height, left + width, ground), fill=_INK)
    for row in range(int(height // 110)):
        for column in range(int(width // 65)):
            at_x, at_y = left + 22 + column * 62, ground - height + 34 + row * 104
            draw.rectangle((at_x, at_y, at_x + 26, at_y + 44), fill=_ACCENT)


def _plan(draw: ImageDraw.ImageDraw) -> None:
    """A square from above: a wall to the road, two ways out, stewards round people."""
    left, top, right, bottom = 380, 280, _WIDTH - 380, _HEIGHT - 260
    wall = 34
    _road(draw, 0, 90, _WIDTH)
    draw.rectangle((left, top, right, bottom), outline=_INK, width=wall)
    draw.rectangle((left - 6, 680, left + wall + 6, 940), fill=_PAPER)
    draw.rectangle((1180, bottom - wall - 6, 1480, bottom + 6), fill=_PAPER)
    _arrow(draw, (left + 130, 810), (left - 220, 810))
    _arrow(draw, (1330, bottom - 90), (1330, bottom + 130))
    for row in range(6):
        for column in range(8):
            shift = 44 if row % 2 else 0
            _disc(draw, 900 + column * 100 + shift, 500 + row * 104, 30, _PAPER, 8)
    for steward in _STEWARDS:
        _disc(draw, *steward, 46, _ACCENT, 14)


_STEWARDS: Final = (
    (740, 440), (740, 1080), (1130, 1160), (1530, 1160), (1800, 780), (1740, 420)
)  # fmt: skip


def _road(draw: ImageDraw.ImageDraw, left: float, top: float, right: float) -> None:
    draw.rectangle((left, top, right, top + 80), fill=_INK)
    for dash in range(int((right - left) // 92)):
        start = left + 40 + dash * 92
        draw.rectangle((start, top + 34, start + 46, top + 46), fill=_ACCENT)


def _arrow(
    draw: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """A straight arrow along one of the axes."""
    draw.line((*start, *end), fill=_INK, width=_LINE)
    (x0, y0), (x, y) = start, end
    along_x, along_y = (x > x0) - (x < x0), (y > y0) - (y < y0)
    tip = (x + 70 * along_x, y + 70 * along_y)
    sides = [(x + 60 * along_y * k, y + 60 * along_x * k) for k in (1, -1)]
    draw.polygon([tip, *sides], fill=_INK)


def _disc(
    draw: ImageDraw.ImageDraw,
    x: float,
    y: float,
    radius: float,
    fill: str,
    rim: int = 0,
) -> None:
    box = (x - radius, y - radius, x + radius, y + radius)
    draw.ellipse(box, fill=fill, outline=_INK if rim else None, width=rim)


#: What there is: the ground on which it is printed, and how it is drawn.
MOTIFS: Final[Mapping[str, tuple[str, Callable[[ImageDraw.ImageDraw], None]]]] = {
    "candles": (_INK, _candles),
    "loaves": (_ACCENT, _loaves),
    "ring": (_ACCENT, _ring),
    "plan": (_PAPER, _plan),
}
