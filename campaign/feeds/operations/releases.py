"""Tell calendars what changed without a write: by a new release, by a new address."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy import select

from ...campaigns.models import ActionDay
from ...database import db
from ...events.models import Event, Series
from ..models import FeedRevision
from ..queries.changes import Touched
from .watching import move, nothing_touched, revision, tell

_PACKAGE: Final = Path(__file__).parents[2]
#: Files in which a change may change what is written.
_SOURCES: Final = ("**/*.py", "**/*.mo")
#: Libraries whose rules and bytes are in it.
_LIBRARIES: Final = ("icalendar", "tzdata", "babel")
#: Half a second's work on a common machine: others may write in between.
_AT_ONCE: Final = 250


def is_written_by_another_release() -> bool:
    """Whether the last start was of another release, or at another address."""
    row = db.session.get(FeedRevision, 1)
    return row is None or row.written_by != _this_writer()


def all_parts() -> list[Touched]:
    """Return everything that is written, in parts for one transaction each."""
    return [
        {**nothing_touched(), model: set(part)}
        for model in (Event, ActionDay, Series)
        for part in _parts(db.session.scalars(select(model.id)).all())
    ]


def write_part(part: Touched) -> None:
    """Write one of these parts; the stamps of what is no longer the same move."""
    tell(db.session(), part)


def sign_fragments() -> None:
    """Say that this release has written them all; else the next start does it anew."""
    kept = revision(db.session())
    kept.written_by = _this_writer()
    move(kept)


def _this_writer() -> str:
    """Return the hash of all that decides what is written, but for the rows."""
    told = sha256()
    for name in ("SITE_URL", "SITE_NAME"):
        told.update(repr(current_app.config[name]).encode())
    for library in _LIBRARIES:
        told.update(version(library).encode())
    for pattern in _SOURCES:
        for file in sorted(_PACKAGE.glob(pattern)):
            told.update(file.read_bytes())
    return told.hexdigest()


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(numbers), _AT_ONCE):
        yield numbers[first : first + _AT_ONCE]
