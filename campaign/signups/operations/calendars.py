"""Personal calendars: which one a sign-up is kept in, and when its address ends.

After the locks of the events come those of the calendars, in the order of their ids:
whoever puts a sign-up into a calendar, or takes it out, holds it. So no calendar is
revoked while somebody is put into it.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import exists, select

from ...database import db
from ...events.models import Event
from ...events.operations import lock_event
from ...lib.refusal import Refusal
from ...lib.tokens import token_hash
from ...past_session import write_at_once
from ..models import PersonalCalendar, SignUp, calendar_token
from ..queries import find_calendar, find_sign_up, sign_ups_in


class UnknownCalendar(Refusal):
    """The address is neither of a calendar nor of a sign-up."""


class RevokedCalendar(Refusal):
    """The address was made invalid."""


class SameCalendar(Refusal):
    """The sign-up is in this calendar already."""


def give_calendar(sign_up: SignUp) -> PersonalCalendar:
    """Return the calendar of a sign-up, made now for one that has none yet."""
    if sign_up.calendar is None:
        sign_up.calendar = write_at_once(_new_calendar())
        sign_up.calendar_id = sign_up.calendar.id
    return sign_up.calendar


def keep_in_calendar(sign_up: SignUp, token: str, now: datetime) -> None:
    """Move a sign-up into a calendar, named by the token of its own address or by
    that of the page of a sign-up in it.

    Raises UnknownCalendar, RevokedCalendar or SameCalendar.
    """
    other = find_sign_up(token)
    _lock_events([sign_up, other] if other else [sign_up])
    # The page comes first: it is good even where its calendar's address is not.
    target = give_calendar(other) if other else find_calendar(token)
    if target is None:
        raise UnknownCalendar
    before = _locked_calendar(sign_up, target)
    if target.is_revoked:
        raise RevokedCalendar
    if target is before:
        raise SameCalendar
    sign_up.calendar = target
    _end_if_empty(before, now)


def take_out_of_calendar(sign_up: SignUp, now: datetime) -> bool:
    """Give a sign-up a calendar of its own; return False where it has one already."""
    lock_event(sign_up.event)
    before = _locked_calendar(sign_up)
    if before is not None and len(sign_ups_in(before)) < 2:
        return False
    sign_up.calendar = _new_calendar()
    _end_if_empty(before, now)
    return True


def revoke_calendar(sign_up: SignUp, now: datetime) -> None:
    """Make the address of a sign-up's calendar invalid, and give it a new one.

    Each sign-up in it gets one of its own. If they stayed together, somebody who
    has the old address, and put a sign-up of theirs into it, would learn the new one.
    """
    before = sign_up.calendar
    kept = sign_ups_in(before) if before else [sign_up]
    _lock_events(kept)
    before = _locked_calendar(sign_up)
    for each in sign_ups_in(before) if before else [sign_up]:
        each.calendar = _new_calendar()
    if before is not None:
        before.revoked_on = now.date()
    _revoke_page_sibling(sign_up, now)


def _revoke_page_sibling(sign_up: SignUp, now: datetime) -> None:
    """Make the page's address with .ics behind it invalid too; the page stays."""
    known = exists().where(PersonalCalendar.token_hash == sign_up.token_hash)
    if db.session.scalar(select(known)):
        return
    db.session.add(
        PersonalCalendar(
            token_hash=sign_up.token_hash, token_nonce=b"", revoked_on=now.date()
        )
    )


def values_of_calendar() -> dict[str, Any]:
    """Return what a new calendar begins with."""
    nonce = secrets.token_bytes(32)
    token = calendar_token(current_app.config["SECRET_KEY"], nonce)
    return {"token_nonce": nonce, "token_hash": token_hash(token)}


def _new_calendar() -> PersonalCalendar:
    return PersonalCalendar(**values_of_calendar())


def _lock_events(sign_ups: Iterable[SignUp]) -> None:
    events: set[Event] = {sign_up.event for sign_up in sign_ups}
    for event in sorted(events, key=lambda event: event.id):
        lock_event(event)


def _locked_calendar(
    sign_up: SignUp, *others: PersonalCalendar
) -> PersonalCalendar | None:
    """Return the calendar of a sign-up under its lock, together with other ones.

    While somebody waits for that lock, who holds it may revoke the calendar, and give
    all that is in it another one, whatever event they are of.
    """
    before: PersonalCalendar | None = sign_up.calendar
    while True:
        _lock_calendars(*others, before)
        db.session.expire(sign_up, ["calendar_id", "calendar"])
        if sign_up.calendar is before:
            return before
        before = sign_up.calendar


def _lock_calendars(*calendars: PersonalCalendar | None) -> None:
    """Keep others from putting sign-ups in or taking them out, until the commit."""
    db.session.flush()
    ids = [calendar.id for calendar in calendars if calendar is not None]
    query = (
        select(PersonalCalendar)
        .where(PersonalCalendar.id.in_(ids))
        .order_by(PersonalCalendar.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    db.session.scalars(query).all()


def _end_if_empty(calendar: PersonalCalendar | None, now: datetime) -> None:
    """Revoke a calendar that its last sign-up has left: nothing will come any more."""
    db.session.flush()
    if calendar is not None and not sign_ups_in(calendar):
        calendar.revoked_on = now.date()
