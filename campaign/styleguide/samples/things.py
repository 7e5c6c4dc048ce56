"""Campaigns, days of action, articles and events that no session knows."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from ...articles.attribution import Appearance, Author
from ...articles.models import Article
from ...campaigns.models import ActionDay, Campaign
from ...events.models import Event, Series
from ...events.recurrence import Rhythm
from ...lib.walltime import wall_time
from ...organisers.models import Group
from ...publishing.states import State
from .events import usual_event

DAY: Final = date(2030, 3, 15)
ARTICLE: Final = """\
Candles are seen from afar, and nobody has to shout. *This* is **how** it is done.[^1]

## Before it

Walk the way once in the dark.[1]

> We stood there for an hour, and half the street came out.

::: pull-quote
Nobody has to shout.
:::

### What to bring

- lanterns, because the wind blows candles out
- a list of who is coming

1. First the names.
2. Then the silence.

| Hour | What |
| :---: | ---: |
| 18:00 | Lighting |
| 18:30 | Names |

![A lantern in a window](/pictures/sample "What it looks like | Amal Haddad")

## After it

Leave the place as it was: `one bag` is enough.

[^1]: As it was done in many cities.
"""
#: What it said before, to show how versions differ.
EARLIER: Final = ARTICLE.replace("from afar", "from far away").replace(
    "> We stood there for an hour, and half the street came out.\n\n", ""
)


def campaigns(now: datetime) -> Sequence[Campaign]:
    """Return a campaign in each of two scripts."""
    told = (
        ("Light for Syria", "Open every road to the besieged towns.", "en"),
        ("ضوء لسوريا", "افتحوا كل الطرق إلى المدن المحاصرة.", "ar"),
    )
    return [
        Campaign(**_thing(now, title, language), demand=demand)
        for title, demand, language in told
    ]


def action_days(now: datetime) -> dict[State, ActionDay]:
    """Return a day of action in each state that readers see."""
    return {
        state: ActionDay(
            **_thing(now, "Day of action", "en", state),
            starts_on=DAY,
            ends_on=DAY + timedelta(days=days),
        )
        for state, days in (
            (State.PUBLISHED, 0),
            (State.POSTPONED, 2),
            (State.CANCELLED, 0),
        )
    }


def articles(now: datetime) -> Sequence[Article]:
    """Return two articles with all that is said of one."""
    common = {
        "body": ARTICLE,
        "translator": "",
        "source_title": "",
        "first_appeared_at": "The Lantern",
        "first_appeared_url": "https://example.org/lantern",
        "first_appeared_on": DAY,
        "appearance": Appearance.VERSION,
        "licence_code": "CC-BY-4.0",
        "sources": "The Lantern, https://example.org/lantern, page 3",
    }
    amal = Author("Amal Haddad", "Planet Syria", "She has held vigils since 2013.")
    both = (amal, Author("منى سعيد"))
    return [
        Article(
            **_thing(now, "How to hold a safe vigil", "en"), **common, authors=both
        ),
        Article(
            **_thing(now, "كيف تقيمون وقفة آمنة", "ar"),
            **{**common, "translator": "Mona Said"},
            authors=(amal,),
        ),
    ]


def series(now: datetime) -> Series:
    """Return the rhythm of a series."""
    first = wall_time(now, "Europe/London").replace(hour=18, minute=30)
    return Series(slug="sample", rhythm=Rhythm.WEEKLY, first_slot=first)


def own_events(now: datetime) -> Sequence[Event]:
    """Return events as the desk lists them, one of each state."""
    view = usual_event(now)
    return [
        Event(
            **_thing(now, view.title, "en", state),
            starts_local=view.starts_local,
            ends_local=view.ends_local,
            timezone=view.timezone,
            locality="Leeds",
            capacity=80 if state is State.PUBLISHED else None,
            places_taken=68,
            places_confirmed=60,
            removed_at=now if state is State.CANCELLED else None,
        )
        for state in State
    ]


def _thing(
    now: datetime, title: str, language: str, state: State = State.PUBLISHED
) -> dict[str, Any]:
    return {
        "slug": "sample",
        "title": title,
        "summary": "",
        "language": language,
        "state": state,
        "published_at": now,
        "group": Group(slug="sample", name="Planet Syria"),
    }
