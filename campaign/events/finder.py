"""What the finder found, and where it leads when it found nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select

from ..database import db
from ..language import city_words, distance_words, language
from ..paging import page_of
from ..places.cities import find_city
from ..places.countries import uses_miles
from ..places.search import Found, find_place, words_of
from ..places.sphere import distance_km
from .disclosure import EventView, Viewer
from .distance import nearest_first
from .forms.filter import distances, filter_parts, in_miles
from .map_of_list import Drawing, Place, map_of_places
from .models import Event
from .queries import PER_PAGE, Cluster, EventFilter, clusters_of, public_events

#: As many places as one map can show and a page can bear.
_MOST_PLACES: Final = 120
_MOST_NEAREST: Final = 3
_EVERYWHERE: Final = EventFilter()


class Chip(NamedTuple):
    """Something that is asked, and what the address asks without it."""

    words: str
    without: dict[str, str | None]


class Step(NamedTuple):
    """A question that finds more, by what it changes in the address."""

    kind: str  # "distance", "dates", "words"
    changes: dict[str, str | int | None]
    words: str = ""


@dataclass(frozen=True)
class Around:
    """A place as somebody typed it, and how far from it events are."""

    near: str

    @cached_property
    def place(self) -> Found | None:
        """What was taken for the place that was asked for."""
        return find_place(self.near) if self.near else None

    @property
    def words(self) -> str:
        """The place in words, as far as it was understood."""
        return city_words(self.place.city) if self.place is not None else ""

    @property
    def others(self) -> list[tuple[str, str]]:
        """The other places that may be meant: words, and what the address asks."""
        others = self.place.others if self.place is not None else ()
        return [(city_words(city), words_of(city)) for city in others[:5]]

    def in_order(self, query: Select[Event]) -> Select[Event]:
        """Return the query with the nearest events first, if the place is known."""
        return query if self.place is None else nearest_first(query, self.place.point)

    def distance(self, event: EventView) -> str:
        """Return how far away an event is, in words; of a hidden one its city."""
        if self.place is None or event.spot is None:
            return ""
        kilometres = distance_km(self.place.point, event.spot.point)
        return distance_words(kilometres, uses_miles(self.place.city.country))


@dataclass(frozen=True)
class Search:
    """One question to the finder, at one moment."""

    wanted: EventFilter
    now: datetime
    by_date: bool = False  # although a place is asked for

    @cached_property
    def around(self) -> Around:
        return Around(self.wanted.near)

    @property
    def place(self) -> Found | None:
        return self.around.place

    @property
    def is_by_distance(self) -> bool:
        return self.place is not None and not self.by_date

    @cached_property
    def page(self) -> Pagination:
        """The page of the list that the address asks for."""
        return page_of(self._in_order(self._query(self.wanted)), PER_PAGE)

    @cached_property
    def events(self) -> list[EventView]:
        return self._seen(self.page)

    @cached_property
    def drawing(self) -> Drawing | None:
        """The map of all that was found, of whatever page."""
        if not self.page.total:
            return None
        code = language()
        clusters = clusters_of(self._query(self.wanted), _MOST_PLACES)
        return map_of_places([_place(each, code) for each in clusters])

    @cached_property
    def nearest(self) -> list[EventView]:
        """What is nearest, however far, where nothing is near enough."""
        if self.place is None or self.page.total:
            return []
        anywhere = replace(self.wanted, near="", within=_EVERYWHERE.within)
        query = self._query(anywhere).where(Event.shown_x.is_not(None))
        found = nearest_first(query, self.place.point).limit(_MOST_NEAREST)
        return self._seen(db.session.scalars(found))

    def distance(self, event: EventView) -> str:
        return self.around.distance(event)

    @property
    def days(self) -> Iterator[tuple[object, list[EventView]]]:
        """The events of the page, by the day on which they start on their clock."""
        day, events = None, list[EventView]()
        for event in self.events:
            starts_on = event.starts_local.date()
            if day is not None and starts_on != day:
                yield day, events
                events = []
            day = starts_on
            events.append(event)
        if events:
            yield day, events

    @property
    def steps(self) -> Iterator[Step]:
        """Questions that ask for less, where nothing was found."""
        wider = [km for km in distances(self.wanted) if km > self.wanted.within]
        if self.place is not None and wider:
            words = distance_words(wider[0], in_miles(self.wanted))
            yield Step("distance", {"within": wider[0]}, words)
        if self.wanted.from_ or self.wanted.to:
            yield Step("dates", {"from": None, "to": None})
        if self.wanted.q:
            yield Step("words", {"q": None})

    @property
    def chips(self) -> list[Chip]:
        """What is asked, each with the changes that take it off."""
        return [
            Chip(part.words, {"page": None, **dict.fromkeys(part.names, part.rest)})
            for part in filter_parts(self.wanted)
        ]

    def _query(self, wanted: EventFilter) -> Select[Event]:
        # Without dates it is about what is to come; with dates about those dates.
        since = None if wanted.from_ or wanted.to else self.now
        return public_events(wanted, since=since)

    def _in_order(self, query: Select[Event]) -> Select[Event]:
        return query if self.by_date else self.around.in_order(query)

    def _seen(self, events: Iterable[Event]) -> list[EventView]:
        return [
            event.seen_by(Viewer.STRANGER, self.now, language()) for event in events
        ]


def _place(cluster: Cluster, code: str) -> Place:
    city = find_city(cluster.city_id) if cluster.city_id is not None else None
    if city is None:
        return Place(cluster.point, cluster.events, "")
    name, is_foreign = city.name_in(code), not city.is_named_in(code)
    return Place(cluster.point, cluster.events, name, is_foreign)
