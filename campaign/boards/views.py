"""The rolling day by itself: the part that is kept up to date, for a projector, and
for the pages of others."""

from datetime import datetime

from flask import Blueprint, Response, render_template, request

from ..campaigns.queries import find_action_day
from ..events.disclosure import Place
from ..events.forms import FilterForm, filter_words
from ..language import language
from ..lib import clock
from ..places import world_map
from ..places.sun import night_path
from ..places.towns import town_name
from ..publishing.access import public_or_abort
from ..shared_page import shared_page
from .board import Board
from .dots import Dot, dots
from .queries import board_of, listed_actions
from .words import by_country, count_cities, embed_lines, status_words, wait_words

boards = Blueprint("boards", __name__)
embeds = Blueprint("embeds", __name__, url_prefix="/embed")
#: So many seconds a browser shows again what it has, before it asks.
_FRESH_FOR = 30
#: So many events a list on somebody else's page shows.
_MOST = 20


for word in (by_country, count_cities, embed_lines, status_words, wait_words):
    boards.add_app_template_global(word)


@boards.app_template_global()
def board_dots(board: Board) -> list[Dot]:
    """Return the dots of a board's map, with the names that the reader knows."""
    return dots(board.actions, board.now, city_name)


@boards.app_template_global()
def city_name(place: Place) -> str:
    """Return the city of a place in the reader's language, as far as it is known."""
    return town_name(place.locality, place.country, language())


@boards.app_template_global()
def map_paths(now: datetime) -> dict[str, str]:
    """Return the drawing of the world: its frame, its sea, its land and its night."""
    return {
        "view_box": world_map.VIEW_BOX,
        "sea": world_map.sea_path(),
        "land": world_map.land_path(),
        "night": night_path(now),
    }


@boards.get("/action-days/<slug:slug>/board")
def show(slug: str) -> Response:
    """The parts of the board that move, for the script that puts them in place."""
    return _board_page(slug, "boards/show.html")


@boards.get("/action-days/<slug:slug>/screen")
def screen(slug: str) -> Response:
    """The board for a projector."""
    return _board_page(slug, "boards/screen.html")


@embeds.get("/action-days/<slug:slug>")
def action_day(slug: str) -> Response:
    return _board_page(slug, "embeds/action_day.html")


@embeds.get("/events")
def events() -> Response:
    """What is coming up, narrowed as the page of all events is."""
    now = clock.now()
    wanted = FilterForm.from_args(request.args)
    found = listed_actions(wanted, now, language(), since=now, most=_MOST + 1)
    page = render_template(
        "embeds/events.html",
        title=filter_words(wanted),
        actions=found[:_MOST],
        has_more=len(found) > _MOST,
        now=now,
        asked=dict(wanted.questions),
    )
    return shared_page(
        page, now, min((each.ends_at for each in found), default=None), _FRESH_FOR
    )


def _board_page(slug: str, template: str) -> Response:
    day = public_or_abort(find_action_day(slug))
    now = clock.now()
    board = board_of(day, now, language())
    page = render_template(template, day=day.told_in(language()), board=board)
    return shared_page(page, now, board.good_until, _FRESH_FOR)
