"""What is told of how many people come.

A board is asked again and again, by anybody. Whoever compares its answers must not
learn from them that one more person signed up, or left:

* What is told of an event is rounded down to tens, and nothing under ten
  (`disclosure.shown_count`).
* It stays as it is until ten more people, or ten fewer, have confirmed than when it was
  decided. So no change of it is due to one person, and whoever brings a number close
  to the next ten with sign-ups of their own still waits for ten others, or for none.
* It is looked at every ten minutes only, so that nobody can tell in which order, or at
  which moment within them, people came.
* A total is the sum of what is told of the events, and so is the size of a circle on
  the map. Neither holds anything more, so subtracting one from the other gives nothing.
* Who has not confirmed is not counted, and neither is an event that hides its counts.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import case, func, or_, select

from ..database import db
from ..events.disclosure import shown_count
from ..events.models import Event
from .models import ToldCount

#: As many people as it takes to change what is told.
STEP: Final = 10


def tell_counts(_now: datetime) -> None:
    """Decide anew what is told of those events of which enough has changed."""
    # The lists of past events are erased, and how many came is kept.
    came = func.coalesce(Event.people_came, 0)
    people = case((Event.places_confirmed > 0, Event.places_confirmed), else_=came)
    told = func.coalesce(ToldCount.counted, 0)
    query = (
        select(Event.id, people, ToldCount)
        .outerjoin(ToldCount, ToldCount.event_id == Event.id)
        .where(or_(people - told >= STEP, told - people >= STEP))
        .order_by(Event.id)
    )
    for number, counted, row in db.session.execute(query).all():
        if row is None:
            row = ToldCount(event_id=number)
            db.session.add(row)
        row.people, row.counted = shown_count(counted) or 0, counted
