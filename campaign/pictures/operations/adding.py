"""Taking pictures in, and saying what is on them.

Files are written before the row that names them, and removed after the row that
named them: so a row never names what is not there. Decoding takes a second, and
stands outside of any transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...database import claim_version, db
from ...organisers.models import Group
from .. import store
from ..decoding import read_picture
from ..models import Picture, new_name
from ..sizes import KINDS, original_file, sized_file, widths_for


@dataclass(frozen=True)
class Taken:
    """A picture whose files are in the store, and which no row names yet."""

    slug: str
    file_name: str
    extension: str
    width: int  # pixels
    height: int
    widths: tuple[int, ...]


def take_in(data: bytes, slug: str | None = None) -> Taken:
    """Keep the pixels of an uploaded file, and make the smallest size at once.

    Raises what `read_picture` does. `slug` is that of the picture which the file is
    to replace.
    """
    image = read_picture(data)
    slug, file_name = slug or new_name(), new_name()
    extension = "png" if image.mode == "RGBA" else "jpg"
    store.keep(slug, f"{file_name}.{extension}", original_file(image))
    smallest = widths_for(image.width)[0]
    for kind in KINDS:
        file = f"{file_name}-{smallest}.{kind}"
        store.keep(slug, file, sized_file(image, smallest, kind))
    return Taken(slug, file_name, extension, *image.size, widths=(smallest,))


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
