"""What uses which picture: written in the transaction of the change, whoever makes it.

So an address of a file is answered with one question to the database, and a picture
is public exactly as long as something public shows it.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import delete, event, insert, select
from sqlalchemy.orm import Session, SessionTransaction

from ...database import db
from ...publishing.models import Publishable
from ..models import Picture, PictureUse, UseKind
from ..queries import USERS, slugs_of

_CHANGED: Final = "things_that_may_show_pictures"
_KINDS: Final = {model: kind for kind, (model, _text) in USERS.items()}
Change = tuple[UseKind, int]


def watch() -> None:
    """Watch what is written through `db.session`, from now on."""
    for name, listener in (
        ("after_flush", _note),
        ("before_commit", _write_uses),
        ("after_soft_rollback", _forget),
    ):
        if not event.contains(db.session, name, listener):
            event.listen(db.session, name, listener)


def _note(session: Session, _context: Any) -> None:
    """Remember what was written: by now it has its id."""
    changed: dict[Change, Publishable] = session.info.setdefault(_CHANGED, {})
    for row in (*session.new, *session.dirty):
        kind = _KINDS.get(type(row))
        if kind is not None:
            changed[kind, row.id] = row


def _write_uses(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint: the transaction around it may still change more
    session.flush()
    changed: dict[Change, Any] = session.info.pop(_CHANGED, {})
    if not changed:
        return
    named = {change: slugs_of(row) for change, row in changed.items()}
    ids = _ids_of({slug for slugs in named.values() for slug in slugs})
    for change, row in changed.items():
        heads = {row.picture_id} - {None}
        wanted = heads | {ids[slug] for slug in named[change] if slug in ids}
        _replace(session, change, wanted)


def _ids_of(slugs: Iterable[str]) -> dict[str, int]:
    wanted = list(slugs)
    if not wanted:
        return {}
    query = select(Picture.slug, Picture.id).where(Picture.slug.in_(wanted))
    return dict(db.session.execute(query).all())


def _replace(session: Session, change: Change, wanted: set[int]) -> None:
    kind, thing_id = change
    of_thing = (PictureUse.kind == kind, PictureUse.thing_id == thing_id)
    known = set(session.scalars(select(PictureUse.picture_id).where(*of_thing)))
    if known - wanted:
        gone = PictureUse.picture_id.in_(known - wanted)
        session.execute(delete(PictureUse).where(*of_thing, gone))
    rows = [
        {"picture_id": each, "kind": kind, "thing_id": thing_id}
        for each in sorted(wanted - known)
    ]
    if rows:
        session.execute(insert(PictureUse), rows)


def _forget(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_CHANGED, None)
