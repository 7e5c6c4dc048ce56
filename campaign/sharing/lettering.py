"""Setting lines of text in the house's fonts, in both directions.

A line may mix scripts, and each font knows some of them. So a line is set in runs of
one font; what a run looks like inside is HarfBuzz's affair (through raqm), and the
order of the runs follows the direction of the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import ImageDraw, ImageFont, features

_LATIN: Final = (
    "sofia-sans-extra-condensed-800.woff2",
    "sofia-sans-extra-condensed-800-ext.woff2",
)
_ARABIC: Final = "readex-pro-700-arabic.woff2"
#: Readex is a wide face, and its letters are tall: as large as Latin it would shout.
_ARABIC_SIZE: Final = 0.72
#: The distance of lines, in sizes of their type.
_HEIGHT: Final = {"ltr": 1.0, "rtl": 1.12}
_ELLIPSIS: Final = "…"
#: Signs that point the other way in a text that runs so.
_MIRRORED: Final = str.maketrans("()[]«»‹›", ")(][»«›‹")


@dataclass(frozen=True)
class Lettering:
    """The fonts of the house, from the folder where they lie."""

    folder: Path

    def can_set(self, text: str) -> bool:
        """Return whether the fonts have a letter for each character."""
        return all(_is_blank(c) or self._font_of(c) for c in text)

    def lines(
        self, text: str, size: int, width: int, most: int, direction: str
    ) -> list[str]:
        """Break a text into lines of at most `width` pixels, and at most `most` lines.

        What is too much ends in an ellipsis.
        """
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size, direction) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        if len(lines) > most:
            lines = [*lines[: most - 1], f"{lines[most - 1]}{_ELLIPSIS}"]
        return [self._shortened(line, size, width, direction) for line in lines]

    def fitting(
        self, text: str, sizes: Sequence[int], box: tuple[int, int], direction: str
    ) -> tuple[int, list[str]]:
        """Return the largest of the sizes in which a text fits a box, and its lines.

        Where none does, the last of them, with as many lines as there is room for.
        """
        width, height = box
        for size in sizes:
            most = max(1, height // line_height(size, direction))
            lines = self.lines(text, size, width, most, direction)
            if " ".join(lines) == " ".join(text.split()):
                return size, lines
        return size, lines

    def width(self, line: str, size: int, direction: str) -> float:
        """Return how wide a line is, in pixels."""
        return sum(run.width(size) for run in self._runs(line, direction))

    def draw(
        self,
        canvas: ImageDraw.ImageDraw,
        at: tuple[float, float],
        line: str,
        size: int,
        ink: str,
        direction: str,
    ) -> None:
        """Draw a line from its start, which is its right end where it runs so."""
        x, y = at
        for run in self._runs(line, direction):
            width = run.width(size)
            left = x - width if direction == "rtl" else x
            canvas.text(
                (left, y),
                run.text,
                font=run.font(size),
                fill=ink,
                anchor="ls",
                direction=run.direction,
            )
            x += -width if direction == "rtl" else width

    def _shortened(self, line: str, size: int, width: int, direction: str) -> str:
        while len(line) > 2 and self.width(line, size, direction) > width:
            line = line.removesuffix(_ELLIPSIS)[:-1].rstrip() + _ELLIPSIS
        return line

    def _runs(self, line: str, direction: str) -> Iterator["_Run"]:
        """Parts of one font, in logical order.

        A blank goes with what is before it; where that runs against the line, the
        blank stands at its other end, and so goes with what follows.
        """
        kept = ""
        for run in self._runs_of_one_font(line):
            text = kept + run.text
            runs_against = run.is_arabic is not (direction == "rtl")
            words = text.rstrip() if runs_against else text
            kept = text[len(words) :]
            if runs_against and direction == "rtl" and not any(map(str.isalnum, words)):
                words = words.translate(_MIRRORED)
            yield _Run(words, run.path)

    def _runs_of_one_font(self, line: str) -> Iterator["_Run"]:
        marked: list[tuple[str, str]] = []
        for character in line:
            before = marked[-1][1] if marked else ""
            font = "" if _is_blank(character) else self._font_of(character)
            marked.append((character, font or before or _LATIN[0]))
        for font, part in groupby(marked, key=lambda pair: pair[1]):
            yield _Run("".join(c for c, _font in part), str(self.folder / font))

    def _font_of(self, character: str) -> str:
        for font in (*_LATIN, _ARABIC):
            if ord(character) in _letters(str(self.folder / font)):
                return font
        return ""


@dataclass(frozen=True)
class _Run:
    """A part of a line that is set in one font."""

    text: str
    path: str

    @property
    def is_arabic(self) -> bool:
        return self.path.endswith(_ARABIC)

    def font(self, size: int) -> ImageFont.FreeTypeFont:
        return _font(self.path, round(size * _ARABIC_SIZE) if self.is_arabic else size)

    @property
    def direction(self) -> str | None:
        """Without raqm nothing is shaped, and Pillow takes no direction."""
        if not features.check("raqm"):
            return None
        return "rtl" if self.is_arabic else "ltr"

    def width(self, size: int) -> float:
        return self.font(size).getlength(self.text, direction=self.direction)


def line_height(size: int, direction: str) -> int:
    """Return the distance of lines in a size, in pixels."""
    return round(size * _HEIGHT[direction])


def _is_blank(character: str) -> bool:
    """Blanks, and the marks that steer the direction of text."""
    return character.isspace() or character in "\u200e\u200f\u2066\u2067\u2068\u2069"


@cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    engine = ImageFont.Layout.RAQM if features.check("raqm") else None
    return ImageFont.truetype(path, size, layout_engine=engine)


@cache
def _letters(path: str) -> frozenset[int]:
    """The characters that a font has a letter for."""
    from fontTools.ttLib import TTFont  # large, and for who draws alone

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
