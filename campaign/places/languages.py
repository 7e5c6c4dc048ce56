"""Languages in which people write, by their ISO 639 codes."""

from functools import cache

from babel import Locale
from babel.localedata import locale_identifiers


@cache
def language_codes() -> frozenset[str]:
    """Return the languages of which the direction and the calendar are known."""
    return frozenset(code for code in locale_identifiers() if "_" not in code) - {
        "root"
    }


@cache
def languages_by_name(language: str) -> list[tuple[str, str]]:
    """Return each code with its name in `language`, sorted by it."""
    names = Locale.parse(language).languages
    found = ((code, names[code]) for code in language_codes() if code in names)
    return sorted(found, key=lambda each: (each[1].casefold(), each[0]))
