"""What a site that is lived in has: people in every state, a question, a message.

People come by the forms; what organisers do is written by what their views call too.
"""

from datetime import datetime
from io import BytesIO
from typing import Any

from browser.site import Site
from PIL import Image
from sqlalchemy import select

from campaign.articles.queries import find_article
from campaign.database import claim_version, db, transaction
from campaign.events.models import Event, EventRole, QuestionKind, RoleKind
from campaign.events.queries import find_event
from campaign.lib import clock
from campaign.notices.operations import send_message
from campaign.notices.queries.recipients import stop_token
from campaign.organisers.operations import find_or_make_organiser, make_sign_in_link
from campaign.pictures.operations.adding import add_picture, take_in
from campaign.signups.models import SignUp, SignUpState
from campaign.signups.operations import asking
from campaign.writing.operations import keep_first_version, keep_version

#: Who is asked, and where there is no place left.
ASKING, FULL = "wellington-talk", "melbourne-film"
OWNER, READING = "owner@example.org", "how-to-hold-a-safe-vigil"


def fill_with_life(site: Site) -> dict[str, str]:
    """Return what stands for the words in the addresses of `pages.py`."""
    with site.app.test_request_context(base_url=site.url):
        now = clock.now()
        question = _ask()
        row = {
            "pending": _enter(site, ASKING, "pending"),
            "going": _enter(site, ASKING, "going", "confirm"),
            "left": _enter(site, ASKING, "left", "confirm", "cancel"),
            "waiting": _enter(site, _full_event(), "waiting", "confirm"),
        }
        secret = site.app.config["SECRET_KEY"]
        going = row["going"]
        words = {name: each.token(secret) for name, each in row.items()}
        words |= {
            "number": str(going.id),
            "no_mails": f"{going.id}/{stop_token(going)}",
            "question": str(question),
            "role": str(_need_somebody()),
            "message": str(_write_to_all(now)),
            "picture": _add_picture(now),
            "version": str(_write_anew(now)),
            "sign_in": _sign_in_token(now),
        }
        db.session.remove()
    return words


def _ask() -> int:
    event = _event(ASKING)
    for kind in QuestionKind:
        values: dict[str, Any] = {"label": f"What of {kind.value}?", "kind": kind}
        values["is_asked_later"] = kind is QuestionKind.TEXT
        with transaction():
            question = asking.add_question(event, values, ["Tea", "Coffee"])
            db.session.flush()
            number = question.id
    with transaction():
        asking.add_purpose(event, "Write to me about what comes next.")
    return number


def _need_somebody() -> int:
    with transaction() as session:
        values = {"kind": RoleKind.DRIVER, "places": 3, "position": 9}
        role = EventRole(event_id=_event(ASKING).id, **values)
        session.add(role)
        session.flush()
        return role.id


def _full_event() -> str:
    event = _event(FULL)
    with transaction():
        event.has_waiting_list = True
        event.capacity = max(event.places_taken, 1)
        event.places_taken = event.capacity
    return FULL


def _enter(site: Site, slug: str, name: str, *steps: str) -> SignUp:
    """Sign somebody up as a form does it, and press buttons of their own page."""
    client, email = site.app.test_client(), f"{name}@example.net"
    form = {"name": name, "email": email, "party_size": "1", "may_wait": "1"}
    paths = [f"/events/{slug}/sign-ups"]
    for number in range(len(steps) + 1):
        answer = client.post(paths[number], data=form, base_url=site.url)
        assert answer.status_code == 303, answer.text
        row = _newest_of(slug)
        token = row.token(site.app.config["SECRET_KEY"])
        paths += [f"/sign-ups/{token}/{step}" for step in steps] if not number else []
    return row


def _newest_of(slug: str) -> SignUp:
    db.session.rollback()
    query = select(SignUp).where(SignUp.event_id == _event(slug).id)
    return db.session.scalars(query.order_by(SignUp.id.desc())).first()


def _add_picture(now: datetime) -> str:
    file = BytesIO()
    Image.linear_gradient("L").resize((1200, 800)).convert("RGB").save(file, "JPEG")
    group = _event(ASKING).group
    with transaction():
        return add_picture(take_in(file.getvalue()), group, "light.jpg", "en", now).slug


def _write_anew(now: datetime) -> int:
    """Change an article, so that there are two versions of it; return the second."""
    with transaction():
        article = find_article(READING)
        assert article is not None
        keep_first_version(article)
        claim_version(article, article.version)
        article.body += "\n\nBring a lantern: the wind blows candles out."
        keep_version(article, None, "Lanterns", now)
        return article.version


def _write_to_all(now: datetime) -> int:
    event, owner = _event(ASKING), find_or_make_organiser(OWNER, now)
    states = [SignUpState.GOING]
    with transaction():
        told = "The door is on the left.", "See you there."
        return send_message(event, owner, states, *told, "the-key", now)


def _sign_in_token(now: datetime) -> str:
    with transaction():
        return make_sign_in_link(find_or_make_organiser(OWNER, now), now)


def _event(slug: str) -> Event:
    event = find_event(slug)
    assert event is not None
    return event
