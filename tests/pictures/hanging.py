"""Pictures for tests: uploaded through the form, and made in all their sizes."""

import io
from typing import Any

from flask.testing import FlaskClient
from front_door import fields
from pictures.hostile import photo, saved
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from campaign.database import db
from campaign.lib import clock
from campaign.pictures.models import Picture
from campaign.pictures.operations import make_next_size
from campaign.pictures.queries import pictures_due

NEW = "/manage/pictures/new"
JPEG = saved(photo(), "JPEG")


def upload(
    client: FlaskClient, *files: tuple[str, bytes], path: str = NEW, **answers: Any
) -> TestResponse:
    """Send files with the form of a page."""
    filled = {**fields(client.get(path)), **answers}
    name = "files" if "files" in filled else "file"
    filled[name] = [FileStorage(io.BytesIO(data), file) for file, data in files]
    # Encoded here: the client would leave a file open for what is large.
    boundary, body = encode_multipart(MultiDict(filled))
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(path, data=body, content_type=kind)


def hang(client: FlaskClient, data: bytes = JPEG, **words: Any) -> Picture:
    """Upload a picture, describe it, make all its sizes, and return it."""
    answer = upload(client, ("picture.jpg", data))
    assert answer.status_code == 303, answer.text
    picture = db.session.scalars(
        select(Picture).order_by(Picture.id.desc()).limit(1)
    ).one()
    path = f"/manage/pictures/{picture.slug}/edit"
    told = {"alternative_text": "A square with people", **words}
    filled = {**fields(client.get(path)), **told}
    if told.get("is_decorative"):
        filled["alternative_text"] = ""
    assert client.post(path, data=filled).status_code == 303
    make_all_sizes()
    db.session.refresh(picture)
    return picture


def make_all_sizes() -> None:
    """Do the background's work until there is none."""
    while due := pictures_due(clock.now()):
        make_next_size(due[0], clock.now())
