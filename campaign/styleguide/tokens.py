"""The tokens of the design, read from the style sheet that pages use."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from ..lib.colour import LEAST_CONTRAST, contrast

#: WCAG 2.2, 1.4.11: the least contrast of a line that one has to see.
LEAST_CONTRAST_OF_LINES: Final = 3.0
#: Which colour stands on which, and how much contrast it needs.
_PAIRS: Final = (
    ("ink", "background", LEAST_CONTRAST),
    ("ink", "surface", LEAST_CONTRAST),
    ("second-ink", "background", LEAST_CONTRAST),
    ("second-ink", "surface", LEAST_CONTRAST),
    ("line", "background", LEAST_CONTRAST_OF_LINES),
    ("line", "surface", LEAST_CONTRAST_OF_LINES),
    ("action", "background", LEAST_CONTRAST),
    ("action", "surface", LEAST_CONTRAST),
    ("action-ink", "action", LEAST_CONTRAST),
    ("action-ink", "action-hover", LEAST_CONTRAST),
    ("right", "background", LEAST_CONTRAST),
    ("wrong", "background", LEAST_CONTRAST),
    ("wrong", "surface", LEAST_CONTRAST),
    ("warning", "background", LEAST_CONTRAST),
    ("warning", "warning-ground", LEAST_CONTRAST),
    ("accent-ink", "accent", LEAST_CONTRAST),
)
_DARK: Final = "(prefers-color-scheme: dark)"
_TOKEN: Final = re.compile(r"--([\w-]+):\s*([^;]+);")
_COLOUR: Final = re.compile("#[0-9a-fA-F]{6}")
_PIXELS_OF_A_REM: Final = 16


class Token(NamedTuple):
    """A name of the design with its two values."""

    name: str
    light: str
    dark: str

    @property
    def is_colour(self) -> bool:
        return bool(_COLOUR.fullmatch(self.light))

    @property
    def pixels(self) -> float:
        """The length in pixels of a reader who has not changed the size of type."""
        return float(self.light.removesuffix("rem")) * _PIXELS_OF_A_REM


class Pair(NamedTuple):
    """A colour on a ground, with their contrasts."""

    ink: Token
    ground: Token
    least: float
    light: float
    dark: float

    @property
    def is_enough(self) -> bool:
        return min(self.light, self.dark) >= self.least


@dataclass(frozen=True)
class Tokens:
    """All of them, by name."""

    by_name: dict[str, Token]

    @property
    def colours(self) -> list[Token]:
        return [each for each in self.by_name.values() if each.is_colour]

    @property
    def spaces(self) -> list[Token]:
        found = self.by_name.values()
        return [each for each in found if each.name.startswith("space-")]

    @property
    def pairs(self) -> list[Pair]:
        return [self._pair(*each) for each in _PAIRS]

    def _pair(self, ink: str, ground: str, least: float) -> Pair:
        one, other = self.by_name[ink], self.by_name[ground]
        light = contrast(one.light, other.light)
        return Pair(one, other, least, light, contrast(one.dark, other.dark))


@lru_cache(maxsize=1)
def read_tokens(sheet: str) -> Tokens:
    """Return the tokens of a style sheet whose dark values stand in one media query.

    Raises ValueError where it has none: both looks would seem to be the same.
    """
    usual, query, dark = sheet.partition(_DARK)
    if not query:
        raise ValueError(f"no {_DARK}")
    light = dict(_TOKEN.findall(usual))
    other = {**light, **dict(_TOKEN.findall(dark))}
    return Tokens({n: Token(n, value, other[n]) for n, value in light.items()})
