"""Signing in and out, sessions, and groups."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from ..database import EditedMeanwhile, db, execute_guarded
from ..lib.refusal import Refusal
from ..lib.tokens import new_token, token_hash
from ..mail.addresses import parse_address
from .models import (
    LINK_LIFETIME,
    Group,
    Membership,
    Organiser,
    OrganiserSession,
    Role,
    SignInLink,
)
from .queries import find_organiser, find_twin, free_slug

SESSION_LIFETIME = timedelta(days=30)
#: Between two links to the same organiser, so that nobody floods a mailbox.
PAUSE_BETWEEN_LINKS = timedelta(minutes=2)


class UnknownOrganiser(Refusal):
    """Nobody signs in with this address."""


class LinkSentAlready(Refusal):
    """A link was sent to this organiser a moment ago."""


class LinkNotUsable(Refusal):
    """The link has been used, has grown too old, or never was one."""

    status = 410


def request_sign_in_link(email: str, now: datetime) -> tuple[Organiser, str]:
    """Return whom a link goes to, and its token.

    Raises NotAnAddress, UnknownOrganiser, and LinkSentAlready as long as the last
    link by mail is younger than PAUSE_BETWEEN_LINKS.
    """
    # The lock comes first: of two requests at once the second one waits here,
    # and then sees the link of the first.
    organiser = db.session.scalar(
        select(Organiser)
        .where(Organiser.email == parse_address(email).key)
        .with_for_update()
    )
    if organiser is None:
        raise UnknownOrganiser
    if _has_fresh_link(organiser, now):
        raise LinkSentAlready
    return organiser, make_sign_in_link(organiser, now, is_mailed=True)


def _has_fresh_link(organiser: Organiser, now: datetime) -> bool:
    fresh = select(SignInLink.id).where(
        SignInLink.organiser_id == organiser.id,
        SignInLink.is_mailed,
        SignInLink.created_at > now - PAUSE_BETWEEN_LINKS,
    )
    return db.session.scalar(select(fresh.exists())) or False


def make_sign_in_link(
    organiser: Organiser,
    now: datetime,
    lifetime: timedelta = LINK_LIFETIME,
    is_mailed: bool = False,
) -> str:
    """Return the token of a new link that signs the organiser in, once."""
    token = new_token()
    db.session.add(
        SignInLink(
            token_hash=token_hash(token),
            organiser=organiser,
            is_mailed=is_mailed,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    db.session.flush()
    return token


def sign_in(token: str, now: datetime) -> str:
    """Use up a link, and return the token of the new session.

    Raises LinkNotUsable. One statement decides, so a link works once even for
    two browsers that open it at the same time.
    """
    hashed = token_hash(token)
    use = (
        update(SignInLink)
        .where(SignInLink.token_hash == hashed, SignInLink.used_at.is_(None))
        .where(SignInLink.expires_at > now)
        .values(used_at=now)
    )
    if not execute_guarded(use):
        raise LinkNotUsable
    link = db.session.scalars(
        select(SignInLink).where(SignInLink.token_hash == hashed)
    ).one()
    return _begin_session(link.organiser, now)


def _begin_session(organiser: Organiser, now: datetime) -> str:
    token = new_token()
    db.session.add(
        OrganiserSession(
            token_hash=token_hash(token),
            organiser=organiser,
            csrf_token=new_token(),
            created_at=now,
            expires_at=now + SESSION_LIFETIME,
        )
    )
    db.session.flush()
    return token


def end_session(session: OrganiserSession) -> None:
    """Sign out one browser."""
    db.session.delete(session)


def end_all_sessions(organiser: Organiser) -> None:
    """Sign out everywhere; links that were not used yet die too."""
    for table in (OrganiserSession, SignInLink):
        db.session.execute(delete(table).where(table.organiser_id == organiser.id))


def forget_expired(now: datetime) -> None:
    """Delete links and sessions that have ended."""
    for table in (OrganiserSession, SignInLink):
        db.session.execute(delete(table).where(table.expires_at <= now))


def find_or_make_organiser(email: str, now: datetime) -> Organiser:
    """Return the organiser with this address, who is new to the site or not.

    Raises NotAnAddress.
    """
    organiser = find_organiser(email)
    if organiser is None:
        organiser = Organiser(email=parse_address(email).key, created_at=now)
        db.session.add(organiser)
        db.session.flush()
    return organiser


def create_group(owner: Organiser, values: Mapping[str, Any], now: datetime) -> Group:
    """Add a group, and make the organiser its owner.

    Returns the one that is there where the same form was sent before: nobody owns
    two groups that say the same of themselves.
    """
    # So that the second press of the button waits for what the first one made.
    _lock(owner)
    group = find_twin(owner, values)
    if group is not None:
        return group
    group = Group(**values, slug=free_slug(Group, values["name"]), created_at=now)
    db.session.add_all(
        [group, Membership(organiser=owner, group=group, role=Role.OWNER)]
    )
    db.session.flush()
    return group


def edit_group(group: Group, opened_at: str, values: Mapping[str, Any]) -> None:
    """Write what was changed in a form that was opened at this version.

    Its address stays. Raises EditedMeanwhile when somebody saved in between; then
    nothing changed.
    """
    _lock(group)
    if group.version != opened_at:
        raise EditedMeanwhile
    for name, value in values.items():
        setattr(group, name, value)


def _lock(row: Group | Organiser) -> None:
    """Read a row again, and keep other writers away from it until the commit."""
    table = type(row)
    db.session.execute(select(table.id).where(table.id == row.id).with_for_update())
    db.session.expire(row)
