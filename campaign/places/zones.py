"""Time zones: the names that an event may be planned in."""

from functools import cache
from importlib.resources import files

from babel import Locale
from babel.dates import get_timezone_location

#: For what happens online and belongs to no town.
UTC = "UTC"


@cache
def zone_names() -> frozenset[str]:
    """Return every zone that a clock on a wall may show.

    From zone.tab, which has a name for each country: an event in Oslo should not
    have to say Berlin, and keeps its hour should Norway change its clocks alone.
    """
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    lines = (line for line in table.splitlines() if not line.startswith("#"))
    return frozenset(line.split("\t")[2] for line in lines) | {UTC}


@cache
def zones_by_region(language: str) -> dict[str, list[tuple[str, str]]]:
    """Return the zones of each region, each with its city in the language.

    The regions are those of the names themselves: `Africa`, `America` … UTC has
    none.
    """
    locale = Locale.parse(language)
    regions: dict[str, list[tuple[str, str]]] = {}
    for zone in zone_names() - {UTC}:
        city = get_timezone_location(zone, locale=locale, return_city=True)
        # Where the language has no word of its own: "Argentina/Buenos Aires".
        city = city.rpartition("/")[2]
        regions.setdefault(zone.partition("/")[0], []).append((zone, city))
    return {name: sorted(regions[name], key=_by_city) for name in sorted(regions)}


def _by_city(zone: tuple[str, str]) -> tuple[str, str]:
    return zone[1].casefold(), zone[0]
