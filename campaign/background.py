"""The work that no visitor waits for: mail, holds that end, things to forget.

One thread does one job after the other. Each of them can run in several processes
at once and twice in a row without harm, so a second `campaign worker` is a spare
and not a danger.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import Any, NamedTuple

import structlog
from flask import Flask

from .boards.operations import tell_counts
from .database import transaction
from .lib import clock
from .limits.operations import forget_turns
from .mail import delivery
from .mail.operations import forget_given_up
from .notices import operations as notices
from .notices.operations.whole import move_some
from .notices.queries.announcements import numbers_to_tell
from .notices.queries.recipients import events_to_remind, events_to_thank_for
from .notices.queries.whole import numbers_to_move
from .organisers.operations import forget_expired
from .pictures.operations import make_next_size, sweep_store
from .pictures.queries import pictures_due
from .sharing import store as cards
from .signups.operations import (
    destroy_keys,
    expire_overdue,
    forget_past,
    forget_unconfirmed,
)
from .signups.operations.surge import note_surge, surging_events
from .writing.operations import forget_old_writing

log = structlog.get_logger()
_SOON, _MINUTE, _TEN_MINUTES, _HOUR = 10, 60, 600, 3600
#: How long a mail that is being sent may hold up the end, in seconds.
_PATIENCE = 3


class Job(NamedTuple):
    """Something to do again and again."""

    name: str
    pause: float  # seconds from one start to the next
    work: Callable[[datetime], object]


def jobs() -> tuple[Job, ...]:
    """Return all that is done in the background; raises WrongSetting."""
    way_out = delivery.transport()
    return (
        Job("deliver mail", 1, lambda _now: delivery.deliver_due(way_out)),
        Job("note surges", _SOON, _one_by_one(surging_events, note_surge)),
        Job("expire holds", _MINUTE, _in_transaction(expire_overdue)),
        Job("move wholes", 1, _one_by_one(_numbers_to_move, move_some)),
        Job("tell of events", 1, _one_by_one(_numbers_to_tell, notices.tell_some)),
        Job("remind", _SOON, _one_by_one(events_to_remind, notices.remind_some)),
        Job("thank", _SOON, _one_by_one(events_to_thank_for, notices.thank_some)),
        Job("make pictures’ sizes", 1, _make_one_size),
        Job("sweep pictures", _HOUR, _in_transaction(sweep_store)),
        Job("forget cards", _HOUR, lambda now: cards.forget_old(now.timestamp())),
        Job("tell counts", _TEN_MINUTES, _in_transaction(tell_counts)),
        Job("forget sign-ins", _HOUR, _in_transaction(forget_expired)),
        Job("forget unconfirmed", _HOUR, _in_transaction(forget_unconfirmed)),
        Job("forget past lists", _HOUR, _in_transaction(forget_past)),
        Job("destroy keys", _HOUR, destroy_keys),
        Job("forget old writing", _HOUR, _in_transaction(forget_old_writing)),
        Job("forget lost mail", _HOUR, _in_transaction(forget_given_up)),
        Job("forget turns", _HOUR, _in_transaction(forget_turns)),
    )


class Background:
    """The jobs of one app, in a thread that ends when it is told to."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        with app.app_context():
            self._jobs = jobs()
        self._stop = threading.Event()
        # A daemon: a mail server that does not answer must not keep us from ending.
        # A mail that is cut off is sent again, with the same Message-ID.
        self._thread = threading.Thread(target=self.run, name="background", daemon=True)

    def start(self) -> None:
        """Begin, beside whatever else this process does."""
        self._thread.start()

    def stop(self) -> None:
        """End within seconds."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)

    def run(self) -> None:
        """Do the jobs when their time comes, until told to stop."""
        due = dict.fromkeys(self._jobs, 0.0)
        while not self._stop.is_set():
            for job in self._jobs:
                if due[job] <= monotonic() and not self._stop.is_set():
                    due[job] = monotonic() + job.pause
                    run_job(self._app, job)
            self._stop.wait(max(0, min(due.values()) - monotonic()))


def run_job(app: Flask, job: Job) -> None:
    """Do a job once. One that fails is logged, and does not stop the others."""
    with app.app_context():
        try:
            job.work(clock.now())
        except Exception as error:
            # Not its words: they may hold an address.
            log.error("job failed", job=job.name, error=type(error).__name__)


def _in_transaction(operation: Callable[[datetime], object]) -> Callable[..., None]:
    def work(now: datetime) -> None:
        with transaction():
            operation(now)

    return work


def _one_by_one(
    found: Callable[[datetime], Sequence[Any]],
    operation: Callable[[Any, datetime], object],
) -> Callable[[datetime], None]:
    """Do something for each of what is found, in a transaction of its own.

    One that fails is logged, and stands in nobody's way.
    """

    def work(now: datetime) -> None:
        for each in found(now):
            try:
                with transaction():
                    operation(each, now)
            except Exception as error:
                name = getattr(operation, "__name__", "")
                log.error("part of job failed", part=name, error=type(error).__name__)

    return work


def _make_one_size(now: datetime) -> None:
    """Make one file's worth of sizes, so that mail does not wait for many."""
    for picture_id in pictures_due(now)[:1]:
        make_next_size(picture_id, now)


def _numbers_to_move(_now: datetime) -> Sequence[int]:
    return numbers_to_move()


def _numbers_to_tell(_now: datetime) -> Sequence[int]:
    return numbers_to_tell()
