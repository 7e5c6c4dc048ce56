"""Load: many connections that ask again as soon as they are answered (wrk)."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.fetching import HOST
from bench.measuring import NotMeasured, program

CONNECTIONS, THREADS = 64, 2
_REPORT = Path(__file__).with_name("report.lua")
#: How much more than its body an answer may have: its headers.
_HEADERS = 1_500


@dataclass(frozen=True)
class Effort:
    """How long, and how often in turn."""

    rounds: int
    seconds: int


@dataclass(frozen=True)
class Target:
    """What is asked for, and how large the answer's body is when it is right."""

    port: int
    path: str
    headers: dict[str, str]
    size: int


@dataclass(frozen=True)
class Rate:
    """What a server made of the load; latencies in milliseconds."""

    per_second: float
    p50: float
    p99: float


def press(target: Target, seconds: int) -> Rate:
    """Load a server for so long; raise NotMeasured where it answers wrongly."""
    headers = [f"-H{name}: {value}" for name, value in target.headers.items()]
    url = f"http://{HOST}:{target.port}{target.path}"
    amount = [f"-c{CONNECTIONS}", f"-t{THREADS}", f"-d{seconds}s", "--timeout=30s"]
    done = subprocess.run(
        [program("wrk"), *amount, "--latency", *headers, f"-s{_REPORT}", url],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotMeasured(f"wrk failed: {done.stdout}{done.stderr}")
    told = json.loads(done.stderr.splitlines()[-1])
    _check(told, target)
    if not told["requests"]:  # all wait still: it takes longer than this
        return Rate(0, seconds * 1000, seconds * 1000)
    return Rate(
        per_second=round(told["requests"] / told["microseconds"] * 1e6, 1),
        p50=told["p50"] / 1000,
        p99=told["p99"] / 1000,
    )


def compared(targets: dict[str, Target], effort: Effort) -> dict[str, Rate]:
    """Load servers in turn, several times, after a second to get warm; medians."""
    found: dict[str, list[Rate]] = {name: [] for name in targets}
    for target in targets.values():
        press(target, 1)
    for _round in range(effort.rounds):
        for name, target in targets.items():
            found[name].append(press(target, effort.seconds))
    return {name: _middle(rates) for name, rates in found.items()}


def _check(told: dict[str, int], target: Target) -> None:
    if told["errors"]:
        raise NotMeasured(f"{target.path} was answered with errors: {told}")
    # wrk counts bytes as they come, so what was cut off at the end is in it.
    cut_off = CONNECTIONS * (target.size + _HEADERS)
    least = told["requests"] * target.size
    most = told["requests"] * (target.size + _HEADERS) + cut_off
    if not least <= told["bytes"] <= most:
        raise NotMeasured(f"{target.path} was answered with something else: {told}")


def _middle(rates: Iterable[Rate]) -> Rate:
    columns = zip(*((r.per_second, r.p50, r.p99) for r in rates), strict=True)
    return Rate(*(round(median(column), 3) for column in columns))
