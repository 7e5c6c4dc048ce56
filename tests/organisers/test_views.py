"""Signing in and out, as browsers see it."""

import re

import factories
import pytest
from counting import count_queries
from front_door import fields, press, send, sign_in
from sqlalchemy import event, func, select

from campaign.config import load
from campaign.database import db, transaction
from campaign.lib import clock
from campaign.organisers.models import OrganiserSession
from campaign.organisers.operations import (
    LINK_LIFETIME,
    make_sign_in_link,
)
from campaign.organisers.operations import sign_in as begin_session


@pytest.fixture
def organiser(app):
    return factories.organiser(email="amal@example.org")


def ask(client, email, address="/sign-in"):
    # Buffered: the answer is taken to its end, and what happens after it happens.
    return client.post(address, data={"email": email}, buffered=True)


def link_in(mail):
    return re.search(r"http://localhost(/sign-in/\S+)", mail.body_text)[1]


def test_an_organiser_signs_in_with_the_link_in_a_mail(client, organiser, outbox):
    ask(client, "Amal@Example.org")
    assert [mail.recipient for mail in outbox] == ["amal@example.org"]
    link = link_in(outbox[0])
    assert "one step away" in client.get(link).text
    answer = client.post(link)
    assert (answer.status_code, answer.location) == (303, "/manage/?lang=en")
    assert client.get("/manage/").status_code == 200


def test_the_answer_is_the_same_whether_an_address_is_known_or_not(
    client, organiser, outbox
):
    known = ask(client, "amal@example.org")
    unknown = ask(client, "eve@example.org")
    again = ask(client, "amal@example.org")
    assert known.status_code == unknown.status_code == again.status_code == 200
    assert known.text.replace("amal@", "eve@") == unknown.text
    assert again.text == known.text
    assert dict(known.headers).keys() == dict(unknown.headers).keys()
    assert [mail.recipient for mail in outbox] == ["amal@example.org"]


def test_the_answer_is_out_before_the_address_is_looked_up(client, organiser, outbox):
    answers = []
    form = {"email": "amal@example.org"}
    assert not count_queries(lambda: answers.append(client.post("/sign-in", data=form)))
    assert len(outbox) == 0
    answers[0].close()
    assert len(outbox) == 1


def test_the_server_is_as_busy_for_a_stranger(client, organiser, outbox):
    written = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO outgoing_mails"):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for email in ("amal@example.org", "eve@example.org", "amal@example.org"):
            ask(client, email)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(written) == 3
    assert [mail.recipient for mail in outbox] == ["amal@example.org"]


def test_the_mail_speaks_the_language_of_the_page(client, organiser, outbox):
    ask(client, "amal@example.org", "/sign-in?lang=ar")
    assert outbox[0].language == "ar"
    assert link_in(outbox[0]).endswith("?lang=ar")


@pytest.mark.parametrize("email", ["", "amal", "amal@example.org, eve@example.org"])
def test_what_is_no_address_is_explained_and_kept(client, organiser, outbox, email):
    answer = ask(client, email)
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert fields(answer)["email"] == email
    assert len(outbox) == 0


def test_a_name_in_an_address_cannot_write_into_the_page(client):
    answer = ask(client, '"<b>x</b>"@example.org')
    assert "<b>" not in answer.text


def test_opening_a_link_changes_nothing(client, organiser):
    with transaction():
        token = make_sign_in_link(organiser, clock.now())
    for _times in range(3):
        answer = client.get(f"/sign-in/{token}")
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    client.head(f"/sign-in/{token}")
    assert client.post(f"/sign-in/{token}").status_code == 303


def test_a_link_that_was_used_says_so_and_offers_a_new_one(client, organiser, app):
    with transaction():
        token = make_sign_in_link(organiser, clock.now())
    client.post(f"/sign-in/{token}")
    other = app.test_client()
    for answer in (other.get(f"/sign-in/{token}"), other.post(f"/sign-in/{token}")):
        assert answer.status_code == 410
        assert "no longer works" in answer.text
        assert "Set-Cookie" not in answer.headers
        assert 'action="/sign-in"' in answer.text


def test_a_link_that_is_too_old_or_made_up_gets_the_same_answer(client, organiser):
    with transaction():
        old = make_sign_in_link(organiser, clock.now() - LINK_LIFETIME)
    answers = [client.post(f"/sign-in/{token}") for token in (old, "made-up")]
    assert [answer.status_code for answer in answers] == [410, 410]
    # The page names its own address, for other languages.
    assert answers[0].text.replace(old, "made-up") == answers[1].text


