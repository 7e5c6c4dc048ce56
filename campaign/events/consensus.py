"""What a series says: that is what most of its dates say.

A series holds no words of its own, so there is nothing that could disagree with its
dates, and no place where an organiser would have to change a text a second time.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from .disclosure import EventView

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def typical_date(dates: Iterable[EventView]) -> EventView | None:
    """Return a date whose words are those of most, None where there is no date.

    Dates that still take place count before cancelled ones; of equals the first.
    """
    seen = list(dates)
    on = [date for date in seen if not date.is_cancelled] or seen
    counts = Counter(map(words_of, on))
    return max(on, key=lambda date: counts[words_of(date)], default=None)


def words_of(date: EventView) -> EventView:
    """Return a date without what tells it from the others of its series.

    That is its identity, its times, its stamps and its counts.
    """
    return replace(
        date,
        uid=UUID(int=0),
        slug="",
        starts_local=_NEVER,
        start_fold=0,
        ends_local=_NEVER,
        end_fold=0,
        timezone="",
        starts_at=_NEVER,
        ends_at=_NEVER,
        capacity=None,
        places_left=None,
        total_accepted=None,
        created_at=_NEVER,
        modified_at=_NEVER,
        calendar_sequence=0,
        series=None,
    )
