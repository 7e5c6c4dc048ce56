"""Looks at the database, the keys, their copies, and the clock."""

import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from flask import current_app
from sqlalchemy import URL, func, make_url, select, text

from ..database import db
from ..keys.store import keys as key_store
from ..lib import clock as clocks
from ..organisers.models import OrganiserSession
from ..schema import revision_of, revisions
from .findings import Finding, fine, instance, note, wrong

#: How far clocks may be apart.
_APART: Final = timedelta(seconds=30)
#: Files in the instance that are looked into, at most.
_MOST_FILES: Final = 2_000


def database() -> Iterator[Finding]:
    with db.engine.connect() as connection:  # on SQLite this checks its pragmas
        kind = connection.dialect.name
        revision = revision_of(connection)
        if revision is None:
            yield note(
                f"The database ({kind}) is empty", "campaign run makes its tables."
            )
            return
        if kind == "sqlite":
            yield from _file_is_whole(connection)
    head = revisions()[-1]
    if revision != head:
        yield wrong(
            f"The database is at version {revision}, this program at {head}",
            "campaign run brings it up to date; where it is newer, install the newer "
            "version.",
        )
    else:
        yield fine(f"The database ({kind}) answers and is up to date")


def _file_is_whole(connection: Any) -> Iterator[Finding]:
    found = connection.scalar(text("PRAGMA quick_check"))
    if found != "ok":
        yield wrong(
            f"The database is damaged: {found}",
            "Stop the site, keep a copy, and restore the last backup.",
        )
        return
    yield fine("SQLite writes ahead, syncs fully, overwrites what is deleted")


def keys() -> Iterator[Finding]:
    database = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    store = make_url(current_app.config["KEYS_URL"])
    is_file = store.drivername == "sqlite"
    if not is_file and _server(store) == _server(database):
        yield wrong(
            "The keys are on the database's own server: its backup has both",
            "Set CAMPAIGN_KEYS_URL to another server, or leave it out.",
        )
    elif is_file and database.drivername == "sqlite":
        yield note(
            f"The keys lie beside the database, in {store.database}",
            "Leave that file out of every backup; campaign backup does.",
        )
    else:
        yield fine("The keys are apart from the database")
    yield fine(f"The key store answers and has {len(key_store().names())} keys")


def _server(url: URL) -> tuple[object, ...]:
    """Return where a PostgreSQL listens, be it on a socket."""
    return url.host, url.port, url.query.get("host")


def copies_of_keys() -> Iterator[Finding]:
    own = Path(make_url(current_app.config["KEYS_URL"]).database or "").absolute()
    files = sorted(file for file in instance().rglob("*") if file.is_file())
    found = [file for file in files[:_MOST_FILES] if file != own and _holds_keys(file)]
    for file in found:
        yield wrong(
            f"{file} holds a copy of keys: lists that are erased can be read with it",
            "Delete it, or overwrite the one copy that you keep on another machine.",
        )
    if not found:
        yield fine("No backup in the instance holds keys")


def _holds_keys(file: Path) -> bool:
    if tarfile.is_tarfile(file):
        with (
            suppress(tarfile.TarError, OSError, EOFError),
            tarfile.open(file) as archive,
        ):
            return any(
                Path(name).name.startswith("keys.sqlite3")
                for name in archive.getnames()
            )
    with file.open("rb") as opened:
        if opened.read(16) != b"SQLite format 3\0":
            return False
    with (
        suppress(sqlite3.Error),
        closing(
            sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
        ) as connection,
    ):
        columns = connection.execute("PRAGMA table_info(keys)").fetchall()
        return {"name", "key"} == {column[1] for column in columns}
    return False


def clock() -> Iterator[Finding]:
    now = clocks.now()
    if db.engine.dialect.name == "postgresql":
        theirs = db.session.scalar(select(func.now()))
        apart = abs(theirs - now) if theirs is not None else timedelta()
    else:
        latest = db.session.scalar(select(func.max(OrganiserSession.created_at)))
        apart = max(latest - now, timedelta()) if latest is not None else timedelta()
    if apart > _APART:
        yield wrong(
            f"The clock of this machine is {apart.total_seconds():,.0f} seconds off: "
            "links end too early or too late",
            "Let the machine set its clock by itself (timedatectl set-ntp true).",
        )
    else:
        yield fine(f"The clock says {now:%Y-%m-%d %H:%M} UTC")
