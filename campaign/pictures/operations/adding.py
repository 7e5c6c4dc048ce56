"""Taking pictures in, and saying what is on them.

Files are written before the row that names them, and removed after the row that
named them: so a row never names what is not there. Decoding takes a second, and
stands outside of any transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image

from ...database import claim_version, db
from ...organisers.models import Group
from .. import store
from ..decoding import read_picture
from ..models import Picture, new_name
from ..sizes import original_file, sized_files, widths_for


@dataclass(frozen=True)
class Taken:
    """A picture whose files are in the store, and which no row names yet."""

    slug: str
    file_name: str
    extension: str
    width: int  # pixels
    height: int
    widths: tuple[int, ...]


@dataclass(frozen=True)
class Encoded:
    """The original of a picture and its smallest size, as files of every kind."""

    extension: str
    size: tuple[int, int]  # pixels
    smallest: int  # pixels wide
    #: By how their names end.
    files: Mapping[str, bytes]


def take_in(data: bytes, slug: str | None = None) -> Taken:
    """Keep the pixels of an uploaded file, and make the smallest size at once.

    Raises what `read_picture` does. `slug` is that of the picture which the file is
    to replace.
    """
    return keep_files(encode(read_picture(data)), slug)


def encode(image: Image.Image) -> Encoded:
    """Return what is kept of a picture in mode RGB or RGBA at once."""
    extension = "png" if image.mode == "RGBA" else "jpg"
    smallest = widths_for(image.width)[0]
    files = {f".{extension}": original_file(image)}
    for kind, data in sized_files(image, smallest).items():
        files[f"-{smallest}.{kind}"] = data
    return Encoded(extension, image.size, smallest, files)


def keep_files(encoded: Encoded, slug: str | None = None) -> Taken:
    """Write the files of a picture under a new name; no row names them yet."""
    slug, file_name = slug or new_name(), new_name()
    for ending, data in encoded.files.items():
        store.keep(slug, file_name + ending, data)
    size, widths = encoded.size, (encoded.smallest,)
    return Taken(slug, file_name, encoded.extension, *size, widths=widths)


def add_picture(
    taken: Taken, group: Group, name: str, language: str, now: datetime
) -> Picture:
    """Add a picture to a group's library; nobody has said yet what is on it."""
    picture = Picture(
        slug=taken.slug,
        group=group,
        name=name,
        language=language,
        created_at=now,
        **_file_columns(taken, now),
    )
    db.session.add(picture)
    db.session.flush()
    return picture


def replace_file(picture: Picture, version: int, taken: Taken, now: datetime) -> None:
    """Put another file in the place of a picture's; what uses it shows the new one.

    Raises EditedMeanwhile. The old files are removed after the commit, by the caller.
    """
    claim_version(picture, version)
    _write(picture, _file_columns(taken, now))


def describe_picture(
    picture: Picture, version: int, values: Mapping[str, Any], now: datetime
) -> None:
    """Write what is said of a picture; raises EditedMeanwhile."""
    claim_version(picture, version)
    _write(picture, {**values, "modified_at": now})


def _file_columns(taken: Taken, now: datetime) -> dict[str, Any]:
    is_done = list(taken.widths) == widths_for(taken.width)
    return {
        "file_name": taken.file_name,
        "extension": taken.extension,
        "width": taken.width,
        "height": taken.height,
        "widths": list(taken.widths),
        "sizes_due_at": None if is_done else now,
        "modified_at": now,
    }


def _write(picture: Picture, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(picture, name, value)
