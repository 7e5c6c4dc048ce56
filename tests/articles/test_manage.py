"""The desk of articles: the text, its author, and where it first appeared."""

from datetime import date

import factories
import pytest
from front_door import fields, send, sign_in
from sqlalchemy import select

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
    "author": "Mona",
    "author_affiliation": "Friends of ducks",
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
        assert getattr(article, name) == value, name
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
        ("author", "m" * 256, "Shorten this to 255 characters"),
        ("body", "m" * 100_001, "Shorten this to 100000 characters"),
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
