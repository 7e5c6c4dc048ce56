"""Starting a group and writing about it, in two windows and with a nervous finger."""

import factories
import pytest
from counting import count_queries
from front_door import fields, send, sign_in
from sqlalchemy import select

from campaign.database import db
from campaign.organisers.models import Group, Role


@pytest.fixture
def group(app):
    return factories.group(name="Ducks", summary="As it was", website="")


@pytest.fixture
def owner(client, group):
    organiser = factories.organiser()
    factories.membership(organiser, group, Role.OWNER)
    return sign_in(client, organiser)


def edit(group):
    return f"/manage/groups/{group.slug}/edit"


def names():
    db.session.rollback()
    return db.session.scalars(select(Group.name).order_by(Group.id)).all()


def test_what_two_owners_save_at_once_is_shown_to_the_second_one(owner, group):
    window = fields(owner.get(edit(group)))
    assert send(owner, edit(group), summary="Theirs <1>").status_code == 303
    answer = owner.post(edit(group), data={**window, "summary": "Mine <2>"})
    assert answer.status_code == 409
    assert "Somebody saved a newer version" in answer.text
    theirs, mine = ">Theirs &lt;1&gt;</td>", ">Mine &lt;2&gt;</td>"
    assert 0 < answer.text.index(theirs) < answer.text.index(mine)
    assert answer.text.count('<th scope="row">') == 1
    assert group.summary == "Theirs <1>"

    # Nothing of the second text is lost, and saving it again is a choice.
    kept = fields(answer)
    assert kept["summary"] == "Mine <2>"
    assert owner.post(edit(group), data=kept).status_code == 303
    assert group.summary == "Mine <2>"


def test_pressing_save_twice_is_saving_once(owner, group):
    form = {**fields(owner.get(edit(group))), "summary": "New words"}
    first, second = (owner.post(edit(group), data=form) for _time in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert group.summary == "New words"


@pytest.mark.parametrize("version", ["", "x", "0" * 64, None])
def test_a_form_that_does_not_know_its_version_overwrites_nothing(
    owner, group, version
):
    answer = send(owner, edit(group), summary="Mine", version=version)
    assert answer.status_code == 409
    assert group.summary == "As it was"


@pytest.mark.parametrize(
    "field", ["name", "summary", "description", "website", "contact"]
)
def test_every_text_counts_for_who_was_first(owner, group, field):
    window = fields(owner.get(edit(group)))
    theirs = {field: "https://theirs.example.org"}
    assert send(owner, edit(group), **theirs).status_code == 303
    mine = {field: "https://mine.example.org"}
    assert owner.post(edit(group), data={**window, **mine}).status_code == 409
    assert getattr(group, field) == theirs[field]


def test_texts_in_every_script_are_the_same_when_they_come_back(owner, group):
    words = {"name": "بط\u200f “ducks” 🦆", "description": "One\n\nTwo\r\nthree"}
    for _time in range(2):
        assert send(owner, edit(group), **words).status_code == 303
    assert group.name == words["name"]


def test_what_is_wrong_with_a_group_is_explained_and_nothing_is_lost(owner, group):
    answer = send(owner, edit(group), name="", summary="Kept", website="ducks")
    assert answer.status_code == 422
    assert "Enter the name of your group." in answer.text
    kept = fields(answer)
    assert (kept["summary"], kept["website"]) == ("Kept", "ducks")
    assert owner.post(edit(group), data={**kept, "name": "D", "website": ""})
    assert group.summary == "Kept"


def test_starting_a_group_twice_with_one_form_starts_one(owner):
    form = {**fields(owner.get("/manage/groups/new")), "name": "Geese"}
    first, second = (owner.post("/manage/groups/new", data=form) for _time in range(2))
    assert first.location == second.location == "/manage/?done=group-created"
    assert names() == ["Ducks", "Geese"]


def test_groups_of_one_name_can_say_different_things(owner):
    for summary in ("Of the lake", "Of the river"):
        send(owner, "/manage/groups/new", name="Geese", summary=summary)
    assert names() == ["Ducks", "Geese", "Geese"]


def test_a_stranger_may_call_a_group_the_same(app, group):
    client = sign_in(app.test_client(), factories.organiser())
    words = {"name": "Ducks", "summary": "As it was"}
    assert send(client, "/manage/groups/new", **words).status_code == 303
    assert names() == ["Ducks", "Ducks"]


def test_the_form_asks_the_same_however_many_groups_there_are(owner, group):
    few = count_queries(lambda: owner.get(edit(group)))
    for _number in range(5):
        factories.group()
    assert count_queries(lambda: owner.get(edit(group))) == few
