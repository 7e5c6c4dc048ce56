"""The addresses of a page's siblings: its calendar, its data, its news."""

from urllib.parse import parse_qsl, urlencode, urlsplit

#: What a page is asked about itself, and its siblings are not.
_OF_THE_PAGE = ("lang", "page")


def sibling(address: str, suffix: str) -> str:
    """Return the address of a page's sibling with this suffix: `ics`, `json`, `atom`.

    Raises ValueError where the address is none.
    """
    path, _mark, query = followable(address).partition("?")
    stem = "/calendar" if path == "/" else path
    return f"{stem}.{suffix}?{query}" if query else f"{stem}.{suffix}"


def followable(address: str) -> str:
    """Return a page's address without what its siblings are not asked."""
    page = urlsplit(address)
    asked = [(k, v) for k, v in parse_qsl(page.query) if k not in _OF_THE_PAGE]
    return f"{page.path}?{urlencode(asked)}" if asked else page.path
