"""What templates can call: addresses of files, words for dates, safe Markdown."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, has_request_context, request, url_for
from markupsafe import Markup

from . import language
from .articles.models import Article, readable_once
from .articles.queries import text_of
from .campaigns.models import ActionDay
from .config import USUAL_MAP
from .events.disclosure import EventView
from .events.words import access_name, kind_name
from .feeds import json_ld
from .feeds.queries.entries import view_of_article, view_of_day
from .feeds.site import Site
from .lib import clock, colour, markdown
from .lib.text import one_line
from .notices.queries.recipients import stop_token
from .pages.calendar_apps import calendar_apps, is_on_this_machine
from .pages.siblings import followable, sibling
from .pictures.queries import column_of_text, shown_privately
from .pictures.shown import IN_TEXT, Shown, picture_markup
from .pictures.words import (
    KINDS_OF_USES,
    LICENCES,
    credit_words,
)
from .places.countries import uses_miles
from .places.locator import locator
from .places.world_map import land_path
from .publishing.models import Publishable
from .series.words import oddity_words, series_words
from .sharing.links import shared_event, shared_page, shared_thing
from .signups.models import SignUp
from .writing.words import dropped_words

#: The order of the cascade; each file declares the layer that it belongs to.
STYLE_SHEETS = (
    *("tokens", "reset", "base", "layout", "components", "finder", "figures", "print"),
)


def init_app(app: Flask) -> None:
    """Register the filters and the functions of the templates."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(_filters())
    app.jinja_env.globals.update(_functions())


def _filters() -> dict[str, Callable[..., Any]]:
    return {
        "markdown": markdown.to_html,
        "plain_text": markdown.to_text,
        "day": language.day_words,
        "short_day": language.short_day_words,
        "clock": language.clock_words,
        "moment": language.moment_words,
        "when": language.when_words,
        "near_day": _near_day,
        "town": language.town_words,
        "zone": language.zone_words,
        "country": language.country_name,
        "language_name": language.language_name,
        "number": language.number_words,
        "own_name": language.own_name,
        "ink_on": colour.ink_on,
    }


def _functions() -> dict[str, Any]:
    return {
        "LANGUAGES": language.LANGUAGES,
        "access_name": access_name,
        "action_day_json_ld": action_day_json_ld,
        "article_address": article_address,
        "article_json_ld": article_json_ld,
        "calendar_apps": calendar_apps,
        "current": current,
        "days_words": language.days_words,
        "direction": language.direction,
        "distance_words": language.distance_words,
        "direction_of": language.direction_of,
        "event_json_ld": event_json_ld,
        "followable": followable,
        "is_on_this_machine": is_on_this_machine,
        "kind_name": kind_name,
        "is_usual_map": is_usual_map,
        "land_path": land_path,
        "language": language.language,
        "left_out_of": left_out_of,
        "locator": locator,
        "long_text": long_text,
        "mails_address": mails_address,
        "near_asked": near_asked,
        "oddity_words": oddity_words,
        "other_language": other_language,
        "outside_map": outside_map,
        "page_address": page_address,
        "readable_once": readable_once,
        "series_words": series_words,
        "sibling": sibling,
        "static_file": static_file,
        "style_sheet": style_sheet_address,
        "uses_miles": uses_miles,
        **_of_pictures(),
        **_of_sharing(),
    }


def _of_sharing() -> dict[str, Any]:
    return {
        "shared_event": shared_event,
        "shared_page": shared_page,
        "shared_thing": shared_thing,
    }


def _of_pictures() -> dict[str, Any]:
    return {
        "KINDS_OF_USES": KINDS_OF_USES,
        "PICTURE_LICENCES": LICENCES,
        "credit_words": credit_words,
        "picture_html": picture_html,
        "private": shown_privately,
    }


def _near_day(event: EventView) -> str:
    return language.near_day_words(event, clock.now())


def current(prefix: str | tuple[str, ...]) -> Markup:
    """Return the mark of a link in the navigation that leads to this part."""
    is_here = (request.endpoint or "").startswith(prefix)
    return Markup(' aria-current="page"') if is_here else Markup()


def static_file(name: str) -> str:
    """Return the address of a static file, with a hash of what is in it.

    The hash makes the address new whenever the file changes, so that browsers
    may keep it for a year.
    """
    return url_for("static", filename=name, v=_hash_of_file(_static() / name))


def style_sheet_address(name: str = "") -> str:
    """Return the address of the one style sheet of all pages, or of an own one."""
    if name:
        return url_for("pages.own_style_sheet", name=name, v=_hash(style_sheet(name)))
    return url_for("pages.style_sheet", v=_hash(style_sheet()))


