"""The board of a day of action: 1,000 events in 300 cities, while they are on.

In one process and one thread, through WSGI: what is measured is the work for one page.
*Cold* is a page that nobody has asked for in this minute, *shelf* the same page for
everybody else. The yardstick is a bare Flask page of the same bytes that asks no
database and fills in no template; each is asked in turn.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench import rows
from bench.load import Effort
from bench.measuring import NotMeasured
from bench.site import SITE_URL, Site
from bench.table import keep, milliseconds, show, terminal
from counting import count_queries
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import EnvironBuilder, run_wsgi_app

from campaign.campaigns.models import ActionDay
from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.lib import clock
from campaign.lib.walltime import wall_time
from campaign.places.cities import cities_of_ranks

EVENTS, CITIES = 1_000, 300
PAGES = {
    "page": "/action-days/day-from-1",
    "page in Arabic": "/action-days/day-from-1?lang=ar",
    "parts that move": "/action-days/day-from-1/board",
    "projector": "/action-days/day-from-1/screen",
    "embed": "/embed/action-days/day-from-1",
}
#: So many turns in a round, so that one slow turn decides nothing.
_TURNS = 10
_HEADERS = {"Accept-Encoding": "br, gzip"}


def measure(effort: Effort) -> None:
    """Measure each page cold and from the shelf, print it, and keep it."""
    with TemporaryDirectory(prefix="campaign-bench-") as folder:
        terminal.print(f"Filling a day with {EVENTS:,} events …")
        site = Site(Path(folder) / "site")
        rows.grow(site, 1, EVENTS)
        with site.app.app_context():
            _gather()
            pages = {
                name: _measure(site.app, path, effort) for name, path in PAGES.items()
            }
            db.session.remove()
        site.close()
    _show(pages)
    keep("boards", {"events": EVENTS, "cities": CITIES, "pages": pages})


def _gather() -> None:
    """Put all events on this very day, an hour and a half around now, in the cities."""
    now = clock.now()
    cities = cities_of_ranks(range(CITIES))
    with transaction() as session:
        session.execute(
            update(ActionDay).values(starts_on=now.date(), ends_on=now.date())
        )
        for place, event in enumerate(
            session.scalars(select(Event).order_by(Event.id))
        ):
            city = cities[place % CITIES]
            starts = now + timedelta(minutes=place % 180 - 90)
            local = wall_time(starts.replace(second=0), city.zone)
            event.set_times(local, local + timedelta(hours=1), city.zone)
            event.locality, event.country = city.name, city.country
            event.latitude = city.point.latitude
            event.longitude = city.point.longitude
            event.action_day_id = 1


def _measure(app: Flask, path: str, effort: Effort) -> dict[str, float]:
    shelf, own, plain = app.extensions["fast_path"].shelf, _asking(path), _asking("/")
    body = _answer(app, own)
    bare = _bare(body)
    ways: dict[str, Callable[[], bytes]] = {
        "bare": lambda: _answer(bare, plain),
        "cold": lambda: _answer(app, own),
        "shelf": lambda: _answer(app, own),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _turn in range(effort.rounds * _TURNS):
        for name, way in ways.items():
            if name == "cold":
                shelf.clear()
            begun = perf_counter()
            way()
            taken[name].append((perf_counter() - begun) * 1000)
    shelf.clear()
    selects = count_queries(ways["cold"])
    middle = {name: round(median(each), 3) for name, each in taken.items()}
    return {**middle, "selects": selects, "bytes": len(body)}


def _asking(path: str) -> dict[str, Any]:
    """Return a browser's request as a server hands it on (PEP 3333)."""
    return EnvironBuilder(path, base_url=SITE_URL, headers=_HEADERS).get_environ()


def _answer(app: Flask, environ: dict[str, Any]) -> bytes:
    """Return what a browser gets, as it goes over the wire."""
    parts, status, _ = run_wsgi_app(app.wsgi_app, dict(environ), buffered=True)
    if not status.startswith("200"):
        raise NotMeasured(f"{environ['PATH_INFO']} answers {status}")
    return b"".join(parts)


def _bare(body: bytes) -> Flask:
    """Return a Flask app of one page that is ready."""
    app = Flask("bare")
    app.add_url_rule("/", "page", lambda: body)
    return app


def _show(pages: dict[str, dict[str, float]]) -> None:
    show(
        f"The board, {EVENTS:,} events in {CITIES} cities, SQLite, one thread",
        ("page", "bare Flask", "cold", "ratio", "shelf", "ratio", "SELECTs", "bytes"),
        [
            (
                name,
                milliseconds(found["bare"]),
                milliseconds(found["cold"]),
                f"{found['cold'] / found['bare']:.0f}",
                milliseconds(found["shelf"]),
                f"{found['shelf'] / found['bare']:.2f}",
                f"{found['selects']:.0f}",
                f"{found['bytes']:,.0f}",
            )
            for name, found in pages.items()
        ],
    )
