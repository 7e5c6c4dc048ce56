"""What supporters do on their own page besides confirming and leaving."""

import json
from datetime import timedelta

import factories
import pytest
from front_door import fields, send, sign_in
from sqlalchemy import delete, update
from supporters import (
    calendar_of,
    confirm,
    leave,
    let_holds_end,
    own_page,
    places,
    rows,
    sign_up,
    states,
)

from campaign.database import db, transaction
from campaign.events.models import ConsentPurpose, Question, QuestionKind
from campaign.keys.store import keys
from campaign.lib import clock
from campaign.limits.models import MailTurn
from campaign.signups.models import Consent, Notice
from campaign.signups.people import Person, key_name, write_person


@pytest.fixture
def event(app):
    return factories.event(capacity=4, title="Vigil for Aleppo")


@pytest.fixture
def own(client, outbox, event):
    """The page of somebody who is going with one other."""
    sign_up(client, event, party_size="2")
    path = own_page(outbox[-1])
    confirm(client, path)
    return path


def change(client, own, size):
    answer = client.post(f"{own}/party", data={"party_size": size})
    if answer.status_code == 303:
        return client.get(answer.location)
    return answer


def test_a_party_grows_and_shrinks_and_places_follow(client, event, own):
    assert "You signed up for 4 people." in change(client, own, "4").text
    assert places(event) == (4, 4)
    assert "You signed up for one person." in change(client, own, "1").text
    assert places(event) == (1, 1)


def test_a_party_grows_only_while_there_is_room(client, event, own, outbox):
    sign_up(client, event, email="basma@example.org")
    answer = change(client, own, "4")
    assert answer.status_code == 409
    assert "There is no room for so many." in answer.text
    assert fields(answer)["party_size"] == "4"
    assert places(event) == (3, 2)


@pytest.mark.parametrize("typed", ["", "0", "-1", "6", "two"])
def test_what_is_no_party_is_refused_and_stays_to_be_mended(client, event, own, typed):
    answer = change(client, own, typed)
    assert answer.status_code == 422
    assert fields(answer)["party_size"] == typed
    assert "There is a problem" in answer.text
    assert places(event) == (2, 2)


def test_who_has_not_confirmed_changes_what_is_held(client, event, outbox):
    sign_up(client, event, party_size="3")
    path = own_page(outbox[-1])
    change(client, path, "1")
    assert places(event) == (1, 0)
    confirm(client, path)
    assert places(event) == (1, 1)


def test_a_smaller_party_frees_places_for_those_who_wait(client, event, own, outbox):
    change(client, own, "4")
    sign_up(client, event, email="basma@example.org", may_wait="1")
    confirm(client, own_page(outbox[-1]))
    change(client, own, "3")
    assert outbox[-1].subject == "A place is kept for you: Vigil for Aleppo"
    assert places(event) == (4, 3)
    # And what is kept for her is not there to grow into.
    assert change(client, own, "4").status_code == 409


def test_who_waits_gets_a_place_when_their_party_becomes_small_enough(
    client, event, own, outbox
):
    sign_up(client, event, email="basma@example.org", party_size="3", may_wait="1")
    waiting = own_page(outbox[-1])
    confirm(client, waiting)
    assert states() == ["going", "waiting"]
    shown = change(client, waiting, "2").text
    assert "A place is kept for you" in shown
    assert places(event) == (4, 2)


def test_who_has_left_has_no_party(client, event, own):
    leave(client, own)
    assert change(client, own, "1").status_code == 409
    assert places(event) == (0, 0)


def test_the_mail_comes_again_but_not_twice_in_a_quarter_of_an_hour(
    client, own, outbox
):
    def ask():
        return client.post(f"{own}/mail")

    answer = ask()
    assert "on its way once more" in client.get(answer.location).text
    assert outbox[-1].subject == outbox[-2].subject == "You’re in: Vigil for Aleppo"
    answer = ask()
    assert answer.status_code == 409
    assert "We sent it a few minutes ago" in answer.text
    assert len(outbox) == 3
    earlier = clock.now() - timedelta(minutes=15)
    with transaction() as session:
        session.execute(update(Notice).values(about=earlier.isoformat()))
    assert ask().status_code == 303
    assert len(outbox) == 4


def test_a_mail_that_comes_again_says_how_long_the_place_is_kept_now(
    client, event, outbox
):
    sign_up(client, event)
    path = own_page(outbox[-1])
    with transaction():
        rows()[0].hold_ends_at = clock.now() + timedelta(minutes=4, seconds=30)
    with transaction() as session:
        session.execute(delete(MailTurn))  # a quarter of an hour later
    client.post(f"{path}/mail")
    assert "kept for 5 minutes" in outbox[-1].body_text


