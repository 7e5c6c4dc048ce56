"""The home page and the pages about the site."""

import gzip
import re
from datetime import date, datetime
from urllib.robotparser import RobotFileParser

import brotli
import factories
import pytest

from campaign.database import transaction
from campaign.events.models import Rhythm
from campaign.events.recurrence import first_slots
from campaign.lib import clock
from campaign.series.operations.making import repeat_event

UNPACKED = {"br": brotli.decompress, "gzip": gzip.decompress}
TEXTS = (
    "/static/js/board.js",
    "/static/js/door.js",
    "/service-worker.js",
    "/style.css",
)


@pytest.mark.parametrize("path", ["/", "/about", "/privacy", "/subscribe"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_empty_site_has_its_pages(client, path, language):
    page = client.get(path, query_string={"lang": language})
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text


def test_the_home_page_shows_what_is_coming_up(client):
    day = factories.action_day()
    event = factories.event(action_day=day)
    page = client.get("/")
    for words in (day.title, event.title, day.campaign.title):
        assert words in page.text


def test_drafts_and_unlisted_events_are_not_on_the_home_page(client):
    draft = factories.event(state="draft", published_at=None)
    unlisted = factories.event(visibility="unlisted")
    page = client.get("/")
    assert draft.title not in page.text
    assert unlisted.title not in page.text


def test_a_reader_gets_no_cookie(client):
    factories.event()
    assert "Set-Cookie" not in client.get("/").headers


def test_pages_forbid_everything_that_they_do_not_need(client):
    headers = client.get("/").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_wrong_host_is_refused(client):
    assert client.get("/", base_url="http://evil.example").status_code == 400


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("accepts", ["gzip, deflate, br", "gzip, deflate"])
@pytest.mark.parametrize("path", TEXTS)
def test_every_text_that_a_page_loads_is_compressed(client, path, accepts):
    with client.get(path, headers={"Accept-Encoding": "identity"}) as plain:
        assert "Content-Encoding" not in plain.headers
        whole = plain.data
    with client.get(path, headers={"Accept-Encoding": accepts}) as packed:
        assert UNPACKED[packed.headers["Content-Encoding"]](packed.data) == whole
        assert len(packed.data) < 0.7 * len(whole)
    assert "Accept-Encoding" in packed.headers["Vary"]
    tag = packed.headers.get("ETag")
    if tag is not None:
        known = {"Accept-Encoding": accepts, "If-None-Match": tag}
        with client.get(path, headers=known) as again:
            assert again.status_code == 304


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_changes_the_language_loads_no_style_sheet_again(client):
    factories.action_day()
    sheets = {
        language: re.findall(
            r'rel="stylesheet" href="([^"]+)"', client.get(f"/?lang={language}").text
        )
        for language in ("en", "ar")
    }
    assert sheets["en"] == sheets["ar"]
    assert len(sheets["en"]) > 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_is_packed_already_is_sent_as_it_is(client):
    font = "/static/fonts/sofia-sans-extra-condensed-800.woff2"
    with client.get(font, headers={"Accept-Encoding": "gzip, br"}) as answer:
        assert "Content-Encoding" not in answer.headers


def test_the_style_sheet_holds_all_layers_and_may_be_kept(client):
    sheet = client.get("/style.css")
    assert sheet.mimetype == "text/css"
    assert "@layer tokens" in sheet.text
    assert "@layer print" in sheet.text
    assert "immutable" in sheet.headers["Cache-Control"]


def test_an_accent_gets_the_ink_that_reads_on_it(client):
    assert "--accent-ink:#14121A" in client.get("/accents/ffd21f.css").text
    assert "--accent-ink:#FFFFFF" in client.get("/accents/4a1fd6.css").text


@pytest.mark.parametrize("colour", ["red", "ffd21", "ffd21g", "url(x)"])
def test_what_is_no_colour_is_not_found(client, colour):
    assert client.get(f"/accents/{colour}.css").status_code == 404


def test_an_address_that_does_not_exist_answers_with_a_page_that_helps(client):
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert 'href="/events"' in page.text


def test_the_site_says_that_it_is_well(client):
    assert client.get("/healthz").text == "ok"


def test_robots_may_read_every_feed_and_nothing_of_one_person(client):
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").text.splitlines())
    for path in ("/calendar.ics", "/events.atom?country=GB", "/series/vigil.json"):
        assert rules.can_fetch("*", path)
    for path in ("/sign-ups/token.ics", "/sign-ups/token", "/manage/"):
        assert not rules.can_fetch("*", path)


def test_the_next_day_of_action_is_on_top_with_its_board(client):
    day = factories.action_day(title="The day", starts_on=date(2035, 2, 23))
    later = factories.action_day(title="Later day", starts_on=date(2036, 2, 23))
    factories.event(action_day=day, title="A vigil of the day")
    factories.event(title="A talk besides")
    page = client.get("/").text
    assert re.search(r"<h1[^>]*>The day</h1>", page)
    assert "Begins in " in page
    assert page.count("A vigil of the day") == 1  # on the board, not in the list too
    assert page.index("A vigil of the day") < page.index("Later day")
    assert page.index(later.title) < page.index("A talk besides")


def test_a_day_that_is_cancelled_is_not_on_top(client):
    factories.action_day(title="The day", state="cancelled")
    page = client.get("/").text
    assert re.search(r"<h1[^>]*>Find an action near you</h1>", page)
    assert "The day" in page


def test_what_repeats_is_one_row_with_its_next_date(client):
    first = factories.event(
        title="A light on Fridays", starts_local=datetime(2035, 3, 2, 17, 30)
    )
    slots = first_slots(Rhythm.WEEKLY, first.starts_local, 8)
    with transaction():
        repeat_event(first, Rhythm.WEEKLY, slots, clock.now())
    with transaction():
        first.state = "cancelled"
    page = client.get("/").text
    assert page.count("A light on Fridays") == 1
    assert "Every Friday at 17:30" in page
    assert "next on Fri 9 Mar" in page


def test_the_home_page_is_drawn_once_for_many_and_anew_after_a_change(client):
    event = factories.event(title="Before")
    tag = client.get("/").headers["ETag"]
    known = {"If-None-Match": tag}
    assert client.get("/", headers=known).status_code == 304
    with transaction():
        event.title = "After"
    assert "After" in client.get("/", headers=known).text
