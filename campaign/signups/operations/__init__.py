"""Signing up, confirming, leaving; calendars to keep it in; what is forgotten when.

Whoever writes sign-ups takes the lock of their event first, so that two requests
about the same event stand in a queue, and what is read stays true until the commit.
"""

from .calendars import (
    RevokedCalendar,
    SameCalendar,
    UnknownCalendar,
    keep_in_calendar,
    revoke_calendar,
    take_out_of_calendar,
)
from .forgetting import destroy_keys, forget_past, forget_unconfirmed
from .places import (
    NothingToConfirm,
    PartyTooLarge,
    cancel_sign_up,
    confirm_sign_up,
    expire_overdue,
    expire_overdue_of,
    sign_up,
)

__all__ = [
    "NothingToConfirm",
    "PartyTooLarge",
    "RevokedCalendar",
    "SameCalendar",
    "UnknownCalendar",
    "cancel_sign_up",
    "confirm_sign_up",
    "destroy_keys",
    "expire_overdue",
    "expire_overdue_of",
    "forget_past",
    "forget_unconfirmed",
    "keep_in_calendar",
    "revoke_calendar",
    "sign_up",
    "take_out_of_calendar",
]
