"""Answers to an event's own questions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ...database import db
from ...events.models import Question
from ...events.operations import lock_event
from ...lib.refusal import Refusal
from ..models import SignUp
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
