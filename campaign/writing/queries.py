"""Versions, drafts and links to a preview."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer

from ..articles.models import Article
from ..database import db
from ..lib.tokens import token_hash
from ..organisers.models import Organiser
from .models import ArticleDraft, ArticleVersion, PreviewLink


def versions_of(article: Article) -> Select[ArticleVersion]:
    """Return the query of an article's versions, newest first, without their texts."""
    return (
        select(ArticleVersion)
        .where(ArticleVersion.article_id == article.id)
        .options(joinedload(ArticleVersion.organiser))
        .order_by(ArticleVersion.number.desc())
    )


def find_version(article: Article, number: int) -> ArticleVersion | None:
    """Return one version of an article, with its texts."""
    return db.session.scalar(
        versions_of(article)
        .where(ArticleVersion.number == number)
        .options(undefer(ArticleVersion.packed))
    )


def version_before(article: Article, number: int) -> ArticleVersion | None:
    """Return the version that came before this number, with its texts."""
    return db.session.scalar(
        versions_of(article)
        .where(ArticleVersion.number < number)
        .options(undefer(ArticleVersion.packed))
        .limit(1)
    )


def newest_version(article: Article) -> ArticleVersion | None:
    """Return the version that was saved last, with its texts."""
    return db.session.scalar(
        versions_of(article).options(undefer(ArticleVersion.packed)).limit(1)
    )


def draft_of(organiser: Organiser, uid: UUID) -> ArticleDraft | None:
    """Return what somebody typed about an article, and did not save."""
    return db.session.scalar(
        select(ArticleDraft).where(
            ArticleDraft.organiser_id == organiser.id, ArticleDraft.uid == uid
        )
    )


def new_drafts_of(organiser: Organiser) -> Sequence[ArticleDraft]:
    """Return the drafts of articles that somebody began and never saved."""
    is_saved = select(Article.id).where(Article.uid == ArticleDraft.uid).exists()
    return db.session.scalars(
        select(ArticleDraft)
        .where(ArticleDraft.organiser_id == organiser.id, ~is_saved)
        .order_by(ArticleDraft.saved_at.desc())
    ).all()


def preview_links_of(article: Article) -> Sequence[PreviewLink]:
    """Return the links to a preview of an article, newest first."""
    return db.session.scalars(
        select(PreviewLink)
        .where(PreviewLink.article_id == article.id)
        .options(joinedload(PreviewLink.organiser))
        .order_by(PreviewLink.id.desc())
    ).all()


def find_preview_link(token: str) -> PreviewLink | None:
    """Return the link with this token, whether it still opens anything or not."""
    return db.session.scalar(
        select(PreviewLink)
        .where(PreviewLink.token_hash == token_hash(token))
        .options(joinedload(PreviewLink.article).joinedload(Article.group))
    )


def is_opened_by(link: PreviewLink | None, now: datetime) -> bool:
    """Whether a link leads to a preview now."""
    return link is not None and link.is_open(now) and not link.article.is_removed
