"""Filling an empty database with the demo's story.

Rows are written directly and not through the operations of each feature: those
send mails and ask who is there, and the demo has a past of several weeks. Only what
repeats is made as an organiser would, two days ago: there is too much that follows.
"""

from datetime import date, datetime, timedelta
from itertools import count

from ...articles.models import Article
from ...campaigns.models import ActionDay, Campaign
from ...campaigns.operations import move_in_campaign
from ...database import db
from ...events.disclosure import AddressLevel
from ...events.models import Attendance, Event, Kind, Rhythm
from ...events.operations import edit_event
from ...events.recurrence import first_slots
from ...organisers.models import Group, Membership, Organiser, Role
from ...pictures.models import Picture
from ...publishing.states import PUBLIC_STATES, Move, State
from ...series.operations.making import repeat_event
from ...series.queries import own_dates
from .. import story
from ..story import Action, Fields
from .crowds import add_crowd
from .hanging import hang_pictures, with_pictures

#: How long ago the demo's people began, made it public, and last changed something.
_BEGUN = timedelta(days=42)
_PUBLISHED = timedelta(days=35)
_CHANGED = timedelta(days=2)


def fill_demo(now: datetime) -> Organiser:
    """Write the demo's groups, texts, events and sign-ups; return its owner.

    The database is empty before. The same moment gives the same demo, but for what
    has to be secret or unique.
    """
    outline = story.outline()
    day = story.next_23_february(now.date())
    groups = _add_groups(outline["group"], now)
    organisers = _add_organisers(outline["organiser"], groups, now)
    db.session.flush()
    pictures = hang_pictures(groups[story.OWNING_GROUP], now - _PUBLISHED)
    articles = _add_articles(groups, pictures, now)
    campaign = _add_campaign(outline["campaign"], groups, articles, now)
    action_day = _add_action_day(outline["action_day"], campaign, articles, day, now)
    events = _add_events(action_day, groups, articles, now)
    weekly = story.weekly()
    first_day = weekly.first_day(now.date())
    vigil = _add_event(weekly.first, first_day, campaign, groups, articles, now)
    db.session.flush()
    numbers = count(1)
    for event, action in [*events, (vigil, weekly.first)]:
        add_crowd(event, action, numbers, now)
    db.session.flush()
    _repeat(vigil, weekly, now - _CHANGED)
    return organisers[0]


def _add_groups(told: list[Fields], now: datetime) -> dict[str, Group]:
    groups = [Group(**fields, created_at=now - _BEGUN) for fields in told]
    db.session.add_all(groups)
    return {group.slug: group for group in groups}


def _add_organisers(
    told: list[Fields], groups: dict[str, Group], now: datetime
) -> list[Organiser]:
    organisers = []
    for fields in told:
        group, role = groups[fields.pop("group")], Role(fields.pop("role"))
        organiser = Organiser(**fields, created_at=now - _BEGUN)
        db.session.add(Membership(organiser=organiser, group=group, role=role))
        organisers.append(organiser)
    return organisers


def _add_articles(
    groups: dict[str, Group], pictures: dict[str, Picture], now: datetime
) -> dict[str, Article]:
    group = groups[story.OWNING_GROUP]
    articles: dict[str, Article] = {}
    for fields in story.articles():
        original = articles.get(fields.pop("translation_of", ""))
        fields["body"] = with_pictures(fields["body"], pictures)
        fields["picture"] = pictures.get(fields.pop("picture", ""))
        article = Article(**fields, **_published(State.PUBLISHED, now), group=group)
        article.translation_of = original
        articles[article.slug] = article
    db.session.add_all(articles.values())
    return articles


def _add_campaign(
    told: Fields, groups: dict[str, Group], articles: dict[str, Article], now: datetime
) -> Campaign:
    backers, reading = told.pop("backers"), told.pop("articles")
    group = groups[story.OWNING_GROUP]
    campaign = Campaign(**told, **_published(State.PUBLISHED, now), group=group)
    db.session.add(campaign)
    campaign.backers.extend(groups[slug] for slug in backers)
    campaign.articles.extend(articles[slug] for slug in reading)
    return campaign


def _add_action_day(
    told: Fields,
    campaign: Campaign,
    articles: dict[str, Article],
    day: date,
    now: datetime,
) -> ActionDay:
    reading = told.pop("articles")
    action_day = ActionDay(
        **told,
        **_published(State.PUBLISHED, now),
        group=campaign.group,
        campaign=campaign,
        starts_on=day,
        ends_on=day,
    )
    db.session.add(action_day)
    action_day.articles.extend(articles[slug] for slug in reading)
    return action_day


def _add_events(
    action_day: ActionDay,
    groups: dict[str, Group],
    articles: dict[str, Article],
    now: datetime,
) -> list[tuple[Event, Action]]:
    events = []
    day, campaign = action_day.starts_on, action_day.campaign
    for action in story.actions():
        event = _add_event(action, day, campaign, groups, articles, now)
        event.action_day = action_day
        events.append((event, action))
    return events


def _add_event(
    action: Action,
    day: date,
    campaign: Campaign,
    groups: dict[str, Group],
    articles: dict[str, Article],
    now: datetime,
) -> Event:
    event = _event(action, day, now)
    event.group, event.campaign = groups[action.group], campaign
    db.session.add(event)
    event.articles.extend(articles[slug] for slug in action.articles)
    return event


def _event(action: Action, day: date, now: datetime) -> Event:
    """Return the event of the story with the places that its crowd takes."""
    told, crowd = dict(action.fields), action.crowd
    timezone, state = told.pop("timezone"), State(told.pop("state", State.PUBLISHED))
    told["kind"] = Kind(told["kind"])
    told["attendance"] = Attendance(told.get("attendance", Attendance.IN_PERSON))
    told["address_level"] = AddressLevel(told.get("address_level", AddressLevel.PUBLIC))
    event = Event(
        **told,
        **_published(state, now),
        places_taken=crowd.going + sum(crowd.pending) + sum(crowd.offered),
        places_confirmed=crowd.going,
    )
    event.set_times(*action.times_on(day), timezone)
    return event


def _repeat(vigil: Event, weekly: story.Weekly, now: datetime) -> None:
    """Add the other dates of what repeats, move one of them and cancel another."""
    slots = first_slots(Rhythm.WEEKLY, vigil.starts_local, weekly.dates)
    repeat_event(vigil, Rhythm.WEEKLY, slots, now)
    dates = own_dates(vigil)
    moved, cancelled = dates[weekly.moved - 1], dates[weekly.cancelled - 1]
    later = timedelta(days=weekly.days_later)
    changes = {
        **weekly.fields_of_moved,
        "campaign": moved.campaign,
        "capacity": moved.capacity,
        "starts_local": moved.starts_local + later,
        "ends_local": moved.ends_local + later,
        "timezone": moved.timezone,
        "start_fold": 0,
        "end_fold": 0,
        "is_all_day": False,
    }
    edit_event(moved, moved.version, changes, now)
    move_in_campaign(cancelled, cancelled.campaign, Move.CANCEL, now)


def _published(state: State, now: datetime) -> Fields:
    """Return the columns of a row that went through its states in due time."""
    is_public = state in PUBLIC_STATES
    is_changed = state is not State.PUBLISHED
    return {
        "state": state,
        "created_at": now - _BEGUN,
        "published_at": now - _PUBLISHED if is_public else None,
        "modified_at": now - (_CHANGED if is_changed else _PUBLISHED),
    }
