"""What a viewer may see of an event: the one place that decides it.

Address levels:

* `public`: everybody sees the address.
* `city`: strangers see the city; who has a confirmed sign-up sees the address on
  their own page, in mails and in the calendar file that they get.
* `confirmed`: as `city`, but the address goes into no calendar file either, since
  calendars are copied to other companies' servers: only mail and the own page.

A release time holds the address back from supporters until then. Organisers of
the event always see everything.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ..pictures.shown import Shown
from ..places.cities import City
from ..places.sphere import Point
from ..publishing.told import Translations, replaced_in


class AddressLevel(StrEnum):
    """Who may see where exactly an event is."""

    PUBLIC = "public"
    CITY = "city"
    CONFIRMED = "confirmed"


class Viewer(StrEnum):
    """Who looks at an event, or where what they look at will lie."""

    STRANGER = "stranger"
    SUPPORTER = "supporter"  # confirmed, on their own page or in a mail
    SUPPORTER_CALENDAR = "supporter_calendar"  # confirmed, in a calendar file
    ORGANISER = "organiser"


@dataclass(frozen=True)
class Place:
    """Where an event is, as far as the viewer may know it."""

    venue: str = ""
    street_address: str = ""
    locality: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""  # ISO 3166-1 alpha-2
    latitude: float | None = None
    longitude: float | None = None
    online_url: str = ""
    #: True where the viewer sees less than there is.
    is_withheld: bool = False


@dataclass(frozen=True)
class Spot:
    """Where everybody's lists and maps show an event."""

    point: Point
    #: Whether it is the place itself, and not only the middle of its city.
    is_exact: bool
    city: City | None = None


@dataclass(frozen=True)
class Link:
    """Something that an event names and that has a page: its group, an article."""

    title: str
    slug: str
    uid: UUID | None = None
    language: str = "en"
    #: The same in other languages: an article may be translated.
    others: tuple["Link", ...] = ()

    def in_language(self, language: str) -> "Link":
        """Return the one that a reader of this language reads."""
        if self.language == language:
            return self
        return next((o for o in self.others if o.language == language), self)


@dataclass(frozen=True)
class EventView:
    """An event as one viewer may see it: what every output is made from.

    No field holds more than the viewer may know, so an output cannot leak what
    it was not given. Texts are as typed: `description` is Markdown.
    """

    uid: UUID
    slug: str
    title: str
    summary: str
    description: str
    kind: str
    language: str
    state: str  # draft, proposed, published, cancelled, postponed
    is_listed: bool
    attendance: str  # in_person, online, hybrid
    starts_local: datetime
    start_fold: int
    ends_local: datetime
    end_fold: int
    timezone: str
    starts_at: datetime
    ends_at: datetime
    is_all_day: bool
    place: Place
    accessibility_notes: str
    instructions: str  # empty for strangers
    host_name: str
    contact: str
    group: Link
    campaign: Link
    action_day: Link | None
    articles: tuple[Link, ...]
    accent: str
    capacity: int | None
    places_left: int | None
    #: People who confirmed, rounded down to tens; None where it is not shown.
    total_accepted: int | None
    created_at: datetime
    modified_at: datetime
    calendar_sequence: int
    #: What it is one date of; its title is told by none of its dates alone.
    series: Link | None = None
    picture: Shown | None = None
    #: How to get there, in the host's words: as secret as the address.
    directions: str = ""
    spot: Spot | None = None
    access: tuple[str, ...] = ()  # values of models.Access
    #: What the viewer may read of it in other languages.
    told_elsewhere: Translations = field(default_factory=dict, hash=False)

    def in_language(self, language: str) -> "EventView":
        """Return it as a reader of the language is told it, as far as it is in it."""
        day = self.action_day
        return replace(
            self,
            **replaced_in(self, language),
            campaign=self.campaign.in_language(language),
            action_day=day and day.in_language(language),
            articles=tuple(each.in_language(language) for each in self.articles),
        )

    @property
    def is_online(self) -> bool:
        return self.attendance != "in_person"

    @property
    def is_in_person(self) -> bool:
        return self.attendance != "online"

    @property
    def is_cancelled(self) -> bool:
        return self.state == "cancelled"

    @property
    def is_postponed(self) -> bool:
        return self.state == "postponed"

    @property
    def without_counts(self) -> "EventView":
        """The same for what is kept while people sign up."""
        if self.capacity is self.places_left is self.total_accepted is None:
            return self
        return replace(self, capacity=None, places_left=None, total_accepted=None)

    @property
    def is_full(self) -> bool:
        return self.places_left == 0


def told_to(viewer: Viewer, translations: Translations) -> Translations:
    """Return the translations without what only those may read who come."""
    if viewer is not Viewer.STRANGER:
        return translations
    return {
        language: {name: t for name, t in texts.items() if name != "instructions"}
        for language, texts in translations.items()
    }


def disclose(
    place: Place,
    level: AddressLevel,
    released_at: datetime | None,
    viewer: Viewer,
    now: datetime,
) -> Place:
    """Return `place` without what the viewer may not know at `now`."""
    if shows_address(level, released_at, viewer, now):
        return place
    return replace(
        place,
        venue="",
        street_address="",
        postal_code="",
        latitude=None,
        longitude=None,
        online_url="",
        is_withheld=bool(place.venue or place.street_address or place.online_url),
    )


def shows_address(
    level: AddressLevel, released_at: datetime | None, viewer: Viewer, now: datetime
) -> bool:
    """Return whether the viewer may know the address at `now`."""
    if viewer is Viewer.ORGANISER or level is AddressLevel.PUBLIC:
        return True
    if viewer is Viewer.STRANGER or (released_at is not None and now < released_at):
        return False
    return not (viewer is Viewer.SUPPORTER_CALENDAR and level is AddressLevel.CONFIRMED)


def shown_count(people: int) -> int | None:
    """Return a head count that may be public: rounded down to tens.

    Under ten it is not shown, since a small number can point at persons.
    """
    return people - people % 10 if people >= 10 else None
