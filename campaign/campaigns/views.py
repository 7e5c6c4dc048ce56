"""The public pages of campaigns and of action days."""

from flask import Blueprint, Response, render_template

from ..boards.board import Board
from ..boards.queries import board_of
from ..events.disclosure import Viewer
from ..events.queries import PER_PAGE, EventFilter, public_events
from ..language import language
from ..lib import clock
from ..paging import page_of
from ..publishing.access import public_or_abort
from ..shared_page import shared_page
from .models import ActionDay, Campaign
from .queries import find_action_day, find_campaign

campaigns = Blueprint("campaigns", __name__)
action_days = Blueprint("action_days", __name__)


@campaigns.get("/campaigns/<slug:slug>")
def show(slug: str) -> str:
    return campaign_page(public_or_abort(find_campaign(slug)))


def campaign_page(campaign: Campaign, is_preview: bool = False) -> str:
    """Return the campaign's page, as the public sees it or in preview."""
    now = clock.now()
    query = public_events(EventFilter(campaign=campaign.slug), since=now)
    page = page_of(query, PER_PAGE)
    return render_template(
        "campaigns/show.html",
        campaign=campaign.told_in(language()),
        page=page,
        events=[event.seen_by(Viewer.STRANGER, now, language()) for event in page],
        is_preview=is_preview,
    )


@action_days.get("/action-days/<slug:slug>", endpoint="show")
def show_action_day(slug: str) -> Response:
    now = clock.now()
    day = public_or_abort(find_action_day(slug))
    board = board_of(day, now, language())
    return shared_page(_action_day_page(day, board), now, board.good_until)


@action_days.get("/action-days/<slug:slug>/host", endpoint="host")
def host(slug: str) -> str:
    """Say how to host an action on this day, and whom to write to about it."""
    day = public_or_abort(find_action_day(slug))
    return render_template("action_days/host.html", day=day.told_in(language()))


def action_day_page(day: ActionDay) -> str:
    """Return the action day's page in preview."""
    return _action_day_page(
        day, board_of(day, clock.now(), language()), is_preview=True
    )


def _action_day_page(day: ActionDay, board: Board, is_preview: bool = False) -> str:
    return render_template(
        "action_days/show.html",
        day=day.told_in(language()),
        board=board,
        is_preview=is_preview,
    )
