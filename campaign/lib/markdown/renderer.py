"""How the parts of an article are written as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

PULL_QUOTE: Final = "pull-quote"
NOTES_ID: Final = "notes"


@dataclass(frozen=True)
class Labels:
    """The few words that the HTML of an article has of its own.

    Those with a `%d` are filled in with a number.
    """

    notes: str = "Notes"
    to_note: str = "Note %d"
    back: str = "Back to the text, note %d"
    table: str = "Table %d"
    to_source: str = "Source %d"


def add_rules(parser: MarkdownIt) -> None:
    """Teach the renderer of a parser what an article has beyond a short text."""
    rules = {
        "dropped": lambda *_: "",
        "figure": _figure,
        f"container_{PULL_QUOTE}_open": lambda *_: '<blockquote class="pull-quote">\n',
        f"container_{PULL_QUOTE}_close": lambda *_: "</blockquote>\n",
        "table_open": _table_open,
        "table_close": lambda *_: "</table></div>\n",
        "footnote_ref": _note_reference,
        "footnote_block_open": _notes_open,
        "footnote_block_close": lambda *_: "</ol>\n</section>\n",
        "footnote_open": lambda tokens, at, *_: f'<li id="{_note_id(tokens[at])}">',
        "footnote_close": lambda *_: "</li>\n",
        "footnote_anchor": _way_back,
    }
    for name, rule in rules.items():
        # Bound, because the renderer hands itself over to what is added to it.
        parser.renderer.rules[name] = rule  # type: ignore[attr-defined]


def _figure(tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    told = tokens[at].meta
    alt = escapeHtml(told["alt"])
    picture = f'<img src="/pictures/{told["slug"]}" alt="{alt}">'
    caption, credit = escapeHtml(told["caption"]), escapeHtml(told["credit"])
    if credit:
        credit = f'<small class="credit">{credit}</small>'
    below = " ".join(filter(None, (caption, credit)))
    if below:
        below = f"<figcaption>{below}</figcaption>"
    return f'<figure class="figure">{picture}{below}</figure>\n'


def _table_open(tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    """A table that is too wide for a phone is pushed aside in a box of its own."""
    number = env["tables"] = env.get("tables", 0) + 1
    label = escapeHtml(env["labels"].table % number)
    return (
        f'<div class="scroller" role="region" aria-label="{label}" tabindex="0">'
        "<table>\n"
    )


def _note_reference(tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    token = tokens[at]
    number = token.meta["id"] + 1
    label = escapeHtml(env["labels"].to_note % number)
    return (
        f'<sup><a href="#{_note_id(token)}" id="{_reference_id(token)}" '
        f'role="doc-noteref" aria-label="{label}">{number}</a></sup>'
    )


def _notes_open(_tokens: Sequence[Token], _at: int, _options: Any, env: Any) -> str:
    return (
        f'<section class="notes" role="doc-endnotes" aria-labelledby="{NOTES_ID}">\n'
        f'<h2 id="{NOTES_ID}">{escapeHtml(env["labels"].notes)}</h2>\n<ol>\n'
    )


def _way_back(tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    label = escapeHtml(env["labels"].back % (tokens[at].meta["id"] + 1))
    return (
        f' <a href="#{_reference_id(tokens[at])}" role="doc-backlink" '
        f'aria-label="{label}">↑</a>'
    )


def _note_id(token: Token) -> str:
    return f"note-{token.meta['id'] + 1}"


def _reference_id(token: Token) -> str:
    """A note that is cited again has a way back to each of the places."""
    again = token.meta["subId"]
    return f"to-{_note_id(token)}" + (f"-{again + 1}" if again else "")
