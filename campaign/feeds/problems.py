"""What calendars leave out because it cannot be written, for those who can mend it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ..campaigns.models import ActionDay
from ..database import db
from ..events.models import Event
from ..organisers.models import Group
from ..publishing.models import Publishable
from ..publishing.queries import all_of, is_public
from .models import CalendarFragment

P = TypeVar("P", Event, ActionDay)
#: What fragments say of themselves, in words; all else is a mistake of ours.
_WORDS = {
    "bad-address": _l(
        "the address for taking part online holds what no web address can hold"
    ),
}
_UNKNOWN = _l("a text in it cannot be written as calendars need it")


def calendar_problem(thing: Publishable) -> str:
    """Return why calendars leave a public thing out, or nothing if they show it."""
    if not isinstance(thing, Event | ActionDay) or not thing.is_public:
        return ""
    code = db.session.scalar(
        select(CalendarFragment.problem)
        .where(CalendarFragment.uid == thing.uid, CalendarFragment.problem != "")
        .limit(1)
    )
    return str(_WORDS.get(code, _UNKNOWN)) if code else ""


def left_out_of(model: type[P], groups: Sequence[Group], now: datetime) -> Sequence[P]:
    """Return what calendars leave out of what the groups have ahead."""
    broken = select(CalendarFragment.uid).where(CalendarFragment.problem != "")
    query = all_of(model, groups).where(is_public(model), model.uid.in_(broken))
    if issubclass(model, Event):
        query = query.where(Event.ends_at > now)
    else:
        query = query.where(ActionDay.ends_on >= now.date())
    return db.session.scalars(query).all()
