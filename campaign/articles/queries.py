"""Articles to read."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ..database import db
from ..publishing.queries import is_public
from ..publishing.states import State
from .models import Article


def public_articles() -> Select[Article]:
    """Return the query of the articles that the public may read, newest first."""
    return (
        select(Article)
        .where(is_public(Article), Article.state == State.PUBLISHED)
        .options(joinedload(Article.group))
        .order_by(Article.published_at.desc(), Article.id)
    )


def find_article(slug: str) -> Article | None:
    """Return the article at this address, in whatever state it is."""
    return db.session.scalar(
        select(Article).where(Article.slug == slug).options(joinedload(Article.group))
    )