def test_signing_in_leads_to_where_somebody_wanted_to_go(client, organiser, outbox):
    answer = client.get("/manage/account?lang=en")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/manage/account?lang%3Den&lang=en"
    form = client.get(answer.location)
    action = re.search(r'<form method="post" action="([^"]+)"', form.text)[1]
    ask(client, organiser.email, action.replace("&amp;", "&"))
    db.session.rollback()
    answer = client.post(link_in(outbox[0]))
    assert answer.location == "/manage/account?lang=en"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "\t//evil.example", "https://evil.example"],
)
def test_signing_in_leads_to_no_other_site(client, organiser, outbox, target):
    with transaction():
        token = make_sign_in_link(organiser, clock.now())
    answer = client.post(f"/sign-in/{token}", query_string={"next": target})
    assert answer.location == "/manage/"
    page = client.get("/sign-in", query_string={"next": target})
    assert page.location == "/manage/"
    client.delete_cookie("session")
    client.post(
        "/sign-in",
        query_string={"next": target},
        data={"email": organiser.email},
        buffered=True,
    )
    assert "evil" not in "".join(mail.body_text + mail.body_html for mail in outbox)


def cookie_header(client, organiser):
    with transaction():
        token = make_sign_in_link(organiser, clock.now())
    return client.post(f"/sign-in/{token}").headers["Set-Cookie"]


def test_the_cookie_is_kept_from_scripts_and_other_sites(client, organiser):
    cookie = cookie_header(client, organiser)
    assert cookie.startswith("session=")
    for mark in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"):
        assert mark in cookie.split("; "), mark
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(
    client, organiser, app, monkeypatch
):
    settings = load(
        {
            "CAMPAIGN_SITE_URL": "https://example.org",
            "CAMPAIGN_INSTANCE_PATH": str(app.config["INSTANCE_PATH"]),
        }
    )
    for name in ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE"):
        monkeypatch.setitem(app.config, name, settings[name])
    cookie = cookie_header(client, organiser)
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie.split("; ")


def test_readers_get_no_cookie_and_pages_that_caches_may_share(client, organiser):
    shown = factories.event()
    sign_in(client, organiser)
    token = client.get_cookie("session").value
    for path in (
        "/",
        "/events",
        f"/events/{shown.slug}",
        f"/groups/{shown.group.slug}",
    ):
        for cookie in (None, token):
            client.delete_cookie("session")
            if cookie:
                client.set_cookie("session", cookie)
            answer = client.get(path)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers, path
            assert "Cookie" not in answer.headers.get("Vary", ""), path


def test_a_public_page_does_not_look_for_a_session(client, organiser):
    without = count_queries(lambda: client.get("/about"))
    client.set_cookie("session", "x")
    assert count_queries(lambda: client.get("/about")) == without == 0


