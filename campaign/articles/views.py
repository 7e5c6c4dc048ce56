"""The public pages of articles."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..campaigns.queries import campaigns_about
from ..database import db
from ..events.disclosure import Viewer
from ..events.finder import Around
from ..events.forms import tidy_question
from ..events.models import Event
from ..events.queries import EventFilter, is_next_date, public_events
from ..language import language
from ..lib import clock
from ..paging import page_of
from ..publishing.access import public_or_abort
from ..publishing.states import State
from .models import Article
from .queries import find_article, public_articles, text_of

blueprint = Blueprint("articles", __name__)
PER_PAGE = 20
MOST_EVENTS = 6


@blueprint.get("/articles")
def index() -> str:
    page = page_of(public_articles(), PER_PAGE)
    return render_template("articles/index.html", page=page)


@blueprint.get("/articles/<slug:slug>")
def show(slug: str) -> ResponseReturnValue:
    article = public_or_abort(find_article(slug))
    near = tidy_question(request.args).get("near", "")[:100] or None
    if near != request.args.get("near"):
        return redirect(url_for("articles.show", slug=slug, near=near), 302)
    return article_page(article, near=near or "")


def article_page(
    article: Article,
    is_preview: bool = False,
    shared_until: datetime | None = None,
    near: str = "",
) -> str:
    """Return the article's page, as the public sees it or in preview.

    `shared_until` is when the link ends with which somebody looks at a preview.
    Where one can act on it stands by date; by distance from `near`, if that is a place.
    """
    now, around = clock.now(), Around(near)
    query = public_events(EventFilter(article=article.slug), since=now)
    query = query.where(is_next_date(now), Event.state == State.PUBLISHED)
    events = db.session.scalars(around.in_order(query).limit(MOST_EVENTS))
    return render_template(
        "articles/show.html",
        article=article,
        text=text_of(
            article.body,
            article.language,
            is_preview=is_preview,
            sources=len(article.source_lines),
        ),
        campaigns=[c.told_in(language()) for c in campaigns_about(article)],
        around=around,
        events=[event.seen_by(Viewer.STRANGER, now, language()) for event in events],
        is_preview=is_preview,
        shared_until=shared_until,
    )
