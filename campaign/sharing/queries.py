"""What can be shared, found by its short code, and the card of each kind of thing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple

from babel import Locale
from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import select

from ..articles.models import Article
from ..articles.queries import find_article
from ..campaigns.models import ActionDay, Campaign
from ..campaigns.queries import campaigns_about, find_action_day, find_campaign
from ..database import db
from ..events.disclosure import EventView, Viewer
from ..events.models import Event
from ..events.queries import find_event
from ..language import LANGUAGES, country_name, days_words, when_words
from ..lib.text import one_line
from ..pictures.shown import Shown
from ..publishing.models import Publishable
from .card import Card
from .short import uids_of

#: The colour of a card that no campaign lends its own.
_HOUSE: Final = "#FFD21F"


class Kind(NamedTuple):
    """A kind of thing that can be shared."""

    noun: str  # as in its address
    model: type[Publishable]
    find: Callable[[str], Any]


#: By the letter of their short addresses.
KINDS: Final = {
    "e": Kind("events", Event, find_event),
    "d": Kind("action-days", ActionDay, find_action_day),
    "c": Kind("campaigns", Campaign, find_campaign),
    "a": Kind("articles", Article, find_article),
}


def find_by_code(letter: str, code: str) -> Publishable | None:
    """Return what a short address leads to, in whatever state it is.

    Of two whose codes are the same, which hardly ever happens, it is the older one,
    so that no address ever leads elsewhere than it did.
    """
    uids = uids_of(code)
    if uids is None:
        return None
    model = KINDS[letter].model
    return db.session.scalar(
        select(model).where(model.uid.between(*uids)).order_by(model.id).limit(1)
    )


def card_of(thing: Publishable, now: datetime) -> Card:
    """Return the card of a thing, with what a stranger may see of it."""
    with _spoken(thing.language):
        match thing:
            case Event():
                return event_card(thing.seen_by(Viewer.STRANGER, now))
            case ActionDay():
                return _day_card(thing)
            case Campaign():
                return _campaign_card(thing)
            case Article():
                return _article_card(thing)
    raise TypeError(thing)


@contextmanager
def _spoken(code: str) -> Iterator[None]:
    """Speak the language of the thing: a card is the same for all who see it."""
    with force_locale(code if code in LANGUAGES else "en"):
        yield


def event_card(event: EventView) -> Card:
    """Return the card of an event: what it is part of, when and where."""
    with _spoken(event.language):
        above = event.action_day or event.campaign
        when = when_words(event)
        if event.is_cancelled:
            facts = (gettext("Cancelled"), when)
        elif event.is_postponed:
            facts = (gettext("Postponed"), _where(event))
        else:
            facts = (when, _where(event))
        return _card(
            event, above.title, facts, event.accent, event.language, event.picture
        )


def _where(event: EventView) -> str:
    place = event.place
    country = country_name(place.country) if place.country else ""
    names = (place.venue, place.locality, country) if event.is_in_person else ()
    return str(gettext(", ").join(filter(None, names)) or gettext("Online"))


def _day_card(day: ActionDay) -> Card:
    facts = (days_words(day.starts_on, day.ends_on), _every_clock(day))
    campaign = day.campaign
    return _card(day, campaign.title, facts, campaign.accent, day.language, _shown(day))


def _every_clock(day: ActionDay) -> str:
    if day.is_cancelled:
        return str(gettext("Cancelled"))
    if day.is_postponed:
        return str(gettext("Postponed"))
    return str(gettext("on every city’s own clock"))


def _campaign_card(campaign: Campaign) -> Card:
    facts = (campaign.demand,) if campaign.demand else ()
    accent, spoken = campaign.accent, campaign.language
    return _card(campaign, "", facts, accent, spoken, _shown(campaign))


def _article_card(article: Article) -> Card:
    campaign = next(iter(campaigns_about(article)), None)
    authors = gettext(", ").join(author.name for author in article.authors)
    return _card(
        article,
        campaign.title if campaign else "",
        (authors,) if authors else (),
        campaign.accent if campaign else _HOUSE,
        article.language,
        _shown(article),
    )


def _shown(thing: Any) -> Shown | None:
    return thing.picture.shown if thing.picture is not None else None


def _card(
    thing: Any,
    above: str,
    facts: tuple[str, ...],
    accent: str,
    spoken: str,
    picture: Shown | None,
) -> Card:
    file = picture and f"{picture.slug}/{picture.file_name}-{picture.widths[-1]}.jpg"
    return Card(
        title=one_line(thing.title),
        above=one_line(above),
        facts=tuple(one_line(fact) for fact in facts),
        site_name=current_app.config["SITE_NAME"],
        accent=accent,
        language=spoken,
        direction=str(Locale.parse(spoken).text_direction),
        picture=file or "",
        focus=picture.focus if picture else (50, 50),
    )
