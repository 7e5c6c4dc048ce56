"""The finder: near a place, by day, with what is asked as chips; and what it hides."""

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import factories
import pytest
from counting import count_queries
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from thorough import examples

from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.events.operations import locate_events
from campaign.events.queries import EventFilter, public_events
from campaign.lib import clock
from campaign.places.sphere import Point, distance_km

TOWNS = {
    "Leeds": ("GB", "Europe/London"),
    "Bradford": ("GB", "Europe/London"),  # 13 km from Leeds
    "Manchester": ("GB", "Europe/London"),  # 58 km
    "Paris": ("FR", "Europe/Paris"),
}


@pytest.fixture
def towns(app):
    day = factories.action_day()
    return {
        town: factories.event(
            action_day=day, title=f"In {town}", locality=town, country=code, timezone=z
        )
        for town, (code, z) in TOWNS.items()
    }


def found(page) -> list[str]:
    """The towns of the list, in its order."""
    return re.findall(r">In (\w+)</a>", page.text)


def test_events_near_a_place_come_nearest_first_with_their_distance(client, towns):
    page = client.get("/events?near=Leeds")
    assert found(page) == ["Leeds", "Bradford"]
    assert "under 1 mi" in page.text
    assert "8 mi" in page.text
    wider = client.get("/events?near=Leeds&within=100")
    assert found(wider) == ["Leeds", "Bradford", "Manchester"]
    # Where people tell kilometres, so do we.
    assert "under 1 km" in client.get("/events?near=Paris&within=10").text
    by_date = client.get("/events?near=Leeds&within=100&sort=date")
    assert set(found(by_date)) == {"Leeds", "Bradford", "Manchester"}
    assert "Friday 23 February 2035" in by_date.text


@pytest.mark.parametrize("asked", ["ليدز", "leeds uk", "53.8,-1.5", "利兹"])
def test_a_place_is_understood_in_any_script(client, towns, asked):
    page = client.get("/events", query_string={"near": asked})
    assert found(page) == ["Leeds", "Bradford"]


def test_every_sibling_asks_the_same(client, towns):
    question = "?near=Leeds&within=20"
    assert found(client.get("/events" + question)) == ["Leeds", "Bradford"]
    data = client.get("/events.json" + question).json
    assert {e["location"]["locality"] for e in data["events"]} == {"Leeds", "Bradford"}
    for extension in ("ics", "atom"):
        body = client.get(f"/events.{extension}{question}").text
        assert "In Bradford" in body
        assert "In Manchester" not in body
    assert "within 12 mi of Leeds" in client.get("/events.atom" + question).text
    # Of a place that nobody knows: nothing, and not everything.
    assert client.get("/events.json?near=Atlantisburg").json["total_records"] == 0


def test_several_places_of_a_name_are_offered_and_an_unknown_one_is_said(client):
    page = client.get("/events?near=Springfield")
    assert "Did you mean" in page.text
    assert "Springfield, Illinois, United States" in page.text
    assert "near=Springfield,+Illinois,+US" in page.text.replace("%2C", ",").replace(
        "%20", "+"
    )
    unknown = client.get("/events?near=Atlantisburg")
    assert "We know no town called" in unknown.text
    assert "Atlantisburg" in unknown.text


def test_the_form_makes_an_address_that_is_short(client, towns):
    sent = client.get(
        "/events?near=Leeds%2C+United+Kingdom&within=50&from=&to=&kind=&q=&language="
        "&access=step-free&access=sign-language&country=&online="
    )
    assert sent.status_code == 302
    asked = parse_qs(urlsplit(sent.location).query)
    assert asked == {"near": ["Leeds, GB"], "access": ["step-free,sign-language"]}
    # It leads nowhere else, and the form shows the words of the reader.
    page = client.get(sent.location)
    assert page.status_code == 200
    assert 'value="Leeds, United Kingdom"' in page.text
    assert page.text.count("checked") == 2


def test_what_is_asked_can_be_taken_off_one_by_one(client, towns):
    page = client.get("/events?near=Leeds&kind=vigil&access=step-free,quiet-space")
    chips = re.search(r'<ul class="chips".*?</ul>', page.text, re.S)[0]
    addresses = [
        parse_qs(urlsplit(each.replace("&amp;", "&")).query)
        for each in re.findall(r'href="([^"]+)"', chips)
    ]
    both = ["step-free,quiet-space"]
    assert {"kind": ["vigil"], "access": both} in addresses
    assert {"near": ["Leeds"], "access": both} in addresses
    assert {
        "near": ["Leeds"],
        "kind": ["vigil"],
        "access": ["quiet-space"],
    } in addresses
    assert "Clear all" in chips


def test_access_language_and_the_name_of_a_city_in_any_language_narrow_it(client):
    factories.event(title="In Cairo", locality="القاهرة", country="EG", language="ar")
    factories.event(title="In Leeds", locality="Leeds", has_step_free_access=True)
    assert found(client.get("/events?access=step-free")) == ["Leeds"]
    assert found(client.get("/events?access=step-free,quiet-space")) == []
    assert found(client.get("/events?access=nonsense&city=Cairo")) == ["Cairo"]
    assert found(client.get("/events?language=ar")) == ["Cairo"]
    # Readers see the name that they can read.
    assert "Cairo time" in client.get("/events?city=Cairo").text
    assert "ليدز" in client.get("/events?lang=ar").text


