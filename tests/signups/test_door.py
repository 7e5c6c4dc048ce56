"""The door: who is inside, as stewards tap it, with scripts and without."""

import re
from datetime import timedelta

import factories
import pytest
from counting import count_queries
from desks import member
from front_door import fields, send
from sqlalchemy import select, update
from supporters import confirm, own_page, places, rows, sign_up, states

from campaign.database import Model, db, transaction
from campaign.events.models import Event, LogEntry
from campaign.lib import clock
from campaign.organisers.models import Role
from campaign.signups.models import SignUp
from campaign.signups.people import person_of

JSON = {"Accept": "application/json"}


@pytest.fixture
def event(app):
    return factories.event(capacity=10)


@pytest.fixture
def steward(app, client, event):
    return member(app.test_client(), event.group, Role.STEWARD)


def expect(app, outbox, event, name, people=1):
    """Sign somebody up and confirm it; return the number of the sign-up."""
    client = app.test_client()
    email = f"{name.split()[0].lower()}@example.org"
    sign_up(client, event, name=name, email=email, party_size=str(people))
    confirm(client, own_page(outbox[-1]))
    return rows()[-1].id


@pytest.fixture
def amal(app, outbox, event):
    return expect(app, outbox, event, "Amal Haddad")


def door(event, end=""):
    return f"/manage/events/{event.slug}/door{end}"


def tap(client, event, number, kind="check-in", **typed):
    """Tap as the script does, by default on the party as it stands now."""
    token = client.get(door(event, ".json")).json["csrf_token"]
    data = {"csrf_token": token, "seen": version(number), **typed}
    place = door(event, f"/{number}/{kind}" if number else "/walk-ins")
    return client.post(place, data=data, headers=JSON)


def version(number):
    return next((row.door_version for row in rows() if row.id == number), "")


def listed(client, event, sheets="", tag=None):
    headers = {"If-None-Match": f'"{tag}"'} if tag else {}
    return client.get(door(event, f".json?sheets={sheets}"), headers=headers)


def names(answer):
    sheets = answer.json["sheets"].values()
    return {row["name"] for sheet in sheets for row in sheet["rows"]}


def inside(client, event):
    found = re.search(r'id="inside">(\d+)<', client.get(door(event)).text)
    return int(found[1])


def log_of(event):
    query = select(LogEntry).where(LogEntry.event_id == event.id).order_by(LogEntry.id)
    entries = db.session.scalars(query)
    return [(each.action, each.sign_up_number, each.count) for each in entries]


def make_over(event):
    """Make it an hour after the end of the event."""
    hours = {"starts_at": 3, "ends_at": 1}
    now = clock.now()
    with transaction() as session:
        session.execute(
            update(Event)
            .where(Event.id == event.id)
            .values({name: now - timedelta(hours=n) for name, n in hours.items()})
        )


# Who may


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OWNER, 200),
        (Role.ORGANISER, 200),
        (Role.STEWARD, 200),
        (Role.REVIEWER, 403),
    ],
)
def test_who_checks_people_in_sees_the_door(app, client, event, role, status):
    assert member(client, event.group, role).get(door(event)).status_code == status
    assert listed(client, event).status_code == status


def test_another_group_finds_no_door(app, client, event, amal):
    stranger = member(client, factories.group(), Role.OWNER)
    assert stranger.get(door(event)).status_code == 404
    assert listed(stranger, event).status_code == 404
    token = fields(stranger.get("/manage/account"))["csrf_token"]
    for end in (f"/{amal}/check-in", f"/{amal}/undo", "/walk-ins", "/absent"):
        answer = stranger.post(door(event, end), data={"csrf_token": token})
        assert answer.status_code == 404, end
    assert states() == ["going"]


def test_a_sign_up_to_another_event_is_not_at_this_door(steward, event, app, outbox):
    other = factories.event(group=event.group)
    number = expect(app, outbox, other, "Zayn")
    assert tap(steward, event, number).status_code == 404
    assert states() == ["going"]


