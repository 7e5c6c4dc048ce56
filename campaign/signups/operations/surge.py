"""A surge: far more people sign up at once than confirm that it was them.

Nobody can tell a hall full of people from a machine by their sign-ups. Those who exist
confirm. So while a surge lasts an unconfirmed sign-up holds no places: they go to whom
confirms first, and nobody is turned away. It ends by itself.

How long ago somebody signed up is told by when their hold ends, which is forgotten
when they confirm: nothing more is kept of anybody for it.
"""

from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from sqlalchemy import func, select, update

from ...database import db, execute_guarded
from ...events.models import Event
from ...events.operations import lock_event, release_places
from ...organisers.messages import surge_began
from ...organisers.queries import editors_of
from .. import log
from ..models import HOLD, SignUp, SignUpState
from .waiting_list import fill_places

#: What is counted together: this long before now.
WINDOW: Final = timedelta(minutes=10)
#: Fewer unconfirmed people than that are no surge, however small the event is.
LEAST: Final = 30
#: Nor is less than this part of the places: a quarter.
PART: Final = 4
#: How long places go to those who confirm first, after it was last seen.
LASTS: Final = timedelta(hours=1)
#: It is not written down anew at each look.
_REFRESHED: Final = timedelta(minutes=5)


def surging_events(now: datetime) -> list[tuple[int, int]]:
    """Return the events with a surge that is new or goes on, and how many people.

    None, where the site is told to have no limits.
    """
    if not current_app.config["LIMITS"]:
        return []
    people = func.sum(SignUp.party_size)
    unconfirmed = SignUp.state.in_((SignUpState.PENDING, SignUpState.EXPIRED))
    query = (
        select(SignUp.event_id, people)
        .join(Event, Event.id == SignUp.event_id)
        .where(unconfirmed, SignUp.hold_ends_at > now + HOLD - WINDOW)
        .where(Event.capacity.is_not(None))
        .where(
            Event.confirm_first_until.is_(None)
            | (Event.confirm_first_until < now + LASTS - _REFRESHED)
        )
        .group_by(SignUp.event_id, Event.capacity)
        .having(people >= LEAST, people * PART >= Event.capacity)
        .order_by(SignUp.event_id)
    )
    return [(event_id, int(number)) for event_id, number in db.session.execute(query)]


def note_surge(found: tuple[int, int], now: datetime) -> None:
    """Let places of an event go to those who confirm first, and tell its organisers.

    What is held without a confirmation becomes free, for those who wait or confirm.
    """
    number, people = found
    event = db.session.get_one(Event, number)
    lock_event(event)
    is_new = not event.is_confirm_first(now)
    event.confirm_first_until = now + LASTS
    if not is_new:
        return
    _free_holds(event)
    log.note(event, None, log.Action.SURGE, now, count=people)
    for reader in editors_of(event.group_id):
        surge_began(reader, event.title, event.slug, people, now)
    fill_places(event, now)


def _free_holds(event: Event) -> None:
    of_it = (SignUp.event_id == event.id, SignUp.state == SignUpState.PENDING)
    held = db.session.scalar(select(func.sum(SignUp.places_held)).where(*of_it))
    if held:
        execute_guarded(
            update(SignUp).where(*of_it, SignUp.places_held > 0).values(places_held=0)
        )
        release_places(event, held)
