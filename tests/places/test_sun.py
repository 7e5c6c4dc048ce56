"""Where it is night, against what is known of the sun from elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from places.outlines import is_inside

from campaign.places.sun import height_of_sun, night_path, sun_at
from campaign.places.world_map import point_at


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "latitude"),
    [
        ("2026-03-20T14:46", 0),  # equinoxes and solstices, as almanacs give them
        ("2026-06-21T08:25", 23.436),
        ("2026-09-23T00:05", 0),
        ("2026-12-21T20:50", -23.436),
        ("2000-03-20T07:35", 0),
    ],
)
def test_the_sun_stands_over_equator_and_tropics_at_the_known_instants(
    moment, latitude
):
    assert sun_at(at(moment)).latitude == pytest.approx(latitude, abs=0.01)


@pytest.mark.parametrize(
    ("day", "minutes"),
    # The equation of time: how far a sundial is ahead of a clock.
    [("2026-02-11", -14.2), ("2026-05-14", 3.7), ("2026-11-03", 16.4)],
)
def test_a_sundial_in_greenwich_shows_noon_when_it_should(day, minutes):
    noon = at(f"{day}T12:00") - timedelta(minutes=minutes)
    assert sun_at(noon).longitude == pytest.approx(0, abs=0.06)  # 15 seconds


def test_known_days_and_nights():
    # Sunrise in London at the equinox of 2026: 06:03, with 0.83° of refraction and rim.
    rising = height_of_sun(at("2026-03-20T06:03"), 51.5, -0.13)
    assert rising == pytest.approx(-0.83, abs=0.2)
    # Midnight sun and polar night in Tromsø.
    assert height_of_sun(at("2026-06-21T22:45"), 69.65, 18.96) > 0
    assert height_of_sun(at("2026-12-21T10:45"), 69.65, 18.96) < 0
    # Over Aswan at noon of the solstice, to within the width of a hand.
    assert height_of_sun(at("2026-06-21T09:50"), 24.1, 32.9) > 89


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2049, 12, 31)),
    st.floats(-55, 80),
    st.floats(-168, 190),
)
def test_the_night_on_the_map_is_where_the_sun_is_down(moment, latitude, longitude):
    now = moment.replace(tzinfo=UTC)
    height = height_of_sun(now, latitude, longitude)
    assume(abs(height) > 1)
    point = point_at(latitude, longitude)
    assert is_inside(night_path(now), point) == (height < 0)
