"""Backups: one file with the database and the uploads, taken while the site runs.

The keys that seal the lists are never in it, and neither is the secret key: who has
only a backup can read no list and open no link. Whoever restores one needs both, from
where they are kept apart, or goes on without the lists.
"""

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from flask import Flask, current_app
from sqlalchemy import inspect, make_url, select

from .database import db, transaction
from .events.models import Event
from .keys.store import SITE, keys
from .lib import clock
from .lib.complaint import Complaint
from .lib.tokens import token_hash
from .mail.operations import forget_sealed
from .schema import bring_up_to_date, revision_of, revisions
from .signups.models import SignUp
from .signups.operations.forgetting import forget_lists
from .signups.people import EVENT

#: What lies in the file.
_MANIFEST: Final = "manifest.json"
_DATABASES: Final = {"sqlite": "campaign.sqlite3", "postgresql": "campaign.dump"}
_UPLOADS: Final = "uploads"
_FORMAT: Final = 1


class BackupRefused(Complaint):
    """It cannot be done."""


class Restored(NamedTuple):
    """What a restored site has, and what it lacks."""

    lists: int
    #: How many lists were left out because their keys are not there.
    lost: int
    is_same_secret: bool


def back_up(app: Flask, file: Path) -> int:
    """Write a backup; return its size in bytes. Raises BackupRefused."""
    if file.exists():
        raise BackupRefused(f"{file} is there already: name another file.")
    with app.app_context(), _beside(file) as folder:
        kind = _kind()
        dump = folder / _DATABASES[kind]
        (_vacuum_into if kind == "sqlite" else _dump)(dump)
        (folder / _MANIFEST).write_text(json.dumps(_manifest(kind), indent=2))
        packed = folder / "packed"
        with tarfile.open(packed, "x:gz") as archive:
            archive.add(folder / _MANIFEST, _MANIFEST)
            archive.add(dump, dump.name)
            uploads = Path(app.config["INSTANCE_PATH"]) / _UPLOADS
            if uploads.is_dir():
                archive.add(uploads, _UPLOADS)
        packed.chmod(0o600)
        _sync(packed)
        try:
            # In one step, and never over a file that came meanwhile.
            os.link(packed, file)
        except OSError as error:
            raise _cannot_write(file, error) from None
        return file.stat().st_size


def restore(app: Flask, file: Path, *, without_lists: bool = False) -> Restored:
    """Put a backup into an instance that is empty. Raises BackupRefused."""
    instance = Path(app.config["INSTANCE_PATH"])
    with app.app_context(), TemporaryDirectory(dir=instance) as name:
        folder = Path(name)
        manifest = _unpack(file, folder)
        _require_fitting(manifest, instance)
        lost = [each for each in manifest["lists"] if not _has_key(each)]
        if lost and not without_lists:
            raise BackupRefused(
                f"The keys of {len(lost)} lists of people are not in the key store. "
                "Put them there first (CAMPAIGN_KEYS_URL, or keys.sqlite3 in the "
                "instance), or restore with --without-lists."
            )
        kind = manifest["database"]
        put = _put_file if kind == "sqlite" else _load
        put(folder / _DATABASES[kind])
        if (folder / _UPLOADS).is_dir():
            shutil.copytree(folder / _UPLOADS, instance / _UPLOADS, dirs_exist_ok=True)
        bring_up_to_date(app)
        _forget_what_nobody_can_read(lost)
        kept = len(manifest["lists"]) - len(lost)
        return Restored(kept, len(lost), _is_same_secret())


def _kind() -> str:
    return str(db.engine.dialect.name)


def _manifest(kind: str) -> dict[str, Any]:
    with db.engine.connect() as connection:
        revision = revision_of(connection)
    of_lists = select(Event.uid).where(Event.id.in_(select(SignUp.event_id).distinct()))
    return {
        "format": _FORMAT,
        "database": kind,
        "revision": revision,
        "made_at": clock.now().isoformat(),
        "lists": sorted(map(str, db.session.scalars(of_lists))),
    }