def test_neither_the_page_nor_the_list_has_an_address(steward, event, amal):
    for answer in (steward.get(door(event)), listed(steward, event)):
        assert "Amal" in answer.text
        assert "amal@example.org" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_steward_finds_the_doors_of_these_days_on_the_first_page(
    app, client, steward, event
):
    assert "nothing to do here before that" in steward.get("/manage/").text
    now = clock.now()
    with transaction() as session:
        times = {"starts_at": now + timedelta(days=2), "ends_at": now + timedelta(3)}
        session.execute(update(Event).values(times))
    assert f'href="{door(event)}"' in steward.get("/manage/").text
    stranger = member(client, factories.group(), Role.STEWARD)
    assert door(event) not in stranger.get("/manage/").text
    organiser = member(app.test_client(), event.group)
    assert f'href="{door(event)}"' in organiser.get("/manage/").text
    overview = organiser.get(f"/manage/events/{event.slug}").text
    assert f'href="{door(event)}"' in overview


# Without a script


def press_row(client, event, asked, number, kind):
    """Press the button of a row of the page, as a browser without scripts does."""
    page = client.get(door(event, f"?q={asked}"))
    address = door(event, f"/{number}/{kind}")
    form = re.search(rf'<form[^>]*"{address}".*?</form>', page.text, re.S)
    data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.group()))
    return client.post(address, data=data, follow_redirects=True)


def test_a_page_without_scripts_checks_in_and_comes_back_to_the_search(
    steward, event, amal, app, outbox
):
    expect(app, outbox, event, "Zayn")
    answer = press_row(steward, event, "haddad", amal, "check-in")
    assert answer.request.args["q"] == "haddad"
    assert "<bdi>Amal Haddad</bdi> is inside now." in answer.text
    assert "Zayn" not in answer.text
    assert states() == ["attended", "going"]
    assert inside(steward, event) == 1
    answer = press_row(steward, event, "haddad", amal, "undo")
    assert "<bdi>Amal Haddad</bdi> is not inside." in answer.text
    assert states() == ["going", "going"]
    assert log_of(event) == [
        ("checked_in", amal, 1),
        ("check_in_undone", amal, 1),
    ]


def test_a_page_that_is_older_than_what_another_steward_did_says_so(
    steward, event, amal
):
    tap(steward, event, amal)
    answer = steward.post(
        door(event, f"/{amal}/check-in"),
        data={
            "csrf_token": fields(steward.get(door(event)))["csrf_token"],
            "seen": "0",
            "q": "amal",
        },
    )
    assert answer.status_code == 409
    assert "Amal Haddad: Checked in by somebody else" in answer.text
    assert 'value="amal"' in answer.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"Zoë Łukasz", "أحمد يحيى", "Amal Haddad"}),
        ("zoe", {"Zoë Łukasz"}),
        ("LUKA", {"Zoë Łukasz"}),
        ("haddad am", {"Amal Haddad"}),
        ("احمد", {"أحمد يحيى"}),
        ("يحيي", {"أحمد يحيى"}),
        ("nobody", set()),
    ],
)
def test_a_name_is_found_however_it_is_typed(app, outbox, steward, event, asked, found):
    for number, name in enumerate(["Zoë Łukasz", "أحمد يحيى", "Amal Haddad"]):
        sign_up(steward, event, name=name, email=f"s{number}@example.org")
        confirm(steward, own_page(outbox[-1]))
    page = steward.get(door(event), query_string={"q": asked}).text
    shown = re.findall(
        r'data-number.*?<strong class="party-name"><bdi>([^<]+)', page, re.S
    )
    assert set(shown) == found


def test_who_has_no_place_is_not_at_the_door(steward, event, client):
    sign_up(client, event, name="Pending Person")
    assert "Pending Person" not in steward.get(door(event)).text
    assert names(listed(steward, event)) == set()
    answer = tap(steward, event, rows()[0].id)
    assert (answer.status_code, answer.json["row"]) == (409, None)
    assert states() == ["pending"]


# Two stewards


def test_the_same_tap_sent_twice_is_one(steward, event, amal):
    for _ in range(2):
        answer = tap(steward, event, amal, seen=0, tap="one")
        assert answer.status_code == 200
        assert answer.json["row"]["state"] == "attended"
        assert answer.json["row"]["version"] == 1
    assert log_of(event) == [("checked_in", amal, 1)]


def test_a_tap_on_what_somebody_else_has_changed_is_refused(
    app, client, steward, event, amal
):
    other = member(client, event.group, Role.STEWARD)
    tap(other, event, amal, seen=0, tap="theirs")
    answer = tap(steward, event, amal, seen=0, tap="ours")
    assert answer.status_code == 409
    assert answer.json["row"]["state"] == "attended"
    assert answer.json["said"] == "Checked in by somebody else at the other door."
    assert log_of(event) == [("checked_in", amal, 1)]


