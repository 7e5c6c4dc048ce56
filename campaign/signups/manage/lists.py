"""The list of an event to take along: as a file, and on paper for the door."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...database import transaction
from ...events.models import Event
from ...events.queries import purposes_of, questions_of, roles_of
from ...lib import clock
from ...lib.spreadsheet import csv_file
from ...organisers.access import (
    ask_for_fresh_sign_in,
    current_organiser,
    require_sign_in,
)
from ...organisers.messages import list_taken_out
from ...organisers.models import EDITING_ROLES
from ...organisers.queries import colleagues_of
from ...publishing.access import load_for
from .. import log
from ..log import Action
from ..queries import agreements_at, consents_at, entries_of
from ..role_words import duty_words
from ..roll import Entry, Wanted, chosen
from ..totals import totals
from ..words import state_words
from .forms import ExportForm
from .words import answer_words, option_words, question_words

blueprint = Blueprint("manage_lists", __name__, url_prefix="/manage/events")
blueprint.before_request(require_sign_in)
#: Who is expected at the door, or is inside already.
_EXPECTED: Final = ("going", "attended")
#: Empty lines on the sheet, for those who come without a sign-up.
_SPARE: Final = 12


@blueprint.route("/<slug:slug>/sign-ups/export", methods=["GET", "POST"])
def export(slug: str) -> ResponseReturnValue:
    """GET says what leaves the site; POST hands it out, and is in the log."""
    event, now = load_for(Event, slug, EDITING_ROLES), clock.now()
    asked_again = ask_for_fresh_sign_in(url_for("manage_lists.export", slug=slug), now)
    if asked_again is not None:
        return asked_again
    form = ExportForm()
    if not form.validate_on_submit():
        entries = entries_of(event)
        return render_template(
            "manage_lists/export.html", event=event, form=form, number=len(entries)
        )
    wanted = Wanted(state=form.state.data or "", order="name")
    entries = chosen(entries_of(event), wanted)
    with transaction():
        _tell(event, len(entries), now)
    if form.content.data == "consents":
        return _file(event, "consents", _consent_rows(event, entries))
    return _file(event, "sign-ups", _rows(event, entries))


def _tell(event: Event, number: int, now: datetime) -> None:
    """Write into the log, and to the other organisers, that the list went out."""
    taker = current_organiser()
    log.note(event, taker, Action.EXPORTED, now, count=number)
    for reader in colleagues_of(taker, event.group_id):
        list_taken_out(reader, taker, event.title, event.slug, number, now)


def _file(event: Event, content: str, rows: Iterable[tuple[object, ...]]) -> Response:
    response = Response(csv_file(rows), mimetype="text/csv")
    name = f'"{event.slug}-{content}.csv"'
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _rows(event: Event, entries: Sequence[Entry]) -> Iterator[tuple[object, ...]]:
    questions, purposes = questions_of(event), purposes_of(event)
    agreed = agreements_at(event)
    roles = {role.id: duty_words(role.duty) for role in roles_of(event)}
    yield (
        _("Name"),
        _("E-mail address"),
        _("People"),
        _("Where it stands"),
        _("Signed up on"),
        _("Address confirmed on"),
        _("Added by hand"),
        *([_("Role")] if roles else []),
        *(question_words(question) for question in questions),
        *(purpose.wording for purpose in purposes),
    )
    for each in entries:
        yield (
            each.name,
            each.email,
            each.party_size,
            state_words(each.state),
            each.created_on.isoformat(),
            each.confirmed_on.isoformat() if each.confirmed_on else "",
            _("Yes") if each.is_added_by_hand else _("No"),
            *([roles.get(each.role or 0, "")] if roles else []),
            *(answer_words(q, each.answers.get(str(q.uid))) for q in questions),
            *(agreed.get((each.number, purpose.id), "") for purpose in purposes),
        )


def _consent_rows(
    event: Event, entries: Sequence[Entry]
) -> Iterator[tuple[object, ...]]:
    """Who agreed to what, in the words that they read, and who took it back when.

    Times are those of the event's own clock, with their distance from UTC.
    """
    consents = consents_at(event)
    yield (
        _("Name"),
        _("E-mail address"),
        _("Where it stands"),
        _("Address confirmed on"),
        _("What they agreed to"),
        _("Agreed at"),
        _("Withdrawn at"),
    )
    for each in entries:
        for consent in consents.get(each.number, ()):
            withdrawn_at = consent.withdrawn_at
            yield (
                each.name,
                each.email,
                state_words(each.state),
                each.confirmed_on.isoformat() if each.confirmed_on else "",
                consent.wording,
                _moment(consent.given_at, event),
                _moment(withdrawn_at, event) if withdrawn_at else "",
            )


def _moment(instant: datetime, event: Event) -> str:
    local = instant.astimezone(ZoneInfo(event.timezone))
    return local.isoformat(sep=" ", timespec="minutes")


@blueprint.get("/<slug:slug>/sign-ups/sheet")
def sheet(slug: str) -> str:
    """Names without addresses: a sheet of paper is lost, or read over a shoulder."""
    event = load_for(Event, slug, EDITING_ROLES)
    entries = chosen(entries_of(event), Wanted(order="name"))
    expected = [each for each in entries if each.state in _EXPECTED]
    return render_template(
        "manage_lists/sheet.html",
        event=event,
        roles={role.id: role for role in roles_of(event)},
        totals=totals(expected, questions_of(event)),
        option_words=option_words,
        entries=expected,
        people=sum(each.party_size for each in expected),
        spare=_SPARE,
    )
