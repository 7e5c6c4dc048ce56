"""Citations: `[2]` in an article leads to the second of its sources.

Only where there is such a source. What Markdown itself means by brackets, a link or a
reference that the text defines, comes first.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_CITATION: Final = re.compile(r"\[(\d{1,3}(?:[,،;] ?\d{1,3}){0,9})\](?!\()", re.ASCII)
_NUMBER: Final = re.compile(r"\d+", re.ASCII)


def citation_plugin(parser: MarkdownIt) -> None:
    """Teach a parser to read citations; `env["sources"]` says how many there are."""
    parser.inline.ruler.before("link", "citation", _citation)
    parser.renderer.rules["citation"] = _written  # type: ignore[attr-defined]


def source_id(number: int) -> str:
    """Return the id that a page gives to a source, by its number from 1."""
    return f"source-{number}"


def _citation(state: StateInline, silent: bool) -> bool:
    found = _CITATION.match(state.src, state.pos)
    if found is None or found[1] in state.env.get("references", {}):
        return False
    numbers = [int(number) for number in _NUMBER.findall(found[1])]
    if not all(1 <= number <= state.env.get("sources", 0) for number in numbers):
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.meta = {"words": found[0]}
    state.pos = found.end()
    return True


def _written(tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    """Each number is a link; brackets and commas stay as they were typed."""

    def link(found: re.Match[str]) -> str:
        number = int(found[0])
        label = escapeHtml(env["labels"].to_source % number)
        return f'<a href="#{source_id(number)}" aria-label="{label}">{number}</a>'

    return _NUMBER.sub(link, escapeHtml(tokens[at].meta["words"]))
