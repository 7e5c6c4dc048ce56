"""Articles to read."""

from collections.abc import Sequence

from flask_babel import force_locale, gettext
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from ..database import db
from ..language import LANGUAGES, language
from ..lib.markdown import article as markdown
from ..lib.markdown.article import Resolver
from ..lib.markdown.renderer import Labels
from ..organisers.models import Group
from ..pictures.queries import figures_of, slugs_in
from ..publishing.queries import all_of, is_public
from ..publishing.states import State
from .models import Article


def public_articles() -> Select[Article]:
    """Return the query of the articles that the public may read, newest first.

    Of one that was translated this is the original alone, where it can be read: the
    page shows each reader the one in their language.
    """
    original = aliased(Article)
    readable_original = (
        select(original.id)
        .where(original.id == Article.translation_of_id)
        .where(is_public(original), original.state == State.PUBLISHED)
    )
    return all_readable_articles().where(~readable_original.exists())


def all_readable_articles() -> Select[Article]:
    """Return the query of all articles and translations that can be read."""
    return (
        select(Article)
        .where(is_public(Article), Article.state == State.PUBLISHED)
        .options(*all_readings())
        .order_by(Article.published_at.desc(), Article.id)
    )


def find_article(slug: str) -> Article | None:
    """Return the article at this address, in whatever state it is."""
    return db.session.scalar(
        select(Article)
        .where(Article.slug == slug)
        .options(*all_readings(), joinedload(Article.picture))
    )


def all_readings() -> tuple[_AbstractLoad, ...]:
    """Return the options that load what `Article.readings` reads, and the groups."""
    original, translations = Article.translation_of, Article.translations
    return (
        joinedload(Article.group),
        selectinload(translations).joinedload(Article.group),
        joinedload(original).joinedload(Article.group),
        joinedload(original).selectinload(translations).joinedload(Article.group),
    )


def is_reading_of(slug: str) -> ColumnElement[bool]:
    """Return the condition that an article is the one at this address, its original
    or another translation of that.
    """
    named = aliased(Article)
    original = (
        select(func.coalesce(named.translation_of_id, named.id))
        .where(named.slug == slug)
        .scalar_subquery()
    )
    return or_(Article.id == original, Article.translation_of_id == original)


def originals_open_to(groups: Sequence[Group]) -> Sequence[Article]:
    """Return what the groups can translate: their own originals, by title."""
    query = all_of(Article, groups).order_by(None)
    query = query.where(Article.translation_of_id.is_(None))
    query = query.where(Article.state != State.CANCELLED)
    return db.session.scalars(query.order_by(Article.title, Article.id)).all()


def has_translation_in(original: Article, language: str, besides: int | None) -> bool:
    """Return whether another row than `besides` translates it into this language."""
    query = select(Article.id).where(
        Article.translation_of_id == original.id, Article.language == language
    )
    if besides is not None:
        query = query.where(Article.id != besides)
    return db.session.scalar(select(query.exists())) or False


def text_of(
    body: str,
    spoken: str,
    is_kept: bool = True,
    is_preview: bool = False,
    sources: int = 0,
    figures: Resolver | None = None,
) -> markdown.Article:
    """Return a text in a language, of an article or as long, ready to be shown.

    `is_kept` should be False for drafts, which nobody reads a second time. In a
    preview pictures are shown that are not public yet. `sources` is how many the
    text can cite. `figures` knows its pictures, where those of many texts were read
    together.
    """
    figures = figures or figures_of(slugs_in(body), is_preview=is_preview)
    return markdown.read(body, figures, _labels(spoken), is_kept, sources)


def _labels(spoken: str) -> Labels:
    """The words inside of the text: in its own language, if we have it."""
    with force_locale(spoken if spoken in LANGUAGES else language()):
        return Labels(
            notes=gettext("Notes"),
            to_note=gettext("Note %(number)s", number="%d"),
            back=gettext("Back to the text, note %(number)s", number="%d"),
            table=gettext("Table %(number)s", number="%d"),
            to_source=gettext("Source %(number)s", number="%d"),
        )
