"""Events."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from ...articles.models import Article
from ...campaigns.models import ActionDay, Campaign
from ...database import Model, ShortText, WallTime, foreign_key
from ...lib.walltime import instant
from ...pictures.models import Pictured
from ...publishing.models import Publishable, Translated
from ...publishing.states import State
from ..disclosure import (
    AddressLevel,
    EventView,
    Link,
    Place,
    Viewer,
    disclose,
    shown_count,
    shows_address,
    told_to,
)
from .access import HasAccess
from .kinds import Attendance, Kind, Visibility
from .reading import EventArticle, reading_links, thing_link
from .series import Series
from .whereabouts import Whereabouts

#: LAST-MODIFIED knows no smaller unit, and must move when an address is released.
_SECOND = timedelta(seconds=1)
#: What every viewer may see as it stands.
_SEEN_BY_ALL = (
    "uid",
    "slug",
    "title",
    "summary",
    "description",
    "language",
    "starts_local",
    "start_fold",
    "ends_local",
    "end_fold",
    "timezone",
    "starts_at",
    "ends_at",
    "is_all_day",
    "accessibility_notes",
    "host_name",
    "contact",
    "created_at",
)


class Event(Whereabouts, HasAccess, Publishable, Pictured, Translated, Model):
    """One action in one place or online."""

    __tablename__ = "events"
    TEXTS = ("title", "summary", "description", "accessibility_notes", "instructions")
    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="ends_after_it_starts"),
        CheckConstraint("places_taken >= 0", name="places_taken_not_negative"),
        CheckConstraint(
            "capacity IS NULL OR places_taken <= capacity", name="not_over_capacity"
        ),
        CheckConstraint(
            "places_confirmed >= 0 AND places_confirmed <= places_taken",
            name="confirmed_are_taken",
        ),
        Index("ix_events_state_starts_at", "state", "starts_at"),
        Index("ix_events_country_locality", "country", "locality"),
        Index("ix_events_shown", "shown_z", "shown_x", "shown_y"),
        Index("uq_events_series_slot", "series_id", "series_slot", unique=True),
    )

    campaign_id: Mapped[int] = mapped_column(foreign_key("campaigns"), index=True)
    action_day_id: Mapped[int | None] = mapped_column(
        foreign_key("action_days"), index=True
    )
    kind: Mapped[Kind] = mapped_column(default=Kind.PROTEST)
    description: Mapped[str] = mapped_column(default="")
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.LISTED)
    #: Whether it was called off with its campaign or action day, not by itself.
    is_off_with_whole: Mapped[bool] = mapped_column(default=False)

    # When: the wall time and its zone are the truth; the instants are derived.
    starts_local: Mapped[WallTime]
    start_fold: Mapped[int] = mapped_column(default=0)
    ends_local: Mapped[WallTime]
    end_fold: Mapped[int] = mapped_column(default=0)
    timezone: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    is_all_day: Mapped[bool] = mapped_column(default=False)

    # One date of a series: the slot is the wall time that its rule gives this date,
    # for ever, wherever the date itself is moved.
    series_id: Mapped[int | None] = mapped_column(
        foreign_key("event_series"),
        active_history=True,  # the series that a date leaves changes too
    )
    series_slot: Mapped[WallTime | None]

    # Where
    attendance: Mapped[Attendance] = mapped_column(default=Attendance.IN_PERSON)
    venue: Mapped[ShortText] = mapped_column(default="")
    street_address: Mapped[ShortText] = mapped_column(default="")
    locality: Mapped[ShortText] = mapped_column(default="")
    region: Mapped[ShortText] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    online_url: Mapped[str] = mapped_column(default="")
    address_level: Mapped[AddressLevel] = mapped_column(default=AddressLevel.PUBLIC)
    address_released_at: Mapped[datetime | None]

    # For those who come
    accessibility_notes: Mapped[str] = mapped_column(default="")
    instructions: Mapped[str] = mapped_column(default="")
    host_name: Mapped[ShortText] = mapped_column(default="")
    contact: Mapped[ShortText] = mapped_column(default="")

    # Places: counted here, so that one conditional UPDATE can take them.
    capacity: Mapped[int | None]
    places_taken: Mapped[int] = mapped_column(default=0)
    places_confirmed: Mapped[int] = mapped_column(default=0)
    max_party_size: Mapped[int] = mapped_column(default=5)
    shows_counts: Mapped[bool] = mapped_column(default=True)

    # Signing up
    sign_ups_open_at: Mapped[datetime | None]
    sign_ups_close_at: Mapped[datetime | None]
    needs_approval: Mapped[bool] = mapped_column(default=False)
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    #: How long a place is kept for somebody who waited for it, at most.
    offer_hours: Mapped[int] = mapped_column(default=24)
    #: Until when places go to those who confirm first: unusually many sign up.
    confirm_first_until: Mapped[datetime | None]
    #: How many confirmed when the list was erased: all that is left of it.
    people_came: Mapped[int | None]

    # What calendars were last told: see feeds/operations.py.
    calendar_hash: Mapped[str] = mapped_column(String(64), default="")
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    calendar_changed_at: Mapped[datetime | None]
    # The same for the calendars of those who come, who may see more.
    own_calendar_hash: Mapped[str] = mapped_column(String(64), default="")
    own_calendar_sequence: Mapped[int] = mapped_column(default=0)
    own_calendar_changed_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()
    action_day: Mapped[ActionDay | None] = relationship()
    series: Mapped[Series | None] = relationship()
    article_links: Mapped[list[EventArticle]] = relationship(
        order_by="EventArticle.position",
        collection_class=ordering_list("position"),
        cascade="all, delete-orphan",
    )
    articles: AssociationProxy[list[Article]] = association_proxy(
        "article_links", "article", creator=lambda a: EventArticle(article=a)
    )

    def set_times(
        self,
        starts_local: datetime,
        ends_local: datetime,
        timezone: str,
        start_fold: int = 0,
        end_fold: int = 0,
        is_all_day: bool = False,
    ) -> None:
        """Set the wall times, and the instants that follow from them.

        An all-day event starts at 00:00 of its first day and ends at 00:00 after
        its last one.
        """
        self.starts_local, self.start_fold = starts_local, start_fold
        self.ends_local, self.end_fold = ends_local, end_fold
        self.timezone, self.is_all_day = timezone, is_all_day
        self.starts_at = instant(starts_local, timezone, start_fold)
        self.ends_at = instant(ends_local, timezone, end_fold)

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now

    def is_open(self, now: datetime) -> bool:
        """Whether people can sign up, as long as there are places."""
        return self.state is State.PUBLISHED and not self.is_over(now)

    def takes_sign_ups(self, now: datetime) -> bool:
        """Whether it is open, and signing up has begun and not been closed."""
        opens, closes = self.sign_ups_open_at, self.sign_ups_close_at
        is_begun = opens is None or opens <= now
        return self.is_open(now) and is_begun and (closes is None or now < closes)

    def is_confirm_first(self, now: datetime) -> bool:
        """Whether who has not confirmed holds no places now, since so many sign up."""
        return self.confirm_first_until is not None and now < self.confirm_first_until

    @property
    def places_left(self) -> int | None:
        return None if self.capacity is None else self.capacity - self.places_taken

    @property
    def place(self) -> Place:
        """Everything about where it is: for `disclose`, not for an output."""
        return Place(
            venue=self.venue,
            street_address=self.street_address,
            locality=self.locality,
            region=self.region,
            postal_code=self.postal_code,
            country=self.country,
            latitude=self.latitude,
            longitude=self.longitude,
            online_url=self.online_url,
        )

    def seen_by(self, viewer: Viewer, now: datetime, language: str = "") -> EventView:
        """Return what the viewer may see of this event at `now`.

        In the language where there is a translation, else as it was written.
        """
        shows_counts = self.shows_counts or viewer is Viewer.ORGANISER
        same: dict[str, Any] = {name: getattr(self, name) for name in _SEEN_BY_ALL}
        secret = (self.address_level, self.address_released_at)
        sequence, modified_at = self._told_to(viewer, now)
        view = EventView(
            **same,
            kind=self.kind.value,
            state=self.state.value,
            is_listed=self.visibility is Visibility.LISTED,
            attendance=self.attendance.value,
            place=disclose(self.place, *secret, viewer, now),
            instructions="" if viewer is Viewer.STRANGER else self.instructions,
            directions=self.directions if shows_address(*secret, viewer, now) else "",
            spot=self.spot,
            access=self.access,
            group=Link(self.group.name, self.group.slug),
            campaign=thing_link(self.campaign),
            action_day=self._action_day_link,
            articles=reading_links(self.all_articles),
            accent=self.campaign.accent,
            capacity=self.capacity if shows_counts else None,
            places_left=self._shown_places_left(shows_counts),
            total_accepted=shown_count(self.places_confirmed) if shows_counts else None,
            calendar_sequence=sequence,
            modified_at=modified_at,
            series=self._series_link,
            told_elsewhere=told_to(viewer, self.told_elsewhere or {}),
            picture=self.picture.shown if self.picture is not None else None,
        )
        return view.in_language(language)

    def _told_to(self, viewer: Viewer, now: datetime) -> tuple[int, datetime]:
        """SEQUENCE and LAST-MODIFIED of what this viewer's calendar was told last."""
        if viewer is not Viewer.SUPPORTER_CALENDAR:
            return self.calendar_sequence, self.calendar_changed_at or self.modified_at
        changed_at = self.own_calendar_changed_at or self.modified_at
        released_at = self.address_released_at
        if released_at is None or now < released_at:
            return self.own_calendar_sequence, changed_at
        # Nobody writes anything when that moment comes: writes leave room for it.
        return self.own_calendar_sequence + 1, max(changed_at, released_at) + _SECOND

    @property
    def all_articles(self) -> list[Article]:
        """The articles of the event, then those of its action day, each once."""
        linked = [link.article for link in self.article_links]
        if self.action_day is not None:
            linked += [link.article for link in self.action_day.article_links]
        return list(dict.fromkeys(linked))

    def _shown_places_left(self, shows_counts: bool) -> int | None:
        """Whether it is full everybody may know; how far from it, where counts show."""
        return self.places_left if shows_counts or self.places_left == 0 else None

    @property
    def _action_day_link(self) -> Link | None:
        day = self.action_day
        if day is None or not day.is_public:
            return None
        return thing_link(day)

    @property
    def _series_link(self) -> Link | None:
        series = self.series
        return Link("", series.slug, series.uid) if series is not None else None

    @validates("country")
    def _country_in_capitals(self, _key: str, country: str) -> str:
        return country.upper()
