"""The database brought up to date: the migrations that it has not seen yet.

Alembic is loaded only where there is one to run, which is once in a release. Whoever
writes one calls it on this module: `flask --app campaign.schema db revision`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from flask import Flask
from sqlalchemy import Connection, Engine, text

from . import create_app as create_app_without_alembic
from .database import db, transaction
from .events.operations import locate_events
from .feeds.operations import (
    all_parts,
    is_written_by_another_release,
    sign_fragments,
    write_part,
)

MIGRATIONS: Final = Path(__file__).parent / "migrations"
#: Any number will do, as long as every version of ours takes the same.
_MIGRATION_LOCK = 4_711_001
#: How many events are looked up in one transaction: others may write in between.
_AT_ONCE = 500


def revisions() -> list[str]:
    """Return the versions that the schema has had, oldest first: a migration's file
    begins with the one that it leads to.
    """
    return sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision_of(connection: Connection) -> str | None:
    """Return the version of a database; None for one without tables."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.scalar(
        text("SELECT version_num FROM alembic_version")
    )
    return found


def bring_up_to_date(app: Flask, *, tells_calendars: bool = False) -> None:
    """Run the migrations that the database has not seen yet.

    Then, if asked, tell calendars what a new release or another address of the
    site changed.

    Two processes that start together do it one after the other: on SQLite because
    a migration writes from its first statement, on PostgreSQL by this lock.
    """
    with app.app_context(), _alone(db.engine):
        migrate(app)
        _locate_events()
        if tells_calendars:
            _tell_calendars()


def migrate(app: Flask) -> None:
    """Make the tables those of this program, in the app's context."""
    with db.engine.connect() as connection:
        if revision_of(connection) == revisions()[-1]:
            return
    from flask_migrate import upgrade

    set_up_alembic(app)
    upgrade()


def set_up_alembic(app: Flask) -> None:
    """Tell Alembic where the app's migrations and its database are."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(MIGRATIONS))


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Return the app with Alembic, for `flask db`."""
    app = create_app_without_alembic(settings)
    set_up_alembic(app)
    return app


def _locate_events() -> None:
    """Put events on the map that were written by a release that knew fewer cities."""
    found = _AT_ONCE
    while found == _AT_ONCE:
        with transaction():
            found = locate_events(_AT_ONCE)


def _tell_calendars() -> None:
    """Write anew what the last release wrote otherwise, others writing in between."""
    if not is_written_by_another_release():
        return
    for part in all_parts():
        with transaction():
            write_part(part)
    with transaction():
        sign_fragments()


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_MIGRATION_LOCK})")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_MIGRATION_LOCK})")
