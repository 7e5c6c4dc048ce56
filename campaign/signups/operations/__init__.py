"""Signing up, confirming, leaving; calendars to keep it in; what is forgotten when.

Whoever writes sign-ups takes the lock of their event first, so that two requests
about the same event stand in a queue, and what is read stays true until the commit.
"""

from .answering import (
    TooLateToAnswer,
    answer,
    change_answers,
)
from .calendars import (
    RevokedCalendar,
    SameCalendar,
    UnknownCalendar,
    keep_in_calendar,
    revoke_calendar,
    take_out_of_calendar,
)
from .consenting import NotAskedFor, give_consent, note_consents, withdraw_consent
from .forgetting import destroy_keys, forget_past, forget_unconfirmed
from .newcomers import NewSignUp, OnList, newcomer, sign_up_newcomer
from .places import (
    NothingToConfirm,
    NotOpenYet,
    PartyTooLarge,
    SignUpsClosed,
    cancel_sign_up,
    change_party,
    confirm_sign_up,
    erase_sign_up,
    sign_up,
    sign_up_nobody,
)
from .roles import NoTimeForRoles, RoleFull, choose_role
from .sending_again import SentJustNow, send_again
from .turns import NoOffer, claim_place, let_in, rejoin, turn_away
from .waiting_list import (
    expire_overdue,
    expire_overdue_of,
    fill_places,
    thaw_offers,
)

__all__ = [
    "NewSignUp",
    "NoOffer",
    "NoTimeForRoles",
    "NotAskedFor",
    "NotOpenYet",
    "NothingToConfirm",
    "OnList",
    "PartyTooLarge",
    "RevokedCalendar",
    "RoleFull",
    "SameCalendar",
    "SentJustNow",
    "SignUpsClosed",
    "TooLateToAnswer",
    "UnknownCalendar",
    "answer",
    "cancel_sign_up",
    "change_answers",
    "change_party",
    "choose_role",
    "claim_place",
    "confirm_sign_up",
    "destroy_keys",
    "erase_sign_up",
    "expire_overdue",
    "expire_overdue_of",
    "fill_places",
    "forget_past",
    "forget_unconfirmed",
    "give_consent",
    "keep_in_calendar",
    "let_in",
    "newcomer",
    "note_consents",
    "rejoin",
    "revoke_calendar",
    "send_again",
    "sign_up",
    "sign_up_newcomer",
    "sign_up_nobody",
    "take_out_of_calendar",
    "thaw_offers",
    "turn_away",
    "withdraw_consent",
]