def test_a_late_tap_does_not_undo_what_came_after_it(steward, event, amal):
    tap(steward, event, amal, seen=0, tap="one")
    tap(steward, event, amal, "undo", seen=1, tap="two")
    answer = tap(steward, event, amal, seen=0, tap="one")
    assert answer.status_code == 409
    assert answer.json["row"]["state"] == "going"
    assert answer.json["said"] == "Somebody else took back that they came."
    assert states() == ["going"]


def test_a_tap_of_another_browser_without_its_token_is_refused(steward, event, amal):
    answer = steward.post(
        door(event, f"/{amal}/check-in"), data={"csrf_token": "x"}, headers=JSON
    )
    assert answer.status_code == 400
    assert states() == ["going"]


# Parties


def test_the_number_inside_and_expected_is_of_people(app, outbox, steward, event, amal):
    three = expect(app, outbox, event, "Zayn", people=3)
    tap(steward, event, three)
    page = steward.get(door(event)).text
    assert inside(steward, event) == 3
    assert re.search(r'id="expected">(\d+)<', page)[1] == "4"


def test_of_a_party_only_some_may_come(app, outbox, steward, event):
    number = expect(app, outbox, event, "Zayn", people=4)
    answer = tap(steward, event, number, people=3)
    assert answer.json["row"]["people"] == 3
    assert places(event) == (3, 3)
    assert inside(steward, event) == 3
    assert log_of(event) == [("checked_in", number, 3)]


def test_a_party_may_be_larger_than_it_said_while_there_is_room(
    app, outbox, steward, event
):
    number = expect(app, outbox, event, "Zayn", people=4)
    assert tap(steward, event, number, people=10).status_code == 200
    assert places(event) == (10, 10)
    answer = tap(steward, event, number, people=11)
    assert answer.status_code == 409
    assert "All 10 places are taken" in answer.json["said"]
    assert answer.json["row"]["people"] == 10
    assert places(event) == (10, 10)


@pytest.mark.parametrize("people", ["0", "51", "-3"])
def test_a_party_of_nobody_is_not_let_in(steward, event, amal, people):
    answer = tap(steward, event, amal, people=people)
    assert answer.status_code == 422
    assert answer.json["said"] == "Write a number from 1 to 50."
    assert states() == ["going"]
    answer = tap(steward, event, None, name="Somebody", people=people)
    assert answer.status_code == 422
    assert states() == ["going"]


# Walk-ins


def test_a_walk_in_is_inside_at_once_and_is_sent_no_mail(steward, event, outbox, app):
    answer = send(steward, door(event, "/walk-ins"), door(event), name="Rosa", people=2)
    assert answer.status_code == 303
    assert "<bdi>Rosa</bdi> is inside now." in steward.get(answer.location).text
    row = rows()[0]
    assert (row.state.value, row.is_added_by_hand) == ("attended", True)
    assert (person_of(row).name, person_of(row).email) == ("Rosa", "")
    assert places(event) == (2, 2)
    assert inside(steward, event) == 2
    assert len(outbox) == 0
    assert log_of(event) == [("walk_in", row.id, 2)]


def test_a_walk_in_needs_no_name(steward, event):
    for _ in range(2):
        answer = send(
            steward, door(event, "/walk-ins"), door(event), name=" ", people=1
        )
        assert "<bdi>Walk-in</bdi> is inside now." in steward.get(answer.location).text
    assert places(event) == (2, 2)


def test_a_walk_in_that_is_sent_twice_is_one(steward, event):
    numbers = set()
    for _ in range(2):
        answer = tap(steward, event, None, name="Rosa", people=2, tap="one")
        numbers.add(answer.json["row"]["number"])
    # Even after somebody else has done something with it.
    (number,) = numbers
    tap(steward, event, number, "undo")
    answer = tap(steward, event, None, name="Rosa", people=2, tap="one")
    assert answer.json["row"]["state"] == "going"
    assert len(rows()) == 1
    assert places(event) == (2, 2)


def test_a_full_event_lets_nobody_walk_in_and_says_what_to_do(steward, event):
    tap(steward, event, None, name="Many", people=9)
    answer = send(steward, door(event, "/walk-ins"), door(event), name="Rosa", people=2)
    assert answer.status_code == 409
    assert "All 10 places are taken" in answer.text
    assert 'value="Rosa"' in answer.text
    assert places(event) == (9, 9)
    assert tap(steward, event, None, people=1).status_code == 200


