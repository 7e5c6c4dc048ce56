"""The rolling day: its beginning, its end, and what is when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.boards import dots as drawn
from campaign.boards.board import Action, Board, Phase, tick
from campaign.events.disclosure import Place
from campaign.lib.walltime import instant
from campaign.publishing.states import State

DAY = date(2027, 2, 23)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def action(
    city: str = "London",
    zone: str = "Europe/London",
    starts: str = "2027-02-23T12:00",
    hours: int = 2,
    **values,
) -> Action:
    first = datetime.fromisoformat(starts)
    last = first + timedelta(hours=hours)
    known = {"latitude": 51.5, "longitude": -0.1}
    place = {n: values.pop(n, known.get(n)) for n in known}
    defaults = {
        "slug": city.lower(),
        "title": city,
        "language": "en",
        "kind": "vigil",
        "state": State.PUBLISHED,
        "attendance": "in_person",
        "place": Place(locality=city, country=values.pop("country", "GB"), **place),
        "is_all_day": False,
    }
    return Action(
        starts_local=first,
        ends_local=last,
        starts_at=instant(first, zone),
        ends_at=instant(last, zone),
        timezone=zone,
        **{**defaults, **values},
    )


def board(now: str, *actions: Action) -> Board:
    ordered = sorted(actions, key=lambda each: each.starts_at)
    return Board(DAY, DAY, at(now), ordered)


def test_a_day_begins_in_kiritimati_and_ends_49_hours_later_in_pago_pago():
    day = board("2027-01-01T00:00")
    assert day.begins_at == at("2027-02-22T10:00")
    assert day.ends_at == at("2027-02-24T11:00")
    assert day.hours == 49


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        ("2027-02-22T09:59", Phase.BEFORE),
        ("2027-02-22T10:00", Phase.DURING),
        ("2027-02-24T10:59", Phase.DURING),
        ("2027-02-24T11:00", Phase.AFTER),
    ],
)
def test_the_day_is_on_as_long_as_the_date_is_anywhere(now, phase):
    assert board(now).phase is phase


def test_every_event_is_to_come_or_on_or_over():
    actions = [
        action("Suva", "Pacific/Fiji", "2027-02-23T18:30"),
        action("London", starts="2027-02-23T11:00", hours=3),
        action("Paris", "Europe/Paris", "2027-02-23T14:00"),
        action("Rome", "Europe/Rome", "2027-02-23T10:00", state=State.CANCELLED),
    ]
    now = board("2027-02-23T12:00", *actions)
    assert [e.title for e in now.over] == ["Suva"]
    assert [e.title for e in now.on_now] == ["London"]
    assert [e.title for e in now.coming] == ["Paris"]
    assert now.begun == 2
    assert len(now.planned) == 3
    # An event is on from its first second, and over in its last.
    assert board("2027-02-23T13:00", actions[2]).on_now == [actions[2]]
    assert board("2027-02-23T15:00", actions[2]).over == [actions[2]]


def test_the_date_comes_to_one_city_after_the_other():
    cities = [
        action("Kiritimati", "Pacific/Kiritimati"),
        action("London"),
        action("Pago Pago", "Pacific/Pago_Pago"),
    ]
    times = ("2027-02-22T09:59", "2027-02-22T10:00", "2027-02-23T00:00")
    here = [board(now, *cities).cities_on_the_day for now in times]
    assert here == [0, 1, 2]
    # Kiritimati has another date again when Pago Pago gets this one.
    assert board("2027-02-23T11:00", *cities).cities_on_the_day == 2
    assert board("2027-02-24T10:59", *cities).cities_on_the_day == 1


@given(st.datetimes(datetime(2027, 1, 1), datetime(2027, 4, 1)))
def test_a_board_stays_as_it_is_until_its_time_is_up(moment):
    """So that every copy of it, and every worker process, shows the same."""
    now = moment.replace(tzinfo=UTC)
    shown = tick(DAY, DAY, now)
    until = Board(DAY, DAY, shown, ()).good_until
    assert shown <= now < until
    assert tick(DAY, DAY, until - timedelta(seconds=1)) == shown
    assert tick(DAY, DAY, until) == until


# The map


def dots(actions: list[Action], now: datetime) -> list[drawn.Dot]:
    return drawn.dots(actions, now, lambda place: place.locality)


def test_events_that_lie_close_together_are_one_dot():
    near = [
        action("London", latitude=51.5, longitude=-0.1),
        action("Watford", latitude=51.66, longitude=-0.4),
        action("Cairo", country="EG", latitude=30.0, longitude=31.2),
    ]
    found = dots(near, at("2027-02-01T00:00"))
    assert sorted(len(dot.actions) for dot in found) == [1, 2]


def test_a_dot_grows_in_steps_with_what_is_told_of_people():
    def radius(people: int) -> int:
        return dots([action(people=people)], at("2027-02-01T00:00"))[0].radius

    sizes = [radius(people) for people in (0, 10, 90, 100, 490, 500, 2000)]
    assert sizes == sorted(sizes)
    assert sizes[0] == sizes[2] < sizes[3] == sizes[4] < sizes[5] < sizes[6]


def test_what_is_nowhere_or_cancelled_has_no_dot():
    now = at("2027-02-01T00:00")
    nowhere = action("No such city at all", latitude=None, longitude=None)
    assert dots([nowhere], now) == []
    assert dots([action(attendance="online")], now) == []
    assert dots([action(state=State.CANCELLED)], now) == []


@given(
    st.lists(
        st.tuples(st.floats(-50, 75), st.floats(-180, 180), st.integers(0, 3000)),
        max_size=60,
    )
)
@settings(max_examples=40)
def test_names_on_the_map_touch_neither_each_other_nor_dots(places):
    actions = [
        action(f"City number {i}", latitude=y, longitude=x, people=p, slug=f"c{i}")
        for i, (y, x, p) in enumerate(places)
    ]
    found = dots(actions, at("2027-02-01T00:00"))
    assert sum(len(dot.actions) for dot in found) == len(places)
    boxes = [label_box(dot) for dot in found if dot.side]
    assert len(boxes) <= 12
    circles = [
        (d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in found
    ]
    for i, box in enumerate(boxes):
        others = [*boxes[:i], *boxes[i + 1 :], *circles]
        assert not any(overlap(box, other) for other in others)


def label_box(dot):
    width = 22 * len(dot.name)
    left = dot.x + dot.radius + 12
    if dot.side == "start":
        left = dot.x - dot.radius - 12 - width
    return left, dot.y - 24, left + width, dot.y + 24


def overlap(one, other) -> bool:
    return (
        one[0] <= other[2]
        and other[0] <= one[2]
        and one[1] <= other[3]
        and other[1] <= one[3]
    )
