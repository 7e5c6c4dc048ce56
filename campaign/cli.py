"""The `campaign` command: what its subcommands are called with.

What they do stands in `commands`, which is loaded when one of them is called: help and
a mistyped option wait for nothing.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, NoReturn

import click

from . import ports
from .lib.complaint import Complaint
from .lib.loading import loading

DEFAULT_PORT = 8000


class Commands(click.Group):
    """Says in a sentence what is set wrong; tracebacks are for mistakes of ours."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Complaint as error:
            raise click.ClickException(str(error)) from None


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
    port = port or ports.free_port(host)
    is_told = bool(os.environ.get("CAMPAIGN_SITE_URL"))
    if not is_told:
        os.environ["CAMPAIGN_SITE_URL"] = _address(host, port)
    ports.check_port(host, port)
    _commands().run(host, port, keeps_address=not is_told)


@main.command()
@_host
@click.option("--port", type=_PORT, help="Port; if not given 8000, or else a free one.")
def demo(host: str, port: int | None) -> None:
    """Serve a throw-away site filled with a story, and print how to sign in."""
    port = _port_for_demo(host, port)
    with TemporaryDirectory(
        prefix="campaign-demo-", ignore_cleanup_errors=True
    ) as folder:
        _forget_settings()
        os.environ["CAMPAIGN_SITE_URL"] = _address(host, port)
        os.environ["CAMPAIGN_INSTANCE_PATH"] = folder
        _commands().demo(host, port)


@main.command()
def worker() -> None:
    """Do the background work alone, beside servers on other machines."""
    _commands().work()


@main.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print a link that signs the organiser EMAIL in, once, within an hour."""
    _commands().sign_in_link(email)


@main.command()
@click.option("--mail", is_flag=True, help="Call the mail server too.")
def check(mail: bool) -> None:
    """Say what is set wrong, and how to mend it; the status is 1 where anything is."""
    sys.exit(0 if _commands().check(tries_mail=mail) else 1)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write database and uploads into FILE, while the site runs.

    Keys are not in it: keep keys and secret key apart, or nobody can read the lists.
    """
    _commands().backup(file)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--without-lists", is_flag=True, help="Leave out lists whose keys are not here."
)
def restore(file: Path, without_lists: bool) -> None:
    """Put the backup FILE into an instance that is empty."""
    _commands().restore(file, without_lists=without_lists)


def _leave(_signal: int, _frame: object) -> NoReturn:
    """Leave through every `finally` on the way."""
    sys.exit(0)


def _commands() -> ModuleType:
    """Return what the commands do, and with it nearly all of the site.

    The settings come first: what is wrong with one is told before all that is loaded.
    """
    with loading():
        from . import config

        config.load()
        from . import commands
    return commands


def _address(host: str, port: int) -> str:
    # Who listens everywhere is reached from this machine over its loopback.
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _port_for_demo(host: str, port: int | None) -> int:
    if port:
        ports.check_port(host, port)
        return port
    if port is None:
        with suppress(ports.PortTaken):
            ports.check_port(host, DEFAULT_PORT)
            return DEFAULT_PORT
    return ports.free_port(host)


def _forget_settings() -> None:
    """Leave out every setting: the demo must not write to a real database or person."""
    for name in [name for name in os.environ if name.startswith("CAMPAIGN_")]:
        del os.environ[name]
