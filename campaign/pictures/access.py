"""Who may see and change the pictures of a group."""

from collections.abc import Collection

from flask import abort, current_app

from ..lib import clock
from ..organisers.access import current_organiser
from ..organisers.models import EDITING_ROLES, READING_ROLES, Role
from ..organisers.queries import role_in
from .models import Picture
from .queries import find_picture, is_seen_by_all
from .seeing import opens


def load_to_see(slug: str) -> Picture:
    """Load a picture for a member of its group who may see its library."""
    return _load(slug, READING_ROLES)


def load_to_change(slug: str) -> Picture:
    """Load a picture for a member of its group who may change it."""
    return _load(slug, EDITING_ROLES)


def _load(slug: str, roles: Collection[Role]) -> Picture:
    """Answer 404 to a stranger to the group, as where nothing is, else 403."""
    picture = find_picture(slug)
    if picture is None:
        abort(404)
    role = role_in(current_organiser(), picture.group_id)
    if role is None:
        abort(404)
    if role not in roles:
        abort(403)
    return picture


def load_file_owner(slug: str, key: str) -> tuple[Picture, bool]:
    """Load a picture for whoever asks for a file, and say whether all may see it.

    Answers 404 where nothing public shows it and no good key is given: as where
    there is none.
    """
    picture = find_picture(slug)
    if picture is None:
        abort(404)
    if is_seen_by_all(picture):
        return picture, True
    if not opens(key, slug, current_app.config["SECRET_KEY"], clock.now()):
        abort(404)
    return picture, False
