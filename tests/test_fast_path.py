"""Polls answered in front of Flask: the same answers, at once, and never old ones."""

import gzip
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread
from threading import Event as Signal
from typing import Any

import factories
import pytest
from conftest import close_connections
from counting import count_queries
from flask import Flask, request_started
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text, update
from werkzeug.http import http_date
from werkzeug.test import Client

from campaign import create_app
from campaign.database import db, transaction
from campaign.events.models import Event, Visibility
from campaign.fast_path import FastPath
from campaign.feeds import version
from campaign.feeds.models import FeedRevision
from campaign.feeds.shelf import Shelf
from campaign.feeds.version import VersionReader
from campaign.lib import clock

FEEDS = ("/calendar.ics", "/events.ics?country=GB", "/events/vigil.ics", "/events.atom")


@pytest.fixture
def event(app: Flask) -> Event:
    return factories.event(slug="vigil", title="Vigil")


@contextmanager
def reaching_flask(app: Flask) -> Iterator[list[object]]:
    """Collect the requests that get as far as Flask."""
    reached: list[object] = []

    def note(sender: Flask, **_more: object) -> None:
        reached.append(sender)

    with request_started.connected_to(note, app):
        yield reached


# The same answer, at less cost


@pytest.mark.parametrize("address", FEEDS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_the_shelf_answers_as_flask_does(
    app: Flask,
    client: FlaskClient,
    event: Event,
    address: str,
    method: str,
    encoding: str,
) -> None:
    asked = {"method": method, "headers": {"Accept-Encoding": encoding}}
    # Within the second of a change no time is given away: it would end in between.
    with transaction() as session:
        session.execute(update(FeedRevision).values(changed_at=factories.CREATED))
    first = client.open(address, **asked)
    assert "Last-Modified" in first.headers
    with reaching_flask(app) as reached:
        again = client.open(address, **asked)
    assert reached == []
    assert (again.status, again.data) == (first.status, first.data)
    assert dict(again.headers) == dict(first.headers)
    if encoding and method == "GET":
        assert b"Vigil" in gzip.decompress(again.data)


@pytest.mark.parametrize("address", FEEDS)
def test_a_poll_that_finds_nothing_new_asks_one_question_and_writes_nothing(
    app: Flask, client: FlaskClient, event: Event, address: str
) -> None:
    tag = client.get(address).headers["ETag"]
    answers = []
    with reaching_flask(app) as reached, counted_versions(app) as versions:
        asked = lambda: answers.append(  # noqa: E731
            client.get(address, headers={"If-None-Match": tag})
        )
        assert count_queries(asked) == 0
    assert [a.status_code for a in answers] == [304]
    assert (reached, len(versions)) == ([], 1)


@contextmanager
def counted_versions(app: Flask) -> Iterator[list[object]]:
    """Collect the versions that the fast path reads, from the database as ever."""
    path, versions = app.extensions["fast_path"], []
    reader = path._reader

    class Counting:
        def read(self) -> object:
            versions.append(reader.read())
            return versions[-1]

    path._reader = Counting()
    try:
        yield versions
    finally:
        path._reader = reader


def test_the_one_question_is_found_by_its_key(app: Flask, event: Event) -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {version._QUESTION}")
            assert "USING INTEGER PRIMARY KEY" in str(plan.all())
        else:
            connection.exec_driver_sql("SET enable_seqscan = off")
            plan = connection.exec_driver_sql(f"EXPLAIN {version._QUESTION}")
            assert "pk_feed_revisions" in str(plan.all())


def test_the_order_of_the_questions_and_nonsense_do_not_fill_the_shelf(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    shelf = app.extensions["fast_path"].shelf
    asked = (
        "country=GB&kind=protest",
        "kind=protest&country=GB&x=1",
        "x=2&kind=protest&country=GB",
    )
    bodies = {client.get(f"/events.ics?{question}").data for question in asked}
    assert len(bodies) == 1
    kept = {id(shelf.find(f"/events.ics?{question}").document) for question in asked}
    assert len(kept) == 1


def test_what_tells_counts_or_belongs_to_one_person_is_never_kept(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    for address in ("/events.json", "/sign-ups/unknown.ics", "/events"):
        with reaching_flask(app) as reached:
            client.get(address)
            client.get(address)
        assert len(reached) == 2
    assert app.extensions["fast_path"].shelf._bytes == 0


def test_only_readers_are_answered(client: FlaskClient, event: Event) -> None:
    client.get("/events.ics")
    assert client.post("/events.ics").status_code == 405
    assert client.options("/events.ics").status_code == 200


def test_what_is_not_there_is_not_kept(app: Flask, client: FlaskClient) -> None:
    for _turn in range(2):
        with reaching_flask(app) as reached:
            assert client.get("/campaigns/none.ics").status_code == 404
        assert len(reached) == 1


def test_a_question_too_long_to_remember_is_answered_by_flask(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    address = f"/events.ics?x={'a' * 1_000}"
    for _turn in range(2):
        with reaching_flask(app) as reached:
            assert b"SUMMARY:Vigil" in client.get(address).data
        assert len(reached) == 1
    assert app.extensions["fast_path"].shelf._bytes == 0


def test_threads_that_come_and_go_leave_one_connection_behind(
    app: Flask, event: Event
) -> None:
    """A server ends its threads when there is little to do, and starts new ones."""
    reader, opened = VersionReader(db.engine), []
    open_one = reader._open
    reader._open = lambda: opened.append(open_one()) or opened[-1]
    found = []
    for _turn in range(5):
        thread = Thread(target=lambda: found.append(reader.read()))
        thread.start()
        thread.join()
    reader.close()
    assert len(found) == 5
    assert len(opened) == 1


def test_a_poll_over_https_is_told_to_stay_there(
    client: FlaskClient, event: Event
) -> None:
    for _turn in range(2):
        answer = client.get("/events.ics", base_url="https://localhost")
        assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", ""])
def test_a_wrong_host_is_refused_whatever_is_on_the_shelf(
    client: FlaskClient, event: Event, host: str
) -> None:
    assert client.get("/events.ics").status_code == 200
    answer = client.get("/events.ics", headers={"Host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "[::1]:8000", "[::1]"])
def test_each_name_of_the_site_is_answered_from_the_shelf(
    app: Flask, client: FlaskClient, event: Event, host: str
) -> None:
    tag = client.get("/events.ics").headers["ETag"]
    headers = {"Host": host, "If-None-Match": tag}
    with reaching_flask(app) as reached:
        assert client.get("/events.ics", headers=headers).status_code == 304
    assert reached == []


def test_no_header_is_told_twice(client: FlaskClient, event: Event) -> None:
    for _turn in range(2):
        names = [name for name, _value in client.get("/events.ics").headers]
        assert len(names) == len(set(names))


# Never what a change has made untrue


def rename(event: Event) -> None:
    event.title = "Renamed"


CHANGES: dict[str, Callable[[Event], object]] = {
    "title": rename,
    "cancelled": lambda e: setattr(e, "state", "cancelled"),
    "unlisted": lambda e: setattr(e, "visibility", Visibility.UNLISTED),
    "removed": lambda e: setattr(e, "removed_at", clock.now()),
    "group": lambda e: setattr(e.group, "name", "Another group"),
    "campaign": lambda e: setattr(e.campaign, "title", "Another campaign"),
    "another event": lambda e: db.session.add(_copy_of(e)),
}


def _copy_of(event: Event) -> Event:
    names = [
        c.key for c in Event.__table__.columns if c.key not in ("id", "uid", "slug")
    ]
    return Event(slug="another", **{name: getattr(event, name) for name in names})


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("extension", ["ics", "atom"])
def test_the_first_poll_after_a_change_shows_it(
    client: FlaskClient, event: Event, name: str, extension: str
) -> None:
    address = f"/events.{extension}"
    before = client.get(address)
    with transaction():
        CHANGES[name](event)
    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data


def test_another_worker_process_shows_it_too(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    with another_worker(app) as other:
        tag = other.get("/events.ics").headers["ETag"]
        unchanged = other.get("/events.ics", headers={"If-None-Match": tag})
        assert unchanged.status_code == 304
        with transaction():
            rename(event)
        changed = other.get("/events.ics", headers={"If-None-Match": tag})
        assert b"Renamed" in changed.data
        assert changed.data == client.get("/events.ics").data


@contextmanager
def another_worker(app: Flask) -> Iterator[Client]:
    """The app as another process has it: with connections and a shelf of its own."""
    names = ("INSTANCE_PATH", "SECRET_KEY", "SITE_URL", "SQLALCHEMY_DATABASE_URI")
    other = create_app({name: app.config[name] for name in names})
    yield Client(other)
    close_connections(other)


def test_time_alone_takes_a_feed_off_the_shelf(
    app: Flask, client: FlaskClient, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaves = event.ends_at + timedelta(days=60)
    now = leaves - timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    before = client.get("/events.ics")
    assert b"Vigil" in before.data
    with reaching_flask(app) as reached:
        assert client.get("/events.ics").data == before.data
    assert reached == []
    now = leaves
    assert b"Vigil" not in client.get("/events.ics").data


def test_a_second_that_is_not_over_is_not_given_away_from_the_shelf(
    client: FlaskClient, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    with transaction():
        rename(event)
    for _turn in range(2):
        assert "Last-Modified" not in client.get("/events.ics").headers
    changed_at, now = now, now + timedelta(seconds=1)
    for _turn in range(2):
        answer = client.get("/events.ics")
        assert answer.headers["Last-Modified"] == http_date(changed_at)


class BlindReader(VersionReader):
    """A reader that asks once and believes the answer for ever."""

    def read(self) -> Any:
        self.found = getattr(self, "found", None) or super().read()
        return self.found


@pytest.mark.parametrize(
    ("reader", "is_ever_old"), [(VersionReader, False), (BlindReader, True)]
)
def test_polls_beside_a_writer_never_see_what_was_before_its_commit(
    app: Flask, event: Event, reader: type[VersionReader], is_ever_old: bool
) -> None:
    """The reader that asks only once is the control: with it this has to fail."""
    path = FastPath(_bare(app), reader(db.engine), Shelf(1_000_000), ["localhost"])
    number, over, old = event.id, Signal(), []
    committed = [0]

    def poll() -> None:
        client = Client(path)
        while not over.is_set():
            least = committed[0]
            body = client.get("/events.ics").get_data(as_text=True)
            shown = int(body.partition("SUMMARY:Turn ")[2].partition("\r\n")[0] or 0)
            if shown < least:
                old.append((shown, least))

    def write() -> None:
        with app.app_context():
            for turn in range(1, 15):
                with transaction() as session:
                    session.get_one(Event, number).title = f"Turn {turn}"
                committed[0] = turn
            over.set()

    with ThreadPoolExecutor(4) as threads:
        polls = [threads.submit(poll) for _ in range(3)]
        threads.submit(write).result()
        for each in polls:
            each.result()
    assert bool(old) is is_ever_old


def _bare(app: Flask) -> Any:
    """The app without the fast path that it has already."""
    return app.extensions["fast_path"]._app


def test_many_who_ask_at_once_have_it_written_once(app: Flask, event: Event) -> None:
    start = Barrier(6)

    def poll(_number: int) -> bytes:
        start.wait(timeout=30)
        return Client(app).get("/calendar.ics").data

    with reaching_flask(app) as reached, ThreadPoolExecutor(6) as threads:
        bodies = set(threads.map(poll, range(6)))
    assert (len(bodies), len(reached)) == (1, 1)


def test_a_count_of_places_takes_nothing_off_the_shelf(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    client.get("/events.ics")
    with transaction() as session:
        session.execute(update(Event).values(places_taken=3))
    with reaching_flask(app) as reached:
        client.get("/events.ics")
    assert reached == []


# When the database cannot be read


@pytest.mark.parametrize("address", FEEDS)
def test_a_database_that_cannot_be_read_is_a_503_with_the_last_good_bytes(
    app: Flask, client: FlaskClient, event: Event, address: str
) -> None:
    good = client.get(address)
    with unreadable(app):
        known = client.get(address, headers={"If-None-Match": good.headers["ETag"]})
        unknown = client.get("/groups/none.ics")
    assert (known.status_code, known.data) == (503, good.data)
    assert known.mimetype == good.mimetype
    for answer in (known, unknown):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
    assert b"VCALENDAR" not in unknown.data
    assert client.get(address).data == good.data


def test_what_was_taken_off_the_site_does_not_come_back_in_trouble(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    assert b"SUMMARY:Vigil" in client.get("/events/vigil.ics").data
    with transaction():
        event.removed_at = clock.now()
    assert client.get("/events/vigil.ics").status_code == 410
    with unreadable(app):
        answer = client.get("/events/vigil.ics")
    assert answer.status_code == 503
    assert b"Vigil" not in answer.data


@contextmanager
def unreadable(app: Flask) -> Iterator[None]:
    """Take the database away from the app: its tables, or its connections."""
    db.session.rollback()
    db.session.remove()
    url = db.engine.url
    if db.engine.dialect.name == "sqlite":
        names = ("feed_revisions", "events", "groups")
        _rename(names, "{}", "{}_away")
        try:
            yield
        finally:
            _rename(names, "{}_away", "{}")
        return
    with server_of(url) as connection:
        name = url.database
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        of_it = "FROM pg_stat_activity WHERE datname = :name"
        end = text(f"SELECT pg_terminate_backend(pid) {of_it}")
        connection.execute(end, {"name": name})
        try:
            yield
        finally:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))


@contextmanager
def server_of(url: Any) -> Iterator[Any]:
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _rename(names: tuple[str, ...], old: str, new: str) -> None:
    with db.engine.begin() as connection:
        for name in names:
            connection.exec_driver_sql(
                f"ALTER TABLE {old.format(name)} RENAME TO {new.format(name)}"
            )
