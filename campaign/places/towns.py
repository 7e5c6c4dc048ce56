"""The city that an event's own words name: its place, and its name in a language."""

from functools import lru_cache

from .cities import City, named
from .folded_names import name_key

#: Of one name there are seldom more cities, the largest of its country among them.
_MOST = 40


@lru_cache(8192)
def town_of(locality: str, country: str) -> City | None:
    """Return the largest city of this name in a country (ISO 3166-1 alpha-2)."""
    if not locality or not country:
        return None
    found = (city for city, _is_first in named(name_key(locality), _MOST))
    return next((city for city in found if city.country == country), None)


def town_name(locality: str, country: str, language: str) -> str:
    """Return what a city is called in a language, as far as that is known."""
    city = town_of(locality, country)
    return city.name_in(language) if city is not None else locality
