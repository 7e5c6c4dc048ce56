"""Bringing the database up to date, and answering requests until told to stop."""

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy import Engine

from . import MIGRATIONS, create_app
from .background import Background
from .config import START_SECRET
from .database import db, transaction
from .events.operations import locate_events
from .feeds.operations import (
    all_parts,
    is_written_by_another_release,
    sign_fragments,
    write_part,
)

#: Any number will do, as long as every version of ours takes the same.
_MIGRATION_LOCK = 4_711_001
_THREADS = 8
#: How many events are looked up in one transaction: others may write in between.
_AT_ONCE = 500
#: How long a request may take to end when the server stops, in seconds.
_PATIENCE = 5


class PortTaken(Exception):
    """Another program listens on this port."""


def bring_up_to_date(app: Flask, *, tells_calendars: bool = False) -> None:
    """Run the migrations that the database has not seen yet.

    Then, if asked, tell calendars what a new release or another address of the
    site changed.

    Two processes that start together do it one after the other: on SQLite because
    a migration writes from its first statement, on PostgreSQL by this lock.
    """
    with app.app_context(), _alone(db.engine):
        upgrade(str(MIGRATIONS))
        _locate_events()
        if tells_calendars:
            _tell_calendars()


def _locate_events() -> None:
    """Put events on the map that were written by a release that knew fewer cities."""
    found = _AT_ONCE
    while found == _AT_ONCE:
        with transaction():
            found = locate_events(_AT_ONCE)


def _tell_calendars() -> None:
    """Write anew what the last release wrote otherwise, others writing in between."""
    if not is_written_by_another_release():
        return
    for part in all_parts():
        with transaction():
            write_part(part)
    with transaction():
        sign_fragments()


def serve(app: Flask, host: str, port: int, workers: int | None = None) -> None:
    """Answer requests, with the background work beside, until a signal comes.

    The workers are processes of their own that make their own app.
    """
    server = Granian(
        "campaign",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or min(4, multiprocessing.cpu_count()),
        blocking_threads=_threads(),
        backpressure=256,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE,
        log_level=LogLevels.warning,
        log_access=False,  # an access log is a list of addresses
    )
    background = Background(app)
    server.on_startup(_stop_with_the_terminal(server))
    # A forked worker would inherit locks and connections in whatever state they are.
    multiprocessing.set_start_method("spawn", force=True)
    os.environ[START_SECRET] = app.config["START_SECRET"]
    background.start()
    try:
        server.serve(target_loader=_workers_app, wrap_loader=False)
    finally:
        background.stop()


def _workers_app() -> Flask:
    """Return the app of a worker, which from now on ends with its parent."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    return create_app()


def _end_with_parent() -> None:
    """End this process when the one that started it was killed.

    A worker alone would keep the port, and take sign-ups whose mail nobody sends.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        # It waits for the end of a pipe, so one that is long dead counts as well.
        parent.join()
        os._exit(1)


def check_port(host: str, port: int) -> None:
    """Raise PortTaken where nobody else could be served on this port.

    The server itself would share the port with another one of its kind.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(f"{host}:{port}: {error.strerror}") from None


def free_port(host: str) -> int:
    """Return a port on which nobody listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def _threads() -> int:
    # More threads than that only wait for Python's lock, and Granian warns.
    return min(_THREADS, 2 * multiprocessing.cpu_count() + 1)


def _stop_with_the_terminal(server: Any) -> Callable[[], None]:
    """Stop when the terminal is closed; Granian would start its workers anew."""

    def hook() -> None:
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, server.signal_handler_interrupt)

    return hook


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_MIGRATION_LOCK})")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_MIGRATION_LOCK})")
