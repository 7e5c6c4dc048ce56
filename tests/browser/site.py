"""A site as people run it: its own process, its own folder, its mail as files."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from time import monotonic
from typing import TypeVar
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from terminal import environ

from campaign import config, create_app, ports, schema
from campaign.database import db, transaction
from campaign.demo.operations import fill_demo
from campaign.lib import clock
from campaign.organisers.operations import find_or_make_organiser, make_sign_in_link

Found = TypeVar("Found")
HOST = "127.0.0.1"
#: How long anything may take that happens beside the tests, in seconds.
PATIENCE = 120
#: No proxy: it could not reach this machine by that name.
_opener = build_opener(ProxyHandler({}))


class Site:
    """The demo's story, served by `campaign run`; or all that another site has."""

    def __init__(self, folder: Path, like: "Site | None" = None) -> None:
        self.folder = folder
        self._is_filled = like is not None
        if like is not None:
            like._copy_to(folder)
        self.port = ports.free_port(HOST)
        self.url = f"http://{HOST}:{self.port}"
        self.outbox = Outbox(self)
        self.environ = environ(INSTANCE_PATH=folder, SITE_URL=self.url)
        self.app = create_app(config.load(self.environ))

    @contextmanager
    def running(self) -> Iterator["Site"]:
        """Fill the site, serve it as long as the block runs, and stop it."""
        if not self._is_filled:
            self._fill()
        command = Path(sysconfig.get_path("scripts")) / "campaign"
        with (
            (self.folder / "log").open("wb") as log,
            subprocess.Popen(
                [command, "run", "--host", HOST, "--port", str(self.port)],
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            ) as self.process,
        ):
            try:
                self.wait_for(self._answers, "answer from the server")
                yield self
            finally:
                self._stop()

    def sign_in_link(self, email: str) -> str:
        """Return a new link that signs in whoever has this address."""
        with self.app.app_context(), transaction():
            now = clock.now()
            token = make_sign_in_link(find_or_make_organiser(email, now), now)
        return f"{self.url}/sign-in/{token}"

    def fetch(self, path: str) -> bytes:
        """Return what a program without cookies gets."""
        with _opener.open(self.url + path, timeout=PATIENCE) as answer:
            return answer.read()

    def wait_for(self, look: Callable[[], Found | None], what: str) -> Found:
        """Look again and again until something is there, and return it."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            if (found := look()) is not None:
                return found
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
                raise AssertionError(f"The server has ended:\n{self._log()}")
        raise AssertionError(f"No {what} in {PATIENCE} s:\n{self._log()}")

    def _copy_to(self, folder: Path) -> None:
        """Copy what is kept here, while it is served."""
        for name in ("campaign.sqlite3", "keys.sqlite3"):
            with closing(sqlite3.connect(self.folder / name)) as database:
                database.execute("VACUUM INTO ?", (str(folder / name),))
        shutil.copy(self.folder / "secret-key", folder)
        # What is being written has its name only when it is whole, and else is gone.
        half = shutil.ignore_patterns("*.part")
        shutil.copytree(self.folder / "uploads", folder / "uploads", ignore=half)

    def _fill(self) -> None:
        # As a server does it, which then finds its calendars written.
        schema.bring_up_to_date(self.app, tells_calendars=True)
        with self.app.app_context():
            with transaction():
                fill_demo(clock.now())
            db.engine.dispose()

    def _answers(self) -> bool | None:
        with suppress(URLError, ConnectionError):
            return bool(self.fetch("/healthz"))
        return None

    def _stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        finally:
            with self.app.app_context():
                db.engine.dispose()

    def _log(self) -> str:
        return (self.folder / "log").read_text()


class Outbox:
    """The mails that the site has written into its folder."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._read: set[Path] = set()

    def next_to(self, address: str) -> EmailMessage:
        """Wait for a mail to this address that was not read yet, and return it."""
        return self._site.wait_for(lambda: self._unread(address), f"mail to {address}")

    def _unread(self, address: str) -> EmailMessage | None:
        for path in sorted((self._site.folder / "mail").glob("*.eml")):
            if path in self._read:
                continue
            mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            if address in mail["To"]:
                self._read.add(path)
                return mail
        return None


def link_in(mail: EmailMessage, path: str) -> str:
    """Return the link of a mail's text that leads to somewhere under a path."""
    text = mail.get_body(("plain",)).get_content()
    found = re.search(rf"https?://[^/\s]+{re.escape(path)}\S*", text)
    assert found, f"no link to {path} in:\n{text}"
    return found.group()
