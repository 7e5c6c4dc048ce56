"""Pictures to read: a group's library, what uses them, and what a text shows."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from ..articles.models import Article
from ..campaigns.models import ActionDay, Campaign
from ..database import db
from ..events.models import Event
from ..lib import clock
from ..lib.markdown.article import Figure, Resolver
from ..organisers.models import Group
from ..publishing.models import Publishable
from ..publishing.queries import is_public
from .models import Picture, PictureUse, UseKind
from .seeing import key_for
from .shown import Shown, picture_markup
from .words import credit_words

#: What can use a picture, and its text.
USERS: Final[dict[UseKind, tuple[type[Publishable], str]]] = {
    UseKind.CAMPAIGN: (Campaign, "story"),
    UseKind.ACTION_DAY: (ActionDay, "description"),
    UseKind.EVENT: (Event, "description"),
    UseKind.ARTICLE: (Article, "body"),
}
_ADDRESS: Final = re.compile(r"/pictures/([0-9a-f]{16})(?![0-9a-zA-Z_-])")


def column_of_text(thing: Publishable) -> str:
    """Return the name of the column with the text that can show pictures."""
    return next(text for model, text in USERS.values() if isinstance(thing, model))


def slugs_of(thing: Publishable) -> set[str]:
    """Return the slugs of the pictures in its text, in whatever language it is told."""
    column = column_of_text(thing)
    told_elsewhere = getattr(thing, "told_elsewhere", None) or {}
    texts = (told.get(column, "") for told in told_elsewhere.values())
    return set().union(*map(slugs_in, (getattr(thing, column), *texts)))


def slugs_in(text: str) -> set[str]:
    """Return the slugs of the pictures that a text names."""
    return set(_ADDRESS.findall(text))


def find_picture(slug: str) -> Picture | None:
    """Return the picture with this slug, whosever it is."""
    return db.session.scalar(
        select(Picture).where(Picture.slug == slug).options(joinedload(Picture.group))
    )


def is_seen_by_all(picture: Picture) -> bool:
    """Return whether something that the public may see shows the picture."""
    of_it = PictureUse.picture_id == picture.id
    return db.session.scalar(select(or_(*_public_uses(of_it)))) or False


def _public_uses(of_picture: ColumnElement[bool]) -> Iterable[ColumnElement[bool]]:
    for kind, (model, _text) in USERS.items():
        used = and_(
            of_picture, PictureUse.kind == kind, PictureUse.thing_id == model.id
        )
        yield exists().where(used, is_public(model))


def library(
    groups: Sequence[Group], words: str = "", which: str = ""
) -> Select[Picture]:
    """Return the query of the groups' pictures, newest first.

    `which` is `unused`, `undescribed`, or empty for all of them.
    """
    query = (
        select(Picture)
        .where(Picture.group_id.in_([group.id for group in groups]))
        .options(joinedload(Picture.group))
        .order_by(Picture.created_at.desc(), Picture.id.desc())
    )
    for word in words.split():
        query = query.where(_mentions(word))
    if which == "unused":
        return query.where(~exists().where(PictureUse.picture_id == Picture.id))
    if which == "undescribed":
        return query.where(~_is_described())
    return query


def described(groups: Sequence[Group], words: str = "") -> Select[Picture]:
    """Return the query of the pictures that can stand at the head of something."""
    return library(groups, words).where(_is_described())


def _is_described() -> ColumnElement[bool]:
    return or_(Picture.is_decorative, Picture.alternative_text != "")


def _mentions(word: str) -> ColumnElement[bool]:
    texts = (
        *(Picture.name, Picture.alternative_text),
        *(Picture.caption, Picture.credit),
    )
    return or_(*(text.icontains(word, autoescape=True) for text in texts))


def count_uses(pictures: Iterable[Picture]) -> dict[int, int]:
    """Return how many things use each of the pictures, by its id."""
    ids = [picture.id for picture in pictures]
    rows = db.session.execute(
        select(PictureUse.picture_id, func.count())
        .where(PictureUse.picture_id.in_(ids) if ids else false())
        .group_by(PictureUse.picture_id)
    )
    return dict(rows.all())


@dataclass(frozen=True)
class Use:
    """A thing that shows a picture."""

    noun: str  # of its desk
    thing: Publishable


def uses_of(picture: Picture) -> list[Use]:
    """Return all that shows a picture, kind by kind, by title."""
    found = []
    for kind, (model, _text) in USERS.items():
        things = db.session.scalars(
            select(model)
            .join(PictureUse, PictureUse.thing_id == model.id)
            .where(PictureUse.kind == kind, PictureUse.picture_id == picture.id)
            .options(joinedload(model.group))
            .order_by(model.title, model.id)
        )
        found += [Use(kind.value, thing) for thing in things]
    return found


def figures_of(
    slugs: Collection[str], *, is_preview: bool = False, site: str = ""
) -> Resolver:
    """Return what writes the pictures of a text, read in one query.

    It takes a slug and the alternative text, and returns the `<picture>` and whose it
    is, or None where there is none. In a preview the addresses carry keys, since what
    only drafts show is not public. `site` makes them whole, for feeds.
    """
    query = select(Picture).where(Picture.slug.in_(slugs))
    rows = db.session.scalars(query) if slugs else ()
    shown = {row.slug: _for_reader(row.shown, is_preview).at_site(site) for row in rows}

    def resolve(slug: str, alternative_text: str) -> Figure | None:
        found = shown.get(slug)
        if found is None:
            return None
        return Figure(picture_markup(found, alternative_text), credit_words(found))

    return resolve


def shown_privately(shown: Shown) -> Shown:
    """Return it with a key, for a page that not everybody may see."""
    secret = current_app.config["SECRET_KEY"]
    return shown.with_key(key_for(shown.slug, secret, clock.now()))


def _for_reader(shown: Shown, is_preview: bool) -> Shown:
    return shown_privately(shown) if is_preview else shown


def pictures_due(now: datetime) -> Sequence[int]:
    """Return the ids of the pictures of which a size is to be made, oldest first."""
    return db.session.scalars(
        select(Picture.id)
        .where(Picture.sizes_due_at <= now)
        .order_by(Picture.sizes_due_at, Picture.id)
        .limit(20)
    ).all()
