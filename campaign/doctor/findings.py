"""What the doctor has to say of one thing."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from flask import current_app


class Level(StrEnum):
    """How bad it is."""

    FINE = "fine"
    NOTE = "note"  # to be known, and to be decided by whoever runs the site
    WRONG = "wrong"


class Finding(NamedTuple):
    """One thing that was looked at."""

    level: Level
    what: str
    #: How to mend it, where that is needed.
    mend: str = ""


def fine(what: str) -> Finding:
    return Finding(Level.FINE, what)


def note(what: str, mend: str = "") -> Finding:
    return Finding(Level.NOTE, what, mend)


def wrong(what: str, mend: str) -> Finding:
    return Finding(Level.WRONG, what, mend)


def instance() -> Path:
    folder: Path = current_app.config["INSTANCE_PATH"]
    return folder


def is_open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)
