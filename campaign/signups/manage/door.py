"""The door, for stewards: a list to search and to tap, and the number inside.

Each tap is a form that a page without scripts sends too. The script asks for JSON
and is told the same: how the party stands now, and why where it was refused.
"""

from collections.abc import Callable
from hashlib import sha256

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from ...database import transaction
from ...events.models import Event
from ...lib import clock
from ...lib.refusal import Refusal
from ...lib.text import one_line
from ...lib.tokens import new_token
from ...organisers.access import current_organiser, require_sign_in
from ...organisers.models import DOOR_ROLES
from ...publishing.access import can_edit, load_for, load_to_edit
from ..door_forms import TapForm, WalkInForm
from ..door_list import (
    SHEETS,
    DoorRow,
    door_count,
    door_list,
    door_row,
    door_sheets,
    find_at_the_door,
    sheet_marks,
)
from ..door_words import party_name, refusal_words, said_words, script_words
from ..lifecycle import CONFIRMED_STATES
from ..log import Action, note
from ..models import SignUp
from ..operations.door import add_walk_in, check_in, mark_absent, undo_check_in

blueprint = Blueprint("manage_door", __name__, url_prefix="/manage/events")
blueprint.before_request(require_sign_in)
for words in (party_name, script_words):
    blueprint.add_app_template_global(words)
#: How many parties a page shows: who looks for one of thousands types a name.
SHOWN = 60
_JSON = "application/json"


@blueprint.get("/<slug:slug>/door")
def show(slug: str) -> Response:
    event = load_for(Event, slug, DOOR_ROLES)
    return _page(event, one_line(request.args.get("q", "")), said=_said(event))


@blueprint.get("/<slug:slug>/door.json")
def changes(slug: str) -> Response:
    """Answer with the sheets whose marks the phone has not, or with nothing new."""
    event = load_for(Event, slug, DOOR_ROLES)
    marks = sheet_marks(event)
    tag = sha256(".".join(marks).encode()).hexdigest()[:16]
    if tag in request.if_none_match:
        return Response(status=304)
    known = request.args.get("sheets", "").split(".")[:SHEETS]
    known += [""] * (SHEETS - len(known))
    differing = [n for n in range(SHEETS) if marks[n] != known[n]]
    told = {
        n: [row._asdict() for row in rows]
        for n, rows in door_sheets(event, differing).items()
    }
    return jsonify(
        tag=tag,
        csrf_token=generate_csrf(),
        number=SHEETS,
        sheets={n: {"mark": marks[n], "rows": rows} for n, rows in told.items()},
    )


@blueprint.post("/<slug:slug>/door/<int:number>/check-in")
def let_in(slug: str, number: int) -> ResponseReturnValue:
    def act(sign_up: SignUp, form: TapForm) -> bool:
        people, seen, tap = form.people.data, form.seen.data, form.tap.data or ""
        return check_in(sign_up, clock.now(), people, seen, tap)

    return _tapped(slug, number, act, Action.CHECKED_IN)


@blueprint.post("/<slug:slug>/door/<int:number>/undo")
def undo(slug: str, number: int) -> ResponseReturnValue:
    def act(sign_up: SignUp, form: TapForm) -> bool:
        return undo_check_in(sign_up, form.seen.data, form.tap.data or "")

    return _tapped(slug, number, act, Action.CHECK_IN_UNDONE)


@blueprint.post("/<slug:slug>/door/walk-ins")
def walk_in(slug: str) -> ResponseReturnValue:
    event, form, now = load_for(Event, slug, DOOR_ROLES), WalkInForm(), clock.now()
    if not form.validate():
        return _refused(event, form, str(form.all_errors()[0][1]), 422)
    try:
        with transaction():
            sign_up, is_new = add_walk_in(
                event, form.name.data, form.people.data, now, form.tap.data or ""
            )
            if is_new:
                people = sign_up.party_size
                note(event, current_organiser(), Action.WALK_IN, now, sign_up, people)
    except Refusal as refusal:
        words = refusal_words(refusal, event.capacity)
        return _refused(event, form, words, refusal.status)
    return _done(event, form, Action.WALK_IN, door_row(sign_up))


