"""The library: adding, describing, finding, replacing and deleting pictures."""

from pathlib import Path

import factories
import pytest
from counting import count_queries
from desks import DRAFT, make, member
from front_door import fields, send
from pictures.hanging import JPEG, NEW, hang, upload
from sqlalchemy import select

from campaign.articles.models import Article
from campaign.database import db
from campaign.organisers.models import Role
from campaign.pictures.figures import figure_line
from campaign.pictures.models import Picture
from campaign.pictures.operations.removing import without_figure


@pytest.fixture
def group(app):
    return factories.group()


@pytest.fixture
def organiser(client, group):
    return member(client, group)


def test_one_picture_leads_to_its_words_and_several_to_the_list_of_them(organiser):
    one = upload(organiser, ("march.jpg", JPEG))
    picture = db.session.scalars(select(Picture)).one()
    assert one.location == f"/manage/pictures/{picture.slug}/edit?done=picture-added"
    assert "Now say what is on it" in organiser.get(one.location).text
    several = upload(organiser, ("a.jpg", JPEG), ("b.jpg", JPEG))
    page = organiser.get(several.location).text
    assert "Now say of each" in page
    assert page.count("Not described yet") == 3


def test_the_limits_are_said_before_anything_is_chosen(organiser):
    page = organiser.get(NEW).text
    assert "up to 20 MB and 25 megapixels each" in page
    assert "is taken out" in page
    nothing = upload(organiser)
    assert nothing.status_code == 422
    assert "Choose a picture, or several." in nothing.text
    many = upload(organiser, *[(f"{n}.jpg", b"") for n in range(13)])
    assert "Choose 12 pictures or fewer" in many.text


def test_more_than_a_form_may_send_is_answered_with_what_to_do(app, organiser):
    answer = organiser.post(NEW, data=b"", content_length=200_000_000)
    assert answer.status_code == 413
    assert "Choose fewer pictures at a time" in answer.text
    stranger = app.test_client()
    refused = stranger.post(
        NEW, data=b"x" * 1_100_000, content_type="multipart/form-data; boundary=x"
    )
    assert refused.status_code == 413, "who is not signed in sends no large files"


WORDS = {
    "alternative_text": "Ten ducks on a pond & a <heron>",
    "caption": 'Leeds, "May" | 2026',
    "credit": "Mona",
    "licence": "cc-by-sa",
    "language": "en",
    "focus_x": "20",
    "focus_y": "80",
}


def test_words_and_focal_point_are_kept_and_shown(organiser):
    picture = hang(organiser)
    path = f"/manage/pictures/{picture.slug}/edit"
    assert send(organiser, path, **WORDS).status_code == 303
    shown = fields(organiser.get(path))
    assert {name: shown[name] for name in WORDS} == WORDS
    assert picture.shown.focus_class == "focus-x-20 focus-y-80"
    line = figure_line(picture.shown)
    assert line == (
        "![Ten ducks on a pond & a <heron>]"
        f'(/pictures/{picture.slug} "Leeds, \\"May\\" / 2026 | Mona")'
    )
    page = organiser.get(f"/manage/pictures/{picture.slug}")
    assert fields_of_line(page) == line


