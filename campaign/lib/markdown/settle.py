"""What is done with the tokens of an article before they are written.

What may not be there is taken out and told, pictures become figures, headings get
their level and an address of their own.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it.token import Token
from slugify import slugify

from . import lower_headings
from .dropped import Dropped, Kind, excerpt

PICTURE: Final = re.compile(r"/pictures/([\w-]+)", re.ASCII)
#: Where a link may lead: the web, a mailbox, a telephone, this site, this page.
_LINK: Final = re.compile(
    r"https?://[^/\\\s]|mailto:[^\s]|tel:[+\d]|#|/(?![/\\]|%5C)", re.IGNORECASE
)
_WORD: Final = re.compile(r"\w+(?:['’‘\-.,:]\w+)*")
#: What ids of headings begin with, so that they meet none of the page's own.
_PREFIX: Final = "section-"
_LONGEST_ID: Final = 60


@dataclass(frozen=True)
class Heading:
    """A heading inside an article, for its table of contents."""

    level: int  # 2 to 4
    id: str
    text: str


@dataclass
class Settled:
    """The tokens as they are written, and what was found in them."""

    tokens: list[Token] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    headings: tuple[Heading, ...] = ()
    words: int = 0
    figures: tuple[int, ...] = ()


def settle(tokens: list[Token], env: Any) -> Settled:
    """Return the tokens without what may not be there, and with what is missing."""
    found = Settled()
    line = 0
    for token in tokens:
        if token.map is not None:
            line = token.map[0]
        if token.type == "dropped":
            _drop(found, token, line)
        elif token.type == "inline":
            token.children = list(_children(found, token.children or [], line))
            found.words += sum(_words(child) for child in token.children)
        elif token.type in ("code_block", "fence"):
            found.words += _words(token)
    found.tokens = _without_empty_blocks(_with_figures(found, tokens))
    lower_headings(found.tokens)
    found.headings = tuple(_name_headings(found.tokens))
    _mark_tables(found.tokens)
    return found


def _children(found: Settled, children: list[Token], line: int) -> Iterator[Token]:
    """Yield what stays of the inside of a paragraph that begins at a line."""
    is_alone = sum(not _is_blank(child) for child in children) == 1
    is_open = True  # whether the link that we are in leads somewhere
    for at, child in enumerate(children):
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        if child.type == "dropped":
            _drop(found, child, line)
            line += child.content.count("\n")
        elif child.type == "image":
            if _check_picture(found, child, line, is_alone):
                yield child
        elif child.type == "link_open":
            is_open = _check_link(found, child, line)
            if is_open:
                yield child
                if children[at + 1].type == "link_close":
                    yield _text(str(child.attrs["href"]))
        elif child.type != "link_close" or is_open:
            yield child


def _is_blank(token: Token) -> bool:
    return token.type == "softbreak" or (
        token.type == "text" and not token.content.strip()
    )


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _words(token: Token) -> int:
    if token.type not in ("text", "code_inline", "code_block", "fence"):
        return 0
    return sum(1 for _word in _WORD.finditer(token.content))


def _drop(found: Settled, token: Token, line: int) -> None:
    told = Dropped(line + 1, token.meta["kind"], excerpt(token.content))
    # A tag that opens and the one that closes are one thing to the writer.
    is_end = token.content.startswith("</")
    if not is_end or not found.dropped or found.dropped[-1].kind is not Kind.HTML:
        found.dropped.append(told)


def _check_link(found: Settled, token: Token, line: int) -> bool:
    address = str(token.attrs["href"])
    if _LINK.match(address):
        return True
    found.dropped.append(Dropped(line + 1, Kind.LINK, excerpt(address)))
    return False


def _check_picture(found: Settled, token: Token, line: int, is_alone: bool) -> bool:
    """Whether a picture may stay; if so, it knows all that a figure shows."""
    address = str(token.attrs["src"])
    slug = PICTURE.fullmatch(address)
    alt = " ".join(token.content.split())
    if slug is None:
        kind = Kind.PICTURE_ELSEWHERE
    elif not alt:
        kind = Kind.PICTURE_WITHOUT_WORDS
    elif not is_alone:
        kind = Kind.PICTURE_IN_TEXT
    else:
        title = str(token.attrs.get("title", ""))
        caption, bar, credit = title.rpartition("|")
        token.meta = {
            "slug": slug[1],
            "alt": alt,
            "caption": (caption if bar else credit).strip(),
            "credit": credit.strip() if bar else "",
            "line": line + 1,
        }
        return True
    found.dropped.append(Dropped(line + 1, kind, excerpt(address)))
    return False


def _with_figures(found: Settled, tokens: list[Token]) -> list[Token]:
    """Let a paragraph that is nothing but a picture be a figure."""
    kept: list[Token] = []
    lines: list[int] = []
    is_inside = False
    for token in tokens:
        picture = _picture_in(token) if token.type == "inline" else None
        if picture is not None and kept[-1].type == "paragraph_open":
            kept[-1] = Token("figure", "", 0, meta=picture.meta, block=True)
            lines.append(picture.meta["line"])
            is_inside = True
        elif is_inside and token.type == "paragraph_close":
            is_inside = False
        elif picture is not None:
            # In a heading or a cell: alone there, but no paragraph.
            line, slug = picture.meta["line"], picture.meta["slug"]
            found.dropped.append(
                Dropped(line, Kind.PICTURE_IN_TEXT, f"/pictures/{slug}")
            )
            token.children = []
            kept.append(token)
        else:
            kept.append(token)
    found.figures = tuple(lines)
    return kept


def _picture_in(token: Token) -> Token | None:
    found = [child for child in token.children or [] if child.type == "image"]
    return found[0] if found else None


def _without_empty_blocks(tokens: list[Token]) -> list[Token]:
    """Leave out what nothing is left of; an empty heading is even read aloud."""
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        is_end = token.type in ("heading_close", "paragraph_close")
        if is_end and kept[-2].type == "inline" and not _said(kept[-2]):
            del kept[-3:]
    return kept


def _said(token: Token) -> str:
    """What is read of the inside of a heading."""
    parts = [c.content if c.content else " " for c in token.children or []]
    return " ".join("".join(parts).split())


def _name_headings(tokens: list[Token]) -> Iterator[Heading]:
    seen: Counter[str] = Counter()
    for at, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        text = _said(tokens[at + 1])
        name = slugify(text, allow_unicode=True, max_length=_LONGEST_ID) or "part"
        seen[name] += 1
        # Two hyphens are in no slug, so the second "part" is never a "part-2".
        again = f"--{seen[name]}" if seen[name] > 1 else ""
        token.attrSet("id", f"{_PREFIX}{name}{again}")
        yield Heading(int(token.tag[1]), f"{_PREFIX}{name}{again}", text)


def _mark_tables(tokens: list[Token]) -> None:
    """Say of each head what it stands over, and of cells how they are aligned."""
    for at, token in enumerate(tokens):
        if token.type not in ("th_open", "td_open"):
            continue
        style = str(token.attrs.pop("style", ""))
        side = {"text-align:center": "centre", "text-align:right": "end"}.get(style)
        if side:
            token.attrSet("class", side)
        if token.type == "th_open" and _said(tokens[at + 1]):
            token.attrSet("scope", "col")
        elif token.type == "th_open":  # a head over nothing is an empty corner
            token.tag = tokens[at + 2].tag = "td"
