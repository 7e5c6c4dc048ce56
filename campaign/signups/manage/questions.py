"""The questions of an event's own, and what its supporters may agree to."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...database import db, transaction
from ...events.models import ConsentPurpose, Event, Question
from ...events.queries import purposes_of, questions_of
from ...lib import clock
from ...organisers.access import current_organiser, require_sign_in
from ...organisers.models import EDITING_ROLES
from ...publishing.access import load_for
from .. import log
from ..log import Action
from ..operations import asking
from ..operations.ordering import STEPS
from ..queries import answer_counts
from .question_forms import KINDS, PurposeForm, QuestionForm

blueprint = Blueprint("manage_questions", __name__, url_prefix="/manage/events")
blueprint.before_request(require_sign_in)
_BOTH = ["GET", "POST"]
#: The last part of an address, and whether what it is about is retired by it.
_RETIRING = {"retire": True, "restore": False}


@blueprint.get("/<slug:slug>/questions")
def index(slug: str) -> str:
    return _index_page(_load(slug), PurposeForm(formdata=None))


@blueprint.route("/<slug:slug>/questions/new", methods=_BOTH)
def new(slug: str) -> ResponseReturnValue:
    event, form = _load(slug), QuestionForm.of(None)
    if not form.validate_on_submit():
        return _question_page(event, form), 422 if form.errors else 200
    with transaction():
        asking.add_question(event, form.values, form.added)
        _note(event)
    return _back(event)


@blueprint.route("/<slug:slug>/questions/<int:number>", methods=_BOTH)
def edit(slug: str, number: int) -> ResponseReturnValue:
    event = _load(slug)
    question = _question(event, number)
    is_answered = answer_counts(event)[str(question.uid)] > 0
    form = QuestionForm.of(question, is_answered)
    if not form.validate_on_submit():
        return _question_page(event, form), 422 if form.errors else 200
    values, options, added = form.values, form.options, form.added
    try:
        with transaction():
            asking.change_question(event, question, values, options, added)
            _note(event)
    except asking.KindIsFixed as refusal:
        words = _("Somebody has answered it meanwhile: its kind stays.")
        form.refuse("kind", words)
        return _question_page(event, form), refusal.status
    return _back(event)


@blueprint.post("/<slug:slug>/questions/<int:number>/<string:chosen>")
def move(slug: str, number: int, chosen: str) -> ResponseReturnValue:
    event = _load(slug)
    question = _question(event, number)
    if chosen not in (*STEPS, *_RETIRING):
        abort(404)
    with transaction():
        if chosen in STEPS:
            asking.move_question(event, question, STEPS[chosen])
        else:
            asking.retire_question(event, question, _RETIRING[chosen])
        _note(event)
    return _back(event)


@blueprint.post("/<slug:slug>/consents")
def add_purpose(slug: str) -> ResponseReturnValue:
    event, form = _load(slug), PurposeForm()
    if not form.validate_on_submit():
        return _index_page(event, form), 422
    with transaction():
        asking.add_purpose(event, form.wording.data)
        _note(event)
    return _back(event)


@blueprint.post("/<slug:slug>/consents/<int:number>/<string:chosen>")
def retire_purpose(slug: str, number: int, chosen: str) -> ResponseReturnValue:
    event = _load(slug)
    purpose = db.session.get(ConsentPurpose, number)
    if purpose is None or purpose.event_id != event.id or chosen not in _RETIRING:
        abort(404)
    with transaction():
        asking.retire_purpose(event, purpose, _RETIRING[chosen])
        _note(event)
    return _back(event)


def _index_page(event: Event, form: PurposeForm) -> str:
    questions, purposes = questions_of(event), purposes_of(event)
    return render_template(
        "manage_questions/index.html",
        event=event,
        form=form,
        kinds=KINDS,
        counts=answer_counts(event),
        asked=[each for each in questions if not each.is_retired],
        retired=[each for each in questions if each.is_retired],
        purposes=purposes,
    )


def _question_page(event: Event, form: QuestionForm) -> str:
    return render_template(
        "manage_questions/edit.html", event=event, form=form, kinds=KINDS
    )


def _note(event: Event) -> None:
    log.note(event, current_organiser(), Action.QUESTIONS_CHANGED, clock.now())


def _load(slug: str) -> Event:
    return load_for(Event, slug, EDITING_ROLES)


def _question(event: Event, number: int) -> Question:
    found = db.session.get(Question, number)
    if found is None or found.event_id != event.id:
        abort(404)
    return found


def _back(event: Event) -> ResponseReturnValue:
    return redirect(url_for("manage_questions.index", slug=event.slug), 303)
