"""The map of the world: where land and places are on it."""

import gzip

import pytest
from places.outlines import is_inside, outlines

from campaign.places.projection import equal_earth
from campaign.places.world_map import HEIGHT, WIDTH, land_path, point_at, sea_path


@pytest.mark.parametrize(
    ("place", "latitude", "longitude"),
    [
        ("Madrid", 40.4, -3.7),
        ("Cairo", 30.0, 31.0),
        ("Brasília", -15.8, -47.9),
        ("Alice Springs", -23.7, 133.9),
        ("Moscow", 55.8, 37.6),
        ("Denver", 39.7, -105.0),
        ("Markovo, at 180°", 65.0, 179.0),
        ("Chukotka, beyond 180°", 66.5, -174.0),
        ("Nuuk's ice", 70.0, -40.0),
    ],
)
def test_towns_stand_on_land(place, latitude, longitude):
    assert is_inside(land_path(), point_at(latitude, longitude)), place


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(40, -40), (0, -140), (-30, 90), (35, 18), (-5, -169.5), (-5, -168.5), (60, -180)],
)
def test_the_sea_is_wet(latitude, longitude):
    assert not is_inside(land_path(), point_at(latitude, longitude))


def test_the_edge_of_the_map_cuts_through_no_land():
    for ring in outlines(land_path()):
        assert all(is_inside(sea_path(), corner) for corner in ring)


def test_the_day_ends_at_the_right_edge_and_begins_at_the_left():
    kiritimati, pago_pago = point_at(1.87, -157.4), point_at(-14.28, -170.7)
    assert kiritimati[0] < WIDTH * 0.05
    assert pago_pago[0] > WIDTH * 0.95


def test_the_projection_gives_every_part_of_the_globe_its_size():
    """The point of it: a square degree at 60° is half of one at the equator."""

    def size(latitude: float, longitude: float) -> float:
        step = 0.01
        x1, y1 = equal_earth(longitude, latitude)
        x2, _ = equal_earth(longitude + step, latitude)
        _, y3 = equal_earth(longitude, latitude + step)
        # The area of a parallelogram: its upper edge is shifted, not turned.
        return (x2 - x1) * (y3 - y1)

    at_equator = size(-0.005, 20)
    assert size(59.995, -130) == pytest.approx(at_equator / 2, rel=1e-3)
    assert equal_earth(180, 0)[0] == pytest.approx(2.70663, abs=1e-5)
    assert equal_earth(0, 90)[1] == pytest.approx(1.31737, abs=1e-5)


def test_the_whole_outline_is_a_few_kilobytes():
    assert len(gzip.compress(land_path().encode())) < 4_000
    corners = [corner for ring in outlines(land_path()) for corner in ring]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners)
