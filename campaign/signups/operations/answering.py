"""Answers to an event's own questions, and consents given and withdrawn."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ...database import db
from ...events.models import ConsentPurpose, Question
from ...events.operations import lock_event
from ...lib.refusal import Refusal
from ..models import Consent, SignUp
from ..people import person_of, write_answers


class TooLateToAnswer(Refusal):
    """The event has begun or is off, or the supporter is not on its list."""


def answer(
    sign_up: SignUp, asked: Iterable[Question], answers: Mapping[str, Any]
) -> None:
    """Write answers down. Those to questions that were not asked stay as they are."""
    uids = {str(question.uid) for question in asked}
    before = person_of(sign_up).answers
    kept = {uid: given for uid, given in before.items() if uid not in uids}
    write_answers(sign_up, {**kept, **answers})


def change_answers(
    sign_up: SignUp,
    asked: Iterable[Question],
    answers: Mapping[str, Any],
    now: datetime,
) -> None:
    """Answer on the own page, as long as the event has not begun.

    Raises TooLateToAnswer.
    """
    lock_event(sign_up.event)
    db.session.refresh(sign_up)
    if not sign_up.can_answer(now):
        raise TooLateToAnswer
    answer(sign_up, asked, answers)


def note_consents(
    sign_up: SignUp,
    purposes: Iterable[ConsentPurpose],
    agreed: Collection[int],
    now: datetime,
) -> None:
    """Write down what somebody agreed to who signs up, in the words that they read.

    Who signs up once more and does not agree any more has withdrawn it.
    """
    query = select(Consent).where(Consent.sign_up_id == sign_up.id)
    before = {each.purpose_id: each for each in db.session.scalars(query)}
    for purpose in purposes:
        found = before.get(purpose.id)
        if purpose.id in agreed:
            given = found or Consent(sign_up_id=sign_up.id, purpose_id=purpose.id)
            given.wording, given.given_at = purpose.wording, now
            given.withdrawn_at = None
            db.session.add(given)
        elif found is not None:
            found.withdrawn_at = found.withdrawn_at or now


def withdraw_consent(sign_up: SignUp, number: int, now: datetime) -> None:
    """Take a consent back; what is no consent of theirs, or is withdrawn, stays."""
    query = select(Consent).where(
        Consent.sign_up_id == sign_up.id, Consent.purpose_id == number
    )
    found = db.session.scalar(query.with_for_update())
    if found is not None:
        found.withdrawn_at = found.withdrawn_at or now