def test_nothing_found_shows_what_is_nearest_and_where_to_go(client, towns):
    page = client.get("/events?near=Leeds&within=50&q=singing&from=2035-02-01")
    assert page.status_code == 302  # 50 is what is meant anyway
    page = client.get(page.location)
    assert "Nothing found" in page.text
    for words in ("Look within 50 mi", "Any date", "Any words", "All events"):
        assert words in page.text
    lonely = client.get("/events?near=Auckland")
    assert "Nearest to you" in lonely.text
    assert "Follow this search in your calendar" in lonely.text
    assert len(found(lonely)) == 3


def test_today_and_tomorrow_are_those_of_the_events_clock(client):
    now = clock.now()
    start = (now + timedelta(days=1)).replace(tzinfo=None, microsecond=0)
    factories.event(
        title="In Leeds",
        locality="Leeds",
        timezone="UTC",
        starts_local=start,
        ends_local=start,
    )
    page = client.get("/events?near=Leeds")
    assert f"Tomorrow, {start:%H:%M}" in page.text
    assert "Leeds time" in page.text


SECRET = Point(53.70, -1.95)  # some 30 km from the middle of Leeds


def hidden(**values) -> Event:
    return factories.event(
        title="In Leeds",
        locality="Leeds",
        latitude=SECRET.latitude,
        longitude=SECRET.longitude,
        address_level="city",
        directions="CANARY: ring twice",
        venue="CANARY hall",
        **values,
    )


def test_a_hidden_address_is_found_by_its_city_alone_and_never_by_its_own_place(client):
    open_one = factories.event(
        title="In public",
        locality="Leeds",
        latitude=SECRET.latitude,
        longitude=SECRET.longitude,
    )
    row = hidden()
    here = f"{SECRET.latitude},{SECRET.longitude}"
    page = client.get(f"/events?near={here}&within=5")
    assert (found(page), "1 event<" in page.text) == (["public"], True)
    assert set(found(client.get("/events?near=Leeds&within=5"))) == {"Leeds"}
    # Whatever is asked, and in whatever form, the point of the city is all there is.
    for address in (
        "/events?near=Leeds&within=100",
        "/events.json?near=Leeds&within=100",
        f"/events/{row.slug}",
        f"/events/{row.slug}.json",
        f"/events/{row.slug}.ics",
    ):
        body = client.get(address).text
        assert "CANARY" not in body, address
        if open_one.slug not in body:
            assert "53.7" not in body.replace("53.7965", ""), address
    with_change = db.session.get(Event, row.id)
    assert with_change.spot.is_exact is False
    assert distance_km(with_change.spot.point, SECRET) > 20


def test_hiding_an_address_takes_its_place_off_the_map_at_once(app):
    row = factories.event(locality="Leeds", latitude=53.70, longitude=-1.95)
    assert row.spot.is_exact
    with transaction() as session:
        session.get(Event, row.id).address_level = "city"
    again = db.session.get(Event, row.id)
    assert not again.spot.is_exact
    assert distance_km(again.spot.point, SECRET) > 20


def test_events_of_an_earlier_release_are_looked_up(app):
    row = factories.event(locality="Leeds")
    two = factories.event(locality="Springfield", country="US")
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE events SET located_by = '', city_id = NULL, shown_x = NULL"
        )
    db.session.expire_all()
    with transaction():
        assert locate_events(10) == 2
    with transaction():
        assert locate_events(10) == 0
    db.session.expire_all()
    assert db.session.get(Event, row.id).city.name == "Leeds"
    # There are several: nobody guesses.
    assert db.session.get(Event, two.id).spot is None


def test_the_finder_asks_as_many_questions_of_the_database_for_few_as_for_many(
    client, towns
):
    few = count_queries(lambda: client.get("/events?near=Leeds&within=500"))
    for number in range(20):
        factories.event(locality="Leeds", starts_local=datetime(2035, 3, 1 + number, 9))
    many = count_queries(lambda: client.get("/events?near=Leeds&within=500"))
    assert many == few


def test_the_map_shows_towns_by_name_and_no_secret(client, towns):
    hidden()
    page = client.get("/events?near=Leeds&within=100")
    drawing = re.search(r'<svg class="list-map".*?</svg>', page.text, re.S)[0]
    assert ">Leeds</text>" in drawing
    assert drawing.count("<circle") == 3


def test_only_the_finder_may_ask_where_its_reader_is(client):
    policy = "Permissions-Policy"
    assert "geolocation=(self)" in client.get("/events").headers[policy]
    assert "geolocation=()" in client.get("/").headers[policy]


#: Everywhere, and where maps are cut or run together.
latitudes = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 0.0, 89.9, 90.0]))
longitudes = st.one_of(
    st.floats(-180, 180), st.sampled_from([-180.0, 180.0, 179.9, -179.9])
)


@given(latitudes, longitudes, latitudes, longitudes, st.integers(1, 20_016))
@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_database_finds_what_the_globe_says(app, lat, lon, lat2, lon2, within):
    """Also over the date line and the poles, where a box of degrees is wrong."""
    db.session.rollback()
    row = db.session.query(Event).first() or factories.event(latitude=0, longitude=0)
    point = Point(round(lat, 4), round(lon, 4))
    x, y, z = Point(lat2, lon2).vector
    db.session.query(Event).update({"shown_x": x, "shown_y": y, "shown_z": z})
    wanted = EventFilter(near=f"{point.latitude},{point.longitude}", within=within)
    is_found = row in db.session.scalars(public_events(wanted)).all()
    distance = distance_km(point, Point(lat2, lon2))
    if abs(distance - within) > 0.1:
        assert is_found == (distance < within)
