"""Links and sessions, at times that the tests choose."""

import threading
from datetime import UTC, datetime, timedelta

import factories
import pytest
from sqlalchemy import func, select

from campaign.database import db, transaction
from campaign.lib.refusal import Refusal
from campaign.lib.tokens import token_hash
from campaign.mail.addresses import NotAnAddress
from campaign.organisers.models import OrganiserSession, Role, SignInLink
from campaign.organisers.operations import (
    LinkNotUsable,
    LinkSentAlready,
    UnknownOrganiser,
    create_group,
    find_or_make_organiser,
    forget_expired,
    make_sign_in_link,
    request_sign_in_link,
    sign_in,
)
from campaign.organisers.queries import find_session, find_sign_in_link, role_in

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def organiser(app):
    return factories.organiser(email="amal@example.org")


def count(model):
    return db.session.scalar(select(func.count(model.id)))


def test_a_link_signs_in_once(organiser):
    with transaction():
        token = make_sign_in_link(organiser, NOW)
    with transaction():
        session = sign_in(token, NOW + MINUTE)
    assert find_session(session, NOW + MINUTE).organiser is organiser
    with pytest.raises(LinkNotUsable), transaction():
        sign_in(token, NOW + MINUTE)
    assert count(OrganiserSession) == 1


def test_a_link_works_for_ten_minutes_and_not_a_second_longer(organiser):
    with transaction():
        token = make_sign_in_link(organiser, NOW)
    assert find_sign_in_link(token, NOW + 10 * MINUTE - timedelta(seconds=1))
    assert find_sign_in_link(token, NOW + 10 * MINUTE) is None
    with pytest.raises(LinkNotUsable), transaction():
        sign_in(token, NOW + 10 * MINUTE)


def test_a_link_can_be_made_to_last_longer(organiser):
    with transaction():
        token = make_sign_in_link(organiser, NOW, lifetime=DAY)
    assert find_sign_in_link(token, NOW + 23 * 60 * MINUTE)


def test_a_made_up_link_signs_nobody_in(organiser):
    with pytest.raises(LinkNotUsable), transaction():
        sign_in("made-up", NOW)


def test_a_session_ends_after_thirty_days(organiser):
    with transaction():
        session = sign_in(make_sign_in_link(organiser, NOW), NOW)
    assert find_session(session, NOW + 30 * DAY - MINUTE)
    assert find_session(session, NOW + 30 * DAY) is None


def test_the_database_holds_no_token_that_opens_anything(organiser):
    with transaction():
        token = make_sign_in_link(organiser, NOW)
        session = sign_in(token, NOW)
    assert db.session.scalars(select(SignInLink.token_hash)).all() == [
        token_hash(token)
    ]
    kept = db.session.scalars(select(OrganiserSession.token_hash)).one()
    assert kept == token_hash(session)
    assert session not in kept


def test_one_link_in_two_minutes_and_the_next_one_after_them(organiser):
    with transaction():
        request_sign_in_link("amal@example.org", NOW)
    with pytest.raises(LinkSentAlready), transaction():
        request_sign_in_link("amal@example.org", NOW + 2 * MINUTE - timedelta(0, 1))
    with transaction():
        found, _token = request_sign_in_link("amal@example.org", NOW + 2 * MINUTE)
    assert found is organiser
    assert count(SignInLink) == 2


def test_a_link_from_a_terminal_does_not_keep_one_by_mail_waiting(organiser):
    with transaction():
        make_sign_in_link(organiser, NOW)
        found, _token = request_sign_in_link("amal@example.org", NOW)
    assert found is organiser


def test_an_organiser_is_found_however_the_address_is_written(organiser):
    with transaction():
        found, _token = request_sign_in_link(" Amal@EXAMPLE.org ", NOW)
    assert found is organiser
    with transaction():
        assert find_or_make_organiser("AMAL@example.org", NOW) is organiser


@pytest.mark.parametrize("email", ["", "amal", "amal@example.org, eve@example.org"])
def test_what_is_no_single_address_finds_nobody(organiser, email):
    with pytest.raises(NotAnAddress), transaction():
        request_sign_in_link(email, NOW)


def test_a_stranger_gets_no_link(app):
    with pytest.raises(UnknownOrganiser), transaction():
        request_sign_in_link("eve@example.org", NOW)
    assert count(SignInLink) == 0


def test_what_has_ended_is_forgotten_and_the_rest_stays(organiser):
    with transaction():
        sign_in(make_sign_in_link(organiser, NOW), NOW)
        kept = sign_in(make_sign_in_link(organiser, NOW + DAY), NOW + DAY)
        fresh = make_sign_in_link(organiser, NOW + 30 * DAY - MINUTE)
    with transaction():
        forget_expired(NOW + 30 * DAY)
    assert count(OrganiserSession) == count(SignInLink) == 1
    assert find_session(kept, NOW + 30 * DAY)
    assert find_sign_in_link(fresh, NOW + 30 * DAY)


def test_who_starts_a_group_owns_it(organiser):
    with transaction():
        group = create_group(organiser, {"name": "Ducks’ friends"}, NOW)
    assert group.slug == "ducks-friends"
    assert role_in(organiser, group.id) is Role.OWNER


def test_groups_of_one_name_get_addresses_of_their_own(organiser):
    names = ["Ducks", "Ducks", "Ducks again", "ducks!", "New"]
    with transaction():
        groups = [
            create_group(organiser, {"name": name, "summary": f"No. {number}"}, NOW)
            for number, name in enumerate(names)
        ]
    slugs = [group.slug for group in groups]
    # "new" is the address of the form, so no group may live there.
    assert slugs == ["ducks", "ducks-2", "ducks-again", "ducks-3", "new-2"]


def in_threads(app, act, times=6):
    """Return what `act` returned or refused with, run by several threads at once."""
    outcomes, start = [], threading.Barrier(times)

    def run():
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    outcomes.append(act())
            except Refusal as refusal:
                outcomes.append(type(refusal))

    threads = [threading.Thread(target=run) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_many_who_use_a_link_at_once_one_gets_in(app, organiser):
    with transaction():
        token = make_sign_in_link(organiser, NOW)
    outcomes = in_threads(app, lambda: sign_in(token, NOW))
    assert outcomes.count(LinkNotUsable) == 5
    db.session.rollback()
    assert count(OrganiserSession) == 1


def test_of_many_requests_at_once_one_sends_a_link(app, organiser):
    outcomes = in_threads(app, lambda: request_sign_in_link("amal@example.org", NOW))
    assert outcomes.count(LinkSentAlready) == 5
    db.session.rollback()
    assert count(SignInLink) == 1
