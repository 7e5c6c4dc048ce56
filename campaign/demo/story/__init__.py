"""The demo's story: its texts, and what they say in plain Python.

The texts lie beside this file, for people to read and to mend: `campaign.toml` with
the groups, the campaign and the day, `articles/*.md`, `pictures.toml`, `events/*.toml`,
a file for each part of the world, and `weekly.toml` with what repeats. Names there are
the names of the models' columns.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

from ...articles.attribution import Author

#: Names and values of a row's columns.
Fields = dict[str, Any]
#: The group that everything belongs to which names no other.
OWNING_GROUP = "planet-syria"
_MARK = "+++\n"
#: What the hours of a role are called in a file, and their columns.
_HOURS = {"starts": "starts_after", "ends": "ends_after"}


@dataclass(frozen=True)
class Crowd:
    """Who signed up: people in all, and the sizes of single parties."""

    going: int = 0
    pending: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    cancelled: tuple[int, ...] = ()
    #: Parties for which a place was kept just now.
    offered: tuple[int, ...] = ()
    #: Parties on which the organisers have not decided yet.
    to_decide: tuple[int, ...] = ()


@dataclass(frozen=True)
class Action:
    """An event of the story: its columns, and what is told in words of our own.

    One that ends before it starts ends on the next morning.
    """

    fields: Fields
    starts: time
    ends: time
    group: str
    articles: tuple[str, ...]
    crowd: Crowd
    #: Columns of what the event asks, and of the roles that it needs.
    questions: tuple[Fields, ...] = ()
    consents: tuple[str, ...] = ()
    roles: tuple[Fields, ...] = ()

    def times_on(self, day: date) -> tuple[datetime, datetime]:
        """Return the wall times of its start and its end."""
        last = day if self.starts < self.ends else day + timedelta(days=1)
        return datetime.combine(day, self.starts), datetime.combine(last, self.ends)


@dataclass(frozen=True)
class Weekly:
    """What repeats: its first date, and what happens to two later ones.

    Dates are counted from 1.
    """

    first: Action
    weekday: int  # 0 is Monday
    dates: int
    moved: int
    days_later: int
    fields_of_moved: Fields
    cancelled: int

    def first_day(self, today: date) -> date:
        """Return the first such weekday that leaves some days to sign up."""
        soon = today + timedelta(days=3)
        return soon + timedelta(days=(self.weekday - soon.weekday()) % 7)


def next_23_february(today: date) -> date:
    """Return the next 23 February after `today`, which is a date in UTC.

    On the day itself it is that of the next year, since half of the world has it
    behind itself by then and the demo is there to sign up for something.
    """
    this_year = date(today.year, 2, 23)
    return this_year if today < this_year else date(today.year + 1, 2, 23)


def outline() -> Fields:
    """Return the groups, the organisers, the campaign and the action day."""
    fields: Fields = _tidied(_parsed(_read("campaign.toml")[0]))
    return fields


def articles() -> list[Fields]:
    """Return the explainers in their order."""
    return [_article(text) for text in _read("articles", ".md")]


def pictures() -> list[Fields]:
    """Return the pictures, each by the name of its motif."""
    found: list[Fields] = _tidied(_parsed(_read("pictures.toml")[0]))["picture"]
    return found


def actions() -> list[Action]:
    """Return the events, from the first part of the world to the last."""
    return [
        _action(_tidied(fields))
        for text in _read("events", ".toml")
        for fields in _parsed(text)["event"]
    ]


def weekly() -> Weekly:
    """Return what repeats week by week."""
    told = _tidied(_parsed(_read("weekly.toml")[0]))["weekly"]
    return Weekly(
        first=_action(told["event"]),
        weekday=told["weekday"],
        dates=told["dates"],
        moved=told["moved"]["date"],
        days_later=told["moved"]["days_later"],
        fields_of_moved=told["moved"]["fields"],
        cancelled=told["cancelled"]["date"],
    )


def _read(name: str, ending: str = "") -> list[str]:
    """Return the text of a file, or those of a folder's files in their order."""
    found = files(__name__) / name
    if found.is_file():
        return [found.read_text("utf-8")]
    inside = sorted(found.iterdir(), key=lambda file: file.name)
    return [file.read_text("utf-8") for file in inside if file.name.endswith(ending)]


def _parsed(text: str) -> Fields:
    return tomllib.loads(text)


def _tidied(value: Any) -> Any:
    """Return the value without the line ends around its longer texts."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_tidied(item) for item in value]
    if isinstance(value, dict):
        return {name: _tidied(item) for name, item in value.items()}
    return value


def _article(text: str) -> Fields:
    _, front, body = text.split(_MARK, 2)
    fields: Fields = _tidied({**_parsed(front), "body": body})
    fields["authors"] = tuple(Author(**each) for each in fields.pop("authors", ()))
    return fields


def _action(fields: Fields) -> Action:
    starts, ends = fields.pop("starts"), fields.pop("ends")
    return Action(
        starts=starts,
        ends=ends,
        group=fields.pop("group", OWNING_GROUP),
        articles=tuple(fields.pop("articles", ())),
        crowd=_crowd(fields.pop("crowd", {})),
        questions=tuple(_question(told) for told in fields.pop("questions", ())),
        consents=tuple(fields.pop("consents", ())),
        roles=tuple(_role(told, starts) for told in fields.pop("roles", ())),
        fields=fields,
    )


def _crowd(told: Fields) -> Crowd:
    going = told.pop("going", 0)
    return Crowd(going, **{name: tuple(sizes) for name, sizes in told.items()})


def _question(told: Fields) -> Fields:
    """Return the columns of a question; options are told by their words."""
    options = [
        {"key": f"k{number}", "label": label, "is_retired": False}
        for number, label in enumerate(told.pop("options", ()), 1)
    ]
    return {**told, "options": options}


def _role(told: Fields, event_starts: time) -> Fields:
    """Return the columns of a role, with its hours counted from the event's start."""
    taken, hours = told.pop("taken", 0), {}
    for name, column in _HOURS.items():
        if name in told:
            hours[column] = _minutes(told.pop(name)) - _minutes(event_starts)
    return {**told, **hours, "places_taken": taken}


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
