"""Polls of calendars: how many a second, against nginx with the same bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import changes, nginx
from bench.fetching import Answer, fetch
from bench.load import CONNECTIONS, Effort, Rate, Target, compared
from bench.measuring import NotMeasured, require
from bench.rows import grow
from bench.site import Site
from bench.table import keep, milliseconds, rate, show, terminal

PROGRAMS = {"nginx": "nginx-light", "wrk": "wrk"}
SIZES = (100, 1_000, 10_000)
_GZIP = {"Accept-Encoding": "gzip"}
Results = dict[str, Any]


def measure(effort: Effort) -> None:
    """Measure all, print it, and keep it."""
    require(PROGRAMS)
    results: Results = {"nginx": nginx.version(), "connections": CONNECTIONS}
    results.update(asdict(effort))
    with TemporaryDirectory(prefix="campaign-bench-") as folder:
        sites, campaign = _filled(Path(folder))
        results["against_nginx"] = _against_nginx(sites, Path(folder), effort)
        small, large = sites[SIZES[0]], sites[SIZES[-1]]
        path = f"/campaigns/{campaign}.ics"
        results["by_size"] = _same_bytes(small, large, path, effort)
        results["change"] = _change(sites[SIZES[1]])
    keep("polls", results)


def _filled(folder: Path) -> tuple[dict[int, Site], str]:
    """Return a site for each size, and the campaign that is the same in all."""
    sites: dict[int, Site] = {}
    campaigns = []
    before = 0
    for size in SIZES:
        own = folder / f"site-{size}"
        with terminal.status(f"Filling a site with {size:,} events …"):
            sites[size] = sites[before].copied_to(own) if before else Site(own)
            campaigns.append(grow(sites[size], before + 1, size))
        before = size
    return sites, campaigns[0]


def _against_nginx(
    sites: dict[int, Site], folder: Path, effort: Effort
) -> list[Results]:
    found: list[Results] = []
    for size, site in sites.items():
        with site.running():
            empty = site.memory()
            with _yardstick(site, folder / f"nginx-{size}") as (document, port):
                for case in document.cases():
                    pair = {
                        "ours": case.at(site.port, nginx.PATH),
                        "nginx": case.at(port, nginx.PATH),
                    }
                    with terminal.status(f"{size:,} events, {case.name} …"):
                        rates = compared(pair, effort)
                    found.append(_compared(size, case, rates, "nginx"))
            found[-1]["memory_before"], found[-1]["memory_after"] = empty, site.memory()
    _show_rates("Ours against nginx, /calendar.ics", found, "nginx")
    _show_memory(found)
    return found


@dataclass(frozen=True)
class Case:
    """One kind of poll, and how large the body of its answer is."""

    name: str
    headers: dict[str, str]
    size: int

    def at(self, port: int, path: str) -> Target:
        return Target(port, path, self.headers, self.size)


@dataclass(frozen=True)
class Calendar:
    """A calendar as it is served, in both encodings."""

    plain: Answer
    gzipped: Answer

    def cases(self) -> Iterator[Case]:
        known = {**_GZIP, "If-None-Match": self.gzipped.tag}
        yield Case("304", known, 0)
        yield Case("200 gzip", _GZIP, len(self.gzipped.body))
        yield Case("200 plain", {}, len(self.plain.body))


def _calendar(port: int, path: str) -> Calendar:
    calendar = Calendar(fetch(port, path), fetch(port, path, _GZIP))
    known = fetch(port, path, {**_GZIP, "If-None-Match": calendar.gzipped.tag})
    statuses = [calendar.plain.status, calendar.gzipped.status, known.status]
    if statuses != [200, 200, 304]:
        raise NotMeasured(f"{path} is answered with {statuses}")
    return calendar


@contextmanager
def _yardstick(site: Site, folder: Path) -> Iterator[tuple[Calendar, int]]:
    calendar = _calendar(site.port, nginx.PATH)
    with nginx.serving(calendar.plain, calendar.gzipped, folder) as port:
        _check_same(calendar, _calendar(port, nginx.PATH))
        yield calendar, port
    _check_same(calendar, _calendar(site.port, nginx.PATH))


def _check_same(one: Calendar, other: Calendar) -> None:
    for ours, theirs in ((one.plain, other.plain), (one.gzipped, other.gzipped)):
        if (ours.body, ours.tag) != (theirs.body, theirs.tag):
            raise NotMeasured("two servers do not serve the same bytes and tags")


def _same_bytes(small: Site, large: Site, path: str, effort: Effort) -> list[Results]:
    """Compare the same calendar in a small and in a large database."""
    found = []
    with small.running(), large.running():
        calendar = _calendar(small.port, path)
        _check_same(calendar, _calendar(large.port, path))
        for case in calendar.cases():
            pair = {
                "large": case.at(large.port, path),
                "small": case.at(small.port, path),
            }
            with terminal.status(f"The same bytes, {case.name} …"):
                found.append(_compared(100, case, compared(pair, effort), "small"))
    _show_rates("A hundred times the events, the same bytes", found, "small")
    return found


def _compared(size: int, case: Case, rates: dict[str, Rate], base: str) -> Results:
    other = next(name for name in rates if name != base)
    return {
        "events": size,
        "case": case.name,
        "bytes": case.size,
        **{name: asdict(each) for name, each in rates.items()},
        "ratio": _ratio(rates[other], rates[base]),
    }


def _ratio(one: Rate, other: Rate) -> float:
    return round(one.per_second / other.per_second, 3) if other.per_second else 0


def _change(site: Site) -> Results:
    with site.running():
        fetch(site.port, nginx.PATH)
        found = changes.cost(site, nginx.PATH)
    names = ("commit", "first", "slowest")
    show(
        f"A change with {SIZES[1]:,} events (medians)",
        ("commit", "first poll that shows it", "slowest after that", "stale polls"),
        [[*(milliseconds(found[name]) for name in names), str(found["stale"])]],
    )
    return found


def _show_rates(title: str, found: list[Results], base: str) -> None:
    pair = ({"nginx": "ours", "small": "large"}[base], base)
    rows = [
        [
            f"{row['events']:,}",
            row["case"],
            f"{row['bytes']:,}",
            *(rate(row[name]["per_second"]) for name in pair),
            f"{row['ratio']:.2f}",
            *(milliseconds(row[name][part]) for name in pair for part in _PARTS),
        ]
        for row in found
    ]
    latencies = (f"{name} {part}" for name in pair for part in _PARTS)
    show(title, ("events", "answer", "bytes", *pair, "ratio", *latencies), rows)


_PARTS = ("p50", "p99")


def _show_memory(found: list[Results]) -> None:
    rows = [
        [f"{row['events']:,}", *(_sum(row[f"memory_{when}"]) for when in _WHEN)]
        for row in found
        if "memory_after" in row
    ]
    show("Memory of all processes of the site", ("events", *_WHEN), rows)


_WHEN = ("before", "after")


def _sum(sizes: list[float]) -> str:
    return f"{sum(sizes):,.0f} MB"
