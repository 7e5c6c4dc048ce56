"""Hostile and awkward pictures: what is served holds pixels, and nothing else."""

import io
from pathlib import Path

import factories
import pytest
from desks import member
from pictures.hanging import hang, make_all_sizes, upload
from pictures.hostile import REFUSED, SCRIPT, TAKEN
from PIL import Image
from sqlalchemy import select

from campaign.database import db
from campaign.pictures.models import Picture
from campaign.pictures.sizes import KINDS

#: How each kind of file begins, and, where one says so, ends.
_FRAMES = {
    "avif": (b"\0\0\0\x20ftypavif", b""),
    "webp": (b"RIFF", b""),
    "jpg": (b"\xff\xd8\xff", b"\xff\xd9"),
    "png": (b"\x89PNG", b"IEND\xaeB`\x82"),
}


#: Decoding is the same on both databases.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def desk(client):
    return member(client, factories.group())


@pytest.mark.parametrize("name", TAKEN)
def test_nothing_of_a_file_but_its_pixels_is_kept_or_served(app, desk, name):
    answer = upload(desk, (name, TAKEN[name]))
    assert answer.status_code == 303, answer.text
    make_all_sizes()
    picture = db.session.scalars(select(Picture)).one()
    stored = list((Path(app.config["INSTANCE_PATH"]) / "uploads").rglob("*.*"))
    assert len(stored) == 1 + 3 * len(picture.widths)
    for path in stored:
        check_bytes(path.read_bytes(), path.suffix[1:])
    thing = factories.article(picture=picture)
    for width in picture.widths:
        for kind in KINDS:
            served = desk.get(picture.shown.address(width, kind))
            assert served.mimetype == KINDS[kind]
            check_bytes(served.data, kind)
            with Image.open(io.BytesIO(served.data)) as image:
                image.load()
                assert image.width == width
                assert getattr(image, "n_frames", 1) == 1
    assert "<b>&\"quoted'" not in desk.get(f"/articles/{thing.slug}").text


def check_bytes(data: bytes, kind: str) -> None:
    begins, ends = _FRAMES[kind]
    assert data.startswith(begins[:4])
    assert data.endswith(ends)
    for hidden in (b"CANARY", b"script", b"alert", b"Exif", b"xmp", b"ICC_PROFILE"):
        assert hidden not in data
    with Image.open(io.BytesIO(data)) as image:
        told = {"exif", "icc_profile", "xmp", "comment", "Comment", "parsed_exif"}
        assert not {key for key in told if image.info.get(key)}
        assert not image.getexif()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused_with_words_that_say_what_to_do(app, desk, name):
    data, words = REFUSED[name]
    answer = upload(desk, (name, data))
    assert answer.status_code == 422
    assert f"{name} " in answer.text
    assert words in answer.text
    assert db.session.scalars(select(Picture)).all() == []
    assert not list((Path(app.config["INSTANCE_PATH"]) / "uploads").rglob("*.*"))


def test_a_photo_stands_upright_as_its_camera_was_held(desk):
    picture = hang(desk, TAKEN["gps.jpg"])
    assert (picture.width, picture.height) == (600, 900)
    # The red corner was at the top left of the sensor: turned, it is at the right.
    with Image.open(io.BytesIO(served(desk, picture))) as image:
        red, _green, blue = image.convert("RGB").getpixel((image.width - 20, 20))
    assert red > 200 > 60 > blue


@pytest.mark.parametrize(
    ("name", "shade"), [("sixteen-bits.png", 76), ("cmyk.jpg", None)]
)
def test_colours_of_the_press_and_sixteen_bits_are_shown_as_they_look(
    desk, name, shade
):
    picture = hang(desk, TAKEN[name])
    with Image.open(io.BytesIO(served(desk, picture))) as image:
        pixel = image.convert("RGB").getpixel((20, 20))
    if shade is None:  # red, whatever the inks
        assert pixel[0] > 180 > 90 > max(pixel[1:])
    else:  # red, as a grey
        assert all(abs(channel - shade) < 6 for channel in pixel)


def test_a_transparent_picture_is_so_in_new_kinds_and_on_white_in_the_old_one(desk):
    picture = hang(desk, TAKEN["palette.png"])
    with Image.open(io.BytesIO(served(desk, picture, "webp"))) as image:
        assert image.mode == "RGBA"
        assert image.getchannel("A").getextrema()[0] < 20
    with Image.open(io.BytesIO(served(desk, picture))) as image:
        assert image.mode == "RGB"


def test_of_what_moves_the_first_frame_is_kept(desk):
    picture = hang(desk, TAKEN["animated.gif"])
    with Image.open(io.BytesIO(served(desk, picture))) as image:
        red, green, _blue = image.convert("RGB").getpixel((300, 200))
    assert red > 200 > 60 > green


def test_one_bad_file_among_good_ones_costs_the_good_ones_nothing(desk):
    good = ("good.png", TAKEN["one-bit.png"])
    answer = upload(desk, good, ("drawing.svg", REFUSED["drawing.svg"][0]))
    assert answer.status_code == 422
    assert "1 picture is in the library" in answer.text
    assert "drawing.svg is an SVG drawing" in answer.text
    assert db.session.scalars(select(Picture.name)).all() == ["good"]


def test_a_file_is_served_so_that_no_browser_takes_it_for_something_else(desk):
    picture = hang(desk)
    factories.article(picture=picture)
    answer = desk.get(picture.shown.address(480, "jpg"))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert SCRIPT not in answer.data


def served(client, picture, kind="jpg"):
    factories.article(picture=picture)
    return client.get(picture.shown.address(picture.widths[-1], kind)).data
