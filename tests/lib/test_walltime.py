"""Local times: which exist, which exist twice, and what instants they are."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib.walltime import (
    NoSuchTime,
    TimeHappensTwice,
    check_wall_time,
    instant,
    wall_time,
)

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Africa/Casablanca",
    "UTC",
)


def test_a_time_that_the_clocks_skip_is_refused_with_what_is_around_it():
    with pytest.raises(NoSuchTime) as refused:
        check_wall_time(datetime(2026, 3, 29, 2, 30), "Europe/Berlin", None)
    assert refused.value.before == datetime(2026, 3, 29, 1, 59)
    assert refused.value.after == datetime(2026, 3, 29, 3, 0)


def test_a_gap_of_half_an_hour_is_told_exactly():
    with pytest.raises(NoSuchTime) as refused:
        check_wall_time(datetime(2026, 10, 4, 2, 15), "Australia/Lord_Howe", None)
    assert refused.value.before == datetime(2026, 10, 4, 1, 59)
    assert refused.value.after == datetime(2026, 10, 4, 2, 30)


def test_a_time_that_happens_twice_is_asked_back_with_both_instants():
    with pytest.raises(TimeHappensTwice) as refused:
        check_wall_time(datetime(2026, 10, 25, 2, 30), "Europe/Berlin", None)
    assert refused.value.first.astimezone(UTC).hour == 0
    assert refused.value.second.astimezone(UTC).hour == 1


@pytest.mark.parametrize("fold", [0, 1])
def test_a_chosen_reading_is_kept(fold):
    wall = datetime(2026, 10, 25, 2, 30)
    assert check_wall_time(wall, "Europe/Berlin", fold) == fold


def test_a_choice_does_not_make_a_skipped_time_exist():
    with pytest.raises(NoSuchTime):
        check_wall_time(datetime(2026, 3, 29, 2, 30), "Europe/Berlin", 1)


@given(
    moment=st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)).map(
        lambda naive: naive.replace(microsecond=0, tzinfo=UTC)
    ),
    zone=st.sampled_from(ZONES),
)
def test_every_instant_can_be_said_and_read_back(moment, zone):
    wall = wall_time(moment, zone)
    readings = {instant(wall, zone, fold) for fold in (0, 1)}
    assert moment in readings


@given(
    wall=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    zone=st.sampled_from(ZONES),
)
def test_an_accepted_time_is_what_the_clock_will_show(wall, zone):
    wall = wall.replace(second=0, microsecond=0)
    readings = {instant(wall, zone, fold) for fold in (0, 1)}
    shown = {wall_time(moment, zone) for moment in readings}
    if shown != {wall}:
        with pytest.raises(NoSuchTime) as gap:
            check_wall_time(wall, zone, None)
        assert gap.value.before < wall < gap.value.after
        assert gap.value.after - gap.value.before <= timedelta(hours=25)
    elif len(readings) == 2:
        with pytest.raises(TimeHappensTwice) as twice:
            check_wall_time(wall, zone, None)
        # In UTC: a repeated hour is equal to no time of another zone (PEP 495).
        told = (twice.value.first, twice.value.second)
        assert readings == {moment.astimezone(UTC) for moment in told}
    else:
        assert check_wall_time(wall, zone, None) == 0
