"""Roles at an event: taking one on, giving it back, and saying which are wanted.

Who has a place at an event may take on one of its roles. The place of a role is freed
wherever those of the event are: see `give_back` in `waiting_list`. Roles are retired
and never deleted, as questions are: who has one keeps it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from ...database import db
from ...events.models import Event, EventRole
from ...events.operations import (
    lock_event,
    release_role_place,
    set_role_places,
    take_role_place,
)
from ...events.queries import roles_of
from ...lib.refusal import Refusal
from ..models import SignUp
from .ordering import move_row, retire_row


class RoleFull(Refusal):
    """Enough others have taken this role on, or nobody is looked for any more."""


class NoTimeForRoles(Refusal):
    """The event has begun or is off, or the supporter has no place there."""


class TooManyInRole(Refusal):
    """More people than that have taken the role on already."""


def choose_role(sign_up: SignUp, role: EventRole | None, now: datetime) -> bool:
    """Take a role on, take another one, or give it back with None.

    Returns False where nothing changes. Raises NoTimeForRoles or RoleFull; then
    everything stays as it was.
    """
    lock_event(sign_up.event)
    if not sign_up.can_choose_role(now):
        raise NoTimeForRoles
    return _give(sign_up, role)


def assign_role(sign_up: SignUp, role: EventRole | None) -> bool:
    """Do the same as an organiser, who may as long as somebody has a place."""
    lock_event(sign_up.event)
    if not sign_up.is_confirmed:
        raise NoTimeForRoles
    return _give(sign_up, role)


def free_role(sign_up: SignUp) -> None:
    """Free the place of the role that somebody has, if there is one."""
    number = sign_up.role_id
    if number is not None:
        sign_up.role = None
        release_role_place(number)


def add_role(event: Event, values: Mapping[str, Any]) -> EventRole:
    """Look for people for one more role, after the others."""
    lock_event(event)
    role = EventRole(event=event, position=len(roles_of(event)), **values)
    db.session.add(role)
    return role


def change_role(event: Event, role: EventRole, values: Mapping[str, Any]) -> None:
    """Change a role; the calendars of those who have it learn it.

    Raises TooManyInRole where more have it than are wanted now.
    """
    lock_event(event)
    changes = dict(values)
    if not set_role_places(role, changes.pop("places")):
        raise TooManyInRole
    for name, value in changes.items():
        setattr(role, name, value)
    # One step for each, so that their apps take the new words for newer.
    db.session.flush()
    db.session.execute(
        update(SignUp)
        .where(SignUp.role_id == role.id)
        .values(calendar_steps=SignUp.calendar_steps + 1)
        .execution_options(synchronize_session=False)
    )


def move_role(event: Event, role: EventRole, step: int) -> None:
    """Name a role earlier or later by one; the first and the last stay."""
    lock_event(event)
    move_row(roles_of(event), role, step)


def retire_role(event: Event, role: EventRole, is_retired: bool) -> None:
    """Look for nobody any more, or once again. Who has the role keeps it."""
    lock_event(event)
    retire_row(roles_of(event), role, is_retired)


def _give(sign_up: SignUp, role: EventRole | None) -> bool:
    if role is not None and role.event_id != sign_up.event_id:
        raise RoleFull
    before = sign_up.role_id
    if before == (role.id if role is not None else None):
        return False
    # The new one first: who cannot get it keeps the old one.
    if role is not None and not take_role_place(role):
        raise RoleFull
    free_role(sign_up)
    sign_up.role = role
    sign_up.calendar_steps += 1
    db.session.flush()
    return True
