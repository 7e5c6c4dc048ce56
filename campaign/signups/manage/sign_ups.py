"""The organisers' list of an event: who comes, and what organisers do about it."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...database import transaction
from ...events.models import Event
from ...events.queries import questions_of, roles_of
from ...language import language
from ...lib import clock
from ...lib.refusal import Refusal
from ...organisers.access import current_organiser, require_sign_in, signed_in_session
from ...organisers.models import EDITING_ROLES
from ...publishing.access import can_edit, load_for
from .. import log, messages
from ..lifecycle import SignUpMove, SignUpState, can
from ..log import Action
from ..models import SignUp
from ..operations import cancel_sign_up, let_in, turn_away
from ..operations.by_hand import OnTheListAlready, add_by_hand, move_sign_up, put_back
from ..people import Person, person_of
from ..queries import consents_of, events_to_move_to, sign_up_numbered
from ..words import state_words
from .forms import AddForm, CancelForm, MoveForm
from .list_page import list_page
from .words import (
    answer_words,
    is_surging,
    people_words,
    problem_words,
    question_words,
)

blueprint = Blueprint("manage_sign_ups", __name__, url_prefix="/manage/events")
for words in (people_words, question_words, state_words):
    blueprint.add_app_template_global(words)
blueprint.add_app_template_global(can_edit, "can_see_list")
blueprint.add_app_template_global(is_surging)
_BOTH = ["GET", "POST"]


@blueprint.before_request
def ask_for_sign_in() -> ResponseReturnValue | None:
    """A name that was searched for must not get into the mail that signs in."""
    if "q" in request.args and signed_in_session() is None:
        return redirect(request.path)
    return require_sign_in()


@blueprint.get("/<slug:slug>/sign-ups")
def index(slug: str) -> str:
    return list_page(_load(slug), clock.now().date())


@blueprint.get("/<slug:slug>/sign-ups/<int:number>")
def show(slug: str, number: int) -> str:
    event = _load(slug)
    return _person_page(_sign_up(event, number))


@blueprint.route("/<slug:slug>/sign-ups/new", methods=_BOTH)
def new(slug: str) -> ResponseReturnValue:
    event, form = _load(slug), AddForm()
    if form.validate_on_submit():
        try:
            return _add(event, form)
        except OnTheListAlready as refusal:
            form.refuse("email", problem_words(refusal))
            return _add_page(event, form, refusal.number), refusal.status
        except Refusal as refusal:
            form.refuse("party_size", problem_words(refusal))
            return _add_page(event, form), refusal.status
    return _add_page(event, form), 422 if form.errors else 200


def _add(event: Event, form: AddForm) -> ResponseReturnValue:
    now = clock.now()
    with transaction():
        added, is_new = add_by_hand(
            event,
            form.name.data or "",
            form.email.data or "",
            form.party_size.data or 1,
            language(),
            now,
            form.form_key.data or "",
        )
        if is_new:
            people = added.party_size
            log.note(event, current_organiser(), Action.ADDED, now, added, people)
        if is_new and form.sends_mail.data:
            messages.going(added, now)
    return _list(event, "added" if is_new else "again")


def _add_page(event: Event, form: AddForm, known: int | None = None) -> str:
    return render_template(
        "manage_sign_ups/new.html", event=event, form=form, known=known
    )


@blueprint.route("/<slug:slug>/sign-ups/<int:number>/cancel", methods=_BOTH)
def cancel(slug: str, number: int) -> ResponseReturnValue:
    """GET asks whether it is meant; POST does it."""
    event = _load(slug)
    sign_up, form, now = _sign_up(event, number), CancelForm(), clock.now()
    if not form.validate_on_submit():
        return render_template(
            "manage_sign_ups/cancel.html",
            event=event,
            sign_up=sign_up,
            person=person_of(sign_up),
            can_write=_can_write_to(sign_up),
            form=form,
        )
    with transaction():
        if cancel_sign_up(sign_up, now, SignUpMove.CANCEL):
            people = sign_up.party_size
            log.note(event, current_organiser(), Action.CANCELLED, now, sign_up, people)
            if form.sends_mail.data and _can_write_to(sign_up):
                messages.taken_off_list(sign_up, now)
    return _list(event, "cancelled", number=number)


@blueprint.post("/<slug:slug>/sign-ups/<int:number>/put-back")
def put_somebody_back(slug: str, number: int) -> ResponseReturnValue:
    """Undo that somebody was taken off the list, or left it by mistake."""
    return _decide(slug, number, _put_back_and_tell, Action.PUT_BACK, "put-back")


def _put_back_and_tell(sign_up: SignUp, now: datetime) -> bool:
    is_new = put_back(sign_up, now)
    if is_new and _can_write_to(sign_up):
        messages.going(sign_up, now)
    return is_new


@blueprint.route("/<slug:slug>/sign-ups/<int:number>/move", methods=_BOTH)
def move(slug: str, number: int) -> ResponseReturnValue:
    event, now = _load(slug), clock.now()
    sign_up, events = _sign_up(event, number), events_to_move_to(event, now)
    form = MoveForm.among(events)
    if form.validate_on_submit():
        target = next(each for each in events if each.id == form.event.data)
        try:
            _move(sign_up, target, bool(form.sends_mail.data))
            return _list(target, "moved")
        except Refusal as refusal:
            form.refuse("event", problem_words(refusal))
            return _move_page(event, sign_up, form), refusal.status
    return _move_page(event, sign_up, form), 422 if form.errors else 200


def _move(sign_up: SignUp, target: Event, sends_mail: bool) -> None:
    organiser, now = current_organiser(), clock.now()
    with transaction():
        moved = move_sign_up(sign_up, target, now)
        people = moved.party_size
        event = sign_up.event
        log.note(event, organiser, Action.MOVED_AWAY, now, sign_up, people)
        log.note(target, organiser, Action.MOVED_HERE, now, moved, people)
        if sends_mail and person_of(moved).email:
            messages.going(moved, now)


def _move_page(event: Event, sign_up: SignUp, form: MoveForm) -> str:
    return render_template(
        "manage_sign_ups/move.html",
        event=event,
        sign_up=sign_up,
        person=person_of(sign_up),
        form=form,
    )


@blueprint.post("/<slug:slug>/sign-ups/<int:number>/let-in")
def let_somebody_in(slug: str, number: int) -> ResponseReturnValue:
    return _decide(slug, number, let_in, Action.LET_IN, "let-in")


@blueprint.post("/<slug:slug>/sign-ups/<int:number>/turn-away")
def turn_somebody_away(slug: str, number: int) -> ResponseReturnValue:
    return _decide(slug, number, turn_away, Action.TURNED_AWAY, "turned-away")


def _decide(
    slug: str,
    number: int,
    decide: Callable[[SignUp, datetime], bool],
    action: Action,
    said: str,
) -> ResponseReturnValue:
    """Do it, and write it down; where it was done before, only look at the list."""
    event, now = _load(slug), clock.now()
    sign_up = _sign_up(event, number)
    try:
        with transaction():
            if decide(sign_up, now):
                people = sign_up.party_size
                log.note(event, current_organiser(), action, now, sign_up, people)
    except Refusal as refusal:
        return _person_page(sign_up, problem_words(refusal)), refusal.status
    is_approved = decide is let_in and not sign_up.is_confirmed
    return _list(event, "approved" if is_approved else said)


def _person_page(sign_up: SignUp, problem: str = "") -> str:
    person = person_of(sign_up)
    return render_template(
        "manage_sign_ups/show.html",
        event=sign_up.event,
        sign_up=sign_up,
        person=person,
        answers=_answers(sign_up.event, person),
        consents=consents_of(sign_up),
        problem=problem,
        can_cancel=can(sign_up.state, SignUpMove.CANCEL),
        can_move=sign_up.state in (SignUpState.GOING, SignUpState.WAITING),
        can_decide=can(sign_up.state, SignUpMove.LET_IN),
        can_put_back=sign_up.state is SignUpState.CANCELLED,
        has_roles=sign_up.is_confirmed and bool(roles_of(sign_up.event)),
    )


def _can_write_to(sign_up: SignUp) -> bool:
    """An address that nobody has confirmed may be a stranger's."""
    is_known = sign_up.confirmed_on is not None or sign_up.is_added_by_hand
    return is_known and bool(person_of(sign_up).email)


def _answers(event: Event, person: Person) -> list[tuple[str, str]]:
    """Return the questions that somebody answered, with the answers, in words."""
    return [
        (question_words(each), answer_words(each, person.answers[str(each.uid)]))
        for each in questions_of(event)
        if str(each.uid) in person.answers
    ]


def _load(slug: str) -> Event:
    """Those who run the event see who comes; off the site too, for the people are
    still to be told.
    """
    return load_for(Event, slug, EDITING_ROLES)


def _sign_up(event: Event, number: int) -> SignUp:
    found = sign_up_numbered(event, number)
    if found is None:
        abort(404)
    return found


def _list(event: Event, said: str, number: int | None = None) -> ResponseReturnValue:
    address = url_for(
        "manage_sign_ups.index", slug=event.slug, said=said, number=number
    )
    return redirect(address, 303)
