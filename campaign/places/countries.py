"""Countries, by their ISO 3166-1 alpha-2 codes."""

from functools import cache
from importlib.resources import files

from babel import Locale


@cache
def country_codes() -> frozenset[str]:
    """Return the codes of all countries.

    From the table that comes with the time zones: Babel's own also has regions
    and codes of private use, such as `EU` and `ZZ`.
    """
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    lines = (line for line in table.splitlines() if not line.startswith("#"))
    return frozenset(line.split("\t")[0] for line in lines)


def uses_miles(country: str) -> bool:
    """Return whether signposts there tell miles."""
    return country in ("GB", "US", "LR")


@cache
def countries_by_name(language: str) -> list[tuple[str, str]]:
    """Return each code with the country's name in the language, sorted by it."""
    names = Locale.parse(language).territories
    countries = ((code, names.get(code, code)) for code in country_codes())
    return sorted(countries, key=lambda country: (country[1].casefold(), country[0]))
