"""What was typed and not saved yet: kept, gone on with, discarded; and the preview."""

import re
from uuid import uuid4

import factories
import pytest
from desks import desk, make, member
from front_door import fields, press, send
from sqlalchemy import select

from campaign.articles.models import Article
from campaign.database import db
from campaign.organisers.models import Role
from campaign.writing import operations
from campaign.writing.models import ArticleDraft

NEW = "/manage/articles/new"


@pytest.fixture
def group(app):
    return factories.group(slug="ducks")


@pytest.fixture
def article(group):
    return make("articles", group, title="Ponds", body="One pond.")


@pytest.fixture
def writer(client, group):
    return member(client, group)


def keep(client, page, **typed):
    """Do what the script does: send the whole form to where drafts are kept."""
    address = re.search(r'data-drafts="([^"]+)"', page.text)[1]
    return client.post(address, data={**fields(page), **typed})


def edit_page(client, article):
    return client.get(desk("articles", article, "edit"))


def test_changes_that_were_kept_are_offered_and_gone_on_with(writer, article):
    page = edit_page(writer, article)
    typed = {"title": "Lakes", "body": "Typed <b> only.", "authors-0-name": "Mona"}
    assert keep(writer, page, **typed).json == {"revision": 1}
    db.session.rollback()
    assert article.title == "Ponds", "keeping is no saving"
    page = edit_page(writer, article)
    assert "You have changes that are not saved" in page.text
    assert fields(page)["title"] == "Ponds"
    link = re.search(r'href="([^"]+\?draft=[^"]+)"', page.text)[1]
    page = writer.get(link)
    shown = fields(page)
    assert {name: shown[name] for name in typed} == typed
    assert "You have changes that are not saved" not in page.text
    assert writer.post(desk("articles", article, "edit"), data=shown).status_code == 303
    db.session.rollback()
    assert (article.title, article.body) == ("Lakes", "Typed <b> only.")
    assert db.session.scalars(select(ArticleDraft)).all() == []


def test_kept_changes_can_be_discarded(writer, article):
    keep(writer, edit_page(writer, article), body="Typed.")
    answer = press(writer, f"/manage/writing/drafts/{article.uid}/discard")
    assert answer.status_code == 303
    page = writer.get(answer.location)
    assert "Discarded" in page.text
    assert "You have changes" not in page.text


def test_a_new_article_is_kept_before_it_is_saved_once(writer):
    page = writer.get(NEW)
    keep(writer, page, title="Begun", body="And not ended.")
    page = writer.get(NEW)
    assert "You have begun an article that is not saved" in page.text
    assert "Begun" in page.text
    page = writer.get(re.search(r'href="([^"]+\?draft=[^"]+)"', page.text)[1])
    shown = fields(page)
    assert (shown["title"], shown["body"]) == ("Begun", "And not ended.")
    assert keep(writer, page, title="Begun twice").json == {"revision": 2}
    assert writer.post(NEW, data=shown).status_code == 303
    assert db.session.scalars(select(Article.title)).all() == ["Begun"]
    assert db.session.scalars(select(ArticleDraft)).all() == []


def test_of_two_windows_none_writes_over_what_the_other_one_kept(writer, article):
    first, second = edit_page(writer, article), edit_page(writer, article)
    assert keep(writer, first, body="First window.").json == {"revision": 1}
    refused = keep(writer, second, body="Second window.")
    assert refused.status_code == 409
    assert "Not kept" in refused.json["problem"]
    assert keep(writer, first, body="Still first.", draft_revision="1").json == {
        "revision": 2
    }
    draft = db.session.scalars(select(ArticleDraft)).one()
    assert draft.answers["body"] == "Still first."


