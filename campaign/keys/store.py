"""The key store: one key for each list of people, in a database of its own.

Whoever takes the database, an old backup of it or a disk from the bin has sealed
lists without their keys. When a list's time is up its key is destroyed here, and
with it everything that it sealed, wherever that was copied to. So the store must
never be in the same backup, and has an address of its own (CAMPAIGN_KEYS_URL).

Its writes are committed at once and by themselves: a key that nothing was sealed
with does no harm, and a list without its key would be lost.
"""

from pathlib import Path
from typing import Any, Final

from flask import Flask, current_app
from sqlalchemy import (
    Column,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from ..lib.seal import new_key
from ..reader import Reader
from ..sqlite import set_up_sqlite

#: What seals mails that belong to no list: it is never destroyed.
SITE: Final = "site"

_KEYS: Final = Table(
    "keys",
    MetaData(),
    Column("name", String(80), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)


class KeyDestroyed(LookupError):
    """The time of what it sealed is up: nobody can read that any more."""


class KeyStore:
    """Keys by the names of what they seal."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, hide_parameters=True)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        if self._is_sqlite:
            _make_private(self._engine.url.database or "")
            set_up_sqlite(self._engine)
        _KEYS.metadata.create_all(self._engine)
        self._reader = Reader(self._engine, "SELECT key FROM keys WHERE name = ?")

    @property
    def engine(self) -> Engine:
        return self._engine

    def key(self, name: str) -> bytes:
        """Return a key; raises KeyDestroyed where there is none.

        It is read each time and kept in no memory: no process knows it for a moment
        longer than it is there.
        """
        found = self._reader.read(name)
        if found is None:
            raise KeyDestroyed(name)
        return bytes(found[0])

    def names(self) -> list[str]:
        """Return the names of all keys that there are."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(_KEYS.c.name).order_by(_KEYS.c.name)))

    def find_or_make(self, name: str) -> bytes:
        """Return a key, made now if there is none; two who ask at once get the same."""
        try:
            return self.key(name)
        except KeyDestroyed:
            pass
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_KEYS).values(name=name, key=new_key()))
        except IntegrityError:
            pass  # somebody else was faster
        return self.key(name)

    def destroy(self, name: str) -> None:
        """Make everything that the key sealed unreadable, for ever."""
        with self._engine.begin() as connection:
            connection.execute(delete(_KEYS).where(_KEYS.c.name == name))
        if self._is_sqlite:
            # secure_delete has overwritten the row; the log still holds a copy of it.
            with self._engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _make_private(file: str) -> None:
    """Make the file, readable by its owner alone, before anybody else does."""
    Path(file).touch(mode=0o600)


def init_app(app: Flask) -> None:
    """Open the key store of the app."""
    app.extensions["keys"] = KeyStore(app.config["KEYS_URL"])


def keys() -> KeyStore:
    """Return the key store of the app."""
    store: KeyStore = current_app.extensions["keys"]
    return store
