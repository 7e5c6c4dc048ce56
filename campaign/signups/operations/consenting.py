"""Consents: given, withdrawn, and given again. What was once said stays written.

One of a purpose stands at a time, as an index of the database says. Whoever writes
one takes the lock of the event first.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select

from ...database import db
from ...events.models import ConsentPurpose
from ...events.operations import lock_event
from ...lib.refusal import Refusal
from ..models import Consent, SignUp


class NotAskedFor(Refusal):
    """The organisers do not ask for this consent, or no more."""


def note_consents(
    sign_up: SignUp,
    purposes: Iterable[ConsentPurpose],
    agreed: Collection[int],
    now: datetime,
) -> None:
    """Write down what somebody agreed to who signs up, in the words that they read.

    Who signs up once more and does not agree any more has withdrawn it.
    """
    standing = _standing(sign_up)
    for purpose in purposes:
        found = standing.get(purpose.id)
        if purpose.id not in agreed:
            if found is not None:
                found.withdrawn_at = now
        elif found is None:
            _give(sign_up, purpose, now)


def give_consent(sign_up: SignUp, number: int, now: datetime) -> None:
    """Agree on the own page, for the first time or once more.

    Who agrees already changes nothing. Raises NotAskedFor.
    """
    lock_event(sign_up.event)
    purpose = db.session.get(ConsentPurpose, number)
    if purpose is None or purpose.event_id != sign_up.event_id or purpose.is_retired:
        raise NotAskedFor
    if number not in _standing(sign_up):
        _give(sign_up, purpose, now)


def withdraw_consent(sign_up: SignUp, number: int, now: datetime) -> None:
    """Take a consent back; what is no consent of theirs, or is withdrawn, stays."""
    lock_event(sign_up.event)
    found = _standing(sign_up).get(number)
    if found is not None:
        found.withdrawn_at = now


def _standing(sign_up: SignUp) -> dict[int, Consent]:
    of_it = (Consent.sign_up_id == sign_up.id, Consent.withdrawn_at.is_(None))
    found = db.session.scalars(select(Consent).where(*of_it))
    return {each.purpose_id: each for each in found}


def _give(sign_up: SignUp, purpose: ConsentPurpose, now: datetime) -> None:
    given = Consent(sign_up_id=sign_up.id, purpose_id=purpose.id)
    given.wording, given.given_at = purpose.wording, now
    db.session.add(given)
