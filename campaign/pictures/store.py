"""The files of pictures, under `uploads/pictures` in the instance folder.

A file is there whole or not at all, whenever the power goes. The database decides
what there is: what lies here and is in no row was left by a process that died, and
is swept away.
"""

import os
import re
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from flask import current_app

#: How long a file may lie here before its row is written, in seconds.
_GRACE: Final = 3600
_BEING_WRITTEN: Final = ".part"
_SLUG: Final = re.compile(r"[0-9a-f]{16}")


def folder_of(slug: str) -> Path:
    """Return where the files of a picture lie."""
    return _root() / slug


def path_of(slug: str, file: str) -> Path:
    """Return where a file of a picture lies, or would lie."""
    return folder_of(slug) / file


def keep(slug: str, file: str, data: bytes) -> None:
    """Write a file of a picture: the whole of it, or nothing."""
    path = path_of(slug, file)
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(
        dir=path.parent, suffix=_BEING_WRITTEN, delete=False
    ) as part:
        part.write(data)
        part.flush()
        os.fsync(part.fileno())
    os.replace(part.name, path)


def forget(slug: str, but: str = "") -> None:
    """Remove the files of a picture, all `but` those that begin so."""
    if not but:
        shutil.rmtree(folder_of(slug), ignore_errors=True)
        return
    for path in folder_of(slug).glob("*"):
        if not path.name.startswith(but):
            path.unlink(missing_ok=True)


def slugs_of_old_folders(now: float) -> Iterator[str]:
    """Yield the slugs of which files lie here, left alone for an hour.

    `now` is in seconds since 1970, as the clock of the file system has it.
    """
    for folder in _root().glob("*"):
        if _SLUG.fullmatch(folder.name) and _is_old(folder, now):
            yield folder.name


def sweep(slug: str, wanted: Collection[str], now: float) -> None:
    """Remove the old files of a picture that begin with none of the `wanted` names."""
    for path in folder_of(slug).glob("*"):
        is_wanted = path.name.startswith(tuple(wanted)) if wanted else False
        if not is_wanted and _is_old(path, now):
            path.unlink(missing_ok=True)
    if not wanted:
        shutil.rmtree(folder_of(slug), ignore_errors=True)


def _is_old(path: Path, now: float) -> bool:
    try:
        return path.stat().st_mtime < now - _GRACE
    except OSError:
        return False  # somebody else was quicker


def _root() -> Path:
    return Path(current_app.config["INSTANCE_PATH"]) / "uploads" / "pictures"