def _vacuum_into(file: Path) -> None:
    """Copy the database as it is at one moment, while others write."""
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("VACUUM INTO ?", (str(file),))


def _dump(file: Path) -> None:
    _run_tool("pg_dump", "--format=custom", "--no-owner", f"--file={file}")


def _load(file: Path) -> None:
    _run_tool("pg_restore", "--no-owner", "--single-transaction", str(file))


def _run_tool(name: str, *arguments: str) -> None:
    """Run a tool of PostgreSQL on our database; its words are for the operator."""
    path = shutil.which(name)
    if path is None:
        raise BackupRefused(
            f"{name} is not on this machine. It comes with PostgreSQL's client tools "
            "(postgresql-client), and should be of the server's version or newer."
        )
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    address = url.set(drivername="postgresql", password=None).render_as_string(False)
    environ = {**os.environ, "PGPASSWORD": url.password or ""}
    command = [path, f"--dbname={address}", *arguments]
    # No shell, and its arguments are ours.
    done = subprocess.run(command, env=environ, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise BackupRefused(f"{name} failed: {done.stderr.strip()[-600:]}")


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack what a backup holds and nothing else; raises BackupRefused."""
    wrong = BackupRefused(f"{file} is no backup of a campaign.")
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text())
        is_known = manifest["format"] == _FORMAT
        is_whole = (folder / _DATABASES[manifest["database"]]).is_file()
    except FileNotFoundError:
        raise BackupRefused(f"{file} is not there.") from None
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError, EOFError):
        raise wrong from None
    if not is_known or not is_whole:
        raise wrong
    return manifest


def _require_fitting(manifest: Mapping[str, Any], instance: Path) -> None:
    """Raise BackupRefused where anything would be lost by restoring here."""
    if manifest["database"] != _kind():
        raise BackupRefused(
            f"The backup is one of {manifest['database']}, and this site is on "
            f"{_kind()}: set CAMPAIGN_DATABASE_URL to where it shall go."
        )
    if manifest["revision"] not in revisions():
        raise BackupRefused("The backup is of a newer version: install that first.")
    if inspect(db.engine).get_table_names():
        raise BackupRefused(
            "There is a site here already. Restore into an empty instance: stop the "
            "site, and move its database away."
        )
    uploads = instance / _UPLOADS
    if uploads.is_dir() and any(uploads.iterdir()):
        raise BackupRefused(f"{uploads} is not empty: move it away first.")


def _put_file(file: Path) -> None:
    """Put the database in its place: the whole of it, or nothing."""
    with db.engine.connect() as connection:
        place = Path(str(connection.engine.url.database))
    db.session.remove()
    db.engine.dispose()
    for leftover in (place, *place.parent.glob(f"{place.name}-*")):
        leftover.unlink(missing_ok=True)
    file.chmod(0o600)
    _sync(file)
    os.replace(file, place)


def _has_key(uid: str) -> bool:
    return f"{EVENT}{uid}" in keys().names()


def _forget_what_nobody_can_read(lost: list[str]) -> None:
    """Erase lists whose keys are gone, and mails under keys that are."""
    names = [f"{EVENT}{uid}" for uid in lost]
    with transaction():
        forget_lists(lost)
        for name in names if SITE in keys().names() else [*names, SITE]:
            forget_sealed(name)


def _is_same_secret() -> bool:
    """Whether links in new mails will lead to the pages of who signed up before."""
    some = db.session.scalar(select(SignUp).limit(1))
    secret = current_app.config["SECRET_KEY"]
    return some is None or token_hash(some.token(secret)) == some.token_hash


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Give a folder for its owner alone, on the disk of the file that is to be."""
    try:
        made = TemporaryDirectory(dir=file.absolute().parent)
    except OSError as error:
        raise _cannot_write(file, error) from None
    with made as name:
        yield Path(name)


def _cannot_write(file: Path, error: OSError) -> BackupRefused:
    return BackupRefused(f"{file} cannot be written: {error.strerror}")


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