def test_an_event_without_a_limit_takes_all_who_come(app, client):
    event = factories.event(capacity=None)
    steward = member(client, event.group, Role.STEWARD)
    assert tap(steward, event, None, people=50).status_code == 200
    assert places(event) == (50, 50)


def test_nobody_is_written_down_when_the_time_of_the_list_is_up(steward, event):
    with transaction() as session:
        long_ago = clock.now() - timedelta(days=40)
        session.execute(update(Event).values(starts_at=long_ago, ends_at=long_ago))
    answer = tap(steward, event, None, name="Late")
    assert answer.status_code == 409
    assert "The time of this list is up" in answer.json["said"]
    assert rows() == []


def test_the_name_of_a_walk_in_is_sealed(steward, event):
    tap(steward, event, None, name="Canary Name")
    written = "\n".join(
        str(row)
        for table in Model.metadata.sorted_tables
        for row in db.session.execute(select(table))
    )
    assert "Canary" not in written


# When it is over


def test_who_did_not_come_is_marked_when_the_event_is_over(
    app, client, outbox, steward, event, amal
):
    zayn = expect(app, outbox, event, "Zayn", people=3)
    tap(steward, event, amal)
    make_over(event)
    owner = member(client, event.group, Role.OWNER)
    assert "Mark the rest as absent" in owner.get(door(event)).text
    answer = send(owner, door(event, "/absent"), door(event))
    assert "marked as absent" in owner.get(answer.location).text
    assert states() == ["attended", "no_show"]
    assert places(event) == (4, 4)
    assert log_of(event)[-1] == ("marked_absent", None, 3)
    assert "Mark the rest" not in owner.get(door(event)).text
    # Who was at the door before may still be let in, as one who was late.
    assert tap(steward, event, zayn, seen=0).json["said"] == (
        "Marked as absent by somebody else."
    )
    assert tap(steward, event, zayn).status_code == 200
    assert states() == ["attended", "attended"]


def test_nobody_is_absent_before_the_end_nor_by_a_steward(client, steward, event, amal):
    token = fields(steward.get("/manage/account"))["csrf_token"]
    answer = steward.post(door(event, "/absent"), data={"csrf_token": token})
    assert answer.status_code == 403
    owner = member(client, event.group, Role.OWNER)
    assert "Mark the rest" not in owner.get(door(event)).text
    token = fields(owner.get("/manage/account"))["csrf_token"]
    answer = owner.post(door(event, "/absent"), data={"csrf_token": token})
    assert answer.status_code == 409
    assert states() == ["going"]


# What a phone asks every ten seconds


def marks(answer):
    sheets = answer.json["sheets"]
    return [sheets.get(str(n), {"mark": ""})["mark"] for n in range(64)]


def test_a_phone_is_told_of_what_changed_and_of_nothing_else(
    app, outbox, steward, event, amal
):
    expect(app, outbox, event, "Zayn")
    first = listed(steward, event)
    assert names(first) == {"Amal Haddad", "Zayn"}
    known, tag = ".".join(marks(first)), first.json["tag"]
    unchanged = listed(steward, event, known, tag)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    tap(steward, event, amal)
    changed = listed(steward, event, known, tag)
    assert names(changed) == {"Amal Haddad"}
    assert len(changed.json["sheets"]) == 1


def test_a_phone_learns_who_signed_up_and_who_left(app, outbox, steward, event, amal):
    first = listed(steward, event)
    known, tag = ".".join(marks(first)), first.json["tag"]
    expect(app, outbox, event, "Zayn")
    assert names(listed(steward, event, known, tag)) == {"Zayn"}
    with transaction() as session:
        session.execute(SignUp.__table__.delete().where(SignUp.id == amal))
    changed = listed(steward, event, known, tag)
    sheet = changed.json["sheets"][str(amal % 64)]
    assert sheet == {"mark": "", "rows": []}


@pytest.mark.parametrize("sheets", ["nonsense", "." * 500, "a.b", "%00"])
def test_a_phone_that_says_nonsense_is_told_everything(steward, event, amal, sheets):
    answer = listed(steward, event, sheets)
    assert answer.status_code == 200
    assert names(answer) == {"Amal Haddad"}


def test_the_door_asks_the_same_however_many_come(steward, event):
    def look():
        steward.get(door(event))
        listed(steward, event)

    tap(steward, event, None, name="First")
    few = count_queries(look)
    for number in range(8):
        tap(steward, event, None, name=f"Person {number}")
    assert count_queries(look) == few
