"""The organisers' list and the door: how they grow with the people on them.

Names lie sealed, so that no database can search or sort them: the server opens the
whole list for each page. What is shown is how long the processor works for a request,
with fifty people and with five thousand, in turn.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, NamedTuple

import factories
from bench.load import Effort
from bench.measuring import NotMeasured
from bench.site import Site
from bench.table import keep, milliseconds, show, terminal
from desks import member
from flask.testing import FlaskClient

from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.lib import clock
from campaign.lib.tokens import new_token
from campaign.organisers.models import Group
from campaign.signups.models import SignUp, SignUpState
from campaign.signups.people import Person, write_person

FEW, MANY = 50, 5_000
#: Requests of each kind in a second of effort.
_TURNS = 3
_NAMES = ("Amal", "Basma", "أمل", "José", "Zoë", "Łukasz", "Đặng", "Amina")


class Case(NamedTuple):
    """One request about an event's list."""

    name: str
    path: str
    status: int = 200
    tag: str = ""


def measure(effort: Effort) -> None:
    """Measure all, print it, and keep it."""
    with TemporaryDirectory(prefix="campaign-bench-") as folder:
        site = Site(Path(folder) / "site")
        with terminal.status(f"Writing down {MANY:,} people …"):
            few, many = _filled(site)
        with site.app.app_context():
            client = member(site.app.test_client(), db.session.get_one(Group, 1))
            found = _measured(client, few, many, effort)
        site.close()
    _show(found)
    keep("lists", {**asdict(effort), "found": found})


def _filled(site: Site) -> tuple[str, str]:
    """Return the addresses of two events, one with few people and one with many."""
    slugs = []
    with site.app.app_context():
        group = factories.group()
        for number in (FEW, MANY):
            event = factories.event(group=group, capacity=None, title=f"With {number}")
            with transaction() as session:
                session.add_all(_people(session.get_one(Event, event.id), number))
            slugs.append(event.slug)
    return slugs[0], slugs[1]


def _people(event: Event, number: int) -> Iterator[SignUp]:
    today = clock.now().date()
    for each in range(number):
        row = SignUp(
            event_id=event.id,
            event=event,
            token_hash=new_token(),
            token_nonce=b"",
            state=SignUpState.ATTENDED if each % 5 == 0 else SignUpState.GOING,
            party_size=1 + each % 3,
            places_held=1 + each % 3,
            created_on=today - timedelta(days=each % 30),
            confirmed_on=today,
        )
        name = f"{_NAMES[each % len(_NAMES)]} {each}"
        person = Person(name, f"person-{each}@example.org", {"a question": "an answer"})
        write_person(row, person, person.email)
        yield row


def _cases(client: FlaskClient, slug: str) -> Iterator[Case]:
    at = f"/manage/events/{slug}"
    yield Case("list, first page", f"{at}/sign-ups")
    yield Case("list, searched", f"{at}/sign-ups?q=amal+4")
    yield Case("list, filtered, by name", f"{at}/sign-ups?state=going&order=name")
    yield Case("list, page 100", f"{at}/sign-ups?page=100")
    yield Case("door, first page", f"{at}/door")
    yield Case("door, searched", f"{at}/door?q=amal+4")
    yield Case("door, whole list", f"{at}/door.json")
    told = client.get(f"{at}/door.json").get_json()
    sheets = told["sheets"]
    marks = [sheets.get(str(n), {}).get("mark", "") for n in range(told["number"])]
    marks[marks.index(max(marks))] = "old"
    yield Case("door, one sheet new", f"{at}/door.json?sheets={'.'.join(marks)}")
    yield Case("door, nothing new", f"{at}/door.json", 304, told["tag"])


def _measured(
    client: FlaskClient, few: str, many: str, effort: Effort
) -> list[dict[str, Any]]:
    turns = _TURNS * effort.rounds * effort.seconds
    pairs = zip(_cases(client, few), _cases(client, many), strict=True)
    found = []
    for pair in pairs:
        with terminal.status(f"{pair[0].name} …"):
            times: tuple[list[float], list[float]] = ([], [])
            for case in pair:
                _time(client, case)  # to get warm
            for _turn in range(turns):
                for case, taken in zip(pair, times, strict=True):
                    taken.append(_time(client, case))
        found.append(_compared(pair[0].name, *times))
    return found


def _time(client: FlaskClient, case: Case) -> float:
    """Return how many milliseconds of work a request took; raise NotMeasured."""
    headers = {"If-None-Match": f'"{case.tag}"'} if case.tag else {}
    begun = process_time()
    answer = client.get(case.path, headers=headers)
    taken = (process_time() - begun) * 1000
    if answer.status_code != case.status:
        raise NotMeasured(f"{case.path} is answered with {answer.status}")
    return taken


def _compared(name: str, few: list[float], many: list[float]) -> dict[str, Any]:
    return {
        "case": name,
        "few": round(median(few), 2),
        "many": round(median(many), 2),
        "slowest": round(max(many), 2),
        "ratio": round(median(many) / median(few), 2),
    }


def _show(found: list[dict[str, Any]]) -> None:
    rows = (
        (
            each["case"],
            milliseconds(each["few"]),
            milliseconds(each["many"]),
            milliseconds(each["slowest"]),
            f"{each['ratio']:.1f}",
        )
        for each in found
    )
    columns = ("request", f"{FEW} people", f"{MANY:,} people", "slowest", "ratio")
    show("One request about a list (medians)", columns, rows)
