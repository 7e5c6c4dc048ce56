"""Who gets the files of a picture: everybody, once something public shows it."""

import factories
import pytest
from counting import count_queries
from desks import DRAFT, desk, make, member
from front_door import fields, press
from pictures.hanging import hang, upload
from pictures.hostile import photo, saved
from sqlalchemy import select

from campaign.database import db, transaction
from campaign.lib import clock
from campaign.pictures.models import PictureUse
from campaign.pictures.queries import figures_of
from campaign.pictures.seeing import key_for, opens
from campaign.pictures.shown import picture_markup

SECRET = "a secret of this test, and of nothing else"


@pytest.fixture
def group(app):
    return factories.group()


@pytest.fixture
def organiser(client, group):
    return member(client, group)


def status(app, picture) -> int:
    """What a stranger is answered who knows the address."""
    return app.test_client().get(picture.shown.address(480, "avif")).status_code


def figure(picture) -> str:
    return f'Before.\n\n![A square](/pictures/{picture.slug} "In May | Mona")\n\nAfter.'


def test_a_picture_is_public_exactly_as_long_as_something_public_shows_it(
    app, organiser, group
):
    picture = hang(organiser)
    assert status(app, picture) == 404
    article = make("articles", group, body=figure(picture), **DRAFT)
    assert status(app, picture) == 404, "only a draft shows it"
    assert f"{picture.slug}/{picture.file_name}-480.avif?key=" in (
        organiser.get(desk("articles", article, "preview")).text
    )
    press(organiser, desk("articles", article, "publish"))
    assert status(app, picture) == 200
    page = app.test_client().get(f"/articles/{article.slug}").text
    assert f'<figure class="figure">{picture_markup(picture.shown, "A square")}' in page
    assert "In May" in page
    with transaction():
        article.body = "Nothing."
    assert status(app, picture) == 404
    with transaction():
        article.picture = picture
    assert status(app, picture) == 200
    press(organiser, desk("articles", article, "cancel"))
    press(organiser, desk("articles", article, "remove"))
    assert status(app, picture) == 404, "it was taken off the site"


@pytest.mark.parametrize("noun", ["campaigns", "action-days", "events", "articles"])
def test_a_picture_chosen_for_the_head_of_a_thing_stands_on_its_page(
    app, organiser, group, noun
):
    picture = hang(organiser, caption="In May", credit="Mona", licence="cc-by")
    thing = make(noun, group)
    path = desk(noun, thing, "picture")
    values = {**fields(organiser.get(path)), "picture": picture.slug}
    answer = organiser.post(path, data=values)
    assert answer.location.endswith("?done=picture")
    page = app.test_client().get(f"/{noun}/{thing.slug}").text
    assert picture.shown.srcset("avif") in page
    assert 'alt="A square with people"' in page
    assert "In May" in page
    assert "CC BY 4.0" in page
    assert status(app, picture) == 200
    assert "key=" not in page
    # Who had the choice open before sees what it is now, and decides again.
    late = organiser.post(path, data={**values, "picture": ""})
    assert late.status_code == 409
    assert "This one is chosen" in late.text
    organiser.post(path, data={**fields(organiser.get(path)), "picture": ""})
    assert status(app, picture) == 404


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("noun", ["campaigns", "action-days", "events"])
def test_stories_and_descriptions_show_figures_and_say_what_they_cannot(
    app, organiser, group, noun
):
    picture = factories.picture(group=group, credit="Mona", licence="cc-by")
    arabic = hang(organiser)
    column = "story" if noun == "campaigns" else "description"
    text = f"Before.\n\n![A square](/pictures/{picture.slug})\n\n"
    told = {"title": "ساحة", column: figure(arabic)}
    thing = make(
        noun,
        group,
        **{column: text + "![Gone](/pictures/0000000000000000)\n\n![](/x.png)"},
        told_elsewhere={"ar": told},
    )
    page = app.test_client().get(f"/{noun}/{thing.slug}").text
    assert f"{picture_markup(picture.shown, 'A square')}<figcaption><small" in page
    assert '<small class="credit"><bdi>Mona</bdi>, <bdi>CC BY 4.0</bdi></small>' in page
    assert 'alt="Gone"' not in page
    translated = app.test_client().get(f"/{noun}/{thing.slug}?lang=ar").text
    assert f"{picture_markup(arabic.shown, 'A square')}<figcaption>In May" in translated
    assert status(app, arabic) == 200
    desk_page = organiser.get(desk(noun, thing)).text
    assert "Line 5: there is no such picture in the library" in desk_page
    assert "Line 7: only pictures of this site’s own library" in desk_page
    path = f"/manage/pictures/{arabic.slug}/delete"
    organiser.post(path, data={**fields(organiser.get(path)), "everywhere": "1"})
    assert arabic.slug not in thing.told_elsewhere["ar"][column]


