"""The mails that supporters get."""

import factories
import html5lib
import pytest
from supporters import confirm, leave, own_page, sign_up


@pytest.fixture
def event(app):
    return factories.event(title="Vigil for Aleppo", instructions="Ring *twice*.")


def all_mails(client, event, outbox, **typed):
    """Sign up, confirm and leave; return the three mails."""
    sign_up(client, event, **typed)
    page = own_page(outbox[0])
    confirm(client, page)
    leave(client, page)
    return list(outbox)


def test_nothing_typed_goes_to_an_address_that_is_not_confirmed(client, event, outbox):
    sign_up(client, event, name="Buy at https://spam.example")
    mail = outbox[0]
    for part in (mail.subject, mail.body_text, mail.body_html):
        assert "spam" not in part


def test_the_name_is_safe_in_html_and_whole_in_text(client, event, outbox):
    name = "<img src=x> & %s"
    going = all_mails(client, event, outbox, name=name, party_size="2")[1]
    assert f"Hello {name}, 2 places are yours." in going.body_text
    assert "<img" not in going.body_html
    assert "&lt;img src=x&gt; &amp; %s" in going.body_html


def test_links_lead_to_the_site_whatever_the_request_called_it(app, event, outbox):
    client = app.test_client()
    sign_up(client, event)  # at http://localhost
    client.get("/", headers={"Host": "127.0.0.1"})
    app.config["SITE_URL"], usual = "https://act.example", app.config["SITE_URL"]
    try:
        sign_up(client, event, email="basma@example.org")
    finally:
        app.config["SITE_URL"] = usual
    assert "https://act.example/sign-ups/" in outbox[1].body_text
    assert "localhost" not in outbox[1].body_text + outbox[1].body_html


def test_every_mail_is_whole_in_both_forms(client, event, outbox):
    for mail in all_mails(client, event, outbox):
        assert "Vigil for Aleppo" in mail.subject
        for text in (mail.body_text, mail.body_html):
            assert "Vigil for Aleppo" in text
            for sign in ("{{", "{%", "None", "Undefined", "%(", "&#"):
                assert sign not in text
        html5lib.HTMLParser(strict=True).parse(mail.body_html)
        assert "\n\n\n" not in mail.body_text


def test_each_mail_asks_for_one_thing(client, event, outbox):
    for mail in all_mails(client, event, outbox):
        assert mail.body_html.count('class="button"') == 1


def test_a_mail_loads_nothing_and_needs_no_style_sheet(client, event, outbox):
    for mail in all_mails(client, event, outbox):
        assert "<style" not in mail.body_html
        assert 'style="' in mail.body_html
        for loading in ("<img", "<link", "<script", "url(", "@import"):
            assert loading not in mail.body_html


def test_the_poster_has_the_colour_of_the_campaign(client, outbox):
    event = factories.event(campaign=factories.campaign(accent="#0a3d62"))
    sign_up(client, event)
    assert "background: #0a3d62;color: #FFFFFF" in outbox[0].body_html


def test_a_mail_speaks_the_language_of_the_form(client, event, outbox):
    client.post(
        f"/events/{event.slug}/sign-ups?lang=ar",
        data={"name": "أمل", "email": "amal@example.org", "party_size": "1"},
    )
    mail = outbox[0]
    assert mail.language == "ar"
    assert '<html lang="ar" dir="rtl">' in mail.body_html
    assert f"{own_page(mail)}?lang=ar" in mail.body_text
    # Confirming in another language does not change the language of the mails.
    client.post(f"{own_page(mail)}/confirm?lang=en")
    assert outbox[1].language == "ar"


def test_instructions_are_for_those_who_are_in(client, event, outbox):
    ask, going, goodbye = all_mails(client, event, outbox)
    assert "Ring twice." in going.body_text
    assert "Ring <em>twice</em>." in going.body_html
    for mail in (ask, goodbye):
        assert "Ring" not in mail.body_text + mail.body_html


def test_an_online_event_tells_its_address_to_those_who_are_in(client, outbox):
    event = factories.event(
        attendance="online", online_url="https://meet.example/x", address_level="city"
    )
    ask, going, _ = all_mails(client, event, outbox)
    assert "https://meet.example/x" not in ask.body_text + ask.body_html
    assert "https://meet.example/x" in going.body_text
    assert 'href="https://meet.example/x"' in going.body_html
