"""Cards: what they say, what they keep to themselves, how large they are."""

import io
from pathlib import Path

import factories
import pytest
from counting import count_queries
from desks import MAKERS, member
from flask import current_app
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures.hanging import hang
from PIL import Image, ImageChops, features
from thorough import examples

from campaign.database import transaction
from campaign.events.disclosure import AddressLevel
from campaign.lib import clock
from campaign.sharing import store
from campaign.sharing.card import MOST_BYTES, SIZE, Card, draw_card
from campaign.sharing.lettering import Lettering
from campaign.sharing.queries import card_of

FONTS = Lettering(Path(__file__).parent.parent.parent / "static" / "fonts")


def card(**values) -> Card:
    usual = {
        "title": "Vigil with lanterns",
        "above": "A day of action",
        "facts": ("Friday 23 February 2035, 18:00", "Manchester, United Kingdom"),
        "site_name": "Campaign",
        "accent": "#FFD21F",
        "language": "en",
        "direction": "ltr",
    }
    return Card(**{**usual, **values})


def drawn(made: Card, picture: Image.Image | None = None) -> Image.Image:
    data = draw_card(made, FONTS, picture)
    assert len(data) < MOST_BYTES
    image = Image.open(io.BytesIO(data))
    assert image.size == SIZE
    return image.convert("RGB")


def ink_box(image: Image.Image, accent: str = "#FFD21F"):
    """Return where something is drawn, left out what has the colour of the ground."""
    ground = Image.new("RGB", image.size, accent)
    return ImageChops.difference(image, ground).getbbox()


@given(
    st.text(max_size=300),
    st.text(max_size=300),
    st.sampled_from(["ltr", "rtl"]),
)
@settings(max_examples=examples(40), deadline=None)
def test_any_title_is_drawn_inside_of_its_card(title, above, direction):
    image = drawn(card(title=title, above=above, direction=direction))
    box = ink_box(image)
    assert box is not None
    assert box[0] >= 40
    assert box[2] <= SIZE[0] - 40


def test_arabic_is_joined_and_begins_at_the_right():
    assert features.check("raqm"), "Pillow's wheels bring it along"
    arabic = card(title="سلام", above="", facts=("مانشستر",), direction="rtl")
    whole = drawn(arabic)
    assert ink_box(whole)[2] > SIZE[0] - 80
    # Joined letters are narrower than the same ones alone.
    together = FONTS.width("سلام", 100, "rtl")
    apart = sum(FONTS.width(letter, 100, "rtl") for letter in "سلام")
    assert together < apart * 0.95


def test_a_title_in_letters_that_no_font_has_is_left_out_and_the_rest_stays():
    with_title = drawn(card(title="我们一起行动"))
    without = drawn(card(title=""))
    assert ImageChops.difference(with_title, without).getbbox() is None


def test_names_in_another_script_keep_their_order_in_a_line():
    runs = [run.text for run in FONTS._runs("في New York (Ballroom) الليلة", "rtl")]
    assert runs == ["في ", "New York (Ballroom)", " الليلة"]


def test_a_photo_stays_under_the_limit_whatever_is_on_it():
    noise = Image.effect_noise((1200, 900), 250).convert("RGB")
    image = drawn(card(picture="x"), noise)
    assert image.getpixel((SIZE[0] - 100, 300)) != image.getpixel((10, 300))


@pytest.mark.parametrize("noun", MAKERS)
def test_a_page_names_its_card_and_the_card_is_there(client, noun):
    thing = MAKERS[noun][1](title='A "quoted" <title>', summary="In short & good.")
    page = client.get(f"/{noun}/{thing.slug}").text
    address = meta(page, "og:image")
    assert address.startswith(f"http://localhost/cards/{noun}/{thing.slug}.png?v=")
    assert meta(page, "og:url") == f"http://localhost/{noun}/{thing.slug}"
    assert meta(page, "og:title") == "A &#34;quoted&#34; &lt;title&gt;"
    assert meta(page, "og:description") == "In short &amp; good."
    assert (meta(page, "og:image:width"), meta(page, "og:image:height")) == (
        "1200",
        "630",
    )
    answer = client.get(address.removeprefix("http://localhost"))
    assert answer.mimetype == meta(page, "og:image:type") == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) < MOST_BYTES
    stale = client.get(f"/cards/{noun}/{thing.slug}.png?v=old")
    assert stale.data == answer.data
    assert "immutable" not in stale.headers["Cache-Control"]
    assert client.get(f"/cards/{noun}/{thing.slug}.jpg").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/", "/events", "/articles", "/about", "/privacy", "/subscribe", "/groups/ducks"],
)
def test_every_public_page_says_what_it_is(client, path):
    factories.group(slug="ducks", name="Ducks", summary="For ponds.")
    page = client.get(f"{path}?lang=en").text
    assert meta(page, "og:url") == f"http://localhost{path}"
    assert meta(page, "og:title")
    assert meta(page, "og:description")


def meta(page: str, name: str) -> str:
    return page.split(f'property="{name}" content="')[1].split('"')[0]


def test_a_card_says_nothing_that_the_page_hides(client):
    hidden = {"venue": "Secret cellar", "street_address": "3 Hidden Lane"}
    event = factories.event(**hidden, address_level=AddressLevel.CITY)
    now = clock.now()
    made = card_of(event, now)
    assert "Secret" not in repr(made)
    assert "Hidden" not in repr(made)
    assert "Manchester" in repr(made)
    with transaction():
        event.venue, event.street_address = "Elsewhere", "4 Other Lane"
    assert card_of(event, now).name == made.name
    page = client.get(f"/events/{event.slug}/poster").text
    assert "Elsewhere" not in page
    assert "Manchester" in page


def test_a_card_is_drawn_once_and_anew_when_its_words_change(client, monkeypatch):
    event = factories.event()
    path = f"/cards/events/{event.slug}.png"
    first = client.get(path).data
    folder = Path(current_app.config["INSTANCE_PATH"]) / "cards"
    kept = list(folder.glob("*"))
    again = client.get(path)
    assert again.data == first
    assert set(folder.glob("*")) == set(kept)
    named = {"If-None-Match": again.headers["ETag"]}
    assert client.get(path, headers=named).status_code == 304
    with transaction():
        event.title = "Another title"
    assert client.get(path).data != first
    store.forget_old(clock.now().timestamp() + 31 * 24 * 3600)
    assert not list(folder.glob("*"))
    assert client.get(path).status_code == 200


def test_a_cancelled_event_says_so_on_its_card(app):
    event = factories.event(state="cancelled")
    assert card_of(event, clock.now()).facts[0] == "Cancelled"


def test_a_card_speaks_the_language_of_the_thing(app):
    event = factories.event(language="ar", title="وقفة")
    made = card_of(event, clock.now())
    assert made.direction == "rtl"
    assert "فبراير" in made.facts[0]


def test_a_card_shows_the_picture_at_the_head_of_the_page(app, client):
    group = factories.group()
    picture = hang(member(client, group), focus_x="10")
    event = factories.event(group=group, picture=picture)
    page = client.get(f"/events/{event.slug}").text
    address = meta(page, "og:image")
    assert ".jpg?v=" in address
    answer = client.get(address.removeprefix("http://localhost"))
    assert answer.mimetype == "image/jpeg"
    assert len(answer.data) < MOST_BYTES


def test_sharing_costs_a_page_no_question_more(client):
    event = factories.event()
    page = f"/events/{event.slug}"
    client.get(page)
    assert count_queries(lambda: client.get(page)) < 12
