"""SQLite, told to be safe on every connection, and fair to every writer."""

import sqlite3
from time import monotonic, sleep
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

#: The option of a connection that is going to write.
WRITES: Final = "campaign_writes"
#: How long a writer waits for another one, in milliseconds.
BUSY_TIMEOUT = 10_000
#: From try to try, in seconds: as long as a transaction takes, and at most so long
#: where somebody writes for longer, because each try costs both of them.
_SHORTEST: Final = 0.001
_LONGEST: Final = 0.005
_PRAGMAS: Final[dict[str, str | int]] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: what was acknowledged survives a power cut
    "foreign_keys": 1,
    "secure_delete": 1,  # what is deleted is overwritten on the disk
    "busy_timeout": BUSY_TIMEOUT,
}


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
        if connection.get_execution_options().get(WRITES):
            _begin_to_write(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_to_write(connection: Connection) -> None:
    """Wait in short steps while another process writes, for BUSY_TIMEOUT at most.

    SQLite by itself sleeps ever longer from try to try, up to a tenth of a second,
    while the writers of another process pass by one after the other.
    """
    driver: Any = connection.connection.driver_connection
    pause, end = _SHORTEST, monotonic() + int(_PRAGMAS["busy_timeout"]) / 1000
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while monotonic() < end:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
                sleep(pause)
                pause = min(2 * pause, _LONGEST)
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # it says what is wrong
    finally:
        driver.execute(f"PRAGMA busy_timeout = {_PRAGMAS['busy_timeout']}")