def test_pages_of_organisers_stay_out_of_caches(client, organiser):
    sign_in(client, organiser)
    answer = client.get("/manage/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_signing_in_again_gives_a_new_session_and_ends_the_old_one(client, organiser):
    sign_in(client, organiser)
    first = client.get_cookie("session").value
    sign_in(client, organiser)
    assert client.get_cookie("session").value != first
    assert sessions() == 1
    client.set_cookie("session", first)
    assert client.get("/manage/").status_code == 302


def sessions():
    return db.session.scalar(select(func.count(OrganiserSession.id)))


def test_after_signing_out_the_old_cookie_opens_nothing(client, organiser):
    sign_in(client, organiser)
    token = client.get_cookie("session").value
    assert "Sign out" in client.get("/manage/account").text
    answer = press(client, "/sign-out")
    assert answer.location == "/sign-in?done=signed-out"
    assert "You are signed out" in client.get(answer.location).text
    assert client.get_cookie("session") is None
    client.set_cookie("session", token)
    assert client.get("/manage/").status_code == 302
    assert sessions() == 0


def test_signing_out_twice_does_no_harm(client, organiser):
    sign_in(client, organiser)
    assert press(client, "/sign-out").status_code == 303
    assert client.post("/sign-out").status_code == 303


def test_signing_out_everywhere_ends_every_session_and_every_link(
    client, organiser, app
):
    other = sign_in(app.test_client(), organiser)
    sign_in(client, organiser)
    with transaction():
        token = make_sign_in_link(organiser, clock.now())
    press(client, "/manage/account/sign-out-everywhere")
    assert sessions() == 0
    assert other.get("/manage/").status_code == 302
    assert client.get("/manage/").status_code == 302
    assert client.post(f"/sign-in/{token}").status_code == 410


def test_sessions_are_listed_and_can_be_ended_one_by_one(client, organiser, app):
    other = sign_in(app.test_client(), organiser)
    (number,) = db.session.scalars(select(OrganiserSession.id)).all()
    sign_in(client, organiser)
    assert client.get("/manage/account").text.count("Signed in on") == 2
    answer = press(client, f"/manage/account/sessions/{number}/end")
    assert "That browser is signed out" in client.get(answer.location).text
    assert other.get("/manage/").status_code == 302
    assert client.get("/manage/").status_code == 200


def test_ending_the_own_session_signs_out(client, organiser):
    sign_in(client, organiser)
    (number,) = db.session.scalars(select(OrganiserSession.id)).all()
    answer = press(client, f"/manage/account/sessions/{number}/end")
    assert answer.location == "/sign-in?done=signed-out"
    assert sessions() == 0


def test_nobody_can_end_somebody_elses_session(client, organiser, app):
    sign_in(app.test_client(), factories.organiser())
    (number,) = db.session.scalars(select(OrganiserSession.id)).all()
    sign_in(client, organiser)
    assert press(client, f"/manage/account/sessions/{number}/end").status_code == 404
    assert sessions() == 2


def test_a_session_that_is_over_opens_nothing(client, organiser):
    with transaction():
        old = clock.now() - LINK_LIFETIME * 6 * 24 * 31
        token = begin_session(make_sign_in_link(organiser, old), old)
    client.set_cookie("session", token)
    assert client.get("/manage/").status_code == 302


def test_who_is_signed_in_need_not_sign_in_again(client, organiser):
    sign_in(client, organiser)
    assert client.get("/sign-in").location == "/manage/"
    assert client.get("/sign-in?next=/manage/account").location == "/manage/account"


WRITTEN = {"name": "Ducks <&> friends", "summary": "Two\nlines"}


def test_a_form_without_its_token_is_refused_and_loses_nothing(client, organiser):
    sign_in(client, organiser)
    answer = client.post("/manage/groups/new", data=WRITTEN)
    assert answer.status_code == 400
    kept = fields(answer)
    assert kept["name"] == WRITTEN["name"]
    # What is kept has a token of this session: sent once more, it is taken.
    again = client.post("/manage/groups/new", data={**kept, "language": "en"})
    assert again.status_code == 303


def test_a_token_of_another_session_is_refused(client, organiser, app):
    other = sign_in(app.test_client(), factories.organiser())
    foreign = fields(other.get("/manage/account"))["csrf_token"]
    sign_in(client, organiser)
    data = {**WRITTEN, "language": "en", "csrf_token": foreign}
    assert client.post("/manage/groups/new", data=data).status_code == 400
    own = fields(client.get("/manage/account"))["csrf_token"]
    data["csrf_token"] = own
    assert client.post("/manage/groups/new", data=data).status_code == 303


def test_a_form_sent_after_the_session_ended_is_not_lost(client, organiser):
    sign_in(client, organiser)
    form = fields(client.get("/manage/groups/new"))
    press(client, "/sign-out")
    answer = client.post("/manage/groups/new", data={**form, **WRITTEN})
    assert answer.status_code == 401
    assert "Nothing is lost" in answer.text
    kept = fields(answer)
    assert kept["name"] == WRITTEN["name"]
    sign_in(client, organiser)
    # The page was drawn for nobody, so it asks once more, with a token this time.
    asked = client.post("/manage/groups/new", data=kept)
    assert asked.status_code == 400
    assert client.post("/manage/groups/new", data=fields(asked)).status_code == 303


def test_another_site_cannot_send_a_form_in_an_organisers_name(client, organiser):
    sign_in(client, organiser)
    form = {**fields(client.get("/manage/groups/new")), **WRITTEN}
    answer = client.post(
        "/manage/groups/new", data=form, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_only_known_sentences_can_be_put_into_a_page(client, organiser):
    sign_in(client, organiser)
    assert "Saved." in client.get("/manage/account?done=saved").text
    page = client.get("/manage/account?done=You+have+won").text
    assert "You have won" not in page
    assert 'role="status"' not in page


def test_who_is_in_no_group_is_invited_to_start_one(client, organiser):
    sign_in(client, organiser)
    page = client.get("/manage/")
    assert "Start the group" in page.text
    answer = send(client, "/manage/groups/new", "/manage/", name="Ducks")
    assert answer.location == "/manage/?done=group-created"
    assert "Start with a campaign" in client.get(answer.location).text
