"""Whatever organisers do, and in whatever order: calendars tell it, at once and whole.

Nothing is said here of what a change should show. A feed from the shelf has to be the
one that would be written now, and what is stored what all the rows together give.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import factories
import icalendar
import pytest
from flask import Flask
from sqlalchemy import select
from thorough import THOROUGH
from werkzeug.test import Client

from campaign.articles.models import Article
from campaign.campaigns.models import ActionDay, Campaign
from campaign.database import db, transaction
from campaign.events.disclosure import AddressLevel
from campaign.events.models import Event, Rhythm, Series, Visibility
from campaign.events.operations import edit_event
from campaign.events.recurrence import first_slots, slots
from campaign.feeds.operations import all_parts, write_part
from campaign.lib import clock
from campaign.lib.refusal import Refusal
from campaign.organisers.models import Group
from campaign.publishing.operations import move
from campaign.publishing.states import Move
from campaign.series.operations.changing import change_following, move_following
from campaign.series.operations.making import (
    extend_series,
    leave_series,
    repeat_event,
)

Work = Callable[[random.Random], object]
FEEDS = ("/calendar.ics", "/calendar.atom", "/events.ics?country=GB", "/articles.ics")
#: Databases and seeds; an ordinary run takes the first and the last.
ALL = tuple(product(("sqlite", "postgresql"), (1, 2)))
TIMES = ("starts_local", "ends_local", "timezone", "start_fold", "end_fold")


def any_row(model: Any, chance: random.Random) -> Any:
    return chance.choice(db.session.scalars(select(model).order_by(model.id)).all())


def any_date(chance: random.Random) -> Any:
    dates = select(Event).where(Event.series_id.is_not(None)).order_by(Event.id)
    return chance.choice(db.session.scalars(dates).all())


def edit(chance: random.Random) -> None:
    event, later = any_row(Event, chance), timedelta(hours=chance.choice((0, 1, -26)))
    values = {name: getattr(event, name) for name in (*TIMES, "campaign", "capacity")}
    values |= {"is_all_day": False, "title": f"Title {chance.randint(1, 3)}"}
    for name in TIMES[:2]:
        values[name] += later
    change = change_following if event.series_id else edit_event
    change(event, event.version, values, clock.now())


def repeat(chance: random.Random) -> None:
    event, rhythm = any_row(Event, chance), chance.choice(list(Rhythm)[:3])
    given = first_slots(rhythm, event.starts_local, 4)
    repeat_event(event, rhythm, given, clock.now())


def extend(chance: random.Random) -> None:
    event = any_date(chance)
    series = event.series
    known = len(slots(series.rhythm, series.first_slot, series.last_slot))
    given = first_slots(series.rhythm, series.first_slot, known + 2)
    extend_series(event, given[known:], clock.now())


def link(chance: random.Random) -> None:
    shown = any_row(chance.choice((Event, ActionDay)), chance)
    article = any_row(Article, chance)
    if article in shown.articles:
        shown.articles.remove(article)
    else:
        shown.articles.append(article)


#: A move of one thing, of many; a word in something that many name; a series.
WORK: tuple[Work, ...] = (
    lambda r: move(
        any_row(r.choice((Event, Article, ActionDay)), r),
        r.choice(list(Move)),
        clock.now(),
    ),
    lambda r: move_following(any_date(r), r.choice(list(Move)), clock.now()),
    lambda r: setattr(any_row(Group, r), "name", f"Group {r.randint(1, 9)}"),
    lambda r: setattr(any_row(Campaign, r), "title", f"Campaign {r.randint(1, 9)}"),
    lambda r: setattr(any_row(Article, r), "title", f"Article {r.randint(1, 9)}"),
    lambda r: setattr(any_row(Event, r), "visibility", r.choice(list(Visibility))),
    lambda r: setattr(any_row(Event, r), "address_level", r.choice(list(AddressLevel))),
    lambda r: setattr(any_row(Event, r), "action_day", any_row(ActionDay, r)),
    lambda r: setattr(any_row(Event, r), "group", any_row(Group, r)),
    lambda r: leave_series(any_row(Event, r), clock.now()),
    edit,
    link,
    repeat,
    repeat,
    extend,
)


@pytest.mark.parametrize(
    ("app", "seed"),
    ALL if THOROUGH else ALL[::3],
    indirect=["app"],
)
def test_any_work_in_any_order_is_told_at_once_and_whole(app: Flask, seed: int) -> None:
    chance = random.Random(seed)
    group = factories.group()
    day = factories.action_day(campaign=factories.campaign(group=group))
    factories.article(group=group)
    for _ in range(3):
        factories.event(datetime(2035, 2, 27, 19), group=group, action_day=day)
    factories.event()
    polls, bare = Client(app), Client(app.extensions["fast_path"]._app)
    done, sequences = 0, {}
    for _turn in range(40):
        done += is_done(chance.choice(WORK), chance)
        path = chance.choice(FEEDS)
        body = polls.get(path).data
        assert body == bare.get(path).data
        if path.endswith(".atom"):
            continue
        for entry, sequence in told(body).items():
            assert sequence >= sequences.get(entry, 0)
            sequences[entry] = sequence
    assert done > 15
    before = stored()
    for part in all_parts():
        with transaction():
            write_part(part)
    assert stored() == before


def is_done(work: Work, chance: random.Random) -> bool:
    try:
        with transaction():
            work(chance)
    except (Refusal, IndexError):  # a rule said no, or there is no series yet
        return False
    return True


def told(body: bytes) -> dict[str, int]:
    """The sequence of each entry, none of which may be there twice."""
    entries = icalendar.Calendar.from_ical(body).events
    which = [e.get("RECURRENCE-ID") for e in entries]
    moments = [
        (str(e["UID"]), slot.to_ical() if slot else b"")
        for e, slot in zip(entries, which, strict=True)
    ]
    assert len(set(moments)) == len(moments)
    return {str(e["UID"]): int(e["SEQUENCE"]) for e in entries}


def stored() -> dict[Any, Any]:
    """The stamps of all that calendars tell."""
    db.session.rollback()
    db.session.expire_all()
    names = ("calendar_sequence", "calendar_changed_at", "calendar_hash")
    return {
        row.uid: [getattr(row, name) for name in names]
        for model in (Event, ActionDay, Series)
        for row in db.session.scalars(select(model))
    }
