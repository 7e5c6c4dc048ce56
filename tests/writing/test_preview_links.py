"""Links with which somebody without an account reads a draft."""

import re
from datetime import timedelta

import factories
import pytest
from desks import DRAFT, desk, make, member
from front_door import fields, press, send
from sqlalchemy import select, update

from campaign.database import db, transaction
from campaign.lib import clock
from campaign.organisers.models import Role
from campaign.publishing.operations import move
from campaign.publishing.states import Move
from campaign.writing import operations
from campaign.writing.models import PreviewLink


@pytest.fixture
def group(app):
    return factories.group()


@pytest.fixture
def article(group):
    return make("articles", group, title="Unseen", body="Not *yet* public.", **DRAFT)


def make_link(client, article, **answers):
    answer = send(client, desk("articles", article, "preview-links"), **answers)
    assert answer.status_code == 201
    found = re.search(r'value="http://localhost(/previews/[\w-]+)"', answer.text)
    return found[1]


def test_who_has_the_link_reads_the_draft_and_it_says_so(client, group, article, app):
    path = make_link(member(client, group), article, label="Amal", days="7")
    reader = app.test_client()
    answer = reader.get(path)
    assert answer.status_code == 200
    assert "Not <em>yet</em> public." in answer.text
    assert "This is a draft." in answer.text
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert reader.get(f"/articles/{article.slug}").status_code == 404


def test_the_database_does_not_know_the_token_and_the_list_shows_it_once(
    client, group, article
):
    client = member(client, group)
    path = make_link(client, article, label="Amal")
    token = path.rpartition("/")[2]
    row = db.session.scalars(select(PreviewLink)).one()
    assert token not in str(vars(row))
    page = client.get(desk("articles", article, "preview-links")).text
    assert token not in page
    assert "Amal" in page
    assert "Take this link back" in page


def test_a_link_that_was_taken_back_or_has_ended_opens_nothing(client, group, article):
    client = member(client, group)
    one, other, third = (make_link(client, article, days=d) for d in ("1", "7", "30"))
    number = db.session.scalars(select(PreviewLink.id).order_by(PreviewLink.id)).first()
    list_page = desk("articles", article, "preview-links")
    assert press(client, f"{list_page}/{number}/revoke").status_code == 303
    with transaction() as session:
        ended = PreviewLink.id == number + 1
        session.execute(update(PreviewLink).where(ended).values(expires_at=clock.now()))
    for path in (one, other, "/previews/never-was-one"):
        answer = client.get(path)
        assert answer.status_code == 410
        assert "Unseen" not in answer.text
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get(third).status_code == 200
    with transaction():
        move(article, Move.REMOVE, clock.now())
    assert client.get(third).status_code == 410


def test_links_are_made_and_taken_back_by_who_may_edit_alone(client, group, article):
    make_link(member(client, group), article)
    stranger = make("articles", factories.group())
    number = db.session.scalars(select(PreviewLink.id)).one()
    owner = member(client, stranger.group, Role.OWNER)
    foreign = desk("articles", stranger, f"preview-links/{number}/revoke")
    assert press(owner, foreign).status_code == 404
    page = desk("articles", article, "preview-links")
    assert owner.get(page).status_code == 404
    assert member(client, group, Role.REVIEWER).get(page).status_code == 403
    assert db.session.scalars(select(PreviewLink.revoked_at)).one() is None


def test_there_are_not_so_many_that_nobody_knows_who_has_them(
    client, group, article, monkeypatch
):
    monkeypatch.setattr(operations, "MOST_PREVIEW_LINKS", 2)
    client = member(client, group)
    for _number in range(2):
        make_link(client, article)
    answer = send(client, desk("articles", article, "preview-links"), label="Third")
    assert answer.status_code == 409
    assert "revoke some first" in answer.text
    assert fields(answer)["label"] == "Third"


def test_a_lifetime_is_one_of_those_that_are_offered(client, group, article):
    client = member(client, group)
    answer = send(client, desk("articles", article, "preview-links"), days="3000")
    assert answer.status_code == 422
    assert db.session.scalars(select(PreviewLink)).all() == []


def test_links_and_drafts_are_forgotten_when_their_time_is_up(client, group, article):
    client = member(client, group)
    make_link(client, article, days="1")
    later = clock.now() + timedelta(days=1) + operations.ENDED_LINKS_ARE_KEPT
    with transaction():
        operations.forget_old_writing(later - timedelta(hours=1))
    assert len(db.session.scalars(select(PreviewLink)).all()) == 1
    with transaction():
        operations.forget_old_writing(later + timedelta(hours=1))
    assert db.session.scalars(select(PreviewLink)).all() == []
