"""Cards that were drawn, kept under `cards` in the instance folder until they are old.

Their names are hashes of what stands on them, so none is ever wrong, and all of them
can be thrown away.
"""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from flask import current_app

_KEPT: Final = 30 * 24 * 3600


def find(file: str) -> bytes | None:
    """Return a card that is kept, by its name with its ending."""
    with suppress(OSError):
        return (_folder() / file).read_bytes()
    return None


def keep(file: str, data: bytes) -> None:
    """Keep a card. Where there is no room, it is drawn again the next time."""
    with suppress(OSError):
        _folder().mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=_folder(), suffix=".part", delete=False) as part:
            part.write(data)
        os.replace(part.name, _folder() / file)


def forget_old(now: float) -> None:
    """Remove what was drawn 30 days before `now`, in seconds since 1970."""
    for path in _folder().glob("*"):
        with suppress(OSError):
            if path.stat().st_mtime < now - _KEPT:
                path.unlink()


def _folder() -> Path:
    return Path(current_app.config["INSTANCE_PATH"]) / "cards"