def test_a_preview_shows_what_is_not_public_by_keys(app, organiser, group):
    picture = hang(organiser)
    event = make("events", group, picture=picture, **DRAFT)
    page = organiser.get(desk("events", event, "preview")).text
    address = page.split('<img src="')[1].split('"')[0]
    assert "?key=" in address
    found = app.test_client().get(address)
    assert found.status_code == 200
    assert found.headers["Cache-Control"].startswith("private")
    other = hang(organiser, saved(photo((500, 400)), "PNG"))
    stolen = address.replace(picture.slug, other.slug)
    stolen = stolen.replace(picture.file_name, other.file_name)
    assert app.test_client().get(stolen).status_code == 404
    assert "key=" not in organiser.get("/").text


def test_a_key_ends_after_two_days_and_opens_nothing_else():
    now = clock.now()
    key = key_for("a" * 16, SECRET, now)
    assert opens(key, "a" * 16, SECRET, now)
    assert not opens(key, "b" * 16, SECRET, now)
    assert not opens(key, "a" * 16, "another secret", now)
    assert not opens(key, "a" * 16, SECRET, now.replace(year=now.year + 1))
    for wrong in ("", "-", "99999-x", "x" * 999, key + "é", f"0{key}", "9" * 40):
        assert not opens(wrong, "a" * 16, SECRET, now)


def test_a_stranger_learns_nothing_about_a_picture_of_another_group(
    app, client, organiser
):
    picture = hang(organiser)
    stranger = member(app.test_client(), factories.group())
    token = fields(stranger.get("/manage/account"))["csrf_token"]
    for view in ("", "/edit", "/file", "/delete"):
        path = f"/manage/pictures/{picture.slug}{view}"
        for method in ("GET", "POST") if view else ("GET",):
            data = {"csrf_token": token} if method == "POST" else None
            answer = stranger.open(path, method=method, data=data)
            assert answer.status_code == 404, (method, path)
    assert picture.slug not in stranger.get("/manage/pictures").text
    assert stranger.get(f"/pictures/{picture.slug}").status_code == 404


def test_a_picture_of_another_group_cannot_be_chosen(app, organiser, group):
    theirs = factories.picture(group=factories.group())
    event = make("events", group)
    path = desk("events", event, "picture")
    assert theirs.name not in organiser.get(path).text
    organiser.post(path, data={**fields(organiser.get(path)), "picture": theirs.slug})
    assert event.picture is None


def test_files_are_kept_for_ever_and_a_replaced_one_leads_to_the_new_one(
    app, organiser, group
):
    picture = hang(organiser)
    make("articles", group, picture=picture)
    reader = app.test_client()
    old = picture.shown.address(480, "webp")
    answer = reader.get(old)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = reader.get(old, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    path = f"/manage/pictures/{picture.slug}/file"
    new = upload(organiser, ("new.png", saved(photo((700, 500)), "PNG")), path=path)
    assert new.location.endswith("?done=replaced")
    led = reader.get(old)
    assert led.status_code == 302
    assert led.headers["Cache-Control"] == "no-store"
    found = reader.get(led.location)
    assert found.status_code == 200
    assert found.data != answer.data
    assert reader.get(f"/pictures/{picture.slug}").location == picture.shown.address(
        480, "jpg"
    )
    for wrong in ("480.jpg", "x" * 16 + "-480.jpg", "-480.jpg", "..%2f..%2fsecret-key"):
        assert reader.get(f"/pictures/{picture.slug}/{wrong}").status_code == 404


def test_a_text_with_many_figures_asks_one_question(app, organiser):
    pictures = [factories.picture() for _number in range(5)]
    slugs = [each.slug for each in pictures]
    few = count_queries(lambda: figures_of(slugs[:1]))
    assert count_queries(lambda: figures_of(slugs)) == few == 1
    resolve = figures_of([*slugs, "0" * 16], site="https://example.org")
    markup = resolve(slugs[0], 'Two "quoted" <words>').picture
    assert 'alt="Two &#34;quoted&#34; &lt;words&gt;"' in markup
    assert f"https://example.org/pictures/{slugs[0]}/" in markup
    assert resolve("0" * 16, "Nothing") is None


def test_uses_are_written_with_what_uses_and_go_with_it(app, organiser, group):
    one, other = factories.picture(group=group), factories.picture(group=group)
    event = make("events", group, picture=one, description=figure(other))
    uses = select(PictureUse.picture_id).order_by(PictureUse.picture_id)
    assert db.session.scalars(uses).all() == [one.id, other.id]
    with transaction():
        event.description = ""
    assert db.session.scalars(uses).all() == [one.id]
