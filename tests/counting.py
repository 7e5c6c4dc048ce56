"""Counting what is asked of the database."""

from collections.abc import Callable

from sqlalchemy import event

from campaign.database import db


def count_queries(act: Callable[[], object]) -> int:
    """Return how many statements the database gets while `act` runs."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([s for s in statements if s.lstrip().startswith("SELECT")])