def style_sheet(name: str = "") -> bytes:
    """Return all style sheets as one: a phone pays for every request.

    With a name, that of a part of the site that the others need nothing of.
    """
    return _joined(_static() / "css", (name,) if name else STYLE_SHEETS)


def other_language(code: str) -> str:
    """Return the address of this page in another language."""
    values = {**_asked(), **(request.view_args or {}), "lang": code}
    return url_for(request.endpoint or "pages.home", **values)


def page_address(**changes: object) -> str:
    """Return the address of this page with some of its questions changed."""
    values = {**_asked(), **(request.view_args or {}), **changes}
    return url_for(request.endpoint or "pages.home", **values)


def near_asked() -> str | None:
    """Return the place that this page's address asks for: what is near goes along.

    It stands in addresses alone, from the finder to an event and its articles, so that
    nothing of it is kept.
    """
    asked = request.args.get("near", "") if has_request_context() else ""
    return one_line(asked)[:100] or None


def mails_address(sign_up: SignUp) -> str:
    """Return the address of the page on which a supporter stops an event's mails."""
    token = stop_token(sign_up)
    return url_for("notices.show", number=sign_up.id, token=token)


def picture_html(
    shown: Shown, sizes: str = IN_TEXT, is_first: bool = False, is_private: bool = False
) -> Markup:
    """Return a picture in its sizes; `is_private` on a page that not all may see."""
    seen = shown_privately(shown) if is_private else shown
    return picture_markup(seen, sizes=sizes, is_first=is_first)


def long_text(source: str, spoken: str, is_preview: bool = False) -> Markup:
    """Return a story or a description in a language as HTML with its figures."""
    return text_of(source, spoken, is_preview=is_preview).html


def left_out_of(thing: Publishable) -> list[str]:
    """Return what of the text of something does not pass, in words."""
    source: str = getattr(thing, column_of_text(thing))
    text = text_of(source, thing.language, is_kept=False, is_preview=True)
    return [dropped_words(each) for each in text.dropped]


def outside_map(event: EventView) -> str:
    """Return the address of an event on another site's map, as far as disclosed."""
    place, spot = event.place, event.spot
    if spot is not None and spot.is_exact:
        words = f"{spot.point.latitude:.6f},{spot.point.longitude:.6f}"
    else:
        country = place.country and language.country_name(place.country)
        parts = (place.street_address, place.postal_code, place.locality, country)
        words = ", ".join(filter(None, parts))
    address: str = current_app.config["MAP_URL"]
    return address.replace("{query}", quote(words, safe=""))


def is_usual_map() -> bool:
    """Return whether the other site's map is OpenStreetMap."""
    return bool(current_app.config["MAP_URL"] == USUAL_MAP)


def event_json_ld(event: EventView) -> Markup:
    """Return an event for a script element of type `application/ld+json`."""
    return _script_text(json_ld.event_thing(event, _site()))


def action_day_json_ld(day: ActionDay) -> Markup:
    """Return an action day for a script element of type `application/ld+json`."""
    return _script_text(json_ld.action_day_thing(view_of_day(day), _site()))


def article_json_ld(article: Article) -> Markup:
    """Return an article for a script element of type `application/ld+json`."""
    return _script_text(json_ld.article_thing(view_of_article(article), _site()))


def article_address(article: Article) -> str:
    """Return the whole address of an article, as search engines are to know it."""
    return _site().article(article.slug)


def _script_text(thing: json_ld.Thing) -> Markup:
    return Markup(json_ld.script_text(thing))  # noqa: S704 - it escapes for itself


def _site() -> Site:
    return Site(current_app.config["SITE_URL"], current_app.config["SITE_NAME"])


def _asked() -> dict[str, object]:
    """Return what the address asks, but for what `url_for` would take as its own: with
    `_scheme` a stranger's link could make ours lead to a script.
    """
    asked = request.args.items()
    return {name: value for name, value in asked if value and name[:1] != "_"}


def _static() -> Path:
    return Path(current_app.static_folder or "")


@cache
def _joined(folder: Path, names: tuple[str, ...]) -> bytes:
    sheets = b"\n".join((folder / f"{name}.css").read_bytes() for name in names)
    # Comments and indents are for those who read the files: a phone pays for them.
    return re.sub(rb"/\*.*?\*/\s*|^[ \t]+", b"", sheets, flags=re.S | re.M)


@cache
def _hash_of_file(path: Path) -> str:
    return _hash(path.read_bytes())


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
