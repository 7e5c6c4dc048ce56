"""What an event tells and asks everybody who signs up to it: read once for many.

On the day thousands open one form and send it. What it says is the same for all of
them until somebody changes it, so each worker process keeps it in its memory, by the
version that moves with such a change (see feeds/version). What changes with every
sign-up, the places, is not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, current_app

from ..database import db
from ..events.disclosure import EventView, Viewer
from ..events.models import ConsentPurpose, Question
from ..events.queries import find_event, purposes_of, questions_of
from ..feeds.version import latest_version, version_in_sight
from ..lib import clock
from ..lib.memory import Memory
from ..publishing.access import public_or_abort

_MOST: Final = 500


@dataclass(frozen=True)
class Terms:
    """The terms of one event."""

    event_id: int
    #: How often anything was changed before, on this site; None before the first time.
    version: int | None
    #: As strangers see it, whatever the time; without counts of places.
    event: EventView
    max_party_size: int
    #: After so many days the list is erased.
    kept_days: int
    needs_approval: bool
    has_waiting_list: bool
    #: What is asked before the address is confirmed.
    questions: Sequence[Question]
    #: What they may agree to here, or might have before.
    purposes: Sequence[ConsentPurpose]


def init_app(app: Flask) -> None:
    """Give the app the memory for it."""
    app.extensions["sign_up_terms"] = Memory[Terms](_MOST)


def terms_of(slug: str) -> Terms:
    """Return the terms of the event at this address, as they stand at this moment.

    Answers 404 or 410 where the public may not see it.
    """
    memory: Memory[Terms] = current_app.extensions["sign_up_terms"]
    return memory.find(slug, latest_version(), lambda: _read(slug))


def _read(slug: str) -> tuple[object, Terms]:
    version = version_in_sight()
    return version, _terms_at(version, slug)


def _terms_at(version: tuple[Any, ...] | None, slug: str) -> Terms:
    event = public_or_abort(find_event(slug))
    questions, purposes = questions_of(event), purposes_of(event)
    for row in (*questions, *purposes):
        db.session.expunge(row)  # of no session: every thread reads the same ones
    return Terms(
        event_id=event.id,
        version=version[0] if version else None,
        event=event.seen_by(Viewer.STRANGER, clock.now()).without_counts,
        max_party_size=event.max_party_size,
        kept_days=event.campaign.list_kept_days,
        needs_approval=event.needs_approval,
        has_waiting_list=event.has_waiting_list,
        questions=[each for each in questions if each.is_asked_at_once],
        purposes=purposes,
    )
