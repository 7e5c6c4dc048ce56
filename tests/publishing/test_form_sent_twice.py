"""A form for something new makes one thing, however often it is sent."""

import threading
from uuid import uuid4

import factories
import pytest
from desks import DRAFT, MAKERS, make, member
from front_door import fields, send, sign_in
from sqlalchemy import select

from campaign.database import db, transaction

NEW = {
    "campaigns": {"title": "Words", "demand": "More.", "story": "One\r\n\r\nTwo."},
    "action-days": {"title": "Words", "starts_on": "2035-02-23"},
    "events": {
        "title": "Words",
        "first_day": "2035-02-23",
        "starts": "18:00",
        "ends": "20:00",
        "timezone": "Europe/London",
        "locality": "Leeds",
        "country": "GB",
        "capacity": "40",
    },
    "articles": {"title": "Words", "body": "Many.", "first_appeared_on": "2016-02-01"},
}


@pytest.fixture
def group(app):
    return factories.group()


@pytest.fixture(params=NEW)
def noun(request):
    return request.param


def filled_in(client, noun, group, **words):
    """Return a filled-in form of something new."""
    if noun in ("action-days", "events"):
        words["part_of" if noun == "events" else "campaign"] = factories.campaign(
            group=group
        ).slug
    return {**fields(client.get(f"/manage/{noun}/new")), **NEW[noun], **words}


def titles(noun):
    db.session.rollback()
    model = MAKERS[noun][0]
    found = db.session.scalars(select(model).order_by(model.id))
    return [row.title for row in found if row.title.startswith("Words")]


def test_pressing_save_twice_makes_one_draft(client, group, noun):
    client = member(client, group)
    form = filled_in(client, noun, group)
    first, second = (client.post(f"/manage/{noun}/new", data=form) for _n in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert titles(noun) == ["Words"]


def test_pressing_save_twice_at_once_makes_one_draft(client, group, noun, app):
    client = member(client, group)
    form = filled_in(client, noun, group)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    start, places = threading.Barrier(4), []

    def run():
        window = app.test_client()
        window.set_cookie(cookie.key, cookie.value)
        start.wait()
        answer = window.post(f"/manage/{noun}/new", data=form)
        places.append((answer.status_code, answer.location))

    db.session.rollback()
    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(places) == 4
    assert {status for status, _location in places} == {303}
    assert len({location for _status, location in places}) == 1
    assert titles(noun) == ["Words"]


def test_the_order_in_which_groups_were_ticked_is_no_difference(client, group):
    backers = [factories.group(name=name) for name in ("Zebras", "Ants")]
    client = member(client, group)
    form = filled_in(client, "campaigns", group)
    for order in (backers, backers[::-1]):
        ticked = {**form, "backers": [backer.slug for backer in order]}
        answer = client.post("/manage/campaigns/new", data=ticked)
        assert answer.location == "/manage/campaigns/words?done=created"


def test_other_words_in_a_form_that_was_sent_are_not_lost(client, group, noun):
    client = member(client, group)
    form = filled_in(client, noun, group)
    first = client.post(f"/manage/{noun}/new", data=form)
    second = client.post(
        f"/manage/{noun}/new", data={**form, "summary": "Said since then"}
    )
    assert second.status_code == 303
    assert second.location != first.location
    assert titles(noun) == ["Words", "Words"]


def test_two_forms_make_two_things(client, group):
    client = member(client, group)
    for _number in range(2):
        send(client, "/manage/articles/new", **NEW["articles"])
    assert titles("articles") == ["Words", "Words"]


def test_a_form_keeps_its_key_while_it_is_mended(client, group, noun):
    client = member(client, group)
    form = filled_in(client, noun, group)
    answer = client.post(f"/manage/{noun}/new", data={**form, "title": ""})
    assert answer.status_code == 422
    assert fields(answer)["uid"] == form["uid"]


def test_the_identity_of_a_strangers_thing_tells_nothing(client, group, noun):
    theirs = make(noun, factories.group(), title="Secret plan", **DRAFT)
    client = member(client, group)
    form = filled_in(client, noun, group)
    known = client.post(f"/manage/{noun}/new", data={**form, "uid": str(theirs.uid)})
    unknown = client.post(f"/manage/{noun}/new", data={**form, "uid": str(uuid4())})
    assert known.status_code == unknown.status_code == 303
    assert known.location == f"/manage/{noun}/words?done=created"
    assert unknown.location == f"/manage/{noun}/words-2?done=created"
    assert "Secret plan" not in client.get(known.location).text
    assert theirs.title == "Secret plan"
    assert titles(noun) == ["Words", "Words"]


@pytest.mark.parametrize("uid", ["", "x", "0" * 500, "{}", "\x00", None])
def test_a_key_that_is_none_does_no_harm(client, group, uid):
    client = member(client, group)
    answer = send(client, "/manage/articles/new", title="Words", uid=uid)
    assert answer.status_code == 303
    assert titles("articles") == ["Words"]


def test_a_draft_of_a_group_that_one_has_left_is_a_strangers(client, group):
    organiser = factories.organiser()
    membership = factories.membership(organiser, group)
    other = factories.group()
    factories.membership(organiser, other)
    client = sign_in(client, organiser)
    form = {**filled_in(client, "articles", group), "group": group.slug}
    assert client.post("/manage/articles/new", data=form).status_code == 303
    with transaction() as session:
        session.delete(membership)
    again = client.post("/manage/articles/new", data={**form, "group": other.slug})
    assert again.location == "/manage/articles/words-2?done=created"


def test_the_form_of_something_that_is_there_has_no_key(client, group, noun):
    thing = make(noun, group)
    client = member(client, group)
    assert "uid" not in fields(client.get(f"/manage/{noun}/{thing.slug}/edit"))
