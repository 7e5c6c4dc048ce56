"""The server is killed under load, again and again: what it acknowledged is kept."""

import http.client
import os
import signal
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Event as Signal
from urllib.parse import urlencode

import factories
from conftest import close_connections, make_app
from flask import Flask
from sqlalchemy import func, select
from terminal import environ

from campaign import ports
from campaign.database import db
from campaign.events.models import Event
from campaign.signups.models import SignUp
from campaign.signups.people import email_hash

HOST, KILLS, CLIENTS = "127.0.0.1", 5, 16
#: How many have to be acknowledged before the server is killed.
EACH = 20
COMMAND = Path(sysconfig.get_path("scripts")) / "campaign"


def test_kill_9_under_load_loses_no_acknowledged_sign_up(tmp_path: Path) -> None:
    app = _site(tmp_path)
    acknowledged: list[str] = []
    for kill in range(KILLS):
        with _serving(tmp_path) as (process, port):
            over = Signal()
            with ThreadPoolExecutor(CLIENTS) as clients:
                for client in range(CLIENTS):
                    name = f"{kill}-{client}"
                    clients.submit(_sign_up_on_and_on, port, name, acknowledged, over)
                wanted = len(acknowledged) + EACH
                _until(lambda: len(acknowledged) >= wanted)  # noqa: B023
                os.killpg(process.pid, signal.SIGKILL)
                over.set()
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        kept = set(db.session.scalars(select(SignUp.email_hash)))
        assert len(acknowledged) >= KILLS * EACH
        assert {email_hash(event, email) for email in acknowledged} <= kept
        held = db.session.scalar(select(func.sum(SignUp.places_held)))
        assert event.places_taken == held
        db.session.remove()
    close_connections(app)


def _site(folder: Path) -> Flask:
    app = make_app(
        folder,
        f"sqlite:///{folder / 'campaign.sqlite3'}",
        KEYS_URL=f"sqlite:///{folder / 'keys.sqlite3'}",
    )
    with app.app_context():
        factories.event(slug="vigil", capacity=None)
        db.session.remove()
    return app


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = ports.free_port(HOST)
    told = {"INSTANCE_PATH": folder, "SITE_URL": f"http://{HOST}:{port}"}
    with (
        (folder / "log").open("ab") as log,
        subprocess.Popen(
            [COMMAND, "run", "--host", HOST, "--port", str(port)],
            env=environ(**told),
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            _until(lambda: _ask(port, "GET", "/healthz") == 200)
            yield process, port
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _sign_up_on_and_on(
    port: int, name: str, acknowledged: list[str], over: Signal
) -> None:
    """Sign up somebody new each time, and note whom the server said yes to."""
    for number in count():
        email = f"p{name}-{number}@example.org"
        form = urlencode({"name": "Somebody", "email": email, "party_size": 1})
        status = _ask(port, "POST", "/events/vigil/sign-ups", form)
        if status == 303:
            acknowledged.append(email)
        if over.is_set():
            return


def _ask(port: int, method: str, path: str, form: str = "") -> int | None:
    """Return the status of the answer, None where there is no whole one."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request(method, path, form, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _until(condition: object) -> None:
    end = time.monotonic() + 60
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)
