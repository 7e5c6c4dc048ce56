"""HTML of a word processor, a web page or a clipboard, as clean Markdown.

The sanitiser reads it first, as a browser would, and hands on well-formed HTML without
scripts. Word writes lists and notes as paragraphs with styles, Google Docs bold as a
style: `tidy` makes elements of them, and markdownify then writes the Markdown.
"""

import re
from collections import Counter
from typing import Any, Final

import nh3
from bs4 import BeautifulSoup
from bs4.element import Tag
from markdownify import MarkdownConverter

from ..text import clean
from .found import Imported, LeftOut, TooMuch
from .tidy import tidy

#: Elements inside one another. Word processors stay far below; what goes deeper was
#: made to bring a parser down.
_DEEPEST: Final = 100
_MOST_ELEMENTS: Final = 50_000
#: The same before the sanitiser has closed what was left open.
_DEEPEST_RAW: Final = 500
_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_VOID: Final = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
    "source", "wbr",
}  # fmt: skip
#: Elements that end where the next one begins.
_ENDLESS: Final = {
    "p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd", "option",
    "colgroup",
}  # fmt: skip
_TAGS: Final = {
    "a", "abbr", "article", "aside", "b", "blockquote", "body", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div",
    "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark",
    "nav", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "*": {"style", "id", "name", "class"},
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
#: What of the source is counted before the sanitiser takes it away.
_COUNTED: Final = re.compile(
    r"<(?:(script)|(iframe|video|audio|object|embed|svg|canvas|math)"
    r"|(form|input|button|select|textarea))(?=[\s/>])",
    re.IGNORECASE,
)
#: Addresses that the sanitiser takes away.
_NO_LINK: Final = re.compile(
    r"<a\s[^<>]{0,500}href\s*=\s*[\"']?\s*(?:javascript|vbscript|data|file):",
    re.IGNORECASE,
)
_KINDS: Final = (LeftOut.SCRIPT, LeftOut.MEDIA, LeftOut.FORM)


def from_html(html: str) -> Imported:
    """Return HTML as Markdown, and what of it was left out; raises TooMuch."""
    left_out: Counter[LeftOut] = Counter(
        _KINDS[match.lastindex - 1]  # type: ignore[operator]
        for match in _COUNTED.finditer(html)
    )
    _measure(html, _DEEPEST_RAW)
    left_out[LeftOut.LINK] += len(_NO_LINK.findall(html))
    html = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_SILENT,
        attributes=_ATTRIBUTES,
        strip_comments=True,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    _measure(html, _DEEPEST)
    soup = BeautifulSoup(html, "html.parser")
    tidy(soup, left_out)
    title = _take_title(soup)
    text = _Writer(**_WAY).convert_soup(soup)
    return Imported(title, _smooth(text), +left_out)


_SILENT: Final = {"script", "style", "title", "template", "noscript", "svg", "math"}


def _measure(html: str, deepest: int) -> None:
    """Refuse what is too deep or too much for those that read it next.

    Before the sanitiser this is an estimate: of what needs no end nobody knows yet
    where it ends.
    """
    depth = elements = 0
    for match in _TAG.finditer(html):
        name, is_end = match[2].lower(), bool(match[1])
        elements += not is_end
        if name not in _VOID and name not in _ENDLESS:
            depth = max(0, depth - 1) if is_end else depth + 1
        if depth > deepest or elements > _MOST_ELEMENTS:
            raise TooMuch


def _take_title(soup: BeautifulSoup) -> str:
    """The heading that the text begins with, taken out of it; else nothing."""
    first = soup.find(["h1", "h2", "h3", "p", "li", "table", "blockquote"])
    if not isinstance(first, Tag) or first.name != "h1":
        return ""
    title = " ".join(first.get_text(" ").split())
    first.decompose()
    return title


_WAY: Final[dict[str, Any]] = {
    "heading_style": "atx",
    "bullets": "-",
    "strong_em_symbol": "*",
    "escape_asterisks": True,
    "escape_underscores": False,
    "escape_misc": False,
    "newline_style": "backslash",
    "wrap": False,
    "table_infer_header": True,
}


class _Writer(MarkdownConverter):
    """Writes what `tidy` has left; marks of notes are already Markdown."""

    def convert_note(self, _element: Tag, text: str, parent_tags: Any) -> str:
        # The space behind the mark of a note would be lost as one at an end.
        return f"{text.strip()} " if text.strip().endswith(":") else text.strip()

    def escape(self, text: str, parent_tags: Any) -> str:
        if "note" in parent_tags:
            return text
        text = super().escape(text, parent_tags)  # type: ignore[misc]
        # What begins a line like a list or a heading is neither; a bracket before a
        # bracket is no link; `<b>` as text is no element.
        text = re.sub(r"^(\s*)(#{1,6}\s|[-+>]\s|:::)", r"\1\\\2", text)
        text = re.sub(r"^(\s*\d{1,9})([.)]\s)", r"\1\\\2", text)
        return re.sub(r"([\[\]`]|<(?=[A-Za-z/!?]))", r"\\\1", text)


def _smooth(markdown: str) -> str:
    """Leave one blank line between two blocks, and no blanks at ends of lines."""
    lines = [line.rstrip() for line in clean(markdown).replace("\xa0", " ").split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    # The line that stood above the notes has nothing below it any more.
    return re.sub(r"\n---\n(?=\n\[\^1\]: )", "", text)
