"""The desk of articles: the text, its author, and where it first appeared."""

from datetime import date

import factories
import pytest
from front_door import fields, send, sign_in
from sqlalchemy import select

from campaign.articles.attribution import Author
from campaign.articles.models import Article
from campaign.database import db

NEW = "/manage/articles/new"


@pytest.fixture
def desk(client):
    organiser = factories.organiser()
    factories.membership(organiser, factories.group(slug="ducks"))
    return sign_in(client, organiser)


WRITTEN = {
    "title": "How ponds disappear",
    "summary": "In short.",
    "language": "en",
    "group": "ducks",
    "body": "# One\n\nTwo <three> & *four*.",
    "authors-0-name": "Mona",
    "authors-0-affiliation": "Friends of ducks",
    "authors-0-about": "Feeds them.",
    "translator": "Hala",
    "appearance": "version",
    "canonical_url": "https://ponds.example.org/canonical",
    "licence_code": "CC-BY-4.0",
    "source_title": "Ponds",
    "source_author": "Amal",
    "source_author_affiliation": "University of Ponds",
    "first_appeared_at": "Pond Monthly",
    "first_appeared_url": "https://ponds.example.org/2016?a=1&b=2",
    "first_appeared_on": "2016-02-01",
    "sources": "One\nTwo",
}


def test_an_article_is_kept_as_it_was_written(desk):
    assert send(desk, NEW, **WRITTEN).status_code == 303
    article = db.session.scalars(select(Article)).one()
    dated = {"group": article.group, "first_appeared_on": date(2016, 2, 1)}
    for name, value in {**WRITTEN, **dated}.items():
        if not name.startswith("authors-"):
            assert getattr(article, name) == value, name
    assert article.authors == (Author("Mona", "Friends of ducks", "Feeds them."),)
    assert article.group.slug == "ducks"


def test_the_form_shows_what_is_kept_to_the_letter(desk):
    send(desk, NEW, **WRITTEN)
    shown = fields(desk.get("/manage/articles/how-ponds-disappear/edit"))
    assert {name: shown[name] for name in WRITTEN} == WRITTEN


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("first_appeared_url", "ponds.example.org", "Enter a whole address"),
        ("first_appeared_url", "javascript:alert(1)", "Enter a whole address"),
        ("first_appeared_on", "2016-02-30", "Enter a day that exists"),
        ("authors-0-name", "m" * 256, "Shorten this to 255 characters"),
        ("authors-0-name", "", "Name this author, or clear the line."),
        ("first_appeared_at", "", "Say where it first appeared."),
        ("body", "m" * 300_001, "Shorten this to 300000 characters"),
    ],
)
def test_what_cannot_be_kept_is_explained_and_nothing_is_lost(desk, name, value, words):
    answer = send(desk, NEW, **{**WRITTEN, name: value})
    assert answer.status_code == 422
    assert words in answer.text
    shown = fields(answer)
    assert {n: shown[n] for n in WRITTEN} == {**WRITTEN, name: value}


def test_characters_that_no_feed_can_carry_are_left_out(desk):
    send(desk, NEW, title="Ponds\x00\x0b and\nducks", body="a\r\nb\x1bc")
    article = db.session.scalars(select(Article)).one()
    assert (article.title, article.body) == ("Ponds and ducks", "a\nbc")


def test_a_preview_runs_no_script_of_the_text(desk):
    send(desk, NEW, title="<script>x</script>", body="<script>alert(1)</script>")
    article = db.session.scalars(select(Article)).one()
    preview = desk.get(f"/manage/articles/{article.slug}/preview").text
    assert "<script>x" not in preview
    assert "<script>alert" not in preview
    assert "Preview" in preview


def test_authors_are_added_taken_out_and_keep_their_order(desk):
    more = {"authors-1-name": "Amal", "authors-1-about": "Counts ponds."}
    send(desk, NEW, **WRITTEN, **more)
    edit = "/manage/articles/how-ponds-disappear/edit"
    shown = fields(desk.get(edit))
    assert shown["authors-1-name"] == "Amal"
    blank = [n for n in shown if n.endswith("-name") and not shown[n]]
    assert blank == ["authors-2-name", "authors-3-name"]
    gone = {f"authors-0-{part}": "" for part in ("name", "affiliation", "about")}
    send(desk, edit, **gone, **{"authors-2-name": "Zoe"})
    article = db.session.scalars(select(Article)).one()
    assert [author.name for author in article.authors] == ["Amal", "Zoe"]


def test_a_translation_knows_its_original_and_there_is_one_for_each_language(desk):
    send(desk, NEW, **WRITTEN)
    original = {"translation_of": "how-ponds-disappear"}
    send(desk, NEW, **{**WRITTEN, "title": "Teiche", "language": "de", **original})
    german = db.session.scalars(select(Article).filter_by(title="Teiche")).one()
    assert german.translation_of.slug == "how-ponds-disappear"
    for language, words in (
        ("de", "There is a translation into this language already."),
        ("en", "The original is in this language."),
    ):
        again = {**WRITTEN, "title": "Again", "language": language, **original}
        answer = send(desk, NEW, **again)
        assert answer.status_code == 409
        assert words in answer.text
        assert fields(answer)["title"] == "Again"
    # The original cannot be put into the language of its own translation.
    answer = send(desk, "/manage/articles/how-ponds-disappear/edit", language="de")
    assert answer.status_code == 409
    # Nor can what has translations become one, and a translation is not offered.
    factories.article(slug="rivers", group=german.group)
    answer = send(
        desk, "/manage/articles/how-ponds-disappear/edit", translation_of="rivers"
    )
    assert answer.status_code == 409
    assert "Choose the original itself." in answer.text
    assert 'value="teiche"' not in desk.get("/manage/articles/rivers/edit").text


def test_two_who_edit_authors_see_both_lists_of_names(desk):
    send(desk, NEW, **WRITTEN)
    edit = "/manage/articles/how-ponds-disappear/edit"
    opened = fields(desk.get(edit))
    send(desk, edit, **{"authors-1-name": "Amal"})
    answer = desk.post(edit, data={**opened, "authors-0-name": "Maya"})
    assert answer.status_code == 409
    assert "Mona, Friends of ducks, Feeds them.; Amal" in answer.text
    assert "Maya, Friends of ducks, Feeds them." in answer.text
