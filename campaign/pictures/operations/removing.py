"""Deleting pictures: out of what shows them first, and never by mistake."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import delete, select, update

from ...database import claim_version, db
from ...lib.refusal import Refusal
from ...organisers.models import Group
from .. import store
from ..models import Picture, PictureUse
from ..queries import Use, column_of_text, uses_of
from ..sizes import KINDS, widths_for

#: A picture that stands alone, in the way that articles have figures.
_FIGURE: Final = r"^ {0,3}!\[(?:\\.|[^\]\\])*\]\(/pictures/%s(?:\s[^\n]*)?\)[ \t]*\n*"
#: How many folders are compared with the database at once.
_PART: Final = 200


class StillUsed(Refusal):
    """Something shows the picture, and would have a hole in its place."""


def delete_picture(picture: Picture) -> None:
    """Delete a picture that nothing shows; raises StillUsed.

    Its files are removed after the commit, by the caller.
    """
    in_use = select(PictureUse.thing_id).where(PictureUse.picture_id == picture.id)
    if db.session.scalar(in_use.limit(1)) is not None:
        raise StillUsed
    db.session.delete(picture)
    db.session.flush()


def take_out_everywhere(
    picture: Picture, own: Collection[Group], now: datetime
) -> None:
    """Take a picture out of what shows it, and delete it then.

    Out of the texts of the `own` groups; in those of others a figure whose picture is
    gone is left out when they are shown.
    """
    for use in uses_of(picture):
        _take_out(use, picture, use.thing.group in own, now)
    db.session.flush()
    db.session.execute(delete(PictureUse).where(PictureUse.picture_id == picture.id))
    delete_picture(picture)


def _take_out(use: Use, picture: Picture, is_own: bool, now: datetime) -> None:
    thing = use.thing
    # Whoever has it open in another window is told when they save.
    claim_version(thing, thing.version)
    thing.modified_at = now
    if getattr(thing, "picture_id", None) == picture.id:
        thing.picture = None  # type: ignore[attr-defined]
    if is_own:
        _take_out_of_texts(thing, picture.slug)


def _take_out_of_texts(thing: Any, slug: str) -> None:
    """Out of its text, and out of that in every other language."""
    column = column_of_text(thing)
    setattr(thing, column, without_figure(getattr(thing, column), slug))
    told_elsewhere = getattr(thing, "told_elsewhere", None)
    if told_elsewhere:
        thing.told_elsewhere = {
            code: {**told, column: without_figure(told.get(column, ""), slug)}
            for code, told in told_elsewhere.items()
        }


def without_figure(text: str, slug: str) -> str:
    """Return a Markdown text without the figures that show a picture."""
    return re.sub(_FIGURE % re.escape(slug), "", text, flags=re.M).rstrip("\n")


def sweep_store(now: datetime) -> None:
    """Remove files that no row names, and have those made anew that were lost.

    Files of which no row was written, because a process died, are an hour old by then.
    """
    slugs = store.slugs_of_old_folders(now.timestamp())
    while part := list(islice(slugs, _PART)):
        known = {row.slug: row for row in _rows(part)}
        for slug in part:
            names = [known[slug].file_name] if slug in known else []
            store.sweep(slug, names, now.timestamp())
        lost = [row.id for row in known.values() if _has_lost_files(row)]
        _make_anew(lost, now)


def _make_anew(ids: Sequence[int], now: datetime) -> None:
    done = update(Picture).where(Picture.id.in_(ids), Picture.sizes_due_at.is_(None))
    if ids:
        db.session.execute(done.values(sizes_due_at=now))


def _rows(slugs: Sequence[str]) -> Sequence[Picture]:
    return db.session.scalars(select(Picture).where(Picture.slug.in_(slugs))).all()


def _has_lost_files(picture: Picture) -> bool:
    """A backup without the sizes is enough: they are made of the original again."""
    files = [
        f"{picture.file_name}-{width}.{kind}"
        for width in widths_for(picture.width)
        for kind in KINDS
    ]
    is_whole = all(store.path_of(picture.slug, file).exists() for file in files)
    return not is_whole and store.path_of(picture.slug, picture.original).exists()
