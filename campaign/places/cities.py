"""Cities of the world, read from packaged data.

From GeoNames (CC BY 4.0), packed by `tools/cities.py` into one read-only SQLite file,
`data/cities.sqlite3`: nothing is loaded when the site starts, and an answer reads a
few pages of the file, which all processes share. It is no part of the site's own
database, and knows no transactions. `search.py` finds cities by their names.
"""

import os
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from .sphere import Point, distance_km

FILE: Final = Path(__file__).parent / "data" / "cities.sqlite3"
#: The edition of the data: a new one may know more cities.
DATA_VERSION: Final = "geonames-2026-07"
#: In the file coordinates are whole numbers of this part of a degree: eleven metres.
_PARTS = 10_000
_COLUMNS = """
    c.rank, c.id, c.name, c.country, r.code AS region_code, r.name AS region,
    c.latitude, c.longitude, c.population, z.name AS zone,
    (SELECT group_concat(o.language || o.name, char(10))
     FROM own_names o WHERE o.rank = c.rank) AS own_names
    FROM cities c JOIN zones z ON z.id = c.zone LEFT JOIN regions r ON r.id = c.region
"""
#: How far around a point its nearest city is looked for, in degrees, step by step.
_STEPS = (0.5, 3, 20, 180)
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class City:
    """A city or town of more than 5,000 people."""

    rank: int  # among all cities, from the one with the most people
    id: int  # GeoNames' own
    name: str
    country: str  # ISO 3166-1 alpha-2; empty where it is in dispute
    region_code: str  # within the country, as GeoNames has it: `ENG`, `IL`
    region: str
    point: Point
    population: int
    zone: str  # IANA
    own_names: tuple[tuple[str, str], ...]

    def name_in(self, language: str) -> str:
        """Return its name in a language, where that is known, else the common one."""
        return dict(self.own_names).get(language, self.name)

    def is_named_in(self, language: str) -> bool:
        """Return whether that name is of the language, as far as that is known."""
        return language == "en" or language in dict(self.own_names)


@lru_cache(4096)
def find_city(number: int) -> City | None:
    """Return the city with this id of GeoNames."""
    found = _cities("WHERE c.id = ?", [number])
    return found[0] if found else None


def cities_of_ranks(ranks: Sequence[int]) -> list[City]:
    """Return the cities of these ranks, in the order of the ranks."""
    marks = ", ".join("?" * len(ranks))
    return _cities(f"WHERE c.rank IN ({marks}) ORDER BY c.rank", ranks)


def nearest_city(point: Point) -> City:
    """Return the city that is nearest to a point."""
    for step in _STEPS:
        where, values = _around(point, step)
        query = f"SELECT rank, latitude, longitude FROM cities c {where}"  # noqa: S608
        found = {
            rank: distance_km(Point(latitude / _PARTS, longitude / _PARTS), point)
            for rank, latitude, longitude in _rows(query, values)
        }
        if found:
            return cities_of_ranks([min(found, key=found.__getitem__)])[0]
    raise LookupError("there are no cities")


def largest_around(point: Point, degrees: float, most: int) -> list[City]:
    """Return the largest cities within so many degrees of latitude of a point."""
    where, values = _around(point, degrees)
    return _cities(f"{where} ORDER BY c.rank LIMIT ?", [*values, most])


def named(key: str, most: int) -> list[tuple[City, bool]]:
    """Return the cities that have this very name, largest first.

    With each goes whether it is what the city is called on our pages.
    """
    return _with_cities(
        "SELECT rank, is_other FROM names WHERE key = ? ORDER BY rank LIMIT ?",
        [key, most],
    )


def beginning(key: str, most: int) -> list[City]:
    """Return the cities whose name begins so, largest first.

    Names that nobody is shown count only where there are no others.
    """
    found = _with_cities(
        "SELECT rank, min(is_other) FROM names WHERE key >= ? AND key < ? "
        "GROUP BY rank ORDER BY min(is_other), rank LIMIT ?",
        [key, key + chr(0x10FFFF), most],
    )
    called_so = [city for city, is_first in found if is_first]
    return called_so or [city for city, _is_first in found]


def _with_cities(query: str, values: Sequence[Any]) -> list[tuple[City, bool]]:
    ranks = {rank: not is_other for rank, is_other in _rows(query, values)}
    cities = {city.rank: city for city in cities_of_ranks(list(ranks))}
    return [(cities[rank], is_first) for rank, is_first in ranks.items()]


def _around(point: Point, degrees: float) -> tuple[str, list[Any]]:
    """The condition of a box; near a pole, or across the date line, it is a belt."""
    south, north = point.latitude - degrees, point.latitude + degrees
    # A degree of longitude is half as wide at 60 degrees north, a tenth at 84.
    width = degrees * 2 if max(abs(south), abs(north)) < 60 else degrees * 10
    west, east = point.longitude - width, point.longitude + width
    where = "WHERE c.latitude BETWEEN ? AND ?"
    values = [round(south * _PARTS), round(north * _PARTS)]
    if west >= -180 and east <= 180 and south > -84 and north < 84:
        where += " AND c.longitude BETWEEN ? AND ?"
        values += [round(west * _PARTS), round(east * _PARTS)]
    return where, values


def _cities(rest: str, values: Sequence[Any]) -> list[City]:
    rows = _rows(f"SELECT {_COLUMNS} {rest}", values)
    return [_city(row) for row in rows]


def _city(row: sqlite3.Row) -> City:
    own_names = (row["own_names"] or "").split("\n")
    return City(
        rank=row["rank"],
        id=row["id"],
        name=row["name"],
        country=row["country"],
        region_code=row["region_code"] or "",
        region=row["region"] or "",
        point=Point(row["latitude"] / _PARTS, row["longitude"] / _PARTS),
        population=row["population"],
        zone=row["zone"],
        own_names=tuple((name[:2], name[2:]) for name in own_names if name),
    )


def _ranks(query: str, values: Sequence[Any]) -> list[int]:
    return [row[0] for row in _rows(query, values)]


def _rows(query: str, values: Sequence[Any]) -> list[sqlite3.Row]:
    with _one_at_a_time:
        return _database(os.getpid()).execute(query, values).fetchall()


@cache
def _database(_process: int) -> sqlite3.Connection:
    """One for each process: a connection must not be carried over a fork."""
    address = f"{FILE.as_uri()}?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True, check_same_thread=False)
    database.row_factory = sqlite3.Row
    return database
