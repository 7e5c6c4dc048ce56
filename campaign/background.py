"""The work that no visitor waits for: mail, holds that end, things to forget.

One thread does one job after the other. Each of them can run in several processes
at once and twice in a row without harm, so a second `campaign worker` is a spare
and not a danger.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import NamedTuple

import structlog
from flask import Flask

from .database import transaction
from .lib import clock
from .mail import delivery
from .mail.operations import forget_given_up
from .organisers.operations import forget_expired
from .signups.operations import (
    destroy_keys,
    expire_overdue,
    forget_past,
    forget_unconfirmed,
)

log = structlog.get_logger()
_MINUTE, _HOUR = 60, 3600
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
        Job("expire holds", _MINUTE, _in_transaction(expire_overdue)),
        Job("forget sign-ins", _HOUR, _in_transaction(forget_expired)),
        Job("forget unconfirmed", _HOUR, _in_transaction(forget_unconfirmed)),
        Job("forget past lists", _HOUR, _in_transaction(forget_past)),
        Job("destroy keys", _HOUR, destroy_keys),
        Job("forget lost mail", _HOUR, _in_transaction(forget_given_up)),
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
