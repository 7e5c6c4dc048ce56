"""What a change costs: until it is written, and until a poll shows it."""

from contextlib import closing
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

from bench.fetching import ask, connection
from bench.measuring import NotMeasured
from bench.site import Site
from sqlalchemy import select

from campaign.database import transaction
from campaign.events.models import Event

_TURNS = 10
#: More than there are workers, so that each of them is asked.
_ASKED = 8
#: How long it may take until all of them show it, in seconds.
_PATIENCE = 60


@dataclass(frozen=True)
class Change:
    """One change, in milliseconds; `stale` counts polls that did not show it."""

    commit: float
    first: float  # from the commit to the end of the first poll that shows it
    slowest: float  # of the polls after that, over several connections
    stale: int


def cost(site: Site, path: str) -> dict[str, Any]:
    """Change an event again and again, and poll at once from each worker."""
    turns = [_turn(site, path, number) for number in range(_TURNS)]
    return {
        **{
            name: round(median(getattr(turn, name) for turn in turns), 2)
            for name in ("commit", "first", "slowest")
        },
        "stale": sum(turn.stale for turn in turns),
        "turns": [asdict(turn) for turn in turns],
    }


def _turn(site: Site, path: str, number: int) -> Change:
    title = f"Changed for the {number}. time"
    with site.app.app_context():
        begun = perf_counter()
        with transaction() as session:
            row = session.scalars(select(Event).order_by(Event.starts_at)).first()
            assert row is not None
            row.title = title
        written = perf_counter()
    times, stale = _poll(site, path, title.encode(), written)
    return Change(
        commit=(written - begun) * 1000,
        first=times[0] * 1000,
        slowest=max(times[1:]) * 1000,
        stale=stale,
    )


def _poll(
    site: Site, path: str, title: bytes, written: float
) -> tuple[list[float], int]:
    """Ask over several connections, until so many answers showed the change.

    Return how long each of them took, the first one since the commit, and how often
    the change was not there.
    """
    times: list[float] = []
    stale = 0
    begun = written
    while len(times) < _ASKED:
        with closing(connection(site.port)) as to:
            is_shown = title in ask(to, path, {}).body
        ended = perf_counter()
        if is_shown:
            times.append(ended - begun)
        else:
            stale += 1
        if times:
            begun = ended
        if ended - written > _PATIENCE:
            raise NotMeasured("a change does not show in all workers")
    return times, stale
