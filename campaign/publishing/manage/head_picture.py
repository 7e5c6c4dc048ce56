"""Desks of things with a picture at their head: choosing it from the library."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import request
from flask.typing import ResponseReturnValue

from ...database import EditedMeanwhile, transaction
from ...lib import clock
from ...lib.text import one_line
from ...paging import page_of
from ...pictures.models import Picture
from ...pictures.queries import described, find_picture
from ..access import load_to_edit
from ..models import Publishable
from ..operations import edit
from .desk import Desk

P = TypeVar("P", bound=Publishable)
_PER_PAGE = 12


class DeskWithPicture(Desk[P]):
    """A desk with one page more: the picture at the head of a thing."""

    has_picture = True

    def add_routes(self, add: Callable[..., None]) -> None:
        super().add_routes(add)
        both = ["GET", "POST"]
        add("/<slug:slug>/picture", view_func=self.picture, methods=both)

    def picture(self, slug: str) -> ResponseReturnValue:
        """GET shows the group's pictures; POST takes the one that it names, or none."""
        thing = load_to_edit(self.model, slug)
        if request.method != "POST":
            return self._choice(thing)
        chosen = self._chosen(thing)
        try:
            with transaction():
                for each in self.pictured_together(thing):
                    version = self._opened_at() if each is thing else each.version
                    edit(each, version, {"picture": chosen}, clock.now())
        except EditedMeanwhile as refusal:
            return self._choice(thing, is_newer=True), refusal.status
        return self.go_to(thing, "picture")

    def pictured_together(self, thing: P) -> Sequence[P]:
        """Return all that gets the picture which is chosen for a thing."""
        return [thing]

    def _chosen(self, thing: P) -> Picture | None:
        """One of the thing's own group; what is no such picture is none."""
        found = find_picture(request.form.get("picture", ""))
        return found if found and found.group_id == thing.group_id else None

    def _opened_at(self) -> int:
        version = request.form.get("version", "")
        return int(version) if version.isdecimal() and len(version) < 10 else 0

    def _choice(self, thing: Any, is_newer: bool = False) -> str:
        words = one_line(request.args.get("q", ""))[:200]
        return self.page(
            "manage_desk/picture.html",
            thing=thing,
            words=words,
            page=page_of(described([thing.group], words), _PER_PAGE),
            together=len(self.pictured_together(thing)),
            is_newer=is_newer,
        )
