"""What people type for a place, understood: "leeds", "Leeds, GB", "springfield ill"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from babel import Locale

from .cities import City, beginning, named, nearest_city
from .countries import country_codes
from .folded_names import name_key
from .sphere import Point

_COMMAS = re.compile("[,،、;]")
_NUMBER = r"(-?\d{1,3}(?:\.\d{1,6})?)"
_COORDINATES = re.compile(rf"\s*{_NUMBER}\s*,\s*{_NUMBER}\s*\Z", re.ASCII)
#: What people call countries besides their codes and their names in a language.
_SHORT_NAMES = {"uk": "GB", "usa": "US", "uae": "AE", "palestine": "PS", "فلسطين": "PS"}
_LANGUAGES = ("en", "ar", "fr", "de", "es")
#: A city's first name counts for so many times its people, against a name of another.
_FIRST_NAME = 10
#: Where several cities have a name, this many times the people make one meant alone.
_MEANT_ALONE = 10
#: Of those with the same name, the ones that somebody may have meant: with at least
#: this part of the weight of the likeliest.
_WORTH_ASKING = 0.01
#: As many as are told, and as are looked through, of the same name or beginning.
_MOST, _MOST_OF_A_NAME = 8, 80
#: One letter of an alphabet begins thousands of names; one of Han may be a whole one.
_SHORTEST: Final = 2


@dataclass(frozen=True)
class Found:
    """What a text was taken for, and which other cities it may have meant."""

    point: Point
    city: City  # the one that was meant, or the nearest one to coordinates
    others: tuple[City, ...] = ()
    is_by_coordinates: bool = False

    @property
    def words(self) -> str:
        """The shortest text that means the same."""
        return words_of(self.city)


@lru_cache(1024)
def find_place(text: str) -> Found | None:
    """Return what a text means: a city's name, or "latitude,longitude"."""
    point = _coordinates(text)
    if point is not None:
        return Found(point, nearest_city(point), is_by_coordinates=True)
    cities = search_cities(text, _MOST)
    if not cities:
        return None
    return Found(cities[0].point, cities[0], tuple(cities[1:]))


def search_cities(text: str, most: int = _MOST) -> list[City]:
    """Return the cities that a text may mean, the likeliest first.

    Those with the very name come first; where there is none, those whose name begins
    so. After a comma follow the country or the region, by name or by code; without a
    comma they are tried as the last words.
    """
    for name, rest in _readings(text):
        found = _worth_asking(_named(name, rest))
        if found:
            return found[:most]
    for name, rest in _readings(text):
        begun = _beginning(name, rest, most)
        if begun:
            return begun
    return []


def suggest_cities(text: str, most: int = _MOST) -> list[City]:
    """Return cities for somebody who is still typing: exact names, then beginnings."""
    exact = search_cities(text, most)
    name, rest = next(_readings(text), ("", []))
    return list(dict.fromkeys((*exact, *_beginning(name, rest, most))))[:most]


def cities_called(name: str) -> list[City]:
    """Return the cities with this very name in any language, the likeliest first."""
    return [city for _weight, city in _named(name_key(name), [])]


def find_one(locality: str, region: str = "", country: str = "") -> City | None:
    """Return the only city that an address can mean, None where it may be another."""
    found = _of_address(locality, region, country)
    return found[0][1] if _is_meant_alone(found) else None


def namesakes(locality: str, region: str = "", country: str = "") -> list[City]:
    """Return the cities that an address may mean, where it may mean several.

    The likeliest first, and at most as many as are told.
    """
    found = _of_address(locality, region, country)
    return [] if _is_meant_alone(found) else _worth_asking(found)[:_MOST]


def _of_address(locality: str, region: str, country: str) -> list[tuple[int, City]]:
    key = name_key(locality)
    asked = [name_key(each) for each in (country, region) if each]
    # What stands for the region may be a county, which the data do not know.
    return _named(key, asked) or (_named(key, asked[:1]) if region else [])


def _is_meant_alone(found: Sequence[tuple[int, City]]) -> bool:
    weights = [weight for weight, _city in found[:2]]
    return len(weights) == 1 or (
        len(weights) == 2 and weights[0] >= _MEANT_ALONE * weights[1]
    )


@lru_cache(4096)
def words_of(city: City) -> str:
    """Return the shortest text that means this city in an address: "Leeds, GB"."""
    words = ", ".join(each for each in (city.name, city.country) if each)
    if _means(words, city):
        return words
    words = ", ".join((city.name, city.region, city.country))
    if _means(words, city):
        return words
    return f"{city.point.latitude:.2f},{city.point.longitude:.2f}"


@lru_cache(4096)
def needs_region(city: City) -> bool:
    """Return whether its name and country alone may mean another city too."""
    words = ", ".join(each for each in (city.name, city.country) if each)
    return len(search_cities(words, 2)) > 1


def _means(words: str, city: City) -> bool:
    return [found.id for found in search_cities(words, 1)] == [city.id]


def _coordinates(text: str) -> Point | None:
    match = _COORDINATES.match(text)
    if match is None:
        return None
    latitude, longitude = map(float, match.groups())
    is_real = abs(latitude) <= 90 and abs(longitude) <= 180
    return Point(latitude, longitude) if is_real else None


def _readings(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each way to part a text into the key of a name and what must hold besides."""
    name, *rest = (name_key(part) for part in _COMMAS.split(text))
    if not name:
        return
    rest = [part for part in rest if part]
    yield name, rest
    words = name.split()
    for length in range(len(words) - 1, 0, -1):
        yield " ".join(words[:length]), [" ".join(words[length:]), *rest]


def _named(key: str, asked: Sequence[str]) -> list[tuple[int, City]]:
    """The cities of a name, each after how likely it is meant: by its people."""
    found = [
        ((city.population + 1) * (_FIRST_NAME if is_first else 1), city)
        for city, is_first in named(key, _MOST_OF_A_NAME)
        if _is_in(city, asked)
    ]
    return sorted(found, key=lambda each: -each[0])


def _worth_asking(found: Sequence[tuple[int, City]]) -> list[City]:
    return [c for weight, c in found if weight >= found[0][0] * _WORTH_ASKING]


def _beginning(key: str, asked: Sequence[str], most: int) -> list[City]:
    if len(key) < _SHORTEST and key.isascii():
        return []
    found = beginning(key, _MOST_OF_A_NAME if asked else most)
    return [city for city in found if _is_in(city, asked)][:most]


def _is_in(city: City, asked: Sequence[str]) -> bool:
    return all(_is_of(city, each) for each in asked)


def _is_of(city: City, asked: str) -> bool:
    """Whether it is in a country or a region, by its name, its code or a beginning."""
    if asked == city.region_code.lower():
        return True
    if len(asked) > 1 and name_key(city.region).startswith(asked):
        return True
    codes = _countries().get(asked, frozenset())
    # A city in dispute is found whichever country somebody names.
    return city.country in codes if city.country else bool(codes)


@cache
def _countries() -> dict[str, frozenset[str]]:
    """The codes that a country's name can mean, in whatever language."""
    found: dict[str, set[str]] = {}
    for code in country_codes():
        found.setdefault(code.lower(), set()).add(code)
        for language in _LANGUAGES:
            name = Locale.parse(language).territories.get(code, code)
            found.setdefault(name_key(name), set()).add(code)
    for name, code in _SHORT_NAMES.items():
        found.setdefault(name, set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}
