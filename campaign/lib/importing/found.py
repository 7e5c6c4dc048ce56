"""What came out of a file, and what did not."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from ..refusal import Refusal


class LeftOut(StrEnum):
    """What an article cannot hold."""

    PICTURE = "picture"
    SCRIPT = "script"
    MEDIA = "media"
    FORM = "form"
    LINK = "link"
    MERGED_CELLS = "merged-cells"
    FORMULA = "formula"
    SURROUNDINGS = "surroundings"


@dataclass
class Imported:
    """A text that was taken in."""

    title: str
    markdown: str
    left_out: Counter[LeftOut] = field(default_factory=Counter)


class NotReadable(Refusal):
    """The file is none of those that can be read, or it is broken."""

    status = 422


class TooMuch(Refusal):
    """The file holds more than an article can."""

    status = 422
