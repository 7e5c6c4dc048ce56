"""Colours of campaigns: is a text readable on them?"""

INK_DARK = "#14121A"
INK_LIGHT = "#FFFFFF"
#: WCAG 2.2, 1.4.3: the least contrast of a text with what is behind it.
LEAST_CONTRAST = 4.5


def ink_on(accent: str) -> str:
    """Return the ink, dark or light, that reads better on `accent` (#rrggbb)."""
    return max((INK_DARK, INK_LIGHT), key=lambda ink: contrast(ink, accent))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two #rrggbb colours, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
