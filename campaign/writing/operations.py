"""Keeping versions and drafts of articles, and links to a preview."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from ..articles.models import Article
from ..articles.queries import text_of
from ..database import db, execute_guarded
from ..lib.packing import pack
from ..lib.refusal import Refusal
from ..lib.tokens import new_token, token_hash
from ..organisers.models import Organiser
from ..publishing.operations import edit, lock
from .models import ArticleDraft, ArticleVersion, PreviewLink
from .queries import newest_version, preview_links_of
from .snapshot import texts_of, values_of

#: Of one article. The oldest go first, those without a note before the others.
MOST_VERSIONS: Final = 200
#: Of one organiser.
MOST_DRAFTS: Final = 50
DRAFTS_ARE_KEPT: Final = timedelta(days=90)
#: Open at the same time, of one article.
MOST_PREVIEW_LINKS: Final = 20
#: How long a link that is over still stands in the list.
ENDED_LINKS_ARE_KEPT: Final = timedelta(days=30)


class KeptElsewhere(Refusal):
    """Another window has kept a draft of the same text meanwhile."""


class TooManyPreviewLinks(Refusal):
    """So many links are open that nobody knows any more who has them."""


class PreviewLinkOver(Refusal):
    """The link to a preview was revoked, has ended, or never was one."""

    status = 410


def keep_first_version(article: Article) -> None:
    """Keep what an article says that has no versions yet, before it is changed."""
    # Of two who save at once the second one waits here, and finds the first version.
    lock(article)
    if newest_version(article) is None:
        _add_version(article, None, "", article.modified_at)


def keep_version(
    article: Article, organiser: Organiser | None, note: str, now: datetime
) -> None:
    """Keep what an article says now, unless that is what it said before."""
    db.session.flush()
    newest = newest_version(article)
    if newest is not None and not note and newest.texts == texts_of(article):
        return
    _add_version(article, organiser, note, now)
    _forget_oldest_versions(article)


def _add_version(
    article: Article, organiser: Organiser | None, note: str, now: datetime
) -> None:
    texts = texts_of(article)
    db.session.add(
        ArticleVersion(
            article_id=article.id,
            number=article.version,
            organiser=organiser,
            saved_at=now,
            note=note,
            words=text_of(article.body, article.language).words,
            packed=pack(texts),
        )
    )
    db.session.flush()


def _forget_oldest_versions(article: Article) -> None:
    table = ArticleVersion
    own = table.article_id == article.id
    number = db.session.scalar(select(func.count(table.id)).where(own)) or 0
    if number > MOST_VERSIONS:
        oldest = (
            select(table.id)
            .where(own, table.number < article.version)
            .order_by(table.note != "", table.number)
            .limit(number - MOST_VERSIONS)
        )
        numbers = db.session.scalars(oldest).all()
        db.session.execute(delete(table).where(table.id.in_(numbers)))


def go_back(
    article: Article,
    version: ArticleVersion,
    opened_at: int,
    organiser: Organiser,
    note: str,
    now: datetime,
) -> None:
    """Let the article say again what it said in a version, as a new version.

    Raises EditedMeanwhile or OffTheSite, as `edit` does.
    """
    edit(article, opened_at, values_of(version.texts), now)
    keep_version(article, organiser, note, now)


def keep_draft(
    organiser: Organiser,
    uid: UUID,
    seen: int,
    answers: Mapping[str, str],
    now: datetime,
    report: str | None = None,
) -> int:
    """Keep what somebody typed, and return the new revision of their draft.

    `seen` is the revision that the window knows, 0 where it knows none. Raises
    KeptElsewhere where that is not the one that is kept: what another window kept is
    never written over.
    """
    told = {"packed": pack(answers), "saved_at": now}
    if report is not None:
        told["report"] = report
    if seen:
        statement = (
            update(ArticleDraft)
            .where(
                ArticleDraft.organiser_id == organiser.id,
                ArticleDraft.uid == uid,
                ArticleDraft.revision == seen,
            )
            .values(revision=seen + 1, **told)
        )
        if not execute_guarded(statement):
            raise KeptElsewhere
        return seen + 1
    try:
        db.session.add(ArticleDraft(organiser_id=organiser.id, uid=uid, **told))
        db.session.flush()
    except IntegrityError:
        raise KeptElsewhere from None
    _forget_oldest_drafts(organiser)
    return 1


def _forget_oldest_drafts(organiser: Organiser) -> None:
    table = ArticleDraft
    surplus = (
        select(table.id)
        .where(table.organiser_id == organiser.id)
        .order_by(table.saved_at.desc(), table.id.desc())
        .offset(MOST_DRAFTS)
    )
    numbers = db.session.scalars(surplus).all()
    db.session.execute(delete(table).where(table.id.in_(numbers)))


def forget_draft(organiser: Organiser, uid: UUID) -> None:
    """Forget what somebody typed: it was saved, or they do not want it any more."""
    db.session.execute(
        delete(ArticleDraft).where(
            ArticleDraft.organiser_id == organiser.id, ArticleDraft.uid == uid
        )
    )


def make_preview_link(
    article: Article,
    organiser: Organiser,
    label: str,
    lifetime: timedelta,
    now: datetime,
) -> str:
    """Return the token of a new link; only its hash is kept.

    Raises TooManyPreviewLinks.
    """
    links = [link for link in preview_links_of(article) if link.is_open(now)]
    if len(links) >= MOST_PREVIEW_LINKS:
        raise TooManyPreviewLinks
    token = new_token()
    db.session.add(
        PreviewLink(
            article=article,
            token_hash=token_hash(token),
            label=label,
            organiser=organiser,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    return token


def revoke_preview_link(link: PreviewLink, now: datetime) -> None:
    """Let a link lead nowhere from now on."""
    if link.revoked_at is None:
        link.revoked_at = now


def forget_old_writing(now: datetime) -> None:
    """Forget drafts that nobody came back to, and links that are long over."""
    over = now - ENDED_LINKS_ARE_KEPT
    db.session.execute(
        delete(ArticleDraft).where(ArticleDraft.saved_at < now - DRAFTS_ARE_KEPT)
    )
    db.session.execute(
        delete(PreviewLink).where(
            (PreviewLink.expires_at < over) | (PreviewLink.revoked_at < over)
        )
    )
