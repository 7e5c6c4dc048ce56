"""The version of all that is shown of events: equal versions mean that none changed.

It is asked for with nearly every request, and so in the shortest way there is.
"""

from typing import Any, Final

import structlog
from flask import Flask, current_app
from sqlalchemy import Engine, text

from ..database import db
from ..reader import Reader

log = structlog.get_logger()

#: One row, found by its key. The time makes it new after a restored backup too.
_QUESTION: Final = "SELECT number, changed_at FROM feed_revisions WHERE id = 1"


def init_app(app: Flask) -> None:
    """Make ready to ask the app's database."""
    with app.app_context():
        app.extensions["feed_version"] = VersionReader(db.engine)


def latest_version() -> object:
    """Return the version by which what is read from now on may be kept.

    It moves with every change of what a page, a mail or a feed shows of events, but
    for counts of places. Where it cannot be read, it equals no other one.
    """
    reader: VersionReader = current_app.extensions["feed_version"]
    try:
        return reader.read()
    except Exception as error:
        # Of whatever driver. Who has to read then says what is wrong.
        log.error("no version", error=type(error).__name__)
        return object()


def version_in_sight() -> tuple[Any, ...] | None:
    """Return the version of what the transaction of this session sees.

    On SQLite that is what was committed when it began to read.
    """
    row = db.session.execute(text(_QUESTION)).one_or_none()
    return tuple(row) if row is not None else None


class VersionReader(Reader):
    """Asks for the version; there is none before anything was ever written."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, _QUESTION)
