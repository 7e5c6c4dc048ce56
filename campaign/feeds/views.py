"""The siblings of pages: `.ics`, `.json` and `.atom` behind their addresses."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import structlog
from flask import Blueprint, Response, abort, current_app, g, request
from flask_babel import force_locale
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from werkzeug.exceptions import ServiceUnavailable

from ..articles.models import Article
from ..articles.queries import find_article, public_articles
from ..campaigns.queries import find_action_day, find_campaign
from ..database import db
from ..events.disclosure import Viewer
from ..events.forms import FilterForm, filter_words
from ..events.queries import EventFilter, find_event, find_series, is_series_gone
from ..language import LANGUAGES
from ..lib import clock
from ..organisers.queries import find_group
from ..publishing.access import public_or_abort
from .atom import MOST_ENTRIES, News, atom
from .conditional_response import Document, answer
from .entries import ActionDayView, ArticleView
from .ical import Listed, calendar, is_shown, narrower, single, that_fit
from .osdi import Page, article_list, article_resource, event_list, event_resource
from .queries.calendars import count_parts, fragment_of, listed_days, listed_events
from .queries.changes import last_change, next_change
from .queries.entries import (
    newest_events,
    page_of_events,
    seen_action_days,
    typical_of_series,
    view_of_article,
    view_of_day,
)
from .queries.texts import whole_texts
from .shelf import HandedOver, hand_over, last_good
from .site import Feed, Site
from .wording import Wording
from .words import wording_in

log = structlog.get_logger()
blueprint = Blueprint("feeds", __name__)

_SIBLING = ".<any(ics, json, atom):extension>"
_TYPES = {
    "ics": "text/calendar",
    "json": "application/json",
    "atom": "application/atom+xml",
}
_PER_PAGE, _MOST_PER_PAGE = 100, 500
#: Far beyond any list, and small enough for every database's OFFSET.
_LAST_PAGE = 100_000
_RETRY_AFTER = 120  # seconds
_MOST_NARROWER = 12


@blueprint.before_request
def ask_for_last_change() -> None:
    """Before anything else is read: a feed may be newer than it says, never older."""
    g.asked_at = clock.now()
    # The data tell counts, which change without a revision.
    is_data = (request.view_args or {})["extension"] == "json"
    g.changed_at = None if is_data else last_change(g.asked_at)


@blueprint.get(f"/calendar{_SIBLING}")
def home(extension: str) -> Response:
    feed = Feed(_site().name, "/", "/calendar", query=_asked())
    days = seen_action_days(clock.now())
    return _list(extension, feed, EventFilter(), days)


@blueprint.get(f"/events{_SIBLING}")
def events(extension: str) -> Response:
    wanted = FilterForm.from_args(request.args)
    with force_locale(_language()):
        title = ": ".join(filter(None, (_site().name, filter_words(wanted))))
    feed = Feed(title, "/events", "/events", query=_asked(wanted))
    return _list(extension, feed, wanted)


@blueprint.get(f"/campaigns/<slug:slug>{_SIBLING}")
def campaign(slug: str, extension: str) -> Response:
    row = public_or_abort(find_campaign(slug))
    path = f"/campaigns/{slug}"
    feed = Feed(row.title, path, path, row.summary, _asked(), row.accent)
    days = seen_action_days(clock.now(), campaign=row)
    reading = [link.article for link in row.article_links]
    return _list(extension, feed, EventFilter(campaign=slug), days, reading)


@blueprint.get(f"/action-days/<slug:slug>{_SIBLING}")
def action_day(slug: str, extension: str) -> Response:
    row = public_or_abort(find_action_day(slug))
    path = f"/action-days/{slug}"
    feed = Feed(row.title, path, path, row.summary, _asked(), row.campaign.accent)
    reading = [link.article for link in row.article_links]
    days = [view_of_day(row)]
    return _list(extension, feed, EventFilter(day=slug), days, reading)


@blueprint.get(f"/groups/<slug:slug>{_SIBLING}")
def group(slug: str, extension: str) -> Response:
    row = find_group(slug) or abort(404)
    path = f"/groups/{slug}"
    feed = Feed(row.name, path, path, row.summary, _asked())
    days = seen_action_days(clock.now(), group=row)
    return _list(extension, feed, EventFilter(group=slug), days)


@blueprint.get(f"/series/<slug:slug>{_SIBLING}")
def series(slug: str, extension: str) -> Response:
    row = find_series(slug) or abort(404)
    view = typical_of_series(row, clock.now())
    if view is None:
        abort(410 if is_series_gone(row) else 404)
    path = f"/series/{slug}"
    feed = Feed(view.title, path, path, view.summary, _asked(), view.accent)
    return _list(extension, feed, EventFilter(series=slug))


@blueprint.get(f"/events/<slug:slug>{_SIBLING}")
def event(slug: str, extension: str) -> Response:
    view = public_or_abort(find_event(slug)).seen_by(Viewer.STRANGER, clock.now())
    view = view.in_language(_language())
    path = f"/events/{slug}"
    feed = Feed(view.title, path, path, view.summary, _asked(), view.accent)
    if extension == "json":
        return _data(event_resource(view, _site()), feed)
    if extension == "atom":
        return _news(feed, [view])
    fragment = fragment_of(view.uid, _language())
    if fragment is None:
        raise ServiceUnavailable(retry_after=_RETRY_AFTER)
    times = (view.starts_at, view.ends_at, view.modified_at, view.timezone)
    body = single(feed, Listed(view.uid, *times, fragment), _site())
    return _answer(body, "ics", feed, is_attachment=True)


@blueprint.get(f"/articles{_SIBLING}")
def articles(extension: str) -> Response:
    """The articles; as a calendar, where one can act on any of them."""
    title = f"{_site().name}: {_wording().articles}"
    feed = Feed(title, "/articles", "/articles", query=_asked())
    if extension == "ics":
        return _calendar(feed, EventFilter(has_article=True))
    rows = db.session.scalars(public_articles()).all()
    if extension == "atom":
        return _news(feed, _readable(rows))
    page = _page(len(rows))
    first = (page.number - 1) * page.size
    shown = _readable(rows[first : first + page.size])
    return _data(article_list(feed, page, shown, _site()), feed)


@blueprint.get(f"/articles/<slug:slug>{_SIBLING}")
def article(slug: str, extension: str) -> Response:
    """An article; as a calendar or news, with where one can act on it."""
    row = public_or_abort(find_article(slug))
    path = f"/articles/{slug}"
    feed = Feed(row.title, path, path, row.summary, _asked())
    if extension == "json":
        return _data(article_resource(view_of_article(row), _site(), True), feed)
    wanted = EventFilter(article=slug)
    if extension == "ics":
        return _calendar(feed, wanted)
    events = newest_events(wanted, clock.now(), MOST_ENTRIES)
    told = [event.in_language(_language()) for event in events]
    return _news(feed, [view_of_article(row), *told])


def _list(
    extension: str,
    feed: Feed,
    wanted: EventFilter,
    days: Sequence[ActionDayView] = (),
    reading: Iterable[Article] = (),
) -> Response:
    now = clock.now()
    if extension == "ics":
        return _calendar(feed, wanted, days)
    if extension == "atom":
        told_days = [day.in_language(_language()) for day in days]
        found = newest_events(wanted, now, MOST_ENTRIES)
        told = [event.in_language(_language()) for event in found]
        return _news(feed, [*told_days, *told, *_readable(reading)])
    page = _page(0)
    shown, total = page_of_events(wanted, page.number, page.size, now)
    told = [event.in_language(_language()) for event in shown]
    return _data(event_list(feed, _page(total), told, _site()), feed)


def _readable(articles: Iterable[Article]) -> list[ArticleView]:
    """The articles in the language that the address asks for, where they are in it."""
    asked = request.args.get("lang", "")
    told = dict.fromkeys(article.in_language(asked) for article in articles)
    return [view_of_article(each) for each in told if each.is_readable]


def _calendar(
    feed: Feed, wanted: EventFilter, days: Sequence[ActionDayView] = ()
) -> Response:
    now, language = clock.now(), _language()
    shown = [day for day in days if is_shown(day, now)]
    entries = [
        *listed_days(shown, language),
        *listed_events(wanted, now, language),
    ]
    kept, is_cut = that_fit(entries, now)
    notes = _narrower(wanted, now) if is_cut else ()
    return _answer(calendar(feed, kept, _site(), notes), "ics", feed)


def _narrower(wanted: EventFilter, now: datetime) -> list[str]:
    """Name calendars that hold less, for one that does not hold all."""
    parts = count_parts(wanted, now, _MOST_NARROWER)
    return narrower(*parts, _site(), _wording())


def _news(feed: Feed, news: Iterable[News]) -> Response:
    told, site = list(news), _site()
    texts = whole_texts(told, site)
    return _answer(atom(feed, told, site, _wording(), texts), "atom", feed)


def _data(resource: dict[str, Any], feed: Feed) -> Response:
    body = json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
    return _answer(body.encode(), "json", feed)


def _answer(
    body: bytes, extension: str, feed: Feed, is_attachment: bool = False
) -> Response:
    document = Document(
        body,
        _TYPES[extension],
        f"{feed.stem.rpartition('/')[2]}.{extension}",
        is_attachment,
        changed_at=g.changed_at,
    )
    address = feed.address(_site(), extension)
    hand_over(request.environ, HandedOver(address, document, next_change(g.asked_at)))
    return current_app.make_response(answer(request, document, g.asked_at))


def _page(total: int) -> Page:
    size = min(_number("per_page", _PER_PAGE), _MOST_PER_PAGE)
    return Page(min(_number("page", 1), _LAST_PAGE), size, total)


def _number(name: str, default: int) -> int:
    """A number that was asked for, from 1; what makes no sense is left out."""
    asked = request.args.get(name, "")
    return max(1, int(asked[:9])) if asked.isascii() and asked.isdigit() else default


def _asked(wanted: EventFilter | None = None) -> tuple[tuple[str, str], ...]:
    """What the address asked for and was understood, to be written in order."""
    lang = [("lang", _language())] if _language() != "en" else []
    return tuple(sorted([*lang, *(wanted.questions if wanted else ())]))


def _site() -> Site:
    return Site(current_app.config["SITE_URL"], current_app.config["SITE_NAME"])


def _language() -> str:
    """Feeds are fetched by programs, whose headers say nothing about their owner."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else "en"


def _wording() -> Wording:
    return wording_in(_language())


@blueprint.errorhandler(OperationalError)
@blueprint.errorhandler(InterfaceError)
@blueprint.errorhandler(TimeoutError)
def answer_database_trouble(error: Exception) -> Response:
    """Never a 200 that is not whole: apps would empty their calendar."""
    db.session.rollback()
    log.error("feed without database", error=type(error).__name__)
    known = last_good(request.environ)
    if known is not None:
        # The status says that it may be old; who reads on gets a whole calendar.
        response = Response(known.body, 503, mimetype=known.mimetype)
    else:
        response = Response("Try again later.\n", 503, mimetype="text/plain")
    response.headers["Retry-After"] = str(_RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response
