"""What the organisers' list adds up to, and how it is narrowed by what people said."""

import csv
import re
from datetime import UTC, datetime
from functools import partial
from io import StringIO

import factories
import pytest
from counting import count_queries
from desks import member
from front_door import send
from lists import enlist, names, path
from questions import ask, offer, options

from campaign.database import transaction
from campaign.events.models import QuestionKind
from campaign.signups.models import Consent

FOOD = options("Everything", "Vegan", "Nothing with nuts")
GIVEN = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


@pytest.fixture
def event(app):
    return factories.event(timezone="Asia/Kathmandu")


@pytest.fixture
def food(event):
    return ask(event, QuestionKind.CHOICES, label="What do you eat?", options=FOOD)


@pytest.fixture
def bus(event):
    return ask(event, QuestionKind.YES_NO, label="Do you take the bus?")


@pytest.fixture
def crowd(event, food, bus):
    """People who eat this and that, and one who has not answered."""
    eat, ride = str(food.uid), str(bus.uid)
    for name, size, state, answers in (
        ("Amal", 2, "going", {eat: ["k1"], ride: True}),
        ("Basma", 1, "attended", {eat: ["k2", "k3"], ride: False}),
        ("Carl", 4, "going", {eat: ["k2"], ride: True}),
        ("Dina", 1, "going", {}),
        ("Waits", 3, "waiting", {eat: ["k2"], ride: True}),
    ):
        enlist(event, name, f"{name}@example.org", state, size, answers)


@pytest.fixture
def desk(client, event):
    return member(client, event.group)


def tables(page):
    """Return the totals on a page: by the question, each answer with both numbers."""
    found = re.findall(r"<caption[^>]*>(.*?)</caption>.*?</table>", page.text, re.S)
    bodies = re.findall(r"<caption.*?</table>", page.text, re.S)
    row = r'<th scope="row">.*?<bdi>(.*?)</bdi>.*?<td>(\d+)</td><td>(\d+)</td>'
    return dict(
        zip(found, (re.findall(row, each, re.S) for each in bodies), strict=True)
    )


@pytest.mark.usefixtures("crowd")
def test_each_answer_is_counted_for_those_who_have_a_place(desk, event):
    assert tables(desk.get(path(event))) == {
        "What do you eat?": [
            ("Everything", "1", "2"),
            ("Vegan", "2", "5"),
            ("Nothing with nuts", "1", "1"),
            ("Not answered", "1", "1"),
        ],
        "Do you take the bus?": [
            ("Yes", "2", "6"),
            ("No", "1", "1"),
            ("Not answered", "1", "1"),
        ],
    }


@pytest.mark.usefixtures("crowd")
def test_a_total_leads_to_those_who_said_so(desk, event, food, bus):
    eat, ride = f"answer-{food.id}", f"answer-{bus.id}"
    page = desk.get(path(event)).text
    assert f"?{eat}=k2" in page
    for asked, found in (
        (f"{eat}=k2", ["Waits", "Carl", "Basma"]),
        (f"{eat}=k2&{ride}=yes", ["Waits", "Carl"]),
        (f"{ride}=no", ["Basma"]),
        (f"{eat}=-", ["Dina"]),
        (f"{eat}=k2&state=going&q=carl", ["Carl"]),
        (f"{eat}=cake", ["Waits", "Dina", "Carl", "Basma", "Amal"]),
    ):
        assert names(desk.get(f"{path(event)}?{asked}")) == found, asked
    shown = desk.get(f"{path(event)}?{eat}=k2").text
    assert '<option selected value="k2">Vegan' in shown
    assert '<details class="more-filters" open>' in shown


@pytest.mark.usefixtures("crowd")
def test_retired_options_and_questions_are_still_counted(desk, event, food):
    with transaction():
        food.options = [{**each, "is_retired": True} for each in FOOD]
        food.is_retired = True
    assert tables(desk.get(path(event)))["What do you eat? (retired)"] == [
        ("Everything", "1", "2"),
        ("Vegan", "2", "5"),
        ("Nothing with nuts", "1", "1"),
        ("Not answered", "1", "1"),
    ]


def test_texts_are_counted_and_not_told(desk, event):
    question = ask(event, label="What do you bring?")
    enlist(event, "Amal", answers={str(question.uid): "A drum"})
    enlist(event, "Basma")
    page = desk.get(path(event))
    assert tables(page) == {
        "What do you bring?": [("Answered", "1", "1"), ("Not answered", "1", "1")]
    }
    assert "A drum" not in page.text


@pytest.mark.usefixtures("crowd")
def test_the_sheet_says_how_many_chairs_and_meals(desk, event):
    page = re.sub(r"<[^>]*>", "", desk.get(path(event, "/sheet")).text)
    assert "What do you eat?Everything: 2 people, Vegan: 5 people" in page


def agree(person, purpose, withdrawn_at=None):
    with transaction() as session:
        session.add(
            Consent(
                sign_up_id=person.id,
                purpose_id=purpose.id,
                wording=purpose.wording,
                given_at=GIVEN,
                withdrawn_at=withdrawn_at,
            )
        )


def test_consents_are_counted_filtered_and_taken_out(desk, event):
    news = offer(event, "Write to me about other events.")
    photos = offer(event, "Show me in photos.")
    amal, basma = (enlist(event, each, f"{each}@x.org") for each in ("Amal", "Basma"))
    unproved = enlist(event, "Carl", state="pending")
    agree(amal, news)
    agree(unproved, news)
    agree(basma, photos, withdrawn_at=datetime(2026, 3, 3, 12, tzinfo=UTC))
    page = desk.get(path(event)).text
    counted = re.findall(r'consent=(\d+)">(.*?)</a>', page)
    assert counted == [(str(news.id), "1 person"), (str(photos.id), "0 people")]
    assert names(desk.get(f"{path(event)}?consent={news.id}")) == ["Amal"]
    assert names(desk.get(f"{path(event)}?consent={photos.id}")) == []
    answer = send(desk, path(event, "/export"), content="consents")
    assert f'"{event.slug}-consents.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert [row[4:] for row in rows[1:]] == [
        ["Write to me about other events.", "2026-03-02 23:15+05:45", ""],
        ["Show me in photos.", "2026-03-02 23:15+05:45", "2026-03-03 17:45+05:45"],
    ]
    assert [row[0] for row in rows[1:]] == ["Amal", "Basma"]
    assert (
        "List taken out as a file" in desk.get(f"/manage/events/{event.slug}/log").text
    )


def test_the_list_says_to_whom_a_place_is_offered_and_until_when(desk, event):
    enlist(event, "Amal", state="waiting", places_held=1, offer_ends_at=GIVEN)
    enlist(event, "Basma", state="waiting")
    page = desk.get(path(event)).text
    assert page.count("a place is offered until Monday 2 March 2026, 23:15") == 1


@pytest.mark.usefixtures("crowd")
def test_what_adds_up_asks_the_database_no_more_for_many(desk, event, food):
    few = count_queries(partial(desk.get, path(event)))
    for number in range(60):
        enlist(event, f"Guest {number}", answers={str(food.uid): ["k1"]})
    assert count_queries(partial(desk.get, path(event))) == few