def test_kept_changes_that_somebody_overtook_are_compared_when_saved(
    client, group, writer, article, app
):
    keep(writer, edit_page(writer, article), body="Mine.")
    other = member(app.test_client(), group)
    send(other, desk("articles", article, "edit"), body="Theirs.")
    page = writer.get(desk("articles", article, "edit?draft=1"))
    answer = writer.post(desk("articles", article, "edit"), data=fields(page))
    assert answer.status_code == 409
    assert "Somebody saved a newer version" in answer.text
    assert fields(answer)["body"] == "Mine."
    assert "Theirs." in answer.text
    assert (
        writer.post(desk("articles", article, "edit"), data=fields(answer)).status_code
        == 303
    )


def test_drafts_are_each_persons_own_and_for_who_may_edit(client, group, article, app):
    keep(member(client, group), edit_page(client, article), body="Mine.")
    other = member(app.test_client(), group)
    assert "You have changes" not in edit_page(other, article).text
    assert other.get(desk("articles", article, "edit?draft=1")).status_code == 200
    token = fields(other.get("/manage/account"))["csrf_token"]
    for reader, status in (
        (member(app.test_client(), group, Role.REVIEWER), 403),
        (member(app.test_client(), factories.group()), 404),
    ):
        token = fields(reader.get("/manage/account"))["csrf_token"]
        told = {"csrf_token": token, "body": "Theirs."}
        address = f"/manage/writing/drafts/{article.uid}"
        assert reader.post(address, data=told).status_code == status
    assert other.post("/manage/writing/drafts/no-key").status_code in (400, 404)


def test_an_expired_session_keeps_nothing_and_says_so(client, group, article, app):
    page = edit_page(member(client, group), article)
    address = re.search(r'data-drafts="([^"]+)"', page.text)[1]
    answer = app.test_client().post(address, data=fields(page))
    assert answer.status_code == 401


def test_so_many_drafts_are_kept_and_the_newest_stay(writer, monkeypatch):
    monkeypatch.setattr(operations, "MOST_DRAFTS", 3)
    form = fields(writer.get(NEW))
    for number in range(5):
        told = {**form, "title": f"Draft {number}"}
        assert writer.post(f"/manage/writing/drafts/{uuid4()}", data=told).json
    titles = {d.answers["title"] for d in db.session.scalars(select(ArticleDraft))}
    assert titles == {"Draft 2", "Draft 3", "Draft 4"}


def test_a_preview_is_written_as_the_page_is_and_says_what_is_left_out(writer):
    form = fields(writer.get(NEW))
    body = "# أ\n\n<b>نص</b>[^1]\n\n![x](//elsewhere.example/x.png)\n\n[^1]: ب"
    told = writer.post(
        "/manage/writing/preview",
        data={"csrf_token": form["csrf_token"], "body": body, "language": "ar"},
    ).json
    assert '<h2 id="section-أ">أ</h2>' in told["html"]
    assert "<b>" not in told["html"]
    assert told["direction"] == "rtl"
    assert told["count"] == "3 words · 1 minute to read"
    assert [line.partition(":")[0] for line in told["dropped"]] == ["Line 3", "Line 5"]
    assert "elsewhere.example" in told["dropped"][1]


def test_without_a_script_a_button_shows_the_preview_and_saves_nothing(writer, article):
    for path in (NEW, desk("articles", article, "edit")):
        answer = send(writer, path, body="*Typed* <i>now</i>", preview="1", title="")
        assert answer.status_code == 200
        assert "<em>Typed</em> now" in answer.text
        assert "Line 1: HTML does not pass" in answer.text
        assert fields(answer)["body"] == "*Typed* <i>now</i>"
    db.session.rollback()
    assert article.body == "One pond."


def test_an_arabic_article_of_twenty_thousand_words_can_be_sent(writer, article):
    body = "الاحتجاج السلمي " * 12_000
    path = desk("articles", article, "edit")
    data = {**fields(writer.get(path)), "body": body}
    answer = writer.post(path, data=data, content_type="multipart/form-data")
    assert answer.status_code == 303
    db.session.rollback()
    assert article.body == body.strip()
