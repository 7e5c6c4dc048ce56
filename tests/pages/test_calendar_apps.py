"""The addresses at which calendar apps take a subscription."""

from urllib.parse import parse_qs, urlsplit

import pytest

from campaign.pages.calendar_apps import calendar_apps, is_on_this_machine

FEED = "https://act.example.org/events.ics?country=GB&kind=vigil"


def links(address: str = FEED, title: str = "Vigils & talks") -> dict[str, str]:
    return {app.name: app.link for app in calendar_apps(address, title)}


def test_google_is_asked_for_the_whole_feed_with_its_filter():
    link = urlsplit(links()["Google Calendar"])
    assert (link.netloc, link.path) == ("calendar.google.com", "/calendar/render")
    webcal = "webcal://act.example.org/events.ics?country=GB&kind=vigil"
    assert parse_qs(link.query) == {"cid": [webcal]}


@pytest.mark.parametrize(
    ("app", "host"),
    [("Outlook.com", "outlook.live.com"), ("Microsoft 365", "outlook.office.com")],
)
def test_outlook_is_told_the_address_and_the_name(app, host):
    link = urlsplit(links()[app])
    assert (link.netloc, link.path) == (host, "/calendar/0/addfromweb")
    assert parse_qs(link.query) == {"url": [FEED], "name": ["Vigils & talks"]}


def test_apps_are_opened_by_the_scheme_of_calendars():
    assert links()["Apple"] == FEED.replace("https:", "webcal:")


@pytest.mark.parametrize("app", ["Thunderbird", "Android (ICSx⁵)"])
def test_apps_that_take_webcal_for_http_are_told_to_ask_securely(app):
    assert links()[app] == FEED.replace("https:", "webcals:")
    plain = links("http://localhost:8000/calendar.ics")[app]
    assert plain == "webcal://localhost:8000/calendar.ics"


def test_an_app_says_which_site_its_link_leads_to():
    hosts = {app.name: app.host for app in calendar_apps(FEED, "x")}
    assert hosts["Google Calendar"] == "calendar.google.com"
    assert hosts["Outlook.com"] == "outlook.live.com"
    assert hosts["Microsoft 365"] == "outlook.office.com"
    assert {hosts[name] for name in hosts if name in ("Apple", "Thunderbird")} == {""}


def test_a_hostile_title_stays_inside_its_own_question():
    title = 'a&url=https://evil.example#\r\n"<script>'
    for name, link in links(title=title).items():
        assert not set('"<>\r\n #') & set(link), name
    asked = parse_qs(urlsplit(links(title=title)["Outlook.com"]).query)
    assert asked == {"url": [FEED], "name": [title]}


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost",
        "http://localhost:8000",
        "http://site.localhost",
        "http://127.0.0.1:5000",
        "http://127.8.9.1",
        "http://[::1]:8000",
    ],
)
def test_a_site_on_this_machine_is_known(address):
    assert is_on_this_machine(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://act.example.org",
        "https://localhost.example.org",
        "http://192.0.2.7",
        "http://[2001:db8::1]",
        "https://127.example.org",
    ],
)
def test_a_site_on_the_internet_is_not_taken_for_this_machine(address):
    assert not is_on_this_machine(address)
