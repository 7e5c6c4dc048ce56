"""Sign-ups."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Id, Model, ShortText, foreign_key
from ..events.models import Event
from ..lib.tokens import derived_token

#: A sign-up whose address is not confirmed holds its places for so long.
HOLD = timedelta(minutes=30)
#: Then the address is kept for so long, in case its owner confirms late.
KEPT_UNCONFIRMED = timedelta(days=1)
#: A sign-up list is erased so long after its event.
KEPT_AFTER_EVENT = timedelta(days=30)
#: The same after the old date of an event that was postponed and got no new one.
KEPT_WHILE_POSTPONED = timedelta(days=365)


class SignUpState(StrEnum):
    """Where a supporter's place stands."""

    PENDING = "pending"
    GOING = "going"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


#: States in which a sign-up stands, so that the same address changes nothing.
STANDING_STATES = (
    SignUpState.PENDING,
    SignUpState.GOING,
    SignUpState.WAITING,
    SignUpState.ATTENDED,
    SignUpState.NO_SHOW,
)
#: States of those who proved their address and have places.
CONFIRMED_STATES = (SignUpState.GOING, SignUpState.ATTENDED, SignUpState.NO_SHOW)


class PersonalCalendar(Model):
    """The address that a supporter's calendar app follows.

    It knows nobody: sign-ups name it, and only those that the supporter put there.
    """

    __tablename__ = "personal_calendars"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: What the token is derived from, together with the site's secret key.
    token_nonce: Mapped[bytes]
    #: Since when its address is no longer good: it answers 410 for ever.
    revoked_on: Mapped[date | None]

    def token(self, secret_key: str) -> str:
        """Return what stands in the address that an app follows."""
        return derived_token(secret_key.encode(), "own-calendar", self.token_nonce)

    @property
    def is_revoked(self) -> bool:
        return self.revoked_on is not None


class SignUp(Model):
    """A supporter's place at an event: no account, no address of their network."""

    __tablename__ = "sign_ups"
    __table_args__ = (
        UniqueConstraint("event_id", "email_key"),
        CheckConstraint("party_size >= 1", name="party_of_at_least_one"),
        Index("ix_sign_ups_state_hold_ends_at", "state", "hold_ends_at"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(foreign_key("events"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: What the token is derived from, together with the site's secret key.
    token_nonce: Mapped[bytes]
    #: The hash of what the form had that was sent: the same form sent twice is
    #: answered alike, even where the first sending took the last place.
    form_key_hash: Mapped[str] = mapped_column(String(64), default="")

    name: Mapped[ShortText]
    email: Mapped[str] = mapped_column(String(254))
    #: The address in the form in which two are compared.
    email_key: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(default="en")
    party_size: Mapped[int] = mapped_column(default=1)
    state: Mapped[SignUpState] = mapped_column(default=SignUpState.PENDING)
    hold_ends_at: Mapped[datetime | None]
    # Dates instead of times: less to learn for who takes the list.
    created_on: Mapped[date]
    confirmed_on: Mapped[date | None]

    #: Where the supporter keeps it, perhaps with sign-ups to other events.
    calendar_id: Mapped[int | None] = mapped_column(
        foreign_key("personal_calendars"), index=True
    )
    #: How often calendars had to be told something new of this sign-up alone.
    calendar_steps: Mapped[int] = mapped_column(default=0)

    event: Mapped[Event] = relationship()
    calendar: Mapped["PersonalCalendar | None"] = relationship()

    def token(self, secret_key: str) -> str:
        """Return what stands in the link to the supporter's own page."""
        return derived_token(secret_key.encode(), "sign-up", self.token_nonce)

    @property
    def is_confirmed(self) -> bool:
        """Whether the supporter proved the address and has places."""
        return self.state in CONFIRMED_STATES

    def holds_places(self, now: datetime) -> bool:
        """Whether the places of this sign-up are kept for it at `now`."""
        if self.state is SignUpState.PENDING:
            return self.hold_ends_at is not None and now < self.hold_ends_at
        return self.is_confirmed

    def is_in_calendar(self, now: datetime) -> bool:
        """Whether the supporter's calendar shows the event at `now`."""
        return self.state is SignUpState.WAITING or self.holds_places(now)
