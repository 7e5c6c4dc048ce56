"""The demo's library of pictures, and where its texts show them."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from ...database import db
from ...organisers.models import Group
from ...pictures.models import Picture
from ...pictures.operations.adding import Encoded, add_picture, encode, keep_files
from .. import story
from ..placards import placard


def hang_pictures(group: Group, now: datetime) -> dict[str, Picture]:
    """Add the story's pictures to a group's library; return them by their names."""
    return {told["name"]: _hang(dict(told), group, now) for told in story.pictures()}


def with_pictures(text: str, pictures: Mapping[str, Picture]) -> str:
    """Return a Markdown text in which the names of pictures have become addresses."""

    def lead(found: re.Match[str]) -> str:
        return f"(/pictures/{pictures[found[1]].slug}"

    return re.sub(r"\(/pictures/(\w+)", lead, text)


def _hang(told: story.Fields, group: Group, now: datetime) -> Picture:
    taken = keep_files(_encoded(told["name"]))
    name, language = told.pop("name"), told.pop("language", "en")
    picture = add_picture(taken, group, name, language, now)
    for column, value in told.items():
        setattr(picture, column, value)
    db.session.flush()
    return picture


@cache
def _encoded(motif: str) -> Encoded:
    """Encoding costs the most, and the files are the same each time."""
    return encode(placard(motif))
