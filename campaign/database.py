"""The database: its base model, its column types, its set-up and `transaction()`.

SQLite and PostgreSQL alike. SQLite is told to be safe on every connection, and a
writer says so when it begins: a read transaction that turns into a write is what
"database is locked" comes from.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    ForeignKey,
    MetaData,
    String,
    Text,
    TypeDecorator,
    Update,
    event,
    inspect,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from .lib.refusal import Refusal

_WRITES = "campaign_writes"
#: How long a writer waits for another one, in milliseconds.
BUSY_TIMEOUT = 10_000
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: what was acknowledged survives a power cut
    "foreign_keys": 1,
    "secure_delete": 1,  # what is deleted is overwritten on the disk
    "busy_timeout": BUSY_TIMEOUT,
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value


#: What a clock on a wall shows: naive, meaningful only with its zone beside it.
WallTime = Annotated[datetime, mapped_column(DateTime(timezone=False))]
Id = Annotated[int, mapped_column(primary_key=True)]
Slug = Annotated[str, mapped_column(String(100), unique=True)]
ShortText = Annotated[str, mapped_column(String(255))]


def foreign_key(table: str) -> ForeignKey:
    """Return a foreign key to a table's id, kept consistent by the database."""
    return ForeignKey(f"{table}.id", ondelete="RESTRICT")


class Model(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        },
        info={"bind_key": None},
    )
    type_annotation_map: ClassVar = {
        str: Text,
        date: Date,
        datetime: UtcDateTime,
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=20,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


db = SQLAlchemy(
    metadata=Model.metadata,
    # hide_parameters: an exception must not carry a supporter's name into a log.
    engine_options={"hide_parameters": True},
)


class EditedMeanwhile(Refusal):
    """Somebody else saved the same thing after this person had opened it."""


def init_app(app: Flask) -> None:
    """Bind the database to the app, set up as `safety.md` asks."""
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    if uri.startswith("postgresql"):
        options = f"-c lock_timeout={BUSY_TIMEOUT}"
        app.config.setdefault(
            "SQLALCHEMY_ENGINE_OPTIONS",
            {"pool_pre_ping": True, "connect_args": {"options": options}},
        )
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            set_up_sqlite(db.engine)


def set_up_sqlite(engine: Engine) -> None:
    """Make every connection of a SQLite engine durable, strict and explicit."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN would be a deferred one: SQLAlchemy sends ours.
        connection.isolation_level = None
        for name, value in _PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")

    @event.listens_for(engine, "checkout")
    def checkout(connection: Any, _record: Any, _proxy: Any) -> None:
        for name, value in _PRAGMAS.items():
            found = connection.execute(f"PRAGMA {name}").fetchone()[0]
            if found != value:
                raise RuntimeError(f"SQLite runs with {name}={found}, not {value}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writer = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


# SQLite wakes waiting writers by chance; a lock in front of it makes them queue.
_one_writer = threading.Lock()


@contextmanager
def transaction() -> Iterator[Session]:
    """Write: everything inside is committed together, or nothing is.

    It begins anew, so that what was read before is read again under the lock. It
    is the only place that commits, and it never stands inside another one.
    """
    session = db.session()
    session.rollback()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    with _one_writer if is_sqlite else nullcontext():
        try:
            session.connection(execution_options={_WRITES: True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


def execute_guarded(statement: Update) -> bool:
    """Run a conditional UPDATE; return whether its condition held.

    What the session already knows of the columns is read again.
    """
    session = db.session()
    session.flush()
    result = session.execute(statement.execution_options(synchronize_session=False))
    _forget_columns(session, statement.entity_description["entity"])
    rows: int = result.rowcount  # type: ignore[attr-defined]
    return rows > 0


def upsert(model: type[Model]) -> Any:
    """Return an INSERT that can say ON CONFLICT, which SQL itself does not know."""
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    return (sqlite if is_sqlite else postgresql).insert(model)


def _forget_columns(session: Session, model: type[Model]) -> None:
    """Have the columns of a model's rows read again, but nothing that hangs on them.

    To forget all would cost a page the whole of what it has loaded with the row.
    """
    columns = [column.key for column in inspect(model).column_attrs]
    for row in session.identity_map.values():
        if isinstance(row, model):
            session.expire(row, columns)


def claim_version(row: Any, version: int) -> None:
    """Count up the version of a row that a person opened as `version`.

    Raises EditedMeanwhile where somebody saved it since. One statement decides,
    so of two who save at once one is told.
    """
    table = type(row)
    statement = (
        update(table)
        .where(table.id == row.id, table.version == version)
        .values(version=version + 1)
    )
    if not execute_guarded(statement):
        raise EditedMeanwhile


def can_write() -> bool:
    """Return whether the database answers and takes a writer now."""
    with transaction() as session:
        session.execute(text("SELECT 1"))
    return True
