"""The page of an event with its sign-up form, and what is written down from it."""

from datetime import datetime

import structlog
from flask import Response, make_response, render_template
from flask_babel import gettext
from sqlalchemy.exc import OperationalError

from ...database import db, transaction
from ...events.disclosure import EventView, Viewer
from ...events.models import Event
from ...events.operations import EventFull, EventNotOpen
from ...events.queries import events_near, roles_of
from ...language import language, moment_words
from ...lib.refusal import Refusal
from ...lib.tokens import new_token
from ...lib.walltime import wall_time
from ...limits.access import TooOften, count_attempt
from ...limits.operations import NoTurn, take_turn
from ...limits.words import wait_words
from ...mail.addresses import Address
from ...series.queries import next_dates
from .. import messages, operations
from ..forms import SignUpForm
from ..models import HOLD, SignUp
from ..terms import Terms, terms_of

log = structlog.get_logger()


def event_page(
    event: Event, form: SignUpForm, now: datetime, status: int = 200
) -> Response:
    """Return the page; what was typed stays on it, whatever it was refused for."""
    is_shown = event.takes_sign_ups(now) or form.errors
    page = render_template(
        "events/show.html",
        event=event.seen_by(Viewer.STRANGER, now, language()),
        form=form if event.is_open(now) and is_shown else None,
        is_open=event.is_open(now),
        is_over=event.is_over(now),
        opening=_opening_words(event, now),
        nearby=[
            e.seen_by(Viewer.STRANGER, now, language()) for e in events_near(event, now)
        ],
        needed=[role for role in roles_of(event) if role.missing > 0],
        shows_counts=event.shows_counts,
        series=event.series,
        next_dates=[
            e.seen_by(Viewer.STRANGER, now, language()) for e in next_dates(event, now)
        ],
    )
    return make_response(page, status)


def sign_up_from(terms: Terms, form: SignUpForm, now: datetime) -> int | None:
    """Sign up; where that fails, put the reason into the form and return a status."""
    try:
        count_attempt("sign_up", terms.event_id)
        new = _new_sign_up(terms, form, now)
        if new is None or not operations.sign_up_newcomer(new):
            with transaction():
                _write_down(terms, form, now)
    except (NoTurn, operations.OnList):
        return None  # the answer tells nothing of what others did with this address
    except Refusal as refusal:
        event = db.session.get_one(Event, terms.event_id)
        if isinstance(refusal, EventFull):
            form.offer_to_wait(event)
        form.refuse(*_reason(refusal, event, now))
        return refusal.status
    except OperationalError as error:
        # Readers are served on, and nothing that was typed is lost.
        log.error("database", error=type(error.orig).__name__)
        form.refuse(
            "name", gettext("We could not write this down. Please try again soon.")
        )
        return 503
    return None


def _new_sign_up(
    terms: Terms, form: SignUpForm, now: datetime
) -> operations.NewSignUp | None:
    """Return what is written of somebody new; None where the form says more, which
    only the long way reads.
    """
    if form.waits or form.questions or form.purposes or terms.version is None:
        return None
    newcomer = operations.newcomer(
        terms.event_id,
        terms.event.uid,
        form.name.data,
        form.address,
        form.party_size.data,
        language(),
        now,
        form.form_key.data or "",
    )
    nonce = newcomer.sign_up["token_nonce"]
    mail = messages.values_of_confirmation(
        terms.event, nonce, form.address.mailbox, language(), now
    )
    return operations.NewSignUp(newcomer, mail, terms.version, now)


def _write_down(terms: Terms, form: SignUpForm, now: datetime) -> None:
    signed_up = operations.sign_up(
        terms.event_id,
        form.name.data,
        form.address,
        form.party_size.data,
        language(),
        now,
        form.form_key.data or "",
        form.waits,
    )
    # Asked for once more: by now the event is locked, and the mail tells of it.
    seen = terms_of(terms.event.slug).event
    if signed_up is not None:
        if form.questions:
            operations.answer(signed_up, form.questions, form.answers)
        if form.purposes:
            operations.note_consents(signed_up, form.purposes, form.agreed, now)
        due_at = _turn(signed_up, seen, form.address, now)
        if due_at > now:
            signed_up.hold_ends_at = due_at + HOLD  # what the mail says is true then
        messages.confirm_sign_up(signed_up, seen, now, due_at)
    else:
        _be_as_busy(terms.event_id, seen, form.address, now)


def _turn(
    signed_up: SignUp, seen: EventView, address: Address, now: datetime
) -> datetime:
    """Return when the mail may go out; raises NoTurn, as busy as with a mail."""
    try:
        return take_turn(address.key, now)
    except NoTurn:
        messages.confirm_sign_up(signed_up, seen, now)  # taken back with all the rest
        raise


def _be_as_busy(
    event_id: int, seen: EventView, address: Address, now: datetime
) -> None:
    """Write all that is written for a new address, and take it back: the time of an
    answer tells nothing.
    """
    savepoint = db.session.begin_nested()
    nobody = operations.sign_up_nobody(event_id, address, language(), now)
    take_turn(new_token(), now)
    messages.confirm_sign_up(nobody, seen, now)
    savepoint.rollback()


def _reason(refusal: Refusal, event: Event, now: datetime) -> tuple[str, str]:
    """Return the field that a refusal is about, and what to do."""
    match refusal:
        case TooOften():
            return "name", gettext(
                "Very many people are signing up just now. What you typed is still "
                "here: send it again in %(time)s.",
                time=wait_words(refusal.seconds),
            )
        case EventFull() if event.has_waiting_list:
            return "party_size", gettext(
                "There are not so many places left. Come with fewer, or join the "
                "waiting list. If you have signed up already, the link is in your mail."
            )
        case EventFull():
            return "party_size", gettext(
                "There are not so many places left. If you have signed up already, "
                "the link is in your mail."
            )
        case operations.NotOpenYet() | operations.SignUpsClosed():
            return "name", _opening_words(event, now)
        case EventNotOpen():
            return "name", gettext("This event takes no sign-ups now.")
        case operations.PartyTooLarge():
            return "party_size", gettext("Write a smaller number.")
    raise refusal


def _opening_words(event: Event, now: datetime) -> str:
    """Say when signing up begins, or that it is over while the event is not."""
    opens, closes = event.sign_ups_open_at, event.sign_ups_close_at
    if opens is not None and now < opens:
        moment = moment_words(wall_time(opens, event.timezone))
        words = gettext(
            "Signing up opens on %(moment)s, by the event’s own clock.", moment=moment
        )
        return str(words)
    if closes is not None and closes <= now:
        moment = moment_words(wall_time(closes, event.timezone))
        words = gettext(
            "Signing up closed on %(moment)s, by the event’s own clock.", moment=moment
        )
        return str(words)
    return ""
