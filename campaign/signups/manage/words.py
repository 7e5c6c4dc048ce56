"""The words of the organisers' pages of sign-ups."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ...events.models import Event, LogEntry, Question, QuestionKind
from ...events.operations import EventFull, EventNotOpen
from ...lib import clock
from ...lib.refusal import Refusal
from ..lifecycle import NoSuchMove
from ..log import Action
from ..operations.by_hand import ListIsClosed, OnTheListAlready
from ..roll import A_TEXT, NO_ANSWER

#: What the log says of an action, before how many people it was about.
ACTIONS = {
    Action.ADDED: _l("Added by hand"),
    Action.CANCELLED: _l("Taken off the list"),
    Action.PUT_BACK: _l("Put back on the list"),
    Action.LET_IN: _l("Let in"),
    Action.TURNED_AWAY: _l("Turned away"),
    Action.MOVED_HERE: _l("Moved here from another event"),
    Action.MOVED_AWAY: _l("Moved to another event"),
    Action.EXPORTED: _l("List taken out as a file"),
    Action.CHECKED_IN: _l("Checked in"),
    Action.CHECK_IN_UNDONE: _l("Check-in undone"),
    Action.WALK_IN: _l("Came without a sign-up, and was let in"),
    Action.MARKED_ABSENT: _l("All others noted as absent"),
    Action.ROLE_GIVEN: _l("Given another role at the event"),
    Action.ROLES_CHANGED: _l("Roles of the event changed"),
    Action.QUESTIONS_CHANGED: _l("Questions of the event changed"),
    Action.MESSAGE_SENT: _l("Message sent"),
    Action.CHANGE_TOLD: _l("People told of a change"),
    Action.MAIL_SETTINGS_CHANGED: _l("Mails of the event changed"),
    Action.SURGE: _l("Unusually many sign-ups: places go to who confirms first"),
    Action.PURGED: _l("Cleared away what came at a certain time"),
    Action.PURGE_UNDONE: _l("Clearing away undone"),
}
#: What a page of the list may be told to say after a redirect: `?said=added`.
SAID = {
    "added": _l("They are on the list."),
    "again": _l("They were on the list already: nothing has changed."),
    "cancelled": _l("They are off the list, and their places are free."),
    "put-back": _l("They have their places again."),
    "let-in": _l("They are let in, and a mail tells them so."),
    "approved": _l("You let them in: they get the next place that is free."),
    "turned-away": _l("They are turned away, and a mail tells them so."),
    "moved": _l("They are moved to this event."),
}


def is_surging(event: Event) -> bool:
    """Return whether so many sign up that places go to those who confirm first."""
    return event.is_confirm_first(clock.now())


def action_words(entry: LogEntry) -> str:
    """Return what was done; an action that we do not know any more, by its name."""
    try:
        return str(ACTIONS[Action(entry.action)])
    except ValueError:
        return entry.action


def problem_words(refusal: Refusal) -> str:
    """Return why the list stays as it was; raises a refusal that has no words."""
    if isinstance(refusal, EventFull):
        return str(_("So many places are not free. Raise the capacity first."))
    if isinstance(refusal, OnTheListAlready):
        return str(_("Somebody with this address is on the list already."))
    if isinstance(refusal, (ListIsClosed, EventNotOpen)):
        return str(
            _("This event is not public, or is cancelled, or its list is erased.")
        )
    if isinstance(refusal, NoSuchMove):
        return str(_("Somebody else was faster: look how it stands now."))
    raise refusal


def question_words(question: Question) -> str:
    """Return a question, and whether nobody is asked it any more."""
    if question.is_retired:
        return str(_("%(question)s (retired)", question=question.label))
    return question.label


def answer_words(question: Question, answer: Any) -> str:
    """Return an answer in the words that the question offers for it now."""
    if isinstance(answer, bool):
        return str(_("Yes") if answer else _("No"))
    if not isinstance(answer, list):
        return str(answer or "")
    labels = {each["key"]: str(each["label"]) for each in question.options}
    return str(_(", ").join(labels.get(key, key) for key in answer))


def option_words(question: Question, key: str) -> str:
    """Return what can be looked for among the answers to a question, in words."""
    if key == NO_ANSWER:
        return str(_("Not answered"))
    if key == A_TEXT:
        return str(_("Answered"))
    if question.kind is QuestionKind.YES_NO:
        return str(_("Yes") if key == "yes" else _("No"))
    return answer_words(question, [key])


def people_words(number: int) -> str:
    """Return a number of people in words."""
    return str(ngettext("%(num)d person", "%(num)d people", number))
