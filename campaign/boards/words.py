"""The words of boards: how long something takes, how far it is away, and where."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from babel import Locale
from babel.lists import format_list
from babel.units import format_unit
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import escape

from .board import Action, Board, Phase

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def duration_words(length: timedelta) -> str:
    """Return a length of time, as finely as it matters: "2 days and 5 hours"."""
    days, rest = divmod(length, timedelta(days=1))
    hours, minutes = rest // _HOUR, rest % _HOUR // _MINUTE
    if days >= 3:
        parts = [(days, "day")]
    elif days:
        parts = [(days, "day"), (hours, "hour")]
    else:
        parts = [(hours, "hour"), (minutes, "minute")]
    locale = get_locale() or "en"
    told = [
        format_unit(number, f"duration-{unit}", locale=locale)
        for number, unit in parts
        if number
    ]
    return str(format_list(told, locale=locale) or _("less than a minute"))


def status_words(board: Board) -> str:
    """Return where the day is, in a few words: "Begins in 88 days"."""
    if board.phase is Phase.BEFORE:
        return str(
            _("Begins in %(time)s", time=duration_words(board.begins_at - board.now))
        )
    if board.phase is Phase.AFTER:
        return str(_("It happened"))
    if board.on_now:
        number = len(board.on_now)
        return _events_on(number)
    if board.coming:
        wait = board.coming[0].starts_at - board.now
        return str(_("The next event begins in %(time)s", time=duration_words(wait)))
    return str(_("The day is nearly round the world"))


def _events_on(number: int) -> str:
    words = ngettext("%(num)d event is on now", "%(num)d events are on now", number)
    return str(words)


def wait_words(action: Action, now: datetime) -> str:
    """Return in how long an event begins: "in 25 minutes"."""
    return str(_("in %(time)s", time=duration_words(action.starts_at - now)))


def by_country(board: Board) -> list[tuple[str, str, list[list[Action]]]]:
    """Return the code, the name and the cities of each country, in order of names.

    A city is the list of its events, soonest first; cancelled ones are among them.
    """
    names = (get_locale() or Locale("en")).territories
    towns: dict[tuple[str, str], list[Action]] = defaultdict(list)
    for action in board.actions:
        if action.place.country and action.place.locality:
            towns[action.town].append(action)
    countries: dict[str, list[list[Action]]] = defaultdict(list)
    for country, locality in sorted(towns):
        countries[country].append(towns[country, locality])
    told = [
        (code, str(names.get(code, code)), cities) for code, cities in countries.items()
    ]
    return sorted(told, key=lambda each: (each[1].casefold(), each[0]))


def count_cities(countries: Sequence[tuple[str, str, list[list[Action]]]]) -> int:
    """Return how many cities there are in what `by_country` gave."""
    return sum(len(cities) for _code, _name, cities in countries)


def embed_lines(address: str, title: str) -> str:
    """Return what another site puts into its page, to show one of ours in it."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" '
        'height="760" loading="lazy" style="border:0"></iframe>'
    )
