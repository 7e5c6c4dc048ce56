"""What each page says of itself where its link is shared."""

from typing import Any, Final

from flask import current_app, request, url_for

from ..events.disclosure import EventView
from ..lib import clock
from ..lib.markdown import to_text
from ..lib.text import one_line
from ..pages.siblings import followable
from ..publishing.models import Publishable
from ..publishing.told import Told
from .card import Card
from .queries import KINDS, card_of, event_card
from .shared import Shared
from .short import code_of

#: How long a description may be, in characters; what is longer is cut by all.
_LONGEST: Final = 200
_LETTERS: Final = {kind.noun: letter for letter, kind in KINDS.items()}


def shared_event(event: EventView) -> Shared:
    """Return the page of an event as others show it."""
    words = event.summary or to_text(event.description)
    return _shared("events", event, words, event_card(event))


def shared_thing(thing: Publishable | Told) -> Shared:
    """Return the page of a campaign, an action day or an article as others show it.

    In the language in which it is told; its card is in the one it was written in,
    because whoever sees a card has not chosen one.
    """
    row = thing.row if isinstance(thing, Told) else thing
    noun = next(k.noun for k in KINDS.values() if isinstance(row, k.model))
    words = thing.summary or getattr(thing, "demand", "")
    return _shared(noun, thing, words, card_of(row, clock.now()))


def shared_page(title: str, description: str) -> Shared:
    """Return any other public page as others show it."""
    return Shared(
        title=title,
        description=_short(description),
        address=_site() + followable(request.full_path),
        kind="website",
    )


def _shared(noun: str, thing: Any, words: str, card: Card) -> Shared:
    endpoint = f"{noun.replace('-', '_')}.show"
    code = code_of(thing.uid)
    return Shared(
        title=thing.title,
        description=_short(words),
        address=_site() + url_for(endpoint, slug=thing.slug, lang=None),
        kind="article" if noun == "articles" else "website",
        short=_site()
        + url_for("sharing.short", letter=_LETTERS[noun], code=code, lang=None),
        card=_site()
        + url_for(
            "sharing.card",
            noun=noun,
            slug=thing.slug,
            extension=card.extension,
            v=card.name,
            lang=None,
        ),
    )


def _short(words: str) -> str:
    line = one_line(words)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _site() -> str:
    return str(current_app.config["SITE_URL"])