@blueprint.post("/<slug:slug>/door/absent")
def absent(slug: str) -> ResponseReturnValue:
    """Mark who did not come, when the event is over; stewards may not."""
    event, now = load_to_edit(Event, slug, also_removed=True), clock.now()
    with transaction():
        people = mark_absent(event, now)
        if people:
            note(event, current_organiser(), Action.MARKED_ABSENT, now, count=people)
    return _back(event, "", Action.MARKED_ABSENT)


def _tapped(
    slug: str, number: int, act: Callable[[SignUp, TapForm], bool], action: Action
) -> ResponseReturnValue:
    event, form, now = load_for(Event, slug, DOOR_ROLES), TapForm(), clock.now()
    sign_up = find_at_the_door(event, number)
    if sign_up is None:
        abort(404)
    if not form.validate():
        return _refused(event, form, str(form.all_errors()[0][1]), 422, sign_up)
    try:
        with transaction():
            if act(sign_up, form):
                people = sign_up.party_size
                note(event, current_organiser(), action, now, sign_up, people)
    except Refusal as refusal:
        words = refusal_words(refusal, event.capacity, sign_up.state)
        return _refused(event, form, words, refusal.status, sign_up)
    return _done(event, form, action, door_row(sign_up))


def _done(
    event: Event, form: TapForm | WalkInForm, action: Action, row: DoorRow
) -> ResponseReturnValue:
    if _asks_for_json():
        return jsonify(row=row._asdict())
    asked = form.q.data if isinstance(form, TapForm) else ""
    return _back(event, asked or "", action, row.number)


def _back(
    event: Event, asked: str, action: Action, number: int | None = None
) -> ResponseReturnValue:
    """Return to the same search, where it is said what was done."""
    address = url_for(
        "manage_door.show",
        slug=event.slug,
        q=asked or None,
        said=action.value,
        number=number,
    )
    return redirect(address, 303)


def _refused(
    event: Event,
    form: TapForm | WalkInForm,
    words: str,
    status: int,
    sign_up: SignUp | None = None,
) -> Response:
    """Say why, and how the party stands now: None where it is not on the list."""
    is_there = sign_up is not None and sign_up.state in CONFIRMED_STATES
    row = door_row(sign_up) if sign_up is not None and is_there else None
    if _asks_for_json():
        return make_response(jsonify(row=row and row._asdict(), said=words), status)
    problem = f"{party_name(row.name)}: {words}" if row is not None else words
    walk_in = form if isinstance(form, WalkInForm) else None
    asked = one_line(form.q.data or "")
    return _page(event, asked, problem=problem, walk_in=walk_in, status=status)


def _page(
    event: Event,
    asked: str,
    *,
    said: tuple[str, str] = ("", ""),
    problem: str = "",
    walk_in: WalkInForm | None = None,
    status: int = 200,
) -> Response:
    now, found, count = clock.now(), door_list(event, asked), door_count(event)
    page = render_template(
        "manage_door/show.html",
        event=event,
        asked=asked,
        rows=found[:SHOWN],
        number_found=len(found),
        most_shown=SHOWN,
        count=count,
        said=said,
        problem=problem,
        walk_in=walk_in or WalkInForm(formdata=None, tap=new_token()),
        new_tap=new_token,
        can_edit=can_edit(event),
        can_mark_absent=can_edit(event)
        and event.is_over(now)
        and count.expected > count.inside,
    )
    return make_response(page, status)


def _said(event: Event) -> tuple[str, str]:
    """Return what was just done, as the address says, and the name to fill in."""
    number = request.args.get("number", type=int)
    sign_up = find_at_the_door(event, number) if number is not None else None
    name = party_name(door_row(sign_up).name) if sign_up is not None else ""
    return said_words(request.args.get("said", ""), name and "{name}"), name


def _asks_for_json() -> bool:
    return bool(request.accept_mimetypes.best == _JSON)
