"""Markdown into HTML that is safe to show, and into plain text.

Raw HTML is never read, and what the renderer writes passes an allow-list of our
own: the sanitiser's default would let remote pictures and `//host` links pass.

Here is what short texts need, such as the directions to an event, and mails; `article`
reads the Markdown of long ones, which have figures, footnotes and pull quotes too.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from markupsafe import Markup

_TAGS: Final = {
    "p", "br", "hr", "strong", "em", "s", "blockquote", "code", "pre",
    "ul", "ol", "li", "h2", "h3", "h4", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def to_html(source: str) -> Markup:
    """Return the Markdown `source` as HTML without scripts, styles and pictures.

    Of a picture the words stay that say what is to be seen. Headings start at `h2`,
    because a page has its own `h1`.
    """
    tokens = _parser.parse(source)
    lower_headings(tokens)
    html = _parser.renderer.render(tokens, _parser.options, {})
    return Markup(  # noqa: S704 - the next line is what makes it safe
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            attribute_filter=_only_plain_links,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer",
        )
    )


def _picture_in_words(tokens: Sequence[Token], at: int, *_: Any) -> str:
    return escapeHtml(_of_picture(tokens[at]))


# Bound, because the renderer hands itself over to what is added to it.
_parser.renderer.rules["image"] = _picture_in_words  # type: ignore[attr-defined]


def _of_picture(token: Token) -> str:
    return f"[{token.content}]" if token.content else ""


def _only_plain_links(tag: str, attribute: str, value: str) -> str | None:
    """Drop `//host` and `/\\host`, which look local and lead to another site."""
    is_elsewhere = attribute == "href" and re.match(r"\s*[/\\]{2}", value)
    return None if is_elsewhere else value


def to_text(source: str) -> str:
    """Return the Markdown `source` as plain text, one paragraph a block."""
    blocks = [_inline_text(t) for t in _parser.parse(source) if t.type == "inline"]
    return "\n\n".join(block for block in blocks if block)


def lower_headings(tokens: list[Token]) -> None:
    """Make the highest heading an h2, and leave out no level on the way down."""
    openings = [token for token in tokens if token.type == "heading_open"]
    highest = min((int(token.tag[1]) for token in openings), default=1)
    above = 1
    for opening, closing in _pairs(tokens):
        above = min(int(opening.tag[1]) - highest + 2, above + 1, 4)
        opening.tag = closing.tag = f"h{above}"


def _pairs(tokens: list[Token]) -> Iterator[tuple[Token, Token]]:
    headings = [t for t in tokens if t.type in ("heading_open", "heading_close")]
    return zip(headings[::2], headings[1::2], strict=True)


def _inline_text(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type == "image":
            parts.append(_of_picture(child))
        elif child.content:
            parts.append(child.content)
    return "".join(parts).strip()
