"""The Markdown of articles: figures, footnotes, pull quotes, tables, headings.

Stories of campaigns and descriptions of action days and events are written in it too.

A text goes four ways: the parser reads it, `settle` takes out what may not be there
and says so, the renderer writes it, and the sanitiser lets through what stands on the
list. Then the pictures come in, which this room knows nothing of: who calls says how
one is shown.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any, Final
from urllib.parse import urljoin

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from . import renderer
from .citations import citation_plugin
from .dropped import Dropped, Kind, excerpt, raw_block, raw_inline
from .renderer import Labels
from .settle import PICTURE, Heading, settle

#: The address of a link, which leads to another place of this site or of the page.
_LINK_WITHIN: Final = re.compile(r'(<a (?:[\w-]+="[^"]*" )*href=")([/#][^"]*)')
_CREDIT: Final = '<small class="credit">'
#: How many texts are kept ready in each process.
_KEPT: Final = 32
#: Each bracket that is opened makes the parser look for the end of a link. A text with
#: more of them than a book has links is no text, and they are left as they are.
_MOST_BRACKETS: Final = 10_000
#: U+202D and U+202E turn text around regardless of its script: with them a link
#: reads as another one. What Arabic and Hebrew need are the marks and isolates.
_OVERRIDES: Final = re.compile("[\u202d\u202e]")
_FIGURE: Final = re.compile(
    r'<figure class="figure"><img src="/pictures/([\w-]+)" alt="([^"]*)">'
    r"(.*?)</figure>",
    re.ASCII,
)


@dataclass(frozen=True)
class Figure:
    """How one picture of our own is shown: HTML that is whole and escaped."""

    picture: Markup
    #: Who made it, for a text that does not say so itself.
    credit: str = ""


#: What knows a picture by its name in the address and its alternative text, or None
#: where there is none.
Resolver = Callable[[str, str], Figure | None]


@dataclass(frozen=True)
class Article:
    """A text of an article, ready to be shown."""

    html: Markup
    headings: tuple[Heading, ...]
    #: What was taken out, in the order of lines.
    dropped: tuple[Dropped, ...]
    words: int

    @property
    def minutes(self) -> int:
        """How long reading takes at 200 words a minute, in minutes, at least one."""
        return max(1, round(self.words / 200))


@dataclass(frozen=True)
class _Written:
    html: str
    headings: tuple[Heading, ...]
    dropped: tuple[Dropped, ...]
    words: int
    #: The lines of its figures, in their order.
    figures: tuple[int, ...]


def read(
    source: str,
    resolve: Resolver | None = None,
    labels: Labels | None = None,
    is_kept: bool = True,
    sources: int = 0,
) -> Article:
    """Return the Markdown `source` of an article as HTML that is safe to show.

    Headings start at `h2`, because a page has its own `h1`. What is read again and
    again is kept ready; a draft should not be (`is_kept`). `sources` is how many the
    text can cite by their numbers.
    """
    write = _kept if is_kept else _write
    written = write(source, labels or Labels(), sources)
    missing: list[Dropped] = []
    lines = iter(written.figures)

    def put_in(found: re.Match[str]) -> str:
        line, slug = next(lines), found[1]
        figure = resolve(slug, unescape(found[2])) if resolve else None
        if figure is None:
            missing.append(Dropped(line, Kind.PICTURE_UNKNOWN, f"/pictures/{slug}"))
            return ""
        below = _with_credit(found[3], figure.credit)
        return f'<figure class="figure">{figure.picture}{below}</figure>'

    html = _FIGURE.sub(put_in, written.html)
    return Article(
        html=Markup(html),  # noqa: S704 - the sanitiser made it safe
        headings=written.headings,
        dropped=tuple(sorted((*written.dropped, *missing))),
        words=written.words,
    )


def _with_credit(below: str, credit: str) -> str:
    """What stands under a picture, with who made it if the text does not say it."""
    if not credit or _CREDIT in below:
        return below
    told = f"{_CREDIT}{credit}</small>"
    if not below:
        return f"<figcaption>{told}</figcaption>"
    return below.replace("</figcaption>", f" {told}</figcaption>")


def with_whole_addresses(html: Markup, page: str) -> Markup:
    """Return HTML of ours whose links lead to this site from anywhere.

    `page` is the whole address of the page of the text, to whose notes they lead.
    """

    def lead(found: re.Match[str]) -> str:
        return found[1] + str(escape(urljoin(page, unescape(found[2]))))

    return Markup(_LINK_WITHIN.sub(lead, html))  # noqa: S704 - safe as it was


def pictures_in(source: str) -> list[str]:
    """Return the names of the pictures that a text shows, each once."""
    found = _kept(source, Labels()).html
    return list(dict.fromkeys(match[1] for match in _FIGURE.finditer(found)))


def _write(source: str, labels: Labels, sources: int = 0) -> _Written:
    env: dict[str, Any] = {"labels": labels, "sources": sources}
    tokens = _parser.parse(_tamed(source), env)
    settled = settle(tokens, env)
    html = _parser.renderer.render(settled.tokens, _parser.options, env)
    return _Written(
        html=nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            attribute_filter=_only_ours,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer",
        ),
        headings=settled.headings,
        dropped=tuple(sorted((*settled.dropped, *_turned_around(source)))),
        words=settled.words,
        figures=settled.figures,
    )


def _tamed(source: str) -> str:
    """The text without what no reader should meet, and no parser."""
    text = _OVERRIDES.sub("", source)
    return text.replace("[", r"\[") if text.count("[") > _MOST_BRACKETS else text


_kept = lru_cache(_KEPT)(_write)


def _turned_around(source: str) -> list[Dropped]:
    """What of the text is read in the wrong direction, once for each line."""
    if not _OVERRIDES.search(source):
        return []
    return [
        Dropped(number, Kind.DIRECTION, excerpt(_OVERRIDES.sub("", line)))
        for number, line in enumerate(source.splitlines(), start=1)
        if _OVERRIDES.search(line)
    ]


def _make_parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": 30})
    made.enable(["table", "strikethrough"])
    # Notes inside of a line nest without an end, and read badly in the source.
    made.use(footnote_plugin, inline=False)
    made.use(container_plugin, name=renderer.PULL_QUOTE)
    made.block.ruler.before(
        "heading", "raw", raw_block, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    made.inline.ruler.before("html_inline", "raw", raw_inline)
    # `settle` looks at every address, so that what is dropped can be said.
    made.validateLink = lambda url: True  # type: ignore[method-assign]
    renderer.add_rules(made)
    made.use(citation_plugin)
    return made


_parser: Final = _make_parser()

_TAGS: Final = {
    "p", "br", "hr", "strong", "em", "s", "blockquote", "code", "pre",
    "ul", "ol", "li", "h2", "h3", "h4", "a", "sup", "section",
    "table", "thead", "tbody", "tr", "th", "td", "div",
    "figure", "img", "figcaption", "small",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "*": set(),  # the sanitiser would let titles through, which few can read
    "a": {"href", "id", "role", "aria-label"},
    "blockquote": {"class"},
    "div": {"class", "role", "aria-label", "tabindex"},
    "figure": {"class"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "img": {"src", "alt"},
    "li": {"id"},
    "ol": {"start"},
    "section": {"class", "role", "aria-labelledby"},
    "small": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
}
_CLASSES: Final = {
    renderer.PULL_QUOTE, "scroller", "figure", "notes", "credit", "centre", "end"
}  # fmt: skip


def _only_ours(tag: str, attribute: str, value: str) -> str | None:
    """Drop addresses that leave the site unseen, and pictures of others."""
    if attribute == "class":
        return value if value in _CLASSES else None
    if attribute == "src":
        return value if PICTURE.fullmatch(value) else None
    if attribute == "href":
        return None if re.match(r"\s*[/\\]{2}", value) else value
    return value
