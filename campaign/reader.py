"""One question, asked of a database again and again in the shortest way there is.

SQLAlchemy takes longer to lend a connection than SQLite to answer. So a reader has
some of its own, outside of every transaction: the answer is what was committed last,
by whichever process. There are as many as ever asked at the same time, but to a server,
which has only so many for all, a few. They belong to no thread, since ours ends its
threads when there is little to do.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from threading import BoundedSemaphore
from typing import Any, Final

from sqlalchemy import URL, Engine, event

#: How long a server that does not answer may hold up a request, in seconds.
_PATIENCE: Final = 3
#: How many connections to a server a reader has at the most; others wait their turn.
_MOST: Final = 4


class Reader:
    """Asks one question, in which `?` stands for each of its values."""

    def __init__(self, engine: Engine, question: str) -> None:
        is_sqlite = engine.url.get_backend_name() == "sqlite"
        self._question = question if is_sqlite else question.replace("?", "%s")
        self._open = _opener(engine.url)
        self._turn: AbstractContextManager[Any] = (
            nullcontext() if is_sqlite else BoundedSemaphore(_MOST)
        )
        #: Taken and put back whole: a list needs no lock for that.
        self._idle: list[Any] = []
        event.listen(engine, "engine_disposed", lambda _engine: self.close())

    def read(self, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of the answer, if there is any.

        Raises the driver's own error where the database cannot be read.
        """
        with self._turn:
            return self._read(values)

    def _read(self, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            row: tuple[Any, ...] | None
            row = connection.execute(self._question, values).fetchone()
        except Exception:
            with suppress(Exception):
                connection.close()  # a broken one does not heal
            raise
        self._idle.append(connection)
        return row

    def close(self) -> None:
        """Close what is open; who asks again opens anew."""
        while self._idle:
            with suppress(Exception):
                self._idle.pop().close()


def _opener(url: URL) -> Callable[[], Any]:
    if url.get_backend_name() == "sqlite":
        import sqlite3

        return lambda: sqlite3.connect(
            url.database or "", isolation_level=None, check_same_thread=False
        )
    import psycopg

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return lambda: psycopg.connect(
        address,
        autocommit=True,
        connect_timeout=_PATIENCE,
        options=f"-c statement_timeout={_PATIENCE * 1000}",
    )
