"""The line of Markdown that shows a picture in a text."""

from .shown import Shown


def figure_line(shown: Shown) -> str:
    """Return the line that shows a picture with its caption and credit."""
    words = _escaped(shown.alternative_text, "[]\\")
    below = _title(_part(shown.caption), _part(shown.credit))
    title = f' "{below}"' if below else ""
    return f"![{words}](/pictures/{shown.slug}{title})"


def _title(caption: str, credit: str) -> str:
    return f"{caption} | {credit}".strip() if credit else caption


def _part(text: str) -> str:
    """The bar is what parts the two of them."""
    return _escaped(text.replace("|", "/"), '"\\')


def _escaped(text: str, signs: str) -> str:
    return "".join(f"\\{sign}" if sign in signs else sign for sign in text)
