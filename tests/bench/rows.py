"""Sites of a hundred, a thousand and ten thousand events, as people would have them.

Each grows out of a copy of the one before. So the campaign with the first hundred
has the same calendar in all of them, byte for byte.
"""

import re
from datetime import UTC, datetime, time, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

import factories
from bench.site import Site

from campaign.articles.models import Article
from campaign.campaigns.models import ActionDay
from campaign.database import transaction
from campaign.demo import story
from campaign.events.models import Attendance, Event, Kind
from campaign.lib.markdown import to_text
from campaign.publishing.states import State

MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)
#: So many in a transaction: a lock that is held for long would be no real one.
_AT_ONCE = 500
_KINDS = tuple(Kind)


class Town(NamedTuple):
    """Where an event may be."""

    locality: str
    country: str
    timezone: str
    latitude: float
    longitude: float
    language: str = "en"


TOWNS = (
    Town("London", "GB", "Europe/London", 51.5074, -0.1278),
    Town("Berlin", "DE", "Europe/Berlin", 52.52, 13.405, "de"),
    Town("New York", "US", "America/New_York", 40.7128, -74.006),
    Town("São Paulo", "BR", "America/Sao_Paulo", -23.5505, -46.6333, "pt"),
    Town("Cairo", "EG", "Africa/Cairo", 30.0444, 31.2357, "ar"),
    Town("Johannesburg", "ZA", "Africa/Johannesburg", -26.2041, 28.0473),
    Town("Delhi", "IN", "Asia/Kolkata", 28.6139, 77.209),
    Town("Tokyo", "JP", "Asia/Tokyo", 35.6762, 139.6503, "ja"),
    Town("Sydney", "AU", "Australia/Sydney", -33.8688, 151.2093),
    Town("Amman", "JO", "Asia/Amman", 31.9454, 35.9284, "ar"),
    Town("Dublin", "IE", "Europe/Dublin", 53.3498, -6.2603),
    Town("Santiago", "CL", "America/Santiago", -33.4489, -70.6693, "es"),
)


def grow(site: Site, first: int, last: int) -> str:
    """Add a campaign with the events of these numbers; return its slug."""
    with site.app.app_context():
        day = _add_campaign(first)
        articles = [_add_article(day, number) for number in (1, 2)]
        for start in range(first, last + 1, _AT_ONCE):
            with transaction() as session:
                for number in range(start, min(start + _AT_ONCE, last + 1)):
                    session.add(_event(number, day, articles))
        slug: str = day.campaign.slug
    site.bring_up_to_date()
    site.close()
    return slug


def _add_campaign(first: int) -> ActionDay:
    group = factories.group(
        slug=f"group-from-{first}", name="Solidarity committee", created_at=MADE
    )
    campaign = factories.campaign(
        slug=f"campaign-from-{first}", title="Open the doors", group=group
    )
    day: ActionDay = factories.action_day(
        slug=f"day-from-{first}", title="Day of action", campaign=campaign
    )
    return day


def _add_article(day: ActionDay, number: int) -> Article:
    article: Article = factories.article(
        slug=f"{day.slug}-article-{number}",
        title=f"What has been decided, and who decided it: part {number}",
        group=day.group,
    )
    return article


def _event(number: int, day: ActionDay, articles: list[Article]) -> Event:
    town, by_chance = TOWNS[number % len(TOWNS)], Random(number)
    event = Event(
        slug=f"event-{number}",
        title=f"Vigil no. {number} in {town.locality}",
        summary=by_chance.choice(_sentences()),
        description=f"Bring a **candle**.\n\n{by_chance.choice(_sentences())}",
        kind=_KINDS[number % len(_KINDS)],
        language=town.language,
        attendance=Attendance.HYBRID if number % 10 == 0 else Attendance.IN_PERSON,
        venue="Town hall",
        street_address=f"{by_chance.randint(1, 300)} Market Square",
        postal_code=f"{by_chance.randint(10_000, 99_999)}",
        locality=town.locality,
        country=town.country,
        latitude=town.latitude + by_chance.random(),
        longitude=town.longitude + by_chance.random(),
        online_url=f"https://meet.example/{number}" if number % 10 == 0 else "",
        capacity=200,
        group_id=day.group_id,
        campaign_id=day.campaign_id,
        state=State.PUBLISHED,
        published_at=MADE,
        created_at=MADE,
        modified_at=MADE,
    )
    if number % 2:
        event.action_day_id = day.id
    event.set_times(*_times(number), town.timezone)
    event.articles.extend(articles[: number % 3])
    return event


def _times(number: int) -> tuple[datetime, datetime]:
    starts = datetime.combine(factories.DAY, time(9 + number % 11))
    starts += timedelta(days=number % 300)
    return starts, starts + timedelta(hours=2)


@cache
def _sentences() -> list[str]:
    """Real sentences, so that the calendar can be compressed as real ones can."""
    texts = [to_text(fields["body"]) for fields in story.articles()]
    found = [each for text in texts for each in re.split(r"(?<=[.?!])\s+", text)]
    return [each for each in found if 40 < len(each) < 160]
