"""Texts in several languages, side by side: who writes them, and who reads what."""

import re

import desks
import factories
import pytest
from front_door import fields, send
from icalendar import Calendar
from series.steps import dates, edit, make
from supporters import confirm, own_page

from campaign.database import db, transaction

ARABIC = {"title": "وقفة في المساء", "summary": "نقف معًا.", "description": "تعالوا."}


@pytest.fixture(params=["campaigns", "action-days", "events"])
def noun(request):
    return request.param


@pytest.fixture
def group(app):
    return factories.group()


@pytest.fixture
def desk(client, group):
    return desks.member(client, group)


def told(event, language="ar", **texts):
    """Write texts of an event in another language, past the desk."""
    with transaction() as session:
        session.merge(event).told_elsewhere = {language: texts}


def unfolded(response):
    return response.text.replace("\r\n ", "")


def test_a_translation_is_written_beside_the_original_and_kept(desk, group, noun):
    thing = desks.make(noun, group, summary="In short.")
    address = desks.desk(noun, thing, "translations")
    assert desk.get(f"{address}?code=ar").headers["Location"] == f"{address}/ar"
    page = desk.get(f"{address}/ar").text
    assert "In short." in page
    assert re.search(r'<input[^>]*lang="ar"', page)
    assert re.search(r'<input[^>]*dir="rtl"', page)
    answer = send(desk, f"{address}/ar", title=ARABIC["title"], summary="قصير.")
    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.merge(thing).told_elsewhere == {
        "ar": {"title": ARABIC["title"], "summary": "قصير."}
    }
    assert ARABIC["title"] in desk.get(address).text


def test_clearing_all_texts_takes_the_language_away(desk, group, noun):
    thing = desks.make(noun, group)
    address = desks.desk(noun, thing, "translations/de")
    send(desk, address, title="Titel", summary="Kurz.")
    send(desk, address, title="", summary="")
    db.session.expire_all()
    assert db.session.merge(thing).told_elsewhere == {}


def test_a_translation_without_a_title_is_asked_for_one_and_loses_nothing(
    desk, group, noun
):
    thing = desks.make(noun, group, summary="In short.")
    answer = send(desk, desks.desk(noun, thing, "translations/de"), summary="Kurz.")
    assert answer.status_code == 422
    assert "Give it a title in this language too." in answer.text
    assert fields(answer)["summary"] == "Kurz."


def test_two_who_translate_at_once_see_both_texts(desk, group, noun):
    thing = desks.make(noun, group)
    address = desks.desk(noun, thing, "translations/de")
    opened = fields(desk.get(address))
    send(desk, address, title="Erster")
    answer = desk.post(address, data={**opened, "title": "Zweiter"})
    assert answer.status_code == 409
    assert "Erster" in answer.text
    assert fields(answer)["title"] == "Zweiter"


@pytest.mark.parametrize("code", ["en", "xx", "nonsense"])
def test_only_another_language_that_exists_can_be_written_in(desk, group, code):
    thing = desks.make("events", group)
    address = desks.desk("events", thing, f"translations/{code}")
    assert desk.get(address).status_code == 404


def test_a_reader_is_told_everything_in_their_language(client, group):
    campaign = factories.campaign(group=group, title="Peace", demand="Stop.")
    day = factories.action_day(campaign=campaign, title="The day")
    event = factories.event(action_day=day, title="Vigil", summary="We stand.")
    told(campaign, title="سلام", demand="أوقفوا.")
    told(day, title="اليوم")
    told(event, **ARABIC)
    for address, words in (
        (f"/events/{event.slug}", [*ARABIC.values(), "اليوم"]),
        (f"/action-days/{day.slug}", ["اليوم", "سلام", ARABIC["title"]]),
        (f"/campaigns/{campaign.slug}", ["سلام", "أوقفوا.", ARABIC["title"]]),
        ("/", ["سلام", "اليوم"]),
        ("/events", [ARABIC["title"]]),
        ("/subscribe", ["سلام", "اليوم"]),
    ):
        page = client.get(f"{address}?lang=ar").text
        for word in words:
            assert word in page, (address, word)
        assert "Vigil" not in page
        original = client.get(address).text
        assert ARABIC["title"] not in original
    heading = re.search(r"<h1[^>]*>", client.get(f"/events/{event.slug}?lang=ar").text)
    assert heading[0] == '<h1 lang="ar" dir="rtl">'


