"""Making the sizes of pictures, in the background: one width of one picture at a time.

Whoever makes one holds the picture for two minutes. If the process dies meanwhile,
the width is in no row, and after that time another one makes it again. Two that make
the same write the same files.
"""

from datetime import datetime, timedelta
from typing import Final

from PIL import Image
from sqlalchemy import update

from ...database import db, execute_guarded, transaction
from .. import store
from ..models import Picture
from ..sizes import KINDS, sized_files, widths_for

_HELD: Final = timedelta(minutes=2)


def make_next_size(picture_id: int, now: datetime) -> bool:
    """Make the next width of a picture; return whether one was made.

    It has transactions of its own: a file takes a second, and nobody waits for it.
    """
    with transaction():
        if not _is_ours(picture_id, now):
            return False
        picture = db.session.get_one(Picture, picture_id)
        slug, file_name = picture.slug, picture.file_name
        missing = [w for w in widths_for(picture.width) if not _is_there(picture, w)]
        original = store.path_of(slug, picture.original)
    if missing:
        _make_files(slug, file_name, original, missing[0])
    with transaction():
        _note(picture_id, file_name, missing, now)
    return bool(missing)


def _is_ours(picture_id: int, now: datetime) -> bool:
    held = update(Picture).where(Picture.id == picture_id, Picture.sizes_due_at <= now)
    return execute_guarded(held.values(sizes_due_at=now + _HELD))


def _is_there(picture: Picture, width: int) -> bool:
    """Whether it was made, and nothing that was made is lost."""
    files = (f"{picture.file_name}-{width}.{kind}" for kind in KINDS)
    paths = (store.path_of(picture.slug, file) for file in files)
    return width in picture.widths and all(path.exists() for path in paths)


def _make_files(slug: str, file_name: str, original: object, width: int) -> None:
    with Image.open(str(original)) as image:
        image.load()
        for kind, data in sized_files(image, width).items():
            store.keep(slug, f"{file_name}-{width}.{kind}", data)


def _note(picture_id: int, file_name: str, missing: list[int], now: datetime) -> None:
    """Write down that a width is there, unless the file was replaced meanwhile."""
    picture = db.session.get(Picture, picture_id, with_for_update=True)
    if picture is None or picture.file_name != file_name:
        return
    picture.widths = sorted({*picture.widths, *missing[:1]})
    picture.sizes_due_at = now if missing[1:] else None
