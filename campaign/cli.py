"""The `campaign` command: each subcommand is a few lines that call one operation."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn, TextIO
from urllib.request import ProxyHandler, build_opener

import click
from flask import Flask
from rich.console import Console
from sqlalchemy.exc import DatabaseError, OperationalError

from . import create_app, doctor, server
from .background import Background
from .backup import BackupRefused, back_up
from .backup import restore as restore_backup
from .config import WrongSetting, keep_site_url
from .database import transaction
from .demo.operations import fill_demo
from .lib import clock
from .mail.addresses import NotAnAddress
from .mail.operations import link
from .organisers.models import Organiser
from .organisers.operations import find_or_make_organiser, make_sign_in_link
from .organisers.queries import find_organiser

DEFAULT_PORT = 8000
#: Who reads a link off a terminal has no mail to wait for, but to type, perhaps.
LINK_LIFETIME = timedelta(hours=1)
#: Whoever tries the demo may read for a while before they sign in.
DEMO_LINK_LIFETIME = timedelta(days=1)
#: Standard output is for what other programs read; all the rest goes here.
terminal = Console(stderr=True, highlight=False, soft_wrap=True)


class Commands(click.Group):
    """Says in a sentence what is set wrong; tracebacks are for mistakes of ours."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (WrongSetting, server.PortTaken, BackupRefused) as error:
            raise click.ClickException(str(error)) from None
        except NotAnAddress as error:
            raise click.ClickException(f"Not one e-mail address: {error}") from None
        except DatabaseError as error:
            # Its other kinds are mistakes of ours; itself: a file that is none.
            if type(error) not in (DatabaseError, OperationalError):
                raise
            message = f"The database does not answer: {error.orig}"
            raise click.ClickException(message.strip()) from None


_host = click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on."
)
_PORT = click.IntRange(0, 65_535)


@click.group(cls=Commands)
@click.version_option(package_name="campaign")
def main() -> None:
    """Organise campaigns, days of action and local events."""
    signal.signal(signal.SIGTERM, _leave)


@main.command()
@_host
@click.option(
    "--port", type=_PORT, default=DEFAULT_PORT, show_default=True, help="Port."
)
def run(host: str, port: int) -> None:
    """Serve the site, with the background work beside it."""
    port = port or server.free_port(host)
    is_told = bool(os.environ.get("CAMPAIGN_SITE_URL"))
    if not is_told:
        os.environ["CAMPAIGN_SITE_URL"] = _address(host, port)
    server.check_port(host, port)
    app = _app(serves=True)
    if not is_told:
        keep_site_url(app.config["SITE_URL"], app.config["INSTANCE_PATH"])
    terminal.print(f"Serving {app.config['SITE_URL']} on {host}:{port}. Ctrl-C stops.")
    _say_where_mail_goes(app)
    server.serve(app, host, port)


@main.command()
@_host
@click.option("--port", type=_PORT, help="Port; if not given 8000, or else a free one.")
def demo(host: str, port: int | None) -> None:
    """Serve a throw-away site filled with a story, and print how to sign in."""
    port = _port_for_demo(host, port)
    address = _address(host, port)
    with (
        _answers_apart() as answers,
        TemporaryDirectory(
            prefix="campaign-demo-", ignore_cleanup_errors=True
        ) as folder,
    ):
        _forget_settings()
        os.environ["CAMPAIGN_SITE_URL"] = address
        os.environ["CAMPAIGN_INSTANCE_PATH"] = folder
        app = _app(serves=True)
        lines = f"Site: {address}\nSign in: {_fill(app)}\n"
        _when_ready(address, lambda: print(lines, end="", file=answers, flush=True))
        _say_where_mail_goes(app)
        server.serve(app, host, port)


@main.command()
def worker() -> None:
    """Do the background work alone, beside servers on other machines."""
    app = _app()
    _say_where_mail_goes(app)
    with suppress(KeyboardInterrupt):
        Background(app).run()


@main.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print a link that signs the organiser EMAIL in, once, within an hour."""
    app = _app()
    now = clock.now()
    with app.app_context():
        is_new = find_organiser(email) is None
        with transaction():
            organiser = find_or_make_organiser(email, now)
            address = _link_for(organiser, LINK_LIFETIME)
        if is_new:
            terminal.print(f"{email} was not known here, and can sign in from now on.")
        click.echo(address)


@main.command()
@click.option("--mail", is_flag=True, help="Call the mail server too.")
def check(mail: bool) -> None:
    """Say what is set wrong, and how to mend it; the status is 1 where anything is."""
    levels = []
    for finding in doctor.look_at(create_app(), tries_mail=mail):
        click.echo(f"{finding.level:5}  {finding.what}")
        if finding.mend:
            click.echo(f"       → {finding.mend}")
        levels.append(finding.level)
    sys.exit(1 if doctor.Level.WRONG in levels else 0)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write database and uploads into FILE, while the site runs.

    Keys are not in it: keep keys and secret key apart, or nobody can read the lists.
    """
    with terminal.status("Backing up …"):
        size = back_up(create_app(), file)
    terminal.print(f"{file} has {size:,} bytes. Keys and secret key are not in it.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--without-lists", is_flag=True, help="Leave out lists whose keys are not here."
)
def restore(file: Path, without_lists: bool) -> None:
    """Put the backup FILE into an instance that is empty."""
    with terminal.status("Restoring …"):
        found = restore_backup(create_app(), file, without_lists=without_lists)
    terminal.print(f"Restored, with {found.lists} lists of people.")
    if found.lost:
        terminal.print(f"{found.lost} lists are left out: their keys are not here.")
    if not found.is_same_secret:
        terminal.print(
            "The secret key is not the one of that site: links in new mails to people "
            "who signed up before will lead nowhere. Put it back before the site runs."
        )


def _leave(_signal: int, _frame: object) -> NoReturn:
    """Leave through every `finally` on the way."""
    sys.exit(0)


def _app(*, serves: bool = False) -> Flask:
    """Return the app on a database that is up to date.

    Only who `serves` knows the site's address for sure, and may tell calendars.
    """
    app = create_app()
    with terminal.status("Bringing the database up to date …"):
        server.bring_up_to_date(app, tells_calendars=serves)
    return app


def _address(host: str, port: int) -> str:
    # Who listens everywhere is reached from this machine over its loopback.
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _say_where_mail_goes(app: Flask) -> None:
    if not app.config["SMTP_URL"]:
        folder = Path(app.config["INSTANCE_PATH"]) / "mail"
        terminal.print(
            f"Mail is not sent, but kept in {folder}. CAMPAIGN_SMTP_URL sends it."
        )


def _port_for_demo(host: str, port: int | None) -> int:
    if port:
        server.check_port(host, port)
        return port
    if port is None:
        with suppress(server.PortTaken):
            server.check_port(host, DEFAULT_PORT)
            return DEFAULT_PORT
    return server.free_port(host)


@contextmanager
def _answers_apart() -> Iterator[TextIO]:
    """Give standard output to the two lines alone.

    Whatever a library or a worker prints there goes to the terminal instead.
    """
    sys.stdout.flush()
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        yield answers


def _forget_settings() -> None:
    """Leave out every setting: the demo must not write to a real database or person."""
    for name in [name for name in os.environ if name.startswith("CAMPAIGN_")]:
        del os.environ[name]


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
