"""The wheel: what is installed serves the same pages, from any folder."""

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socket import socket

import pytest
from conftest import close_connections, make_app
from terminal import environ

ROOT = Path(__file__).parent.parent
START = "from campaign.cli import main; main()"
PAGES = (
    "/",
    "/events",
    "/about?lang=ar",
    "/style.css",
    "/static/fonts/sofia-sans-extra-condensed-800.woff2",
    "/static/img/icon.svg",
    "/sign-in",
    "/calendar.json",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy, so that the checkout gets no new files."""
    source = tmp_path_factory.mktemp("source") / "checkout"
    subprocess.run(["git", "clone", "-q", ROOT, source], check=True)
    diff = subprocess.run(
        ["git", "-C", ROOT, "diff", "HEAD", "--binary"], capture_output=True, check=True
    ).stdout
    if diff.strip():
        subprocess.run(["git", "-C", source, "apply"], input=diff, check=True)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=source,
        check=True,
        capture_output=True,
    )
    return next((source / "dist").glob("*.whl"))


def test_the_wheel_carries_templates_static_files_migrations_and_the_story(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "campaign/templates/base.html",
        "campaign/static/css/tokens.css",
        "campaign/static/fonts/SOFIA-SANS-LICENSE.txt",
        "campaign/migrations/env.py",
        "campaign/translations/ar/LC_MESSAGES/messages.mo",
    ):
        assert needed in names
    assert any(name.startswith("campaign/demo/story/") for name in names)
    assert not [n for n in names if n.startswith(("tests", "instance"))]


def test_what_is_installed_serves_the_same_pages_as_the_checkout(
    wheel, tmp_path, empty_sqlite
):
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    with serve(installed, tmp_path / "site") as address:
        found = [fetch(address + path) for path in PAGES]
    file = shutil.copy(empty_sqlite, tmp_path / "checkout.sqlite3")
    ours = make_app(tmp_path, f"sqlite:///{file}", SITE_URL=address)
    client = ours.test_client()
    for path, page in zip(PAGES, found, strict=True):
        with client.get(path, base_url=address) as answer:
            assert answer.data == page, path
    close_connections(ours)


@contextmanager
def serve(package: Path, folder: Path) -> Iterator[str]:
    """Serve the package that lies in a folder, from another folder."""
    folder.mkdir()
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {**environ(INSTANCE_PATH=folder / "instance"), "PYTHONPATH": str(package)}
    command = [sys.executable, "-c", START, "run", "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=folder, env={**own, "PYTHONPATH": str(package)}
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address + "/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            fetch(address)
            return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        body: bytes = answer.read()
        return body
