"""What somebody looks for among the events."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from ..places.search import find_place
from ..places.sphere import Point

#: How far around a city is looked where nobody says, in kilometres.
NEAR: Final = 50


@dataclass(frozen=True)
class EventFilter:
    """What somebody looks for; an empty value asks for nothing."""

    q: str = ""
    campaign: str = ""  # slug
    day: str = ""  # slug of the action day
    group: str = ""  # slug
    article: str = ""  # slug
    has_article: bool | None = None
    series: str = ""  # slug
    country: str = ""  # ISO 3166-1 alpha-2
    city: str = ""
    near: str = ""  # a city, or latitude and longitude
    within: int = NEAR  # km
    kind: str = ""
    language: str = ""
    access: tuple[str, ...] = ()  # values of Access
    online: bool | None = None
    from_: date | None = None
    to: date | None = None

    @property
    def is_empty(self) -> bool:
        return self == EventFilter()

    @property
    def questions(self) -> list[tuple[str, str]]:
        """What an address has to ask for the same, by name."""
        asked = []
        for each in fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                asked.append((each.name.rstrip("_"), _question(value)))
        return sorted(asked)

    @property
    def centre(self) -> Point | None:
        """What `near` means, None where nothing is known of it."""
        place = find_place(self.near) if self.near else None
        return place.point if place is not None else None


def _question(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
