"""How long a long article takes to be rendered, beside the bare parser.

The yardstick is markdown-it-py alone, without figures, notes, names of headings, a
list of what was dropped or a sanitiser: the same text, in turn, in the same process.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from bench.load import Effort
from bench.table import keep, milliseconds, show
from markdown_it import MarkdownIt

from campaign.lib.markdown.article import read

#: Words of an article; 20,000 are forty pages of a book.
SIZES = (1_000, 5_000, 20_000)
#: So many times each in a round, so that one slow turn decides nothing.
_TURNS = 5
_SENTENCE = (
    "Every *day of action* begins in [Kiritimati](https://example.org/kiribati) and "
    "ends fifty hours later, so that **nobody** stands alone on their square"
)


def measure(effort: Effort) -> None:
    """Show and keep how long articles take, as a multiple of the bare parser."""
    found = {size: _measure(article_of(size), effort) for size in SIZES}
    show(
        "Rendering an article",
        ("words", "bare parser", "ours", "ratio", "read again"),
        [
            (
                f"{size:,}",
                milliseconds(times["bare"]),
                milliseconds(times["ours"]),
                f"{times['ours'] / times['bare']:.2f}",
                milliseconds(times["again"]),
            )
            for size, times in found.items()
        ],
    )
    keep("articles", {"milliseconds": found})


def article_of(words: int) -> str:
    """Return a text with all that articles have, so many words long."""
    parts: list[str] = []
    count = number = 0
    while count < words:
        number += 1
        part = _part(number)
        parts.append(part)
        count += len(part.split())
    return "\n\n".join(parts)


def _part(number: int) -> str:
    paragraph = f"{_SENTENCE}. " * 4
    return "\n\n".join(
        (
            f"## Part {number}",
            f"{paragraph}[^{number}]",
            f"> {_SENTENCE}.",
            f"- {_SENTENCE}\n- and so on",
            "| City | People |\n| :-- | --: |\n| Leeds | 120 |\n| Amman | 80 |",
            paragraph,
            f"[^{number}]: A source of part {number}.",
        )
    )


def _measure(text: str, effort: Effort) -> dict[str, Any]:
    bare = MarkdownIt("commonmark").enable("table")
    ways: dict[str, Callable[[], object]] = {
        "bare": lambda: bare.render(text),
        "ours": lambda: read(text, is_kept=False),
        "again": lambda: read(text),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _turn in range(effort.rounds * _TURNS):
        for name, way in ways.items():
            begun = perf_counter()
            way()
            times[name].append((perf_counter() - begun) * 1000)
    return {name: round(median(each), 3) for name, each in times.items()}
