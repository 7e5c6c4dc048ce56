"""The public pages of articles."""

from datetime import datetime

from flask import Blueprint, render_template

from ..campaigns.queries import campaigns_about
from ..database import db
from ..events.disclosure import Viewer
from ..events.queries import EventFilter, public_events
from ..language import language
from ..lib import clock
from ..paging import page_of
from ..publishing.access import public_or_abort
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
def show(slug: str) -> str:
    return article_page(public_or_abort(find_article(slug)))


def article_page(
    article: Article, is_preview: bool = False, shared_until: datetime | None = None
) -> str:
    """Return the article's page, as the public sees it or in preview.

    `shared_until` is when the link ends with which somebody looks at a preview.
    """
    now = clock.now()
    query = public_events(EventFilter(article=article.slug), since=now)
    events = db.session.scalars(query.limit(MOST_EVENTS))
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
        events=[event.seen_by(Viewer.STRANGER, now, language()) for event in events],
        is_preview=is_preview,
        shared_until=shared_until,
    )
