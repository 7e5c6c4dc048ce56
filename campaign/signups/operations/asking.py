"""What organisers ask those who sign up, and what they may agree to.

Questions, options and purposes are retired and never deleted: what was answered
stays readable. Whoever changes them takes the lock of the event first.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from ...database import db
from ...events.models import ConsentPurpose, Event, Question
from ...events.operations import lock_event
from ...events.queries import purposes_of, questions_of
from ...lib.refusal import Refusal
from ..queries import answer_counts
from .ordering import move_row, retire_row


class KindIsFixed(Refusal):
    """There are answers already, and they are answers to another kind of question."""


def add_question(
    event: Event, values: Mapping[str, Any], new_options: Iterable[str]
) -> Question:
    """Ask one more question, after the others."""
    lock_event(event)
    question = Question(event_id=event.id, position=len(questions_of(event)), **values)
    question.options = [_option(label) for label in new_options]
    db.session.add(question)
    return question


def change_question(
    event: Event,
    question: Question,
    values: Mapping[str, Any],
    options: Mapping[str, Mapping[str, Any]],
    new_options: Iterable[str],
) -> None:
    """Change a question, and its options by their keys.

    Options that somebody else has added meanwhile stay. Raises KindIsFixed.
    """
    lock_event(event)
    db.session.refresh(question)
    is_other_kind = values.get("kind", question.kind) is not question.kind
    if is_other_kind and answer_counts(event)[str(question.uid)]:
        raise KindIsFixed
    for name, value in values.items():
        setattr(question, name, value)
    question.options = [
        *({**each, **options.get(str(each["key"]), {})} for each in question.options),
        *(_option(label) for label in new_options),
    ]


def move_question(event: Event, question: Question, step: int) -> None:
    """Ask a question earlier or later by one; the first and the last stay."""
    lock_event(event)
    move_row(questions_of(event), question, step)


def retire_question(event: Event, question: Question, is_retired: bool) -> None:
    """Ask a question no more, or once again, after the others."""
    lock_event(event)
    retire_row(questions_of(event), question, is_retired)


def add_purpose(event: Event, wording: str) -> ConsentPurpose:
    """Offer one thing more to agree to."""
    lock_event(event)
    position = len(purposes_of(event))
    purpose = ConsentPurpose(event_id=event.id, wording=wording, position=position)
    db.session.add(purpose)
    return purpose


def retire_purpose(event: Event, purpose: ConsentPurpose, is_retired: bool) -> None:
    """Offer it no more, or once again. Whoever agreed to it has agreed."""
    lock_event(event)
    purpose.is_retired = is_retired


def _option(label: str) -> dict[str, object]:
    return {"key": uuid4().hex, "label": label, "is_retired": False}
