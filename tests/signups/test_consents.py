"""Consents: given, withdrawn and given again, with all that was said before."""

import json
import re

import factories
import pytest
from questions import offer
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from supporters import enlist, own_page, rows, sign_up

from campaign.database import db, transaction
from campaign.signups.models import Consent


@pytest.fixture
def event(app):
    return factories.event(title="Vigil for Aleppo")


def consents():
    db.session.rollback()
    return db.session.scalars(select(Consent).order_by(Consent.id)).all()


def standing():
    return [each.withdrawn_at is None for each in consents()]


def reword(purpose, wording):
    with transaction() as session:
        session.merge(purpose).wording = wording


def test_a_consent_is_never_ticked_before_and_never_required(client, event):
    purpose = offer(event, "Write to me about other vigils.")
    shown = client.get(f"/events/{event.slug}").text
    (box,) = re.findall(rf'<input[^>]*name="consent-{purpose.id}"[^>]*>', shown)
    assert "checked" not in box
    assert "required" not in box
    assert sign_up(client, event).status_code == 303
    assert consents() == []


def test_a_consent_keeps_its_words_and_is_withdrawn_with_one_click(
    client, event, outbox
):
    purpose = offer(event, "Write to me about other vigils.")
    offer(event, "Never offered again.", is_retired=True)
    page = enlist(client, outbox, event, **{f"consent-{purpose.id}": "y"})
    (given,) = consents()
    assert given.wording == "Write to me about other vigils."
    assert given.withdrawn_at is None
    reword(purpose, "Sell my address.")
    shown = client.get(page).text
    assert "Write to me about other vigils." in shown
    assert "Sell my address." not in shown
    withdrawn = client.post(f"{page}/consents/{purpose.id}/withdraw")
    assert withdrawn.status_code == 303
    at = consents()[0].withdrawn_at
    assert at is not None
    client.post(f"{page}/consents/{purpose.id}/withdraw")
    assert consents()[0].withdrawn_at == at
    assert "Withdraw it" not in client.get(page).text
    data = json.loads(client.get(f"{page}/data.json").text)
    assert data["consents"][0]["wording"] == "Write to me about other vigils."
    assert data["consents"][0]["withdrawn_at"]


def test_nobody_withdraws_the_consent_of_somebody_else(client, event, outbox):
    purpose = offer(event)
    enlist(client, outbox, event, **{f"consent-{purpose.id}": "y"})
    other = enlist(client, outbox, event, email="other@example.org")
    client.post(f"{other}/consents/{purpose.id}/withdraw")
    assert consents()[0].withdrawn_at is None


def test_who_signs_up_again_without_the_tick_has_withdrawn(client, event, outbox):
    purpose = offer(event)
    ticked = {f"consent-{purpose.id}": "y"}
    page = enlist(client, outbox, event, **ticked)
    client.post(f"{page}/cancel")
    sign_up(client, event, **ticked)
    assert standing() == [True]
    client.post(f"{own_page(outbox[-1])}/cancel")
    sign_up(client, event)
    assert standing() == [False]
    client.post(f"{own_page(outbox[-1])}/cancel")
    sign_up(client, event, **ticked)
    assert standing() == [False, True]


def test_what_was_withdrawn_can_be_agreed_to_again_and_stays_in_the_history(
    client, event, outbox
):
    purpose = offer(event, "Write to me about other vigils.")
    page = enlist(client, outbox, event, **{f"consent-{purpose.id}": "y"})
    client.post(f"{page}/consents/{purpose.id}/withdraw")
    withdrawn_at = consents()[0].withdrawn_at
    reword(purpose, "Write to me about vigils and talks.")
    shown = client.get(page).text
    assert "It is asked in other words now:" in shown
    assert "Write to me about vigils and talks." in shown
    assert "Agree again" in shown
    for _twice in range(2):
        given = client.post(f"{page}/consents/{purpose.id}/give")
        assert given.status_code == 303
    first, second = consents()
    assert first.withdrawn_at == withdrawn_at
    assert first.wording == "Write to me about other vigils."
    assert second.withdrawn_at is None
    assert second.wording == "Write to me about vigils and talks."
    assert second.given_at >= withdrawn_at
    shown = client.get(page).text
    assert "You withdrew it on" in shown
    assert "Withdraw it" in shown
    assert "Agree again" not in shown
    data = json.loads(client.get(f"{page}/data.json").text)
    assert [bool(each["withdrawn_at"]) for each in data["consents"]] == [True, False]


def test_one_who_did_not_agree_at_first_can_on_the_own_page(client, event, outbox):
    purpose = offer(event, "Write to me about other vigils.")
    page = enlist(client, outbox, event)
    assert "You have not agreed to this." in client.get(page).text
    client.post(f"{page}/consents/{purpose.id}/give")
    assert [each.wording for each in consents()] == ["Write to me about other vigils."]


def test_nobody_agrees_to_what_is_not_asked_of_them(client, event, outbox):
    page = enlist(client, outbox, event)
    retired = offer(event, "Long ago.", is_retired=True)
    foreign = offer(factories.event(), "Elsewhere.")
    assert "I agree" not in client.get(page).text
    for number in (retired.id, foreign.id, 999_999):
        refused = client.post(f"{page}/consents/{number}/give")
        assert refused.status_code == 409
        assert "The organisers do not ask for that any more." in refused.text
    assert consents() == []


def test_the_database_holds_one_standing_consent_of_a_purpose(client, event, outbox):
    purpose = offer(event)
    enlist(client, outbox, event, **{f"consent-{purpose.id}": "y"})
    (given,) = consents()
    double = Consent(sign_up_id=given.sign_up_id, purpose_id=purpose.id, wording="x")
    double.given_at = given.given_at
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(double)


def test_who_is_erased_leaves_no_consent(client, event, outbox):
    purpose = offer(event)
    page = enlist(client, outbox, event, **{f"consent-{purpose.id}": "y"})
    client.post(f"{page}/erase")
    assert rows() == []
    assert consents() == []


def test_a_refused_form_keeps_the_ticks(client, event):
    purpose = offer(event)
    typed = {"email": "nobody", f"consent-{purpose.id}": "y"}
    refused = sign_up(client, event, **typed)
    (box,) = re.findall(rf'<input[^>]*name="consent-{purpose.id}"[^>]*>', refused.text)
    assert "checked" in box
