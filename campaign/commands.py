"""What each subcommand of `campaign` does; `cli` says what it is called with.

Standard output is for what other programs read; all the rest goes to the terminal.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TextIO
from urllib.request import ProxyHandler, build_opener

import click
from flask import Flask
from rich.console import Console
from sqlalchemy.exc import DatabaseError, OperationalError

from . import create_app, doctor, server
from .background import Background
from .backup import back_up
from .backup import restore as restore_backup
from .config import keep_site_url
from .database import db, transaction
from .demo.operations import fill_demo
from .keys.store import keys
from .lib import clock
from .lib.complaint import Complaint
from .mail.addresses import NotAnAddress
from .mail.operations import link
from .organisers.models import Organiser
from .organisers.operations import find_or_make_organiser, make_sign_in_link
from .organisers.queries import find_organiser
from .schema import bring_up_to_date

#: Who reads a link off a terminal has no mail to wait for, but to type, perhaps.
LINK_LIFETIME = timedelta(hours=1)
#: Whoever tries the demo may read for a while before they sign in.
DEMO_LINK_LIFETIME = timedelta(days=1)
terminal = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def in_sentences() -> Iterator[None]:
    """Make complaints of what the operator has given, or has to mend."""
    try:
        yield
    except NotAnAddress as error:
        raise Complaint(f"Not one e-mail address: {error}") from None
    except DatabaseError as error:
        # Its other kinds are mistakes of ours; itself: a file that is none.
        if type(error) not in (DatabaseError, OperationalError):
            raise
        message = f"The database does not answer: {error.orig}"
        raise Complaint(message.strip()) from None


@in_sentences()
def run(host: str, port: int, *, keeps_address: bool) -> None:
    """Serve the site; keep where, if other commands are to learn it from us."""
    with _app() as app:
        _bring_up_to_date(app, serves=True)
        site = app.config["SITE_URL"]
        if keeps_address:
            keep_site_url(site, app.config["INSTANCE_PATH"])
        terminal.print(f"Serving {site} on {host}:{port}. Ctrl-C stops.")
        _say_where_mail_goes(app)
        server.serve(app, Background(app), host, port)


@in_sentences()
def demo(host: str, port: int) -> None:
    """Fill the site with a story, serve it, and print how to sign in."""
    with _answers_apart() as answers, _app() as app:
        _bring_up_to_date(app, serves=True)
        address = app.config["SITE_URL"]
        lines = f"Site: {address}\nSign in: {_fill(app)}\n"
        _when_ready(address, lambda: print(lines, end="", file=answers, flush=True))
        _say_where_mail_goes(app)
        server.serve(app, Background(app), host, port)


@in_sentences()
def work() -> None:
    """Do the background work until a signal comes."""
    with _app() as app, suppress(KeyboardInterrupt):
        _bring_up_to_date(app)
        _say_where_mail_goes(app)
        Background(app).run()


@in_sentences()
def sign_in_link(email: str) -> None:
    """Print a link that signs an organiser in, who is made if there is none."""
    now = clock.now()
    with _app() as app, app.app_context():
        _bring_up_to_date(app)
        is_new = find_organiser(email) is None
        with transaction():
            organiser = find_or_make_organiser(email, now)
            address = _link_for(organiser, LINK_LIFETIME)
        if is_new:
            terminal.print(f"{email} was not known here, and can sign in from now on.")
        click.echo(address)


@in_sentences()
def check(*, tries_mail: bool) -> bool:
    """Print what the doctor finds; return whether nothing is wrong."""
    levels = []
    with _app() as app:
        for finding in doctor.look_at(app, tries_mail=tries_mail):
            click.echo(f"{finding.level:5}  {finding.what}")
            if finding.mend:
                click.echo(f"       → {finding.mend}")
            levels.append(finding.level)
    return doctor.Level.WRONG not in levels


@in_sentences()
def backup(file: Path) -> None:
    """Write a backup, and say what is not in it."""
    with terminal.status("Backing up …"), _app() as app:
        size = back_up(app, file)
    terminal.print(f"{file} has {size:,} bytes. Keys and secret key are not in it.")


@in_sentences()
def restore(file: Path, *, without_lists: bool) -> None:
    """Restore a backup, and say what it lacks."""
    with terminal.status("Restoring …"), _app() as app:
        found = restore_backup(app, file, without_lists=without_lists)
    terminal.print(f"Restored, with {found.lists} lists of people.")
    if found.lost:
        terminal.print(f"{found.lost} lists are left out: their keys are not here.")
    if not found.is_same_secret:
        terminal.print(
            "The secret key is not the one of that site: links in new mails to people "
            "who signed up before will lead nowhere. Put it back before the site runs."
        )


@contextmanager
def _app() -> Iterator[Flask]:
    """Give the app, and leave its databases in the end.

    The last one to leave a SQLite file takes away the log beside it.
    """
    app = create_app()
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()
            keys().engine.dispose()


def _bring_up_to_date(app: Flask, *, serves: bool = False) -> None:
    """Only who `serves` knows the site's address for sure, and may tell calendars."""
    with terminal.status("Bringing the database up to date …"):
        bring_up_to_date(app, tells_calendars=serves)


def _say_where_mail_goes(app: Flask) -> None:
    if not app.config["SMTP_URL"]:
        folder = Path(app.config["INSTANCE_PATH"]) / "mail"
        terminal.print(
            f"Mail is not sent, but kept in {folder}. CAMPAIGN_SMTP_URL sends it."
        )


@contextmanager
def _answers_apart() -> Iterator[TextIO]:
    """Give standard output to the two lines alone.

    Whatever a library or a worker prints there goes to the terminal instead.
    """
    sys.stdout.flush()
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        yield answers


def _fill(app: Flask) -> str:
    """Write the demo's story; return the address at which its owner signs in."""
    status = terminal.status("Telling the demo's story …")
    with status, app.app_context(), transaction():
        owner = fill_demo(clock.now())
        return _link_for(owner, DEMO_LINK_LIFETIME)


def _link_for(organiser: Organiser, lifetime: timedelta) -> str:
    token = make_sign_in_link(organiser, clock.now(), lifetime)
    return link("sign_in.use", token=token)


def _when_ready(address: str, tell: Callable[[], None]) -> None:
    """Call `tell` from another thread, as soon as the site answers."""
    # No proxy: it could not reach this machine by that name.
    opener = build_opener(ProxyHandler({}))

    def wait() -> None:
        while True:
            with suppress(OSError):
                opener.open(f"{address}/healthz", timeout=5).close()
                tell()
                return
            time.sleep(0.1)

    threading.Thread(target=wait, name="when ready", daemon=True).start()