@pytest.mark.parametrize("end", [leave, lambda _client, _page: let_holds_end()])
def test_of_what_has_ended_no_mail_comes_again(client, event, outbox, end):
    sign_up(client, event)
    path = own_page(outbox[-1])
    end(client, path)
    before = len(outbox)
    assert client.post(f"{path}/mail").status_code == 409
    assert len(outbox) == before


def test_my_data_are_all_that_is_stored_and_mine_alone(client, event, own):
    question = Question(
        event_id=event.id,
        kind=QuestionKind.CHOICES,
        label="What do you bring?",
        options=[{"key": "a", "label": "Candles"}, {"key": "b", "label": "Bread"}],
    )
    purpose = ConsentPurpose(event_id=event.id, wording="Write to me")
    with transaction() as session:
        session.add_all([question, purpose])
    row = rows()[0]
    with transaction() as session:
        person = Person("Amal", "amal@example.org", {str(question.uid): ["b"]})
        write_person(row, person, "amal@example.org")
        consent = Consent(sign_up_id=row.id, purpose_id=purpose.id)
        consent.wording, consent.given_at = "Write to me", clock.now()
        session.add(consent)
    answer = client.get(f"{own}/data.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"
    told = json.loads(answer.text)
    assert (told["name"], told["email"]) == ("Amal", "amal@example.org")
    assert told["answers"] == [{"question": "What do you bring?", "answer": ["Bread"]}]
    assert told["consents"][0]["wording"] == "Write to me"
    assert (told["state"], told["party_size"]) == ("going", 2)
    assert client.get(f"/sign-ups/{'x' * 43}/data.json").status_code == 404


def test_erasing_asks_first_and_looking_changes_nothing(client, event, own):
    shown = client.get(f"{own}/erase")
    assert "Erase all of it" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert len(rows()) == 1


def test_who_is_erased_leaves_nothing_but_a_free_place(client, event, own, outbox):
    calendar = calendar_of(client, own)
    client.post(f"{own}/mail")
    assert len(outbox) == 3  # nobody has delivered them yet
    answer = client.post(f"{own}/erase", follow_redirects=True)
    assert "All about you is erased" in answer.text
    assert rows() == []
    assert db.session.query(Notice).count() == 0
    assert places(event) == (0, 0)
    assert len(outbox) == 0  # whoever is erased gets no more mail
    assert client.get(own).status_code == 404
    assert client.post(f"{own}/erase").status_code == 404
    assert b"VEVENT" not in client.get(calendar).data
    assert keys().key(key_name(event))


def test_the_place_of_who_is_erased_goes_to_who_waits(client, event, own, outbox):
    change(client, own, "4")
    sign_up(client, event, email="basma@example.org", may_wait="1")
    confirm(client, own_page(outbox[-1]))
    client.post(f"{own}/erase")
    assert outbox[-1].subject == "A place is kept for you: Vigil for Aleppo"
    assert [m.recipient for m in outbox][-1] == "basma@example.org"


def test_who_was_erased_can_sign_up_again(client, event, own, outbox):
    client.post(f"{own}/erase")
    sign_up(client, event)
    assert states() == ["pending"]
    assert own_page(outbox[-1]) != own


def test_the_campaign_decides_how_long_lists_are_kept_and_the_form_says_so(
    client, event, own
):
    assert "erase the list 30 days after" in client.get(f"/events/{event.slug}").text
    organiser = factories.organiser()
    factories.membership(organiser, event.group)
    desk = sign_in(client, organiser)
    path = f"/manage/campaigns/{event.campaign.slug}/edit"
    for wrong in ("0", "366", "", "many"):
        answer = send(desk, path, list_kept_days=wrong)
        assert answer.status_code == 422
        assert fields(answer)["list_kept_days"] == wrong
    assert send(desk, path, list_kept_days="1").status_code == 303
    assert "erase the list 1 day after" in client.get(f"/events/{event.slug}").text
    assert "erased 1 day after" in client.get(own).text


@pytest.mark.parametrize(
    "verb", ["claim", "rejoin", "party", "mail", "erase", "confirm", "cancel"]
)
def test_an_unknown_address_changes_nothing(client, event, own, verb):
    data = {"party_size": "1"}
    answer = client.post(f"/sign-ups/{'x' * 43}/{verb}", data=data)
    assert answer.status_code == 404
    assert places(event) == (2, 2)
