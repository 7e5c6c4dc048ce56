"""A desk: the pages on which organisers make and look after one kind of thing.

The same for all kinds. What differs is what a subclass names: the model, the form,
the verbs that write. A page may have a template of its own in the folder of the
desk's blueprint; where it has none, the one in `manage_desk/` serves.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from ...database import EditedMeanwhile, transaction
from ...lib import clock
from ...lib.refusal import Refusal
from ...organisers.access import current_organiser, require_sign_in
from ...organisers.models import EDITING_ROLES, READING_ROLES, Group
from ...organisers.queries import groups_of
from ...paging import page_of
from ..access import (
    can_edit,
    load_to_edit,
    load_to_move,
    load_to_see,
    possible_moves,
)
from ..forms.thing import ThingForm, differences
from ..models import Publishable
from ..operations import edit, lock, move
from ..queries import all_of, count_removed, find_made, removed_of
from ..states import Move, OffTheSite
from ..words import move_problem

P = TypeVar("P", bound=Publishable)
PER_PAGE = 25
_MOVES = ",".join(Move)


class Desk(ABC, Generic[P]):
    """The views of one kind of thing; `blueprint` is what the app registers."""

    #: As in the public address and, with `manage_`, in the blueprint's name.
    noun: ClassVar[str]
    model: type[P]
    #: What the list is called, and what stands on the button of a new one.
    heading: ClassVar[Any]
    new_words: ClassVar[Any]
    #: The endpoint of the public page.
    public_endpoint: ClassVar[str]
    #: Whether its things have a picture at their head.
    has_picture: ClassVar[bool] = False

    @abstractmethod
    def form_for(self, thing: P | None, **options: Any) -> ThingForm:
        """Return the form, filled in from `thing`, with what can be chosen in it."""

    @abstractmethod
    def create(self, values: Mapping[str, Any], now: datetime) -> P:
        """Add a draft from what the form says."""

    @abstractmethod
    def preview_page(self, thing: P) -> str:
        """Return the public page, marked as a preview."""

    def change(
        self, thing: P, version: int, values: Mapping[str, Any], now: datetime
    ) -> None:
        """Write what the form says; raises EditedMeanwhile."""
        edit(thing, version, values, now)

    def make_move(self, thing: P, chosen: Move, now: datetime) -> None:
        """Bring it to where the move leads; raises what `move` does."""
        move(thing, chosen, now)

    def asks_first(self, thing: P, chosen: Move) -> bool:
        """Return whether there is something to choose before even this move."""
        return False

    def put_at_field(self, form: ThingForm, refusal: Refusal) -> None:
        """Say at a field of the form why its rule said no; else raise it again."""
        raise refusal

    def __init__(self) -> None:
        name = self.noun.replace("-", "_")
        self.blueprint = Blueprint(
            f"manage_{name}", __name__, url_prefix=f"/manage/{self.noun}"
        )
        self.blueprint.before_request(require_sign_in)
        self.blueprint.register_error_handler(OffTheSite, self.answer_off_the_site)
        self.add_routes(self.blueprint.add_url_rule)

    def add_routes(self, add: Callable[..., None]) -> None:
        """Register the views; subclasses have further ones."""
        both = ["GET", "POST"]
        thing = "/<slug:slug>"
        add("", view_func=self.index)
        add("/new", view_func=self.new, methods=both)
        add(thing, view_func=self.show)
        add(f"{thing}/edit", view_func=self.edit, methods=both)
        add(f"{thing}/preview", view_func=self.preview)
        add(f"{thing}/<any({_MOVES}):chosen>", view_func=self.move, methods=both)

    def index(self) -> ResponseReturnValue:
        groups = groups_of(current_organiser(), READING_ROLES)
        asks_for_removed = "removed" in request.args
        query = removed_of if asks_for_removed else all_of
        return self.page(
            "manage_desk/index.html",
            page=page_of(query(self.model, groups), PER_PAGE),
            asks_for_removed=asks_for_removed,
            removed=count_removed(self.model, groups),
        )

    def new(self) -> ResponseReturnValue:
        if not self.own_groups():
            return redirect(url_for("manage_groups.new", done="group-needed"))
        form = self.form_for(None)
        if form.validate_on_submit():
            try:
                return self.go_to(self._make(form), "created")
            except Refusal as refusal:
                self.put_at_field(form, refusal)
                return self._form_page(form), refusal.status
        return self._form_page(form), _status(form)

    def _make(self, form: ThingForm) -> P:
        """Add the draft, or return the one that this very form has made before."""
        uid = key_of_form()
        with transaction():
            # So that the second press of the button waits for what the first made.
            lock(current_organiser())
            made = find_made(self.model, uid)
            if made is not None:
                if self._is_made_of(made, form):
                    return made
                uid = uuid4()
            return self.create({**form.values(), "uid": uid}, clock.now())

    def _is_made_of(self, made: P, form: ThingForm) -> bool:
        """A stranger's thing is as none, and other words are not to be lost."""
        if made.group not in self.own_groups():
            return False
        return self.form_for(made, formdata=None).values() == form.values()

    def show(self, slug: str) -> ResponseReturnValue:
        return self._overview(load_to_see(self.model, slug))

    def edit(self, slug: str) -> ResponseReturnValue:
        # What was typed before it left the site is not lost: the form says so.
        thing = load_to_edit(self.model, slug, also_removed=request.method == "POST")
        form = self.form_for(thing)
        if form.validate_on_submit():
            try:
                with transaction():
                    self.change(thing, form.opened_at, form.values(), clock.now())
                return self.go_to(thing, "saved")
            except EditedMeanwhile:
                return self._compare(thing, form)
            except OffTheSite as refusal:
                form.refuse("title", move_problem(refusal))
                return self._form_page(form, thing), refusal.status
            except Refusal as refusal:
                self.put_at_field(form, refusal)
                return self._form_page(form, thing), refusal.status
        return self._form_page(form, thing), _status(form)

    def preview(self, slug: str) -> ResponseReturnValue:
        return self.preview_page(load_to_see(self.model, slug))

    def move(self, slug: str, chosen: str) -> ResponseReturnValue:
        """GET asks whether it is meant; POST does it."""
        wanted, thing = Move(chosen), load_to_move(self.model, slug)
        if request.method != "POST":
            if thing.is_removed and wanted is not Move.RESTORE:
                raise OffTheSite
            return self.page("manage_desk/move.html", thing=thing, move=wanted)
        try:
            with transaction():
                self.make_move(thing, wanted, clock.now())
        except Refusal as refusal:
            return self._overview(thing, move_problem(refusal)), refusal.status
        return self.go_to(thing, wanted.value)

    def answer_off_the_site(self, refusal: OffTheSite) -> ResponseReturnValue:
        """Show how it stands, and say why nothing can be done with it."""
        thing = load_to_see(self.model, (request.view_args or {})["slug"])
        return self._overview(thing, move_problem(refusal)), refusal.status

    def own_groups(self) -> list[Group]:
        """Return the groups for which who is signed in may make things."""
        return groups_of(current_organiser(), EDITING_ROLES)

    def url(self, view: str, thing: P | None = None, **values: Any) -> str:
        """Return the address of a page of this desk."""
        slug = thing.slug if thing is not None else None
        return url_for(f"{self.blueprint.name}.{view}", slug=slug, **values)

    def public_url(self, thing: P, **values: Any) -> str:
        """Return the address of the public page."""
        return url_for(self.public_endpoint, slug=thing.slug, **values)

    def go_to(self, thing: P, done: str) -> Response:
        """Return to the overview, which says what has been done."""
        return redirect(self.url("show", thing, done=done), 303)

    def page(self, name: str, **facts: Any) -> str:
        """Return a page from the desk's own template, or else from the common one."""
        own = name.replace("manage_desk", self.blueprint.name)
        return render_template([own, name], desk=self, **facts)

    def _overview(self, thing: P, problem: str = "") -> str:
        return self.page(
            "manage_desk/show.html",
            thing=thing,
            problem=problem,
            can_edit=can_edit(thing) and not thing.is_removed,
            moves=possible_moves(thing),
        )

    def _form_page(self, form: ThingForm, thing: P | None = None, **facts: Any) -> str:
        name = "manage_desk/new.html" if thing is None else "manage_desk/edit.html"
        facts.setdefault("key", key_of_form() if thing is None else None)
        return self.page(name, form=form, thing=thing, **facts)

    def _compare(self, thing: P, form: ThingForm) -> ResponseReturnValue:
        """Show what the other one saved beside what this one wrote.

        The form has the new version now, so that saving again is a knowing choice.
        """
        found = differences(form, self.form_for(thing, formdata=None))
        if not found:  # the button was pressed twice
            return self.go_to(thing, "saved")
        form.version.data = str(thing.version)
        page = self._form_page(form, thing, differences=found)
        return page, EditedMeanwhile.status


def key_of_form() -> UUID:
    """What a form for something new will make: the same, however often it is sent."""
    try:
        return UUID(request.form.get("uid", ""))
    except ValueError:
        return uuid4()


def _status(form: ThingForm) -> int:
    return 422 if form.errors else 200
