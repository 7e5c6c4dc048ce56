"""The finder: 10,000 events, filtered and not, and the look-up of cities behind it.

In one process and one thread, through Flask: what is measured is the work for one
page, not how many at once. Each filter stands beside the same list without it, asked
in turn; a ratio under 1 says that asking for less costs less.
"""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench import rows
from bench.load import Effort
from bench.measuring import NotMeasured
from bench.site import Site
from bench.table import keep, milliseconds, show, terminal
from counting import count_queries
from sqlalchemy import select, update

from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.places.cities import cities_of_ranks
from campaign.places.search import find_place, suggest_cities

EVENTS = 10_000
#: The towns that they are in: the largest of the world.
_TOWNS = 3_000
_SHOWN = ("shown_x", "shown_y", "shown_z")
PAGES = {
    "all": "/events",
    "near a city": "/events?near=London",
    "near, soonest first": "/events?near=London&within=500&sort=date",
    "half the world": "/events?near=Cairo&within=10000",
    "nothing near": "/events?near=Longyearbyen&within=10",
    "by kind": "/events?kind=vigil",
    "by access": "/events?access=step-free",
    "by words": "/events?q=solidarity",
}
_NAMES = ("Leeds", "القاهرة", "東京", "Springfield, Illinois", "53.8,-1.5", "xyzzyx")
_BEGINNINGS = ("le", "san", "مد", "los a")
_START = """
import re, time
import campaign
def memory():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmRSS:\\s+(\\d+)", status.read())[1])
before, start = memory(), time.perf_counter()
from campaign.places.search import find_place, suggest_cities
find_place("Leeds")
print((time.perf_counter() - start) * 1000, memory() - before)
for name in %r: find_place(name); suggest_cities(name)
print(memory() - before)
"""


def measure(effort: Effort) -> None:
    """Measure pages and look-ups, print them, and keep them."""
    lookups = _lookups()
    with TemporaryDirectory(prefix="campaign-bench-") as folder:
        terminal.print(f"Filling a site with {EVENTS:,} events …")
        site = Site(Path(folder) / "site")
        rows.grow(site, 1, EVENTS)
        with site.app.app_context():
            _spread()
            pages = _pages(site, max(effort.rounds * effort.seconds * 3, 3))
        site.close()
    keep("finder", {"events": EVENTS, "pages": pages, "lookups": lookups})


def _spread() -> None:
    """Move the events to cities all over the world, each with its weight of people."""
    chance = Random(5)
    cities = cities_of_ranks(range(_TOWNS))
    weights = [city.population for city in cities]
    with transaction() as session:
        numbers = session.scalars(select(Event.id)).all()
        chosen = chance.choices(cities, weights, k=len(numbers))
        moved = [
            {
                "id": number,
                "city_id": city.id,
                **dict(
                    zip(
                        ("shown_x", "shown_y", "shown_z"),
                        city.point.vector,
                        strict=True,
                    )
                ),
                "has_step_free_access": chance.random() < 0.3,
            }
            for number, city in zip(numbers, chosen, strict=True)
        ]
        session.execute(update(Event), moved)


def _pages(site: Site, times: int) -> dict[str, dict[str, float]]:
    client = site.app.test_client()
    taken: dict[str, list[float]] = {name: [] for name in PAGES}
    sizes, queries = {}, {}
    for name, address in PAGES.items():
        answer = client.get(address)
        if answer.status_code != 200:
            raise NotMeasured(f"{address} answers {answer.status_code}")
        sizes[name] = len(client.get(address, headers=_GZIP).data)
        queries[name] = count_queries(_asking(client, address))
    for _round in range(times):
        for name, address in PAGES.items():
            taken[name].append(_timed(_asking(client, address)))
    db.session.remove()
    middle = {name: median(each) for name, each in taken.items()}
    show(
        f"The finder, {EVENTS:,} events, SQLite, one thread",
        ("page", "median", "ratio to all", "slowest", "SELECTs", "bytes, gzip"),
        [
            (
                name,
                milliseconds(middle[name]),
                f"{middle[name] / middle['all']:.2f}",
                milliseconds(max(taken[name])),
                str(queries[name]),
                f"{sizes[name]:,}",
            )
            for name in PAGES
        ],
    )
    return {
        name: {"median": middle[name], "selects": queries[name], "bytes": sizes[name]}
        for name in PAGES
    }


_GZIP = {"Accept-Encoding": "gzip"}


def _asking(client, address: str) -> Callable[[], object]:
    return lambda: client.get(address)


def _timed(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1000


def _lookups() -> dict[str, float]:
    """Cities alone: in a new process the start and its memory, then single look-ups."""
    done = subprocess.run(
        [sys.executable, "-c", _START % (_NAMES,)],
        capture_output=True,
        text=True,
        check=True,
    )
    start, first_memory, memory = map(float, done.stdout.split())
    found = {"start": start, "memory_kb": memory, "memory_at_start_kb": first_memory}
    lines = [
        ("import, and the first city", milliseconds(start)),
        ("memory of the process for it", f"{first_memory / 1024:.1f} MB"),
        ("memory after some more", f"{memory / 1024:.1f} MB"),
    ]
    for name in _NAMES:
        found[name] = _median(partial(find_place.__wrapped__, name))
        lines.append((name, milliseconds(found[name])))
    for name in _BEGINNINGS:
        found[name] = _median(partial(suggest_cities, name))
        lines.append((f"{name} … (suggestions)", milliseconds(found[name])))
    show("Looking up cities", ("what", "median"), lines)
    return found


def _median(act: Callable[[], object]) -> float:
    return median(_timed(act) for _time in range(10))
