"""How often each answer was given, and each purpose agreed to.

Answers lie sealed, so that no database can count them: they are counted in one pass
over the list, once it is opened.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..events.models import ConsentPurpose, Question, QuestionKind
from .roll import A_TEXT, NO_ANSWER, Entry, answer_keys

#: They have places: whoever waits, or has left, needs no chair.
COUNTED: Final = ("going", "attended", "no_show")


@dataclass(frozen=True)
class Total:
    """How many have chosen one answer: sign-ups, and people who come with them."""

    key: str
    sign_ups: int
    people: int


def totals(
    entries: Iterable[Entry], questions: Sequence[Question]
) -> list[tuple[Question, list[Total]]]:
    """Return each question that somebody answered with its totals, options in order.

    Who has not answered comes last.
    """
    sign_ups: Counter[tuple[str, str]] = Counter()
    people: Counter[tuple[str, str]] = Counter()
    uids = [str(question.uid) for question in questions]
    for entry in entries:
        if entry.state not in COUNTED:
            continue
        for uid in uids:
            for key in answer_keys(entry.answers.get(uid)):
                sign_ups[uid, key] += 1
                people[uid, key] += entry.party_size
    found = []
    for uid, question in zip(uids, questions, strict=True):
        totalled = [
            Total(key, sign_ups[uid, key], people[uid, key])
            for key in _keys_of(question)
            if sign_ups[uid, key] or key in _offered(question)
        ]
        if any(each.key != NO_ANSWER and each.sign_ups for each in totalled):
            found.append((question, totalled))
    return found


def agreed_totals(
    entries: Iterable[Entry],
    purposes: Iterable[ConsentPurpose],
    agreed: Mapping[int, Collection[int]],
) -> list[tuple[ConsentPurpose, int]]:
    """Return how many of those who can be written to agreed to each purpose."""
    numbers = {entry.number for entry in entries}
    return [
        (purpose, len(numbers.intersection(agreed.get(purpose.id, ()))))
        for purpose in purposes
    ]


def _keys_of(question: Question) -> list[str]:
    match question.kind:
        case QuestionKind.TEXT:
            return [A_TEXT, NO_ANSWER]
        case QuestionKind.YES_NO:
            return ["yes", "no", NO_ANSWER]
    return [*(str(option["key"]) for option in question.options), NO_ANSWER]


def _offered(question: Question) -> set[str]:
    """Return what is named even where nobody chose it."""
    if question.kind is QuestionKind.TEXT:
        return set()
    if question.kind is QuestionKind.YES_NO:
        return {"yes", "no"}
    return {str(o["key"]) for o in question.options if not o["is_retired"]}
