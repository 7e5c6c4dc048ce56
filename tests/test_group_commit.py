"""Who wants something written while somebody writes is written for by one of them."""

import threading
from contextlib import contextmanager

import factories
import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from campaign.database import db, transaction
from campaign.group_commit import _MOST, GroupCommit
from campaign.organisers.models import Group

PATIENCE = 20  # seconds


class Crowd:
    """Threads that all want a group written, while nobody may write yet."""

    def __init__(self, app, write_all):
        self.app, self.group, self.outcomes = app, GroupCommit(write_all), {}

    def come(self, names):
        """Have them come one after the other, the first holding the others up."""
        threads = []
        for name in names:
            threads.append(threading.Thread(target=self._run, args=[name]))
            threads[-1].start()
            self._wait_for(len(threads))
        return threads

    def _run(self, name):
        with self.app.app_context():
            try:
                self.outcomes[name] = self.group.run(name)
            except Exception as error:
                self.outcomes[name] = type(error)

    def _wait_for(self, number):
        tick = threading.Event()
        for _ in range(PATIENCE * 100):
            if self.came() >= number:
                return
            tick.wait(0.01)
        raise AssertionError("they did not come")

    def came(self):
        return len(self.group._waiting)


def add_groups(names):
    """What the tests have written: a group of organisers for each name."""
    for name in names:
        db.session.add(Group(slug=name, name=name, created_at=factories.CREATED))
    db.session.flush()
    return [name.upper() for name in names]


@contextmanager
def commits(app):
    seen = []
    listen = (db.engine, "commit", lambda _connection: seen.append(1))
    sqlalchemy_event.listen(*listen)
    yield seen
    sqlalchemy_event.remove(*listen)


def all_at_once(app, monkeypatch, write_all, names):
    """Let them come while the first waits for its transaction, and write then."""
    crowd, gate = Crowd(app, write_all), threading.Event()

    @contextmanager
    def held_up():
        gate.wait(PATIENCE)
        with transaction() as session:
            yield session

    with monkeypatch.context() as patch, commits(app) as seen:
        patch.setattr("campaign.group_commit.transaction", held_up)
        threads = crowd.come(names)
        gate.set()
        for thread in threads:
            thread.join(PATIENCE)
    return crowd, len(seen)


def written():
    db.session.rollback()
    return set(db.session.scalars(select(Group.slug)))


def test_those_who_come_meanwhile_are_written_in_one_transaction(app, monkeypatch):
    names = [f"group-{number}" for number in range(6)]
    crowd, commits = all_at_once(app, monkeypatch, add_groups, names)
    assert crowd.outcomes == {name: name.upper() for name in names}
    assert written() == set(names)
    assert commits == 1


def test_one_who_comes_alone_writes_alone(app):
    group = GroupCommit(add_groups)
    assert [group.run(name) for name in ("first", "second")] == ["FIRST", "SECOND"]
    assert written() == {"first", "second"}


def test_of_very_many_the_last_are_written_in_a_second_transaction(app, monkeypatch):
    names = [f"group-{number}" for number in range(_MOST + 3)]
    crowd, commits = all_at_once(app, monkeypatch, add_groups, names)
    assert crowd.outcomes == {name: name.upper() for name in names}
    assert written() == set(names)
    assert commits == 2


def test_what_is_wrong_with_one_is_no_fault_of_the_others(app, monkeypatch):
    def stumble(names):
        outcomes = add_groups(names)
        if "wrong" in names:
            raise ValueError
        return outcomes

    names = ["first", "wrong", "last"]
    crowd, commits = all_at_once(app, monkeypatch, stumble, names)
    assert crowd.outcomes == {"first": "FIRST", "wrong": ValueError, "last": "LAST"}
    assert written() == {"first", "last"}
    assert commits == 2


def test_those_whom_a_deadlock_sends_back_are_written_for_alone(app, monkeypatch):
    class Deadlock(Exception):
        sqlstate = "40P01"

    def meet(names):
        if len(names) > 1:
            raise OperationalError("", None, Deadlock())
        return add_groups(names)

    crowd, commits = all_at_once(app, monkeypatch, meet, ["first", "last"])
    assert crowd.outcomes == {"first": "FIRST", "last": "LAST"}
    assert (commits, written()) == (2, {"first", "last"})


def test_where_the_database_is_down_all_are_told_and_none_tries_again(app, monkeypatch):
    tries = []

    def fail(names):
        tries.append(names)
        raise OperationalError("", None, Exception())

    crowd, commits = all_at_once(app, monkeypatch, fail, ["first", "last"])
    assert crowd.outcomes == {"first": OperationalError, "last": OperationalError}
    assert (len(tries), commits, written()) == (1, 0, set())


def test_where_no_transaction_begins_all_are_told_and_the_next_are_served(
    app, monkeypatch
):
    @contextmanager
    def busy():
        raise OperationalError("", None, Exception())
        yield

    group = GroupCommit(add_groups)
    with monkeypatch.context() as patch:
        patch.setattr("campaign.group_commit.transaction", busy)
        with pytest.raises(OperationalError):
            group.run("first")
    assert group.run("second") == "SECOND"
    assert written() == {"second"}
