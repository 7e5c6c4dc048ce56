"""Group commit: who holds the lock writes for all of the process who wait for it.

What a commit costs, the flush of the disk and the turn among all writers, it costs
once, however much is in it. So of those who come while somebody writes the first
writes next, for everybody who has come by then. Each is told what came of their own,
after the commit.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from .database import db, transaction

W = TypeVar("W")
R = TypeVar("R")
#: So many are written for at once, so that the first of them does not wait for long.
_MOST: Final = 32
#: PostgreSQL's deadlock_detected (its appendix A).
_DEADLOCK: Final = "40P01"
#: Writes several at once; returns what came of each, in the order of what it was given.
WriteAll = Callable[[Sequence[W]], Sequence[R]]


class _Work(Generic[W, R]):
    """What one thread wants written, and what came of it."""

    def __init__(self, wanted: W) -> None:
        self.wanted = wanted
        self.is_done = False
        self.result: R | None = None
        self.error: BaseException | None = None
        #: Opened when it is done, or when it is this one's turn to write.
        self.gate = threading.Lock()
        self.gate.acquire()

    def outcome(self) -> R:
        if self.error is not None:
            raise self.error
        return cast("R", self.result)


class GroupCommit(Generic[W, R]):
    """Those of one process who want the same kind of thing written."""

    def __init__(self, write_all: WriteAll[W, R]) -> None:
        self._write_all = write_all
        self._lock = threading.Lock()
        self._waiting: list[_Work[W, R]] = []
        self._is_led = False

    def run(self, wanted: W) -> R:
        """Have it written, by this thread or another one; return what came of it when
        that is committed.

        What is wanted must hold all by itself: no objects of a session, nothing that
        only the request knows. Raises what the database raises.
        """
        work: _Work[W, R] = _Work(wanted)
        db.session.rollback()  # who waits keeps no connection from those who write
        with self._lock:
            self._waiting.append(work)
            is_first, self._is_led = not self._is_led, True
        if not is_first:
            work.gate.acquire()
        if not work.is_done:
            self._lead()
        return work.outcome()

    def _lead(self) -> None:
        """Write for those who wait, this thread the first of them."""
        batch: list[_Work[W, R]] = []
        try:
            with transaction():
                batch += self._taken()
                self._write(batch)
        except BaseException as error:
            batch = batch or self._taken()  # the turn to write may never have come
            self._fail(batch, error)
        finally:
            for work in batch:
                work.is_done = True
            self._hand_over()
            for work in batch:
                work.gate.release()

    def _write(self, batch: Sequence[_Work[W, R]]) -> None:
        results = self._write_all([work.wanted for work in batch])
        for work, result in zip(batch, results, strict=True):
            work.result = result

    def _fail(self, batch: Sequence[_Work[W, R]], error: BaseException) -> None:
        """Note an error. What is wrong with one of several is no fault of the others:
        each has a transaction of its own then, unless it is the database.
        """
        if len(batch) == 1 or not isinstance(error, Exception) or _is_down(error):
            for work in batch:
                work.error = error
            return
        for work in batch:
            try:
                with transaction():
                    self._write([work])
            except Exception as own_error:
                work.error = own_error

    def _taken(self) -> list[_Work[W, R]]:
        with self._lock:
            taken, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            return taken

    def _hand_over(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting[0].gate.release()
            else:
                self._is_led = False


def _is_down(error: Exception) -> bool:
    """Return whether the database is what is wrong, and nobody is written for now.

    Two who wait for each other are not: PostgreSQL sends one of them back, and alone
    they have nothing that another one waits for.
    """
    if isinstance(error, OperationalError):
        return getattr(error.orig, "sqlstate", "") != _DEADLOCK
    return isinstance(error, (InterfaceError, TimeoutError))


def init_app(app: Flask) -> None:
    """Give the app its group commits, each made when it is first asked for."""
    app.extensions["group_commits"] = {}


def commit_together(write_all: WriteAll[W, R], wanted: W) -> R:
    """Have something written in a transaction that others share; see GroupCommit."""
    groups: dict[Any, GroupCommit[Any, Any]] = current_app.extensions["group_commits"]
    group = groups.setdefault(write_all, GroupCommit(write_all))
    return cast("R", group.run(wanted))
