"""Signing in as organisers do, and sending forms as their browsers do."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign.database import transaction
from campaign.lib import clock
from campaign.organisers.models import Organiser
from campaign.organisers.operations import make_sign_in_link


def sign_in(client: FlaskClient, organiser: Organiser) -> FlaskClient:
    """Sign the client in by a link, as a mail brings it; return the client."""
    client.token_seen = None  # type: ignore[attr-defined]
    with transaction():
        token = make_sign_in_link(organiser, clock.now())
    answer = client.post(f"/sign-in/{token}")
    assert answer.status_code == 303, answer.status
    return client


def send(
    client: FlaskClient, path: str, page: str | None = None, **answers: Any
) -> TestResponse:
    """Fill in the form of a page and send it: what is not answered stays as it was.

    The form is the one of `page`, by default of the path that it is sent to; None as
    an answer leaves the field out.
    """
    shown = client.get(page or path)
    assert shown.status_code == 200, shown.status
    filled = {**fields(shown), **answers}
    return client.post(path, data={k: v for k, v in filled.items() if v is not None})


def press(client: FlaskClient, path: str) -> TestResponse:
    """Send a form of one button, with the token of the page that was seen last."""
    token = getattr(client, "token_seen", None)
    if token is None:
        token = fields(client.get("/manage/account"))["csrf_token"]
    return client.post(path, data={"csrf_token": token})


def fields(response: TestResponse) -> dict[str, Any]:
    """Return what the fields of a page would send, by name."""
    html = response.get_data(as_text=True)
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, kind = _attribute(tag, "name"), _attribute(tag, "type")
        if kind in ("checkbox", "radio") and " checked" not in tag:
            continue
        found[name] = _attribute(tag, "value")
    areas = r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>'
    found.update({n: unescape(t) for n, t in re.findall(areas, html, re.S)})
    for name, options in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.S
    ):
        all_of = re.findall(r"<option[^>]*>", options)
        chosen = [each for each in all_of if " selected" in each] or all_of[:1]
        found[name] = _attribute(chosen[0], "value") if chosen else ""
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
