"""Events as everybody may see them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ...events.disclosure import EventView, Link, Place, Spot
from ...lib.walltime import wall_time
from ...places.towns import town_of


def events(now: datetime) -> dict[str, EventView]:
    """Return an event in each state, by a name of the state."""
    usual = usual_event(now)
    leeds = town_of("Leeds", "GB")
    spot = Spot(leeds.point, is_exact=True, city=leeds) if leeds else None
    withheld = Place(locality="Amman", country="JO", is_withheld=True)
    arabic: dict[str, Any] = {
        "title": "ضوء في كل نافذة",
        "summary": "نجتمع في صمت، ونقرأ الأسماء.",
        "language": "ar",
        "timezone": "Asia/Amman",
    }
    return {
        "usual": replace(usual, spot=spot, directions="Two minutes from the station."),
        "full": replace(usual, places_left=0),
        "cancelled": replace(usual, state="cancelled"),
        "postponed": replace(usual, state="postponed"),
        "online": replace(usual, attendance="online", place=Place(), kind="talk"),
        "both": replace(usual, attendance="hybrid", capacity=None, places_left=None),
        "all day": replace(usual, is_all_day=True, kind="film"),
        "withheld": replace(usual, **arabic, place=withheld),
        "moved": replace(_moved(usual), timezone="Europe/London"),
    }


def usual_event(now: datetime) -> EventView:
    """Return an event to which all is said that can be."""
    starts = (now + timedelta(days=9)).replace(hour=18, minute=30, second=0)
    starts, ends = starts.replace(microsecond=0), starts + timedelta(hours=1)
    return EventView(
        uid=UUID(int=1),
        slug="sample",
        title="A light in every window",
        summary="We meet in silence, and read the names.",
        description="",
        kind="vigil",
        language="en",
        state="published",
        is_listed=True,
        attendance="in_person",
        starts_local=wall_time(starts, "Europe/London"),
        start_fold=0,
        ends_local=wall_time(ends, "Europe/London"),
        end_fold=0,
        timezone="Europe/London",
        starts_at=starts,
        ends_at=ends,
        is_all_day=False,
        place=Place("City Hall", "The Headrow", "Leeds", "", "LS1 3AD", "GB"),
        accessibility_notes="The way in is at the side.",
        instructions="",
        host_name="Amal Haddad",
        contact="leeds@example.org",
        group=Link("Planet Syria", "sample"),
        campaign=Link("Light for Syria", "sample"),
        action_day=Link("Day of action", "sample"),
        articles=(),
        accent="#FFD21F",
        capacity=80,
        places_left=12,
        total_accepted=60,
        created_at=now,
        modified_at=now,
        calendar_sequence=0,
        access=("step-free", "sign-language", "quiet-space"),
    )


def _moved(event: EventView) -> EventView:
    later = timedelta(days=7)
    return replace(
        event,
        starts_local=event.starts_local + later,
        ends_local=event.ends_local + later,
        starts_at=event.starts_at + later,
        ends_at=event.ends_at + later,
        place=replace(event.place, venue="Central Library", street_address=""),
    )
