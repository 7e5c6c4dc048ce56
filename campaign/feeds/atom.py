"""News: what is new or has changed, latest change first (Atom 1.0, RFC 4287)."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from ..events.disclosure import EventView
from ..lib.markdown import to_html
from ..lib.text import clean, one_line
from .entries import ActionDayView, ArticleView
from .site import Feed, Site
from .vevent import location_words, title_words
from .wording import ENGLISH, Wording

News = EventView | ActionDayView | ArticleView

#: Readers ask every hour or so: more than this is an archive, which the data are.
MOST_ENTRIES: Final = 100
#: When a feed was changed in which nothing is yet.
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def source_of(item: News) -> str:
    """Return the Markdown of the whole text of something."""
    return clean(item.body if isinstance(item, ArticleView) else item.description)


def without_figures(item: News) -> str:
    """Return its text as HTML, in which words stand for pictures."""
    return to_html(source_of(item))


def atom(
    feed: Feed,
    news: Iterable[News],
    site: Site,
    wording: Wording = ENGLISH,
    text_of: Callable[[News], str] = without_figures,
) -> bytes:
    """Return an Atom document of the news, UTF-8.

    `text_of` returns the whole text of each as HTML, with whole addresses.
    """
    latest = sorted(news, key=lambda n: (n.modified_at, str(n.uid)), reverse=True)
    latest = latest[:MOST_ENTRIES]
    root = Element(
        "feed",
        {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": wording.language},
    )
    own = feed.address(site, "atom")
    _add(root, "id", own)
    _add(root, "title", one_line(feed.title))
    if feed.description:
        _add(root, "subtitle", clean(feed.description))
    _add(root, "updated", _moment(latest[0].modified_at if latest else NEVER))
    _add_link(root, "self", own, "application/atom+xml")
    _add_link(root, "alternate", feed.page_address(site), "text/html")
    _add(SubElement(root, "author"), "name", one_line(site.name))
    for item in latest:
        _add_entry(root, item, site, wording)
        _add(root[-1], "content", text_of(item), "html")
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add_entry(root: Element, item: News, site: Site, wording: Wording) -> None:
    entry = SubElement(root, "entry", {"xml:lang": one_line(item.language)})
    _add(entry, "id", item.uid.urn)
    _add(entry, "updated", _moment(item.modified_at))
    if isinstance(item, ArticleView):
        _add_article(entry, item, site)
        return
    _add(entry, "title", title_words(item, wording))
    _add(entry, "published", _moment(item.created_at))
    _add(entry, "summary", _summary(item, wording))
    SubElement(entry, "category", {"term": one_line(item.campaign.title)})
    if isinstance(item, ActionDayView):
        _add_link(entry, "alternate", site.action_day(item.slug), "text/html")
        return
    address = site.event(item.slug)
    _add(SubElement(entry, "author"), "name", one_line(item.group.title))
    _add_link(entry, "alternate", address, "text/html")
    _add_link(entry, "related", f"{address}.ics", "text/calendar")


def _add_article(entry: Element, article: ArticleView, site: Site) -> None:
    _add(entry, "title", one_line(article.title))
    _add(entry, "published", _moment(article.published_at))
    if article.summary:
        _add(entry, "summary", clean(article.summary))
    authors = [one_line(author.name) for author in article.authors]
    for author in authors or [one_line(article.group.title)]:
        _add(SubElement(entry, "author"), "name", author)
    if article.translator:
        _add(SubElement(entry, "contributor"), "name", one_line(article.translator))
    if article.licence is not None:
        _add(entry, "rights", article.licence.name)
        SubElement(entry, "link", {"rel": "license", "href": article.licence.url})
    _add_link(entry, "alternate", site.article(article.slug), "text/html")
    if article.first_appeared_url.startswith(("https://", "http://")):
        _add_link(entry, "via", one_line(article.first_appeared_url), "text/html")


def _summary(item: EventView | ActionDayView, wording: Wording) -> str:
    """When, where, and what it is: what a reader shows below the title."""
    if isinstance(item, ActionDayView):
        first = format_date(item.starts_on, "full", locale=wording.language)
        return "\n".join(filter(None, (first, clean(item.summary))))
    local = item.starts_at.astimezone(ZoneInfo(item.timezone))
    when = (
        format_date(item.starts_local, "full", locale=wording.language)
        if item.is_all_day
        else format_datetime(local, "EEEE d MMMM y, HH:mm", locale=wording.language)
    )
    lines = (f"{when} ({item.timezone})", location_words(item, wording))
    return "\n".join(filter(None, (*lines, clean(item.summary))))


def _add(parent: Element, name: str, text: str, kind: str = "") -> None:
    SubElement(parent, name, {"type": kind} if kind else {}).text = str(text)


def _add_link(parent: Element, relation: str, address: str, mimetype: str) -> None:
    SubElement(parent, "link", {"rel": relation, "href": address, "type": mimetype})


def _moment(instant: datetime) -> str:
    """An instant as RFC 3339 has it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
