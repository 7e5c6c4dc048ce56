"""What an event said before it was changed: what is told of it, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

from ..events.disclosure import AddressLevel, EventView, Place, Viewer, disclose
from ..lib.walltime import instant

_PLACE: Final = ("venue", "street_address", "postal_code", "locality", "country")
_TIMES: Final = ("starts_at", "ends_at", "timezone", "is_all_day")


@dataclass(frozen=True)
class Before:
    """Title, time and place of an event as they were."""

    title: str
    starts_local: datetime
    start_fold: int
    ends_local: datetime
    end_fold: int
    timezone: str
    is_all_day: bool
    attendance: str
    place: Place
    address_level: AddressLevel
    address_released_at: datetime | None

    @property
    def starts_at(self) -> datetime:
        return instant(self.starts_local, self.timezone, self.start_fold)

    @property
    def ends_at(self) -> datetime:
        return instant(self.ends_local, self.timezone, self.end_fold)

    def seen(
        self, event: EventView, release: "Release", viewer: Viewer, now: datetime
    ) -> EventView:
        """Return how a viewer may see the event as it was.

        Of the place as much as the rule of that time and the one of now both allow:
        an address that was raised to a secret since is not told by what it was.
        """
        place = disclose(
            self.place, self.address_level, self.address_released_at, viewer, now
        )
        place = disclose(place, release.level, release.at, viewer, now)
        return replace(
            event,
            title=self.title,
            starts_local=self.starts_local,
            start_fold=self.start_fold,
            ends_local=self.ends_local,
            end_fold=self.end_fold,
            timezone=self.timezone,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            is_all_day=self.is_all_day,
            attendance=self.attendance,
            place=place,
        )

    def written(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=_text))
        return plain

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        values = dict(written)
        for name in ("starts_local", "ends_local", "address_released_at"):
            values[name] = values[name] and datetime.fromisoformat(values[name])
        values["place"] = Place(**values["place"])
        values["address_level"] = AddressLevel(values["address_level"])
        return cls(**values)


@dataclass(frozen=True)
class Release:
    """The rule for the address of an event as it is now."""

    level: AddressLevel
    at: datetime | None


def differences(old: EventView | Before, new: EventView | Before) -> frozenset[str]:
    """Return what two states of an event differ in: `title`, `when`, `where`."""
    found = set()
    if old.title != new.title:
        found.add("title")
    if any(getattr(old, name) != getattr(new, name) for name in _TIMES):
        found.add("when")
    if old.attendance != new.attendance or _place(old) != _place(new):
        found.add("where")
    return frozenset(found)


def must_be_told(old: Before, new: Before) -> bool:
    """Return whether people would come at the wrong time or to the wrong town."""
    times = ("starts_at", "timezone", "is_all_day")
    places = ("locality", "country", "online_url")
    return (
        any(getattr(old, name) != getattr(new, name) for name in times)
        or any(getattr(old.place, n) != getattr(new.place, n) for n in places)
        or old.attendance != new.attendance
    )


def _place(event: EventView | Before) -> tuple[str, ...]:
    """The lines of the address that this way of taking part needs."""
    in_person = event.attendance != "online"
    names = _PLACE if in_person else ()
    online = (event.place.online_url,) if event.attendance != "in_person" else ()
    return (*(getattr(event.place, name) for name in names), *online)


def _text(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
