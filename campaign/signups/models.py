"""Sign-ups."""

from datetime import date, datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Id, Model, foreign_key
from ..events.models import Event, EventRole
from ..lib.tokens import derived_token
from .lifecycle import CONFIRMED_STATES, STANDING_STATES, SignUpState

__all__ = [
    "CONFIRMED_STATES",
    "HOLD",
    "KEPT_UNCONFIRMED",
    "KEPT_WHILE_POSTPONED",
    "STANDING_STATES",
    "Consent",
    "Notice",
    "PersonalCalendar",
    "SignUp",
    "SignUpState",
]

#: A sign-up whose address is not confirmed holds its places for so long.
HOLD = timedelta(minutes=30)
#: Then the address is kept for so long, in case its owner confirms late.
KEPT_UNCONFIRMED = timedelta(days=1)
#: A list is erased so long after the old date of what was postponed for good.
KEPT_WHILE_POSTPONED = timedelta(days=365)


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
        return calendar_token(secret_key, self.token_nonce)

    @property
    def is_revoked(self) -> bool:
        return self.revoked_on is not None


class SignUp(Model):
    """A supporter's place at an event: no account, no address of their network."""

    __tablename__ = "sign_ups"
    __table_args__ = (
        UniqueConstraint("event_id", "email_hash"),
        CheckConstraint("party_size >= 1", name="party_of_at_least_one"),
        CheckConstraint(
            "places_held = 0 OR places_held = party_size", name="holds_all_or_nothing"
        ),
        Index("ix_sign_ups_state_hold_ends_at", "state", "hold_ends_at"),
        Index(
            "ix_sign_ups_event_id_state_hold_ends_at",
            *("event_id", "state", "hold_ends_at"),
        ),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(foreign_key("events"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: What the token is derived from, together with the site's secret key.
    token_nonce: Mapped[bytes]
    #: The hash of what the form had that was sent: the same form sent twice is
    #: answered alike, even where the first sending took the last place.
    form_key_hash: Mapped[str] = mapped_column(String(64), default="")

    #: Name, address and answers, under the key of the event: see `people`.
    sealed: Mapped[bytes]
    #: Equal for one address at one event, under the key of the event.
    email_hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(default="en")
    party_size: Mapped[int] = mapped_column(default=1)
    state: Mapped[SignUpState] = mapped_column(default=SignUpState.PENDING)
    #: How many of the event's places are counted for it: all of its party, or none.
    places_held: Mapped[int] = mapped_column(default=0)
    hold_ends_at: Mapped[datetime | None]
    #: Where it stands on the waiting list: who has the lowest number comes first.
    queue_number: Mapped[int | None]
    #: Until when a place that was offered to somebody who waits is kept for them.
    offer_ends_at: Mapped[datetime | None]
    #: Whether the organisers let it in, where the event asks for that.
    is_approved: Mapped[bool] = mapped_column(default=False)
    #: Whether an organiser wrote it down, so that nobody has confirmed the address.
    is_added_by_hand: Mapped[bool] = mapped_column(default=False)
    #: Counts what is done at the door, so that two stewards do not undo each other.
    door_version: Mapped[int] = mapped_column(default=0)
    #: What they take on at the event. It stands open: who they are lies sealed, so
    #: that all it tells is that somebody is a medic, which the event's page says too.
    role_id: Mapped[int | None] = mapped_column(foreign_key("event_roles"), index=True)
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
    role: Mapped[EventRole | None] = relationship()
    calendar: Mapped["PersonalCalendar | None"] = relationship()

    def token(self, secret_key: str) -> str:
        """Return what stands in the link to the supporter's own page."""
        return page_token(secret_key, self.token_nonce)

    @property
    def is_confirmed(self) -> bool:
        """Whether the supporter proved the address and has places."""
        return self.state in CONFIRMED_STATES

    def holds_places(self, now: datetime) -> bool:
        """Whether the places of this sign-up are kept for it at `now`."""
        if self.state is SignUpState.PENDING:
            return self.places_held > 0 and not self.is_overdue(now)
        return self.is_confirmed

    def is_overdue(self, now: datetime) -> bool:
        """Whether the time to confirm is up, whether or not it is swept up yet."""
        is_pending = self.state is SignUpState.PENDING
        return is_pending and (self.hold_ends_at is None or self.hold_ends_at <= now)

    @property
    def has_offer(self) -> bool:
        """Whether a place is kept for somebody who waited for it."""
        return self.state is SignUpState.WAITING and self.places_held > 0

    @property
    def awaits_approval(self) -> bool:
        """Whether the organisers have yet to let it in, before it gets a place."""
        return self.event.needs_approval and not self.is_approved

    @property
    def has_lapsed(self) -> bool:
        """Whether a place was offered and not taken in time."""
        return self.state is SignUpState.EXPIRED and self.confirmed_on is not None

    def can_answer(self, now: datetime) -> bool:
        """Whether the supporter may answer the event's own questions at `now`."""
        is_on_list = self.state in (SignUpState.GOING, SignUpState.WAITING)
        return is_on_list and self.event.is_open(now) and now < self.event.starts_at

    def can_choose_role(self, now: datetime) -> bool:
        """Whether the supporter may take a role on, change it or give it back."""
        is_going = self.state is SignUpState.GOING
        return is_going and self.event.is_open(now) and now < self.event.starts_at

    def is_in_calendar(self, now: datetime) -> bool:
        """Whether the supporter's calendar shows the event at `now`."""
        return self.state is SignUpState.WAITING or self.holds_places(now)


def calendar_token(secret_key: str, nonce: bytes) -> str:
    """Return what stands in the address of a calendar with this nonce."""
    return derived_token(secret_key.encode(), "own-calendar", nonce)


def page_token(secret_key: str, nonce: bytes) -> str:
    """Return what stands in the link to the page of a sign-up with this nonce."""
    return derived_token(secret_key.encode(), "sign-up", nonce)


class Consent(Model):
    """One purpose that a supporter agreed to, in the words that they read then.

    Who withdraws it and agrees again gets a row more: the first stays as it was.
    """

    __tablename__ = "consents"
    __table_args__ = (
        Index(
            "ix_consents_sign_up_id_purpose_id_standing",
            *("sign_up_id", "purpose_id"),
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    sign_up_id: Mapped[int] = mapped_column(
        ForeignKey("sign_ups.id", ondelete="CASCADE"), index=True
    )
    purpose_id: Mapped[int] = mapped_column(foreign_key("consent_purposes"))
    wording: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None


class Notice(Model):
    """A mail that was put into the outbox for a sign-up, so that it is not again.

    Written in the transaction of the mail. What it is about tells two of a kind
    apart: the reminder of a moved event is another one.
    """

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("sign_up_id", "kind", "about"),)

    id: Mapped[Id]
    sign_up_id: Mapped[int] = mapped_column(
        ForeignKey("sign_ups.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(80), default="")
