"""Statements put together once, and run in the shortest way that SQLAlchemy has.

To compile a statement, or only to find it compiled in the cache, takes ten times as
long as SQLite takes to run it, and all that time a sign-up keeps every other writer
waiting. So what each of thousands runs is compiled once for each kind of database;
afterwards its values are brought into the driver's form, and that is all.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Dialect, Table, bindparam, insert


@cache
def insert_of(database: str) -> Callable[..., Any]:
    """Return what makes an INSERT that can say ON CONFLICT, by the kind of database.

    The other kind is not loaded: PostgreSQL's brings a handful of drivers along.
    """
    insert: Callable[..., Any] = import_module(f"sqlalchemy.dialects.{database}").insert
    return insert


class Prepared:
    """A statement whose values are all `bindparam`s with a type, none of them a list.

    It is made when it is first run, from the kind of INSERT that the database has:
    one that can say ON CONFLICT, which SQL itself does not know.
    """

    def __init__(self, make: Callable[[Callable[..., Any]], Any]) -> None:
        self._make = make
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """Run it; rows hold what the driver returns, in no type of ours.

        Raises what `Connection.execute` raises, and KeyError without a value.
        """
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            statement = self._make(insert_of(dialect.name))
            compiled = self._compiled[dialect.name] = _Compiled.of(statement, dialect)
        return connection.exec_driver_sql(compiled.sql, compiled.bound(values))


class ForMany:
    """An INSERT of many rows, put together when it is first run; see Prepared."""

    def __init__(self, make: Callable[[Callable[..., Any]], Any]) -> None:
        self._make = make
        self._made: dict[str, Any] = {}

    def run(
        self, connection: Connection, rows: Sequence[Mapping[str, Any]]
    ) -> Sequence[Any]:
        """Insert rows, and return what the statement returns of them, in any order."""
        name = connection.dialect.name
        statement = self._made.get(name)
        if statement is None:
            statement = self._made[name] = self._make(insert_of(name))
        result = connection.execute(statement, rows)
        return result.all() if result.returns_rows else ()


class _Compiled(NamedTuple):
    sql: str
    #: By name: what brings a value into the driver's form, None where nothing has to.
    parameters: Mapping[str, Callable[[Any], Any] | None]
    #: Values that stand in the statement itself.
    constants: Mapping[str, Any]
    is_positional: bool
    order: tuple[str, ...]

    @classmethod
    def of(cls, statement: Any, dialect: Dialect) -> "_Compiled":
        compiled = statement.compile(dialect=dialect)
        processors = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bind in compiled.binds.items()
        }
        constants = {
            name: bind.effective_value
            for name, bind in compiled.binds.items()
            if not bind.required
        }
        order = tuple(compiled.positiontup or ())
        return cls(str(compiled), processors, constants, dialect.positional, order)

    def bound(self, values: Mapping[str, Any]) -> Any:
        values = {**self.constants, **values}
        if self.is_positional:
            return tuple(self._processed(name, values[name]) for name in self.order)
        return {name: self._processed(name, values[name]) for name in self.parameters}

    def _processed(self, name: str, value: Any) -> Any:
        process = self.parameters[name]
        return value if process is None else process(value)


@lru_cache(maxsize=100)
def insertion(table: Table, columns: frozenset[str]) -> Prepared:
    """Return the INSERT of one row into a table, with a value for each of these
    columns, which returns the row's key.
    """
    named = [column.name for column in table.columns if column.name in columns]

    def make(_insert: Callable[..., Any]) -> Any:
        values = {n: bindparam(n, type_=table.columns[n].type) for n in named}
        return insert(table).values(values).returning(*table.primary_key)

    return Prepared(make)


def defaults(table: Table, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row has in columns that nobody gave a value for."""
    found = {}
    for column in table.columns:
        if column.name not in given and column.default is not None:
            default: Any = column.default
            found[column.name] = default.arg if default.is_scalar else default.arg(None)
    return found
