"""The card that stands for a page where its link is shared (Open Graph).

A poster in the campaign's accent: what it is part of, its title, when and where. It is
drawn from what a stranger may see, and from nothing else.
"""

import io
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from hashlib import sha256
from typing import Final

from PIL import Image, ImageDraw

from ..lib.colour import ink_on
from ..pictures.sizes import crop_box
from .lettering import Lettering, line_height

#: What the large cards of all who show them have, in pixels.
SIZE: Final = (1200, 630)
#: Some who show them leave out what is larger, in bytes.
MOST_BYTES: Final = 100_000
#: To be counted up when the drawing changes: cards are kept by what they say.
_EDITION: Final = 1
_EDGE: Final = 64
_RULE: Final = 6
#: How much of the width a picture takes.
_PICTURE_WIDTH: Final = 460
_TITLE_SIZES: Final = (150, 132, 116, 102, 90, 80, 70, 60)
_SMALL: Final = 46


@dataclass(frozen=True)
class Card:
    """What stands on a card."""

    title: str
    above: str
    facts: tuple[str, ...]
    site_name: str
    accent: str
    language: str
    direction: str
    #: Of the picture at the head of the page: its file, and its focal point.
    picture: str = ""
    focus: tuple[int, int] = (50, 50)

    @property
    def extension(self) -> str:
        """How its file ends: flat colours want a PNG, photos a JPEG."""
        return "jpg" if self.picture else "png"

    @property
    def mimetype(self) -> str:
        return "image/jpeg" if self.picture else "image/png"

    @property
    def name(self) -> str:
        """The hash of all that is on it."""
        return sha256(repr((_EDITION, astuple(self))).encode()).hexdigest()[:24]


def draw_card(card: Card, fonts: Lettering, picture: Image.Image | None) -> bytes:
    """Return the card as a PNG, or with a picture as a JPEG, of under 100 kB."""
    image = Image.new("RGB", SIZE, card.accent)
    if picture is not None:
        _hang(image, picture, card)
    _Poster(image, card, fonts, picture is not None).draw()
    return _jpeg(image) if picture is not None else _png(image)


def _hang(image: Image.Image, picture: Image.Image, card: Card) -> None:
    """Put the picture at the end of the lines, behind a rule."""
    size = (_PICTURE_WIDTH, SIZE[1])
    part = picture.crop(crop_box(picture.size, size, card.focus)).resize(size)
    is_rtl = card.direction == "rtl"
    left = 0 if is_rtl else SIZE[0] - _PICTURE_WIDTH
    image.paste(part.convert("RGB"), (left, 0))
    rule = left + _PICTURE_WIDTH if is_rtl else left - _RULE
    ink = ink_on(card.accent)
    ImageDraw.Draw(image).rectangle((rule, 0, rule + _RULE, SIZE[1]), ink)


class _Poster:
    """The letters and rules of a card."""

    def __init__(
        self, image: Image.Image, card: Card, fonts: Lettering, has_picture: bool
    ) -> None:
        self._card, self._fonts = card, fonts
        self._canvas = ImageDraw.Draw(image)
        self._ink = ink_on(card.accent)
        taken = _PICTURE_WIDTH + _RULE if has_picture else 0
        is_rtl = card.direction == "rtl"
        self._start = SIZE[0] - _EDGE if is_rtl else _EDGE
        self._width = SIZE[0] - 2 * _EDGE - taken
        self._left = (taken if is_rtl else 0) + _EDGE

    def draw(self) -> None:
        """Draw from the top and from the bottom; the title gets what is left."""
        top = _EDGE + 10
        if self._card.above:
            top = self._put([self._card.above], _SMALL, top + 30, most=1) + 6
        bottom = SIZE[1] - _EDGE
        for line in reversed([*self._facts()]):
            self._write(line, _SMALL, bottom)
            bottom -= line_height(_SMALL, self._card.direction) + 6
        bottom -= _SMALL
        rule = (self._left, bottom, self._left + self._width, bottom + _RULE)
        self._canvas.rectangle(rule, self._ink)
        self._title(top, bottom - 24)

    def _facts(self) -> Iterator[str]:
        facts = self._card.facts or (self._card.site_name,)
        most = 2 if len(facts) == 1 else 1
        width, direction = self._width, self._card.direction
        for fact in facts[:2]:
            if self._fonts.can_set(fact):
                yield from self._fonts.lines(fact, _SMALL, width, most, direction)

    def _title(self, top: int, bottom: int) -> None:
        """As large as it fits; one in letters that no font here has is left out."""
        card = self._card
        if not self._fonts.can_set(card.title):
            return
        box = (self._width, bottom - top)
        size, lines = self._fonts.fitting(card.title, _TITLE_SIZES, box, card.direction)
        self._put(lines, size, top + round(size * 0.86), len(lines))

    def _put(self, lines: list[str], size: int, baseline: int, most: int) -> int:
        """Write lines downwards; return where the next baseline would be."""
        if not all(self._fonts.can_set(line) for line in lines):
            return baseline
        for line in lines[:most]:
            direction = self._card.direction
            fitted = self._fonts.lines(line, size, self._width, 1, direction)
            self._write(fitted[0] if fitted else "", size, baseline)
            baseline += line_height(size, direction)
        return baseline

    def _write(self, line: str, size: int, baseline: int) -> None:
        at = (self._start, baseline)
        self._fonts.draw(self._canvas, at, line, size, self._ink, self._card.direction)


def _png(image: Image.Image) -> bytes:
    """Few colours are needed: the accent, the ink, and what lies between them."""
    written = io.BytesIO()
    image.quantize(32).save(written, "PNG", optimize=True)
    return written.getvalue()


def _jpeg(image: Image.Image) -> bytes:
    """The best quality that stays under the limit."""
    for quality in (86, 78, 70, 60, 45, 30, 20, 10):
        written = io.BytesIO()
        image.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
        if written.tell() < MOST_BYTES:
            break
    return written.getvalue()
