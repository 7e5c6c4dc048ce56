"""The kinds of mails about an event, and to whom each of them goes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class MailKind(StrEnum):
    """A kind of mail; each is the name of its folder in `templates/email/`."""

    # About one's own sign-up: `signups/messages.py` writes them.
    CONFIRM = "confirm_sign_up"
    GOING = "going"
    ON_WAITING_LIST = "on_waiting_list"
    PLACE_OFFERED = "place_offered"
    OFFER_LAPSED = "offer_lapsed"
    LEFT = "sign_up_cancelled"
    TURNED_AWAY = "turned_away"
    # About the event: this feature writes them.
    CHANGED = "changed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    RESUMED = "resumed"
    REMINDER = "reminder"
    THANK_YOU = "thank_you"
    #: In the organisers' own words alone: nothing to switch off, nothing to edit.
    MESSAGE = "message"


#: Without it anybody could sign anybody up.
ALWAYS_SENT: Final = frozenset({MailKind.CONFIRM})
#: A mail to an address that nobody has confirmed yet says nothing but what we say.
FIXED_WORDS: Final = frozenset({MailKind.CONFIRM, MailKind.MESSAGE})
#: What follows a supporter's own step: own words stand there beside the usual ones,
#: which tell what has become of the sign-up.
ABOUT_ONESELF: Final = frozenset(
    {
        MailKind.GOING,
        MailKind.ON_WAITING_LIST,
        MailKind.PLACE_OFFERED,
        MailKind.OFFER_LAPSED,
        MailKind.LEFT,
        MailKind.TURNED_AWAY,
    }
)
#: What a supporter can stop without leaving: all else they have to know.
STOPPABLE: Final = frozenset({MailKind.REMINDER, MailKind.THANK_YOU, MailKind.MESSAGE})
#: The kind of the notice of a supporter who wants no more of those.
NO_MAILS: Final = "no-mails"


@dataclass(frozen=True)
class Telling:
    """One thing that is told to many, each of them once.

    A notice of this kind and about this is written with each mail.
    """

    kind: MailKind
    about: str
    #: The states of the sign-ups that it is for.
    states: Collection[str]
    #: Who has signed up since knows already; by the number of the last sign-up.
    last_number: int | None = None
    #: The same by the day on which a supporter confirmed.
    confirmed_before: date | None = None
    #: Only those who have the role with this id.
    role: int | None = None
