"""The names that calendars have for colours (RFC 7986, 5.9: CSS3 names)."""

from typing import Final

#: Names far enough apart to be told from one another in a list of calendars.
_NAMED: Final = {
    "black": "#000000",
    "blue": "#0000ff",
    "brown": "#a52a2a",
    "crimson": "#dc143c",
    "darkgreen": "#006400",
    "darkorange": "#ff8c00",
    "deepskyblue": "#00bfff",
    "dimgray": "#696969",
    "gold": "#ffd700",
    "green": "#008000",
    "hotpink": "#ff69b4",
    "indigo": "#4b0082",
    "limegreen": "#32cd32",
    "maroon": "#800000",
    "navy": "#000080",
    "olive": "#808000",
    "orangered": "#ff4500",
    "purple": "#800080",
    "red": "#ff0000",
    "royalblue": "#4169e1",
    "salmon": "#fa8072",
    "silver": "#c0c0c0",
    "teal": "#008080",
    "turquoise": "#40e0d0",
    "violet": "#ee82ee",
    "yellow": "#ffff00",
}


def nearest_name(accent: str) -> str:
    """Return the CSS3 name nearest to a colour like `#1a2b3c`."""
    wanted = _channels(accent)
    return min(_NAMED, key=lambda name: _distance(_channels(_NAMED[name]), wanted))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _distance(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
