"""Questions of events' own and consents, for tests that do not write them by hand."""

from itertools import count

from campaign.database import transaction
from campaign.events.models import ConsentPurpose, Question, QuestionKind

_positions = count(1)


def options(*labels):
    """Return options with the keys k1, k2 and so on."""
    return [
        {"key": f"k{number}", "label": label, "is_retired": False}
        for number, label in enumerate(labels, 1)
    ]


def ask(event, kind=QuestionKind.TEXT, **values):
    """Add a question to an event."""
    position = next(_positions)
    question = Question(
        event_id=event.id,
        kind=kind,
        **{"position": position, "label": f"Question no. {position}", **values},
    )
    with transaction() as session:
        session.add(question)
    return question


def offer(event, wording="Write to me about other events.", **values):
    """Add a purpose to an event that supporters may agree to."""
    purpose = ConsentPurpose(
        event_id=event.id, wording=wording, position=next(_positions), **values
    )
    with transaction() as session:
        session.add(purpose)
    return purpose
