"""Statements run past the session, for what thousands do: it takes several times as
long to look after its objects as a database takes to write.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Table, inspect
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from .database import Model, db
from .prepared import ForMany, Prepared, defaults, insertion

M = TypeVar("M", bound=Model)


@contextmanager
def savepoint() -> Iterator[None]:
    """Take back what is written inside, and nothing else, where it raises.

    It is for statements past the session, which would not know what became of its
    objects (for those there is `session.begin_nested`, in ten times the time).
    """
    connection = db.session.connection()
    connection.exec_driver_sql("SAVEPOINT one_of_many")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT one_of_many")
        raise
    finally:
        connection.exec_driver_sql("RELEASE SAVEPOINT one_of_many")


def run_prepared(statement: Prepared, **values: Any) -> CursorResult[Any]:
    """Run a prepared statement in the transaction; see prepared.py."""
    session = db.session()
    session.flush()
    return statement.run(session.connection(), **values)


def execute_many(
    statement: ForMany, rows: Sequence[Mapping[str, Any]]
) -> Sequence[Any]:
    """Insert rows, past the session, and return what comes back; see prepared.py."""
    session = db.session()
    session.flush()
    return statement.run(session.connection(), rows) if rows else ()


def write_at_once(row: M) -> M:
    """Insert a new row by a statement of its own, for what thousands may write.

    The session flushes in five times the time. Afterwards it knows the row as if it
    had; columns without a value have their default, and are read when asked for.
    """
    session = db.session()
    known = [attribute.key for attribute in inspect(type(row)).column_attrs]
    values = {name: row.__dict__[name] for name in known if name in row.__dict__}
    row.id = insert_row(type(row), values)  # type: ignore[attr-defined]
    make_transient_to_detached(row)
    session.add(row)
    return row


def insert_row(model: type[Model], values: Mapping[str, Any]) -> int:
    """Insert a row by a statement of its own, past the session; return its `id`."""
    table = cast("Table", model.__table__)
    values = {**values, **defaults(table, values)}
    inserted = run_prepared(insertion(table, frozenset(values)), **values)
    number: int = inserted.scalar_one()
    return number


def object_of_row(model: type[M], columns: Mapping[str, Any]) -> M:
    """Return the session's object of a row, of which these columns are known to stand
    so now, its `id` among them; the others are read when they are asked for.

    The session needs three times as long to read a row by itself.
    """
    session = db.session()
    found = session.identity_map.get(identity_key(model, columns["id"]))
    if found is None:
        found = model(id=columns["id"])
        make_transient_to_detached(found)
        session.add(found)
    for name, value in columns.items():
        set_committed_value(found, name, value)
    return found
