"""What the Markdown of an article may not hold: found, taken out, and told.

The writer learns the line of each. Text is never lost with it: of a link the words
stay, of an HTML element what stands inside it, unless it is a script and the like.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

#: Elements that people paste; `<three>` and `<your name>` are no HTML but words.
_ELEMENTS: Final = (
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo "
    "big blink blockquote body br button canvas caption center cite code col colgroup "
    "data datalist dd del details dfn dialog dir div dl dt em embed fieldset "
    "figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header "
    "hgroup hr html i iframe img input ins kbd keygen label legend li link main map "
    "mark marquee math menu meta meter nav nobr noembed noframes noscript object ol "
    "optgroup option output p param picture plaintext portal pre progress q rp rt "
    "ruby s samp script section select slot small source span strike strong style sub "
    "summary sup svg table tbody td template textarea tfoot th thead time title tr "
    "track tt u ul var video wbr xmp"
).replace(" ", "|")
_TAG: Final = re.compile(rf"</?({_ELEMENTS})(?=[\s/>])[^<>]*>", re.IGNORECASE)
#: Elements whose contents are no text for readers.
_SILENT: Final = "script|style|iframe|object|svg|math|noscript|template|select|title"
_OPENING: Final = re.compile(rf"<({_SILENT})(?=[\s/>])", re.IGNORECASE)
#: How what is no element begins, and how it ends.
_OTHERS: Final = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>", "<!DOCTYPE": ">"}


class Kind(StrEnum):
    """Why something was taken out."""

    HTML = "html"
    SCRIPT = "script"
    LINK = "link"
    PICTURE_ELSEWHERE = "picture-elsewhere"
    PICTURE_UNKNOWN = "picture-unknown"
    PICTURE_IN_TEXT = "picture-in-text"
    PICTURE_WITHOUT_WORDS = "picture-without-words"
    DIRECTION = "direction"


@dataclass(frozen=True, order=True)
class Dropped:
    """Something that was taken out."""

    #: Counted from one.
    line: int
    kind: Kind
    #: The beginning of it, as it was typed.
    excerpt: str


def excerpt(text: str) -> str:
    """Return the beginning of what was taken out, on one line."""
    short = " ".join(text[:200].split())
    return short if len(short) <= 60 else f"{short[:59]}…"


def raw_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Take out scripts, styles and comments, also those with blank lines in them."""
    if state.is_code_block(first):
        return False
    start = state.bMarks[first] + state.tShift[first]
    end = _end_of_silence(state.src, start, state.env)
    if end is None or end > state.eMarks[last - 1]:
        return False
    if silent:
        return True
    line = first
    while state.eMarks[line] < end:
        line += 1
    token = state.push("dropped", "", 0)
    token.map, token.hidden = [first, line + 1], True
    token.meta = {"kind": Kind.SCRIPT}
    token.content = state.src[start:end]
    _keep_rest(state, state.src[end : state.eMarks[line]].strip(), line)
    state.line = line + 1
    return True


def _keep_rest(state: StateBlock, rest: str, line: int) -> None:
    """What stands behind it on the same line is a paragraph."""
    if not rest:
        return
    state.push("paragraph_open", "p", 1).map = [line, line + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = rest, [line, line + 1], []
    state.push("paragraph_close", "p", -1)


def raw_inline(state: StateInline, silent: bool) -> bool:
    """Take out tags; a `<br>` is what it says."""
    start = state.pos
    if state.src[start] != "<":
        return False
    kind, end = Kind.SCRIPT, _end_of_silence(state.src, start, state.env)
    if end is None:
        tag = _TAG.match(state.src, start, state.posMax)
        if tag is None:
            return False
        kind, end = Kind.HTML, tag.end()
        if tag[1].lower() == "br":
            return _break(state, end, silent)
    if not silent:
        token = state.push("dropped", "", 0)
        token.meta, token.content = {"kind": kind}, state.src[start:end]
    state.pos = end
    return True


def _break(state: StateInline, end: int, silent: bool) -> bool:
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = end
    return True


def _end_of_silence(text: str, start: int, env: Any) -> int | None:
    """Return where something ends that is no text; None where there is no such thing.

    One that is never closed takes nothing with it but its own tag. Where the text was
    once searched in vain it is not searched again: thousands of openings would take
    quadratic time.
    """
    if text[start : start + 1] != "<":
        return None
    opening = _OPENING.match(text, start)
    closing = f"</{opening[1].lower()}" if opening else _closing_of_other(text, start)
    if not closing:
        return None
    lowered, missing = _searched(text, env)
    if closing in missing:
        return None
    found = lowered.find(closing, start)
    end = lowered.find(">", found) if found >= 0 else -1
    if end < 0:
        missing.add(closing)
        return None
    return end + 1


def _closing_of_other(text: str, start: int) -> str:
    head = text[start : start + 9].upper()
    return next((end for sign, end in _OTHERS.items() if head.startswith(sign)), "")


def _searched(text: str, env: Any) -> tuple[str, set[str]]:
    """Return the text in small letters, and what is known to be missing in it."""
    kept = env.get("searched")
    if kept is None or kept[0] is not text:
        # Not `lower`: of some letters it makes two, and the places would be others.
        kept = env["searched"] = (text, text.translate(_SMALL), set())
    return kept[1], kept[2]


_SMALL: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
