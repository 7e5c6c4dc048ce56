"""The map of a place among its neighbours."""

from math import atan2, degrees, hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import examples

from campaign.places.locator import HEIGHT, WIDTH, locator
from campaign.places.search import find_place
from campaign.places.sphere import Point, distance_km

LEEDS = Point(53.7965, -1.5478)


def test_towns_stand_in_their_direction_and_distance():
    drawing = locator(LEEDS, "en")
    towns = {town.name: town for town in drawing.towns}
    radius, kilometres = drawing.rings[0]
    assert (kilometres, drawing.rings[1][1]) == (10, 20)
    for name, direction in (("Bradford", 270), ("Wakefield", 170)):
        town = towns[name]
        east, north = town.x - WIDTH / 2, HEIGHT / 2 - town.y
        told = hypot(east, north) / radius * kilometres
        true = distance_km(LEEDS, find_place(f"{name}, GB").point)
        assert told == pytest.approx(true, rel=0.01)
        assert degrees(atan2(east, north)) % 360 == pytest.approx(direction, abs=12)
    assert "برادفورد" in {town.name for town in locator(LEEDS, "ar").towns}


@given(
    st.one_of(st.sampled_from([-90.0, 90.0]), st.floats(-90, 90)),
    st.one_of(st.sampled_from([-180.0, 180.0]), st.floats(-180, 180)),
)
@settings(deadline=None, max_examples=examples(60))
def test_it_is_drawn_wherever_on_earth_and_within_its_frame(latitude, longitude):
    drawing = locator(Point(latitude, longitude), "en")
    for town in drawing.towns:
        assert 0 < town.x < WIDTH
        assert 0 < town.y < HEIGHT
        assert town.name
