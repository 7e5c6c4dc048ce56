"""Versions of an article: kept, compared, and gone back to."""

import factories
import pytest
from counting import count_queries
from desks import desk, make, member
from front_door import fields, send, sign_in
from sqlalchemy import delete, func, select

from campaign.articles.models import Article
from campaign.database import db, transaction
from campaign.organisers.models import Organiser, Role
from campaign.writing import operations
from campaign.writing.models import ArticleVersion


@pytest.fixture
def group(app):
    return factories.group(slug="ducks")


@pytest.fixture
def article(group):
    return make("articles", group, title="Ponds", body="One pond.\n\nTwo ponds.")


def change(client, article, **answers):
    answer = send(client, desk("articles", article, "edit"), **answers)
    assert answer.status_code == 303, answer.text
    return answer


def numbers():
    return db.session.scalars(
        select(ArticleVersion.number).order_by(ArticleVersion.number)
    ).all()


def test_each_saved_change_is_kept_with_who_when_and_a_note(client, group, article):
    client = member(client, group)
    change(client, article, body="One pond.\n\nThree big ponds.", note="Counted again")
    change(client, article, title="Big ponds")
    page = client.get(desk("articles", article, "versions")).text
    assert numbers() == [1, 2, 3]
    assert page.index("Version 3") < page.index("Version 2") < page.index("Version 1")
    assert "Counted again" in page
    assert "Organiser" in page
    assert "(UTC)" in page
    assert "Somebody who is no organiser any more" in page, "nobody knows who wrote it"


def test_what_was_saved_without_a_change_is_no_version(client, group, article):
    client = member(client, group)
    change(client, article)
    assert numbers() == [1]
    change(client, article, note="As agreed")
    assert numbers() == [1, 3]


def test_a_new_article_begins_with_its_first_version(client, group):
    client = member(client, group)
    send(client, "/manage/articles/new", title="New", body="Words here.")
    assert numbers() == [1]
    page = client.get("/manage/articles/new-2/versions/1").text
    assert "What it said first" in page
    assert "Words here." in page
    assert "This is what the article says now." in page
    assert client.get("/manage/articles/new-2/versions/77").status_code == 404


def test_a_difference_says_in_words_what_came_and_what_went(client, group, article):
    client = member(client, group)
    answers = {"authors-0-name": "Mona", "licence_code": "CC-BY-4.0"}
    change(client, article, body="One pond.\n\nTwo <b> lakes.", **answers)
    page = client.get(desk("articles", article, "versions/2")).text
    assert 'Removed: </bdi>ponds<bdi class="visually-hidden">' in page
    assert 'Added: </bdi>&lt;b&gt; lakes<bdi class="visually-hidden">' in page
    assert "Added: </bdi>Mona" in page
    assert "Added: </bdi>Creative Commons BY 4.0" in page
    assert "<h3>Title</h3>" not in page, "what stayed is not shown"


def test_going_back_is_a_new_version_and_loses_nothing(client, group, article):
    client = member(client, group)
    answers = {"authors-0-name": "Mona", "first_appeared_on": "2016-02-01"}
    change(client, article, **answers, body="Second.")
    change(client, article, **{"authors-0-name": ""}, title="Third", body="Third.")
    page = desk("articles", article, "versions/2")
    assert send(client, f"{page}/restore", page).status_code == 303
    db.session.rollback()
    assert (article.title, article.body) == ("Ponds", "Second.")
    assert [author.name for author in article.authors] == ["Mona"]
    assert str(article.first_appeared_on) == "2016-02-01"
    assert numbers() == [1, 2, 3, 4]
    assert "Back to version 2" in client.get(desk("articles", article, "versions")).text
    assert "Second." in client.get(f"/articles/{article.slug}").text


def test_going_back_over_what_somebody_else_saved_is_refused(client, group, article):
    client = member(client, group)
    change(client, article, body="Second.")
    page = desk("articles", article, "versions/1")
    window = fields(client.get(page))
    change(client, article, body="Third.")
    answer = client.post(f"{page}/restore", data=window)
    assert answer.status_code == 409
    assert "Somebody saved a newer version meanwhile" in answer.text
    db.session.rollback()
    assert article.body == "Third."


@pytest.mark.parametrize(
    ("role", "sees", "goes_back"),
    [(Role.REVIEWER, 200, 403), (Role.STEWARD, 403, 403), (None, 404, 404)],
)
def test_versions_are_for_the_group(client, group, article, role, sees, goes_back):
    change(member(client, group), article, body="Second.")
    home = group if role else factories.group()
    client = member(client, home, role or Role.OWNER)
    page = desk("articles", article, "versions")
    assert client.get(page).status_code == sees
    assert client.get(f"{page}/1").status_code == sees
    token = fields(client.get("/manage/account"))["csrf_token"]
    answer = client.post(f"{page}/1/restore", data={"csrf_token": token})
    assert answer.status_code == goes_back


def test_a_version_outlives_the_organiser_who_saved_it(client, group, article):
    organiser = factories.organiser(name="Gone Tomorrow")
    factories.membership(organiser, group)
    change(sign_in(client, organiser), article, body="Second.")
    with transaction() as session:
        for table in ("memberships", "organiser_sessions", "sign_in_links"):
            found = Organiser.metadata.tables[table]
            session.execute(delete(found).where(found.c.organiser_id == organiser.id))
        session.execute(delete(Organiser).where(Organiser.id == organiser.id))
    client = member(client, group)
    page = client.get(desk("articles", article, "versions")).text
    assert "Gone Tomorrow" not in page
    assert page.count("Somebody who is no organiser any more") == 2


def test_so_many_versions_are_kept_and_notes_outlive_the_others(
    client, group, article, monkeypatch
):
    monkeypatch.setattr(operations, "MOST_VERSIONS", 4)
    client = member(client, group)
    for number in range(2, 8):
        note = "Remember" if number == 3 else ""
        change(client, article, body=f"Text {number}.", note=note)
    assert numbers() == [3, 5, 6, 7]


def test_a_list_of_versions_asks_the_same_number_of_questions(client, group, article):
    client = member(client, group)
    change(client, article, body="Second.")
    page = desk("articles", article, "versions")
    few = count_queries(lambda: client.get(page))
    for number in range(6):
        change(client, article, body=f"Text {number}")
    assert count_queries(lambda: client.get(page)) == few
    assert db.session.scalar(select(func.count(Article.id))) == 1
