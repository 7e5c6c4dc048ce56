"""Roles at an event: what supporters can take on there."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...database import Id, Model, ShortText, foreign_key
from ..duty import Duty
from .event import Event


class RoleKind(StrEnum):
    """What a role is; each has its words in `signups/role_words.py`."""

    STEWARD = "steward"
    MEDIC = "medic"
    SPEAKER = "speaker"
    HELPER = "helper"
    WELCOME = "welcome"
    INTERPRETER = "interpreter"
    LEGAL_OBSERVER = "legal_observer"
    PHOTOGRAPHER = "photographer"
    DRIVER = "driver"
    CHILDCARE = "childcare"
    #: One that the organisers name themselves.
    OWN = "own"


class EventRole(Model):
    """Something that supporters can take on: one person of a party for each place.

    Its places are counted here, so that one conditional UPDATE can take one, and the
    CHECK stands behind it. Its hours are minutes from the start of the event on the
    clock on the wall: when the event is moved, or copied to another date, they are
    still right.
    """

    __tablename__ = "event_roles"
    __table_args__ = (
        CheckConstraint("places >= 1", name="at_least_one_place"),
        CheckConstraint(
            "places_taken >= 0 AND places_taken <= places", name="not_over_its_places"
        ),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(foreign_key("events"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[RoleKind]
    name: Mapped[ShortText] = mapped_column(default="")
    #: What it takes, in a line.
    hint: Mapped[str] = mapped_column(default="")
    places: Mapped[int] = mapped_column(default=1)
    places_taken: Mapped[int] = mapped_column(default=0)
    # Both or neither: without them it is for the whole event.
    starts_after: Mapped[int | None]
    ends_after: Mapped[int | None]
    is_retired: Mapped[bool] = mapped_column(default=False)

    event: Mapped[Event] = relationship()

    @property
    def missing(self) -> int:
        """How many are still looked for."""
        return 0 if self.is_retired else self.places - self.places_taken

    @property
    def starts_local(self) -> datetime | None:
        return self._wall_time(self.starts_after)

    @property
    def ends_local(self) -> datetime | None:
        return self._wall_time(self.ends_after)

    @property
    def duty(self) -> Duty:
        return Duty(
            self.kind.value,
            self.name,
            self.event.starts_local.date(),
            self.starts_local,
            self.ends_local,
        )

    def _wall_time(self, minutes: int | None) -> datetime | None:
        if minutes is None:
            return None
        return self.event.starts_local + timedelta(minutes=minutes)