def fields_of_line(page):
    from html import unescape

    return unescape(page.text.split('id="figure-line"')[1].split('value="')[1]).split(
        '" readonly'
    )[0]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"alternative_text": " "}, "Describe it in a sentence"),
        ({"is_decorative": "y"}, "Decoration has no description"),
        ({"focus_x": "101"}, "Enter a number from 0 to 100."),
        ({"focus_y": "left"}, "Enter a whole number."),
        ({"licence": "mine"}, "Choose one from the list."),
    ],
)
def test_what_is_wrong_with_the_words_is_said_and_nothing_typed_is_lost(
    organiser, wrong, words
):
    picture = hang(organiser)
    path = f"/manage/pictures/{picture.slug}/edit"
    answer = send(organiser, path, **{**WORDS, **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert fields(answer)["credit"] == "Mona"
    assert picture.credit == ""


def test_two_who_describe_a_picture_at_once_lose_nothing(organiser):
    picture = hang(organiser)
    path = f"/manage/pictures/{picture.slug}/edit"
    mine, theirs = fields(organiser.get(path)), fields(organiser.get(path))
    organiser.post(path, data={**theirs, "caption": "Theirs"})
    answer = organiser.post(path, data={**mine, "caption": "Mine"})
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert fields(answer)["caption"] == "Mine"
    organiser.post(path, data=fields(answer))
    assert picture.caption == "Mine"


def test_the_library_is_searched_narrowed_and_paged(organiser, group):
    for number in range(30):
        factories.picture(group=group, alternative_text="", name=f"Plain {number}")
    duck = factories.picture(group=group, caption="Ducks at the pond")
    make("articles", group, picture=duck)
    first = organiser.get("/manage/pictures").text
    assert "Page 1 of 2" in first
    assert "Shown in 1 place" in first
    assert duck.slug in organiser.get("/manage/pictures?q=POND+ducks").text
    assert "No picture is like that" in organiser.get("/manage/pictures?q=swan").text
    assert "Page 1 of 2" in organiser.get("/manage/pictures?which=undescribed").text
    assert duck.slug not in organiser.get("/manage/pictures?which=unused").text
    assert organiser.get("/manage/pictures?which=everything").status_code == 422
    few = count_queries(lambda: organiser.get("/manage/pictures?q=ducks"))
    assert count_queries(lambda: organiser.get("/manage/pictures")) == few


def test_what_is_shown_is_deleted_nowhere_or_everywhere(app, organiser, group):
    picture = hang(organiser)
    line = figure_line(picture.shown)
    article = make("articles", group, title="Ponds", body=f"One.\n\n{line}\n\nTwo.")
    theirs = make("events", factories.group(), picture=picture, title="Vigil", **DRAFT)
    path = f"/manage/pictures/{picture.slug}/delete"
    asked = organiser.get(path).text
    assert "Ponds" in asked
    assert "a draft of another group" in asked
    assert "Vigil" not in asked
    refused = send(organiser, path)
    assert refused.status_code == 409
    assert "It is not deleted" in refused.text
    opened = fields(organiser.get(f"/manage/articles/{article.slug}/edit"))
    done = send(organiser, path, everywhere="1")
    assert done.location == "/manage/pictures?done=picture-deleted"
    assert db.session.scalars(select(Picture)).all() == []
    assert db.session.scalars(select(Article.body)).one() == "One.\n\nTwo."
    assert theirs.picture_id is None
    assert not list((Path(app.config["INSTANCE_PATH"]) / "uploads").rglob("*.*"))
    # Who has the article open in another window is told when they save.
    late = organiser.post(f"/manage/articles/{article.slug}/edit", data=opened)
    assert late.status_code == 409


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("![a](/pictures/%s)", ""),
        ('One\n\n![a \\] b](/pictures/%s "c | d")\n\nTwo', "One\n\nTwo"),
        ("![a](/pictures/%sff)\n", "![a](/pictures/%sff)"),
        ("    ![a](/pictures/%s)", "    ![a](/pictures/%s)"),
        ("In text ![a](/pictures/%s) here", "In text ![a](/pictures/%s) here"),
    ],
)
def test_taking_a_figure_out_leaves_the_rest_of_a_text_as_it_was(text, left):
    slug = "0123456789abcdef"
    found = without_figure(text.replace("%s", slug), slug)
    assert found == left.replace("%s", slug)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.STEWARD])
def test_who_may_not_edit_cannot_change_the_library(app, group, client, role):
    picture = factories.picture(group=group)
    somebody = member(client, group, role)
    is_reader = role is Role.REVIEWER
    assert (picture.slug in somebody.get("/manage/pictures").text) is is_reader
    assert somebody.get(NEW).location.startswith("/manage/groups/new")
    page = somebody.get(f"/manage/pictures/{picture.slug}")
    assert page.status_code == (200 if is_reader else 403)
    assert "Delete" not in page.text
    for view in ("edit", "file", "delete"):
        path = f"/manage/pictures/{picture.slug}/{view}"
        assert somebody.get(path).status_code == 403
