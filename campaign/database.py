"""The database: its base model, its column types, its set-up and `transaction()`.

SQLite and PostgreSQL alike. SQLite is told to be safe on every connection, and a
writer says so when it begins: a read transaction that turns into a write is what
"database is locked" comes from.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Date,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    MetaData,
    String,
    Text,
    TypeDecorator,
    Update,
    inspect,
    text,
    update,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Session,
    mapped_column,
)

from .config import CONNECTIONS
from .lib.refusal import Refusal
from .lib.turns import Turns
from .prepared import insert_of
from .sqlite import BUSY_TIMEOUT, WRITES, set_up_sqlite


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


M = TypeVar("M", bound=Model)

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
    options: dict[str, Any] = {"pool_size": CONNECTIONS, "max_overflow": 0}
    if uri.startswith("postgresql"):
        options["pool_pre_ping"] = True
        options["connect_args"] = {"options": f"-c lock_timeout={BUSY_TIMEOUT}"}
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            set_up_sqlite(db.engine)


# One writer of a process at a time, in the order in which they came.
_one_writer = Turns()


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
            session.connection(execution_options={WRITES: True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


def execute_guarded(statement: Update, *written: str) -> bool:
    """Run a conditional UPDATE; return whether its condition held.

    What the session already knows of the columns that are `written`, or else of all
    of them, is read again.
    """
    session = db.session()
    session.flush()
    unsynchronized = {"synchronize_session": False}
    result = session.execute(statement, execution_options=unsynchronized)
    _forget_columns(session, statement.entity_description["entity"], written)
    rows: int = result.rowcount  # type: ignore[attr-defined]
    return rows > 0


def upsert(model: type[Model]) -> Any:
    """Return an INSERT that can say ON CONFLICT, which SQL itself does not know."""
    return insert_of(db.session.get_bind().dialect.name)(model)


def _forget_columns(
    session: Session, model: type[Model], columns: Collection[str]
) -> None:
    """Have columns of a model's rows read again, but nothing that hangs on them.

    To forget all would cost a page the whole of what it has loaded with the row.
    """
    columns = columns or [column.key for column in inspect(model).column_attrs]
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
