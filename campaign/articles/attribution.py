"""Who wrote an article, how it relates to where it first appeared, under what licence.

Pure: values that the table keeps, the page says and programs read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final, Self

#: So many people can sign one article.
MOST_AUTHORS: Final = 20


@dataclass(frozen=True)
class Author:
    """Somebody who wrote an article, or a group that did."""

    name: str
    affiliation: str = ""
    #: A line about them, for the end of the article.
    about: str = ""

    def written(self) -> dict[str, str]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def read(cls, written: Mapping[str, str]) -> Self:
        return cls(**written)


class Appearance(StrEnum):
    """How an article relates to what was published elsewhere before."""

    ORIGINAL = "original"
    VERSION = "version"
    REPUBLISHED = "republished"


@dataclass(frozen=True)
class Licence:
    """A licence by its short name, as SPDX lists it, with its own address."""

    name: str
    url: str


#: What can be chosen, by SPDX identifier. Names of licences are not translated.
LICENCES: Final[Mapping[str, Licence]] = {
    code: Licence(f"Creative Commons {name}", f"https://creativecommons.org/{path}/")
    for code, name, path in (
        ("CC0-1.0", "CC0 1.0", "publicdomain/zero/1.0"),
        ("CC-BY-4.0", "BY 4.0", "licenses/by/4.0"),
        ("CC-BY-SA-4.0", "BY-SA 4.0", "licenses/by-sa/4.0"),
        ("CC-BY-ND-4.0", "BY-ND 4.0", "licenses/by-nd/4.0"),
        ("CC-BY-NC-4.0", "BY-NC 4.0", "licenses/by-nc/4.0"),
        ("CC-BY-NC-SA-4.0", "BY-NC-SA 4.0", "licenses/by-nc-sa/4.0"),
        ("CC-BY-NC-ND-4.0", "BY-NC-ND 4.0", "licenses/by-nc-nd/4.0"),
    )
}


def names(authors: Iterable[Author]) -> list[str]:
    """Return the authors' names in their order."""
    return [author.name for author in authors]