def test_what_is_not_translated_is_told_in_the_original(client):
    event = factories.event(description="Bring a candle.", summary="In short.")
    told(event, title="وقفة")
    page = client.get(f"/events/{event.slug}?lang=ar").text
    assert "وقفة" in page
    assert "Bring a candle." in page


def test_calendars_data_and_news_are_told_in_the_language_of_their_address(client):
    event = factories.event(title="Vigil", summary="We stand.")
    told(event, **ARABIC)
    for address in (f"/events/{event.slug}", "/events"):
        (entry,) = Calendar.from_ical(client.get(f"{address}.ics?lang=ar").data).events
        assert entry["SUMMARY"] == ARABIC["title"]
        (entry,) = Calendar.from_ical(client.get(f"{address}.ics").data).events
        assert entry["SUMMARY"] == "Vigil"
        assert ARABIC["title"] in client.get(f"{address}.atom?lang=ar").text
    (data,) = client.get("/events.json?lang=ar").json["events"]
    assert (data["title"], data["language"]) == (ARABIC["title"], "ar")


def test_a_new_translation_moves_the_stamps_of_the_calendar_entry(client):
    event = factories.event()
    before = Calendar.from_ical(client.get(f"/events/{event.slug}.ics").data).events[0]
    told(event, **ARABIC)
    after = Calendar.from_ical(client.get(f"/events/{event.slug}.ics").data).events[0]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1


def test_a_supporter_gets_mails_and_calendar_in_their_language(client, outbox):
    event = factories.event(title="Vigil", instructions="Ring twice.")
    told(event, **ARABIC, instructions="اقرعوا مرتين.")
    form = {"name": "Amal", "email": "amal@example.org", "party_size": "1"}
    client.post(f"/events/{event.slug}/sign-ups?lang=ar", data=form)
    assert ARABIC["title"] in outbox[-1].subject
    page = own_page(outbox[-1])
    confirm(client, page)
    assert ARABIC["title"] in outbox[-1].subject
    assert "اقرعوا مرتين." in outbox[-1].body_text
    (entry,) = Calendar.from_ical(outbox[-1].calendar).events
    assert entry["SUMMARY"] == ARABIC["title"]
    assert "اقرعوا مرتين." in client.get(f"{page}?lang=ar").text


def test_instructions_are_hidden_from_strangers_in_every_language(client):
    event = factories.event(instructions="Ring twice.")
    told(event, **ARABIC, instructions="اقرعوا مرتين.")
    for address in (
        f"/events/{event.slug}?lang=ar",
        f"/events/{event.slug}.ics?lang=ar",
        f"/events/{event.slug}.json?lang=ar",
        f"/events/{event.slug}.atom?lang=ar",
    ):
        assert "اقرعوا" not in unfolded(client.get(address)), address


def test_a_supporters_calendar_moves_when_only_translated_instructions_change(
    client, outbox
):
    event = factories.event(instructions="Ring twice.")
    told(event, **ARABIC, instructions="اقرعوا مرة.")
    before = db.session.merge(event).own_calendar_sequence
    told(event, **ARABIC, instructions="اقرعوا مرتين.")
    db.session.expire_all()
    assert db.session.merge(event).own_calendar_sequence > before


def test_dates_of_a_series_that_say_the_same_are_translated_together(desk, group):
    event = desks.make("events", group, title="Vigil")
    make(desk, event, times="3")
    edit(desk, dates()[2], scope="this", title="Another")
    send(desk, desks.desk("events", event, "translations/ar"), title=ARABIC["title"])
    titles = [date.told_elsewhere.get("ar", {}).get("title") for date in dates()]
    assert titles == [ARABIC["title"], ARABIC["title"], None]
