"""What organisers ask at their events, on their own pages."""

import re

import factories
import pytest
from counting import count_queries
from desks import member
from front_door import press, send
from lists import path
from questions import ask, offer, options
from series.steps import make
from sqlalchemy import select
from supporters import own_page, rows, sign_up

from campaign.database import db
from campaign.events.models import ConsentPurpose, Question, QuestionKind
from campaign.organisers.models import Role
from campaign.signups.people import person_of

FOOD = options("Vegan", "Meat")


@pytest.fixture
def event(app):
    return factories.event(title="Vigil for Aleppo")


@pytest.fixture
def organiser(client, event):
    return member(client, event.group)


def page(event, view=""):
    return f"/manage/events/{event.slug}/questions{view}"


def asked():
    db.session.rollback()
    order = (Question.is_retired, Question.position, Question.id)
    return db.session.scalars(select(Question).order_by(*order)).all()


def labels(question):
    return [option["label"] for option in question.options]


def test_the_overview_of_an_event_leads_to_its_questions(organiser, event):
    assert page(event) in organiser.get(f"/manage/events/{event.slug}").text


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.OWNER])
def test_those_who_run_the_event_see_its_questions(client, event, role):
    assert member(client, event.group, role).get(page(event)).status_code == 200


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.STEWARD])
def test_others_of_the_group_do_not(client, event, role):
    assert member(client, event.group, role).get(page(event)).status_code == 403


def test_strangers_see_nothing_and_change_nothing(client, event):
    question, purpose = ask(event), offer(event)
    stranger = member(client, factories.group())
    consent = f"/manage/events/{event.slug}/consents/{purpose.id}/retire"
    assert stranger.get(page(event)).status_code == 404
    assert stranger.get(page(event, f"/{question.id}")).status_code == 404
    assert press(stranger, page(event, f"/{question.id}/retire")).status_code == 404
    assert press(stranger, consent).status_code == 404
    assert [each.is_retired for each in asked()] == [False]


def test_a_question_of_another_event_is_not_found_here(organiser, event):
    foreign = ask(factories.event())
    purpose = offer(factories.event())
    consent = f"/manage/events/{event.slug}/consents/{purpose.id}/retire"
    assert organiser.get(page(event, f"/{foreign.id}")).status_code == 404
    assert press(organiser, page(event, f"/{foreign.id}/retire")).status_code == 404
    assert press(organiser, consent).status_code == 404


def test_a_question_with_options_is_asked_as_it_was_written(organiser, event):
    sent = send(
        organiser,
        page(event, "/new"),
        label="What do you eat?",
        hint="There is soup.",
        kind="choice",
        new_options="Vegan\r\n\r\n  Meat ",
        is_required="y",
    )
    assert sent.status_code == 303
    (question,) = asked()
    assert question.kind is QuestionKind.CHOICE
    assert labels(question) == ["Vegan", "Meat"]
    shown = organiser.get(f"/events/{event.slug}").text
    for words in ("What do you eat?", "There is soup.", "Vegan", "Meat"):
        assert words in shown
    assert "What do you eat?" in organiser.get(page(event)).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"label": ""}, "Write the question."),
        ({"kind": "choice"}, "Offer at least two options, one a line."),
        ({"kind": "choice", "new_options": "A"}, "Offer at least two options"),
        ({"kind": "choice", "new_options": "A\na"}, "Two options are the same."),
        ({"kind": "choice", "new_options": "x" * 201}, "Shorten each option"),
        ({"kind": "text", "new_options": "A\nB"}, "has no options"),
        (
            {"kind": "choice", "new_options": "\n".join(map(str, range(51)))},
            "Offer at most 50 options.",
        ),
        ({"kind": "essay"}, "Choose one from the list."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    organiser, event, typed, words
):
    filled = {"label": "Why?", "hint": "Kept hint", **typed}
    refused = send(organiser, page(event, "/new"), **filled)
    assert refused.status_code == 422
    assert words in refused.text
    assert "Kept hint" in refused.text
    assert asked() == []


def test_an_option_keeps_its_answers_when_its_words_change(
    organiser, client, event, outbox
):
    question = ask(event, QuestionKind.CHOICES, options=FOOD)
    sign_up(client, event, **{f"question-{question.uid}": ["k1", "k2"]})
    sent = send(
        organiser,
        page(event, f"/{question.id}"),
        **{"option-k1": "Plants", "option-k2-retired": "y", "new_options": "Fish"},
    )
    assert sent.status_code == 303
    (changed,) = asked()
    assert labels(changed) == ["Plants", "Meat", "Fish"]
    assert [each["is_retired"] for each in changed.options] == [False, True, False]
    assert [each["key"] for each in changed.options[:2]] == ["k1", "k2"]
    assert person_of(rows()[0]).answers == {str(question.uid): ["k1", "k2"]}
    data = client.get(f"{own_page(outbox[0])}/data.json").json
    assert data["answers"] == [
        {"question": question.label, "answer": ["Plants", "Meat"]}
    ]
    shown = client.get(f"/events/{event.slug}").text
    assert "Plants" in shown
    assert "Meat" not in shown
    assert "(retired)" in organiser.get(page(event)).text


def test_the_kind_stays_as_soon_as_there_are_answers(organiser, client, event):
    question = ask(event)
    free = send(organiser, page(event, f"/{question.id}"), kind="yes_no")
    assert free.status_code == 303
    assert asked()[0].kind is QuestionKind.YES_NO
    opened = organiser.get(page(event, f"/{question.id}"))
    assert 'name="kind"' in opened.text
    sign_up(client, event, **{f"question-{question.uid}": "yes"})
    sent = send(organiser, page(event, f"/{question.id}"), kind="text", label="New")
    assert sent.status_code == 303
    assert (asked()[0].kind, asked()[0].label) == (QuestionKind.YES_NO, "New")
    said = organiser.get(page(event, f"/{question.id}")).text
    assert "cannot be changed any more" in said
    assert "1 answer" in organiser.get(page(event)).text


def test_options_are_never_all_retired(organiser, event):
    question = ask(event, QuestionKind.CHOICE, options=FOOD)
    typed = {"option-k1-retired": "y"}
    refused = send(organiser, page(event, f"/{question.id}"), **typed)
    assert refused.status_code == 422
    assert [each["is_retired"] for each in asked()[0].options] == [False, False]


def test_questions_are_moved_up_and_down(organiser, event):
    first, second, third = (ask(event, label=label) for label in "ABC")
    press(organiser, page(event, f"/{third.id}/up"))
    assert [each.label for each in asked()] == ["A", "C", "B"]
    press(organiser, page(event, f"/{first.id}/down"))
    assert [each.label for each in asked()] == ["C", "A", "B"]
    press(organiser, page(event, f"/{third.id}/up"))
    press(organiser, page(event, f"/{second.id}/down"))
    assert [each.label for each in asked()] == ["C", "A", "B"]
    shown = organiser.get(f"/events/{event.slug}").text
    assert shown.index(">C<") < shown.index(">A<") < shown.index(">B<")


def test_a_question_is_retired_and_brought_back_at_the_end(organiser, event):
    first, _second = ask(event, label="First"), ask(event, label="Second")
    press(organiser, page(event, f"/{first.id}/retire"))
    assert "First" not in organiser.get(f"/events/{event.slug}").text
    assert "Retired questions" in organiser.get(page(event)).text
    press(organiser, page(event, f"/{first.id}/restore"))
    assert [each.label for each in asked()] == ["Second", "First"]
    assert "First" in organiser.get(f"/events/{event.slug}").text


def test_the_log_says_that_questions_were_changed(organiser, event):
    question = ask(event)
    press(organiser, page(event, f"/{question.id}/retire"))
    log = organiser.get(f"/manage/events/{event.slug}/log").text
    assert "Questions of the event changed" in log


def test_each_date_of_a_series_asks_on_its_own(organiser, event):
    kept = ask(event, QuestionKind.CHOICE, options=FOOD, is_required=True)
    ask(event, label="Long ago", is_retired=True)
    offer(event, "Write to me again.")
    offer(event, "Never again.", is_retired=True)
    assert make(organiser, event, times="3").status_code == 303
    copies = [each for each in asked() if each.event_id != event.id]
    assert [(each.label, each.is_required) for each in copies] == [
        (kept.label, True)
    ] * 2
    assert all(labels(each) == ["Vegan", "Meat"] for each in copies)
    assert len({each.uid for each in asked()}) == 4
    purposes = db.session.scalars(select(ConsentPurpose)).all()
    assert [each.wording for each in purposes].count("Write to me again.") == 3
    assert [each.wording for each in purposes].count("Never again.") == 1


def test_there_is_no_other_button(organiser, event):
    question, purpose = ask(event), offer(event)
    consent = f"/manage/events/{event.slug}/consents/{purpose.id}/delete"
    assert press(organiser, page(event, f"/{question.id}/delete")).status_code == 404
    assert press(organiser, consent).status_code == 404


def test_a_box_to_agree_is_added_retired_and_brought_back(organiser, event):
    consents = f"/manage/events/{event.slug}/consents"
    empty = send(organiser, consents, page(event), wording="")
    assert empty.status_code == 422
    assert "Write what people agree to." in empty.text
    send(organiser, consents, page(event), wording="Write to me again.")
    purpose = db.session.scalars(select(ConsentPurpose)).one()
    shown = organiser.get(f"/events/{event.slug}").text
    assert re.search(rf'name="consent-{purpose.id}"', shown)
    press(organiser, f"{consents}/{purpose.id}/retire")
    assert "Write to me again." not in organiser.get(f"/events/{event.slug}").text
    press(organiser, f"{consents}/{purpose.id}/restore")
    assert "Write to me again." in organiser.get(f"/events/{event.slug}").text


def test_the_page_asks_the_database_as_often_however_much_there_is(
    organiser, client, event
):
    def counted():
        return count_queries(lambda: organiser.get(page(event)))

    question = ask(event)
    offer(event)
    sign_up(client, event, **{f"question-{question.uid}": "Leeds"})
    few = counted()
    for number in range(8):
        ask(event, is_retired=number % 2 == 0)
        offer(event, f"Purpose {number}")
        email = f"amal{number}@example.org"
        sign_up(client, event, email=email, **{f"question-{question.uid}": "York"})
    assert counted() == few


def test_answers_to_a_retired_question_stay_with_the_person_and_in_the_file(
    organiser, client, event
):
    question = ask(event, label="Which town?")
    sign_up(client, event, **{f"question-{question.uid}": "Leeds"})
    press(organiser, page(event, f"/{question.id}/retire"))
    person = organiser.get(path(event, f"/{rows()[0].id}")).text
    assert "Which town? (retired)" in person
    assert "Leeds" in person
    file = send(organiser, path(event, "/export"), state="").text
    assert "Which town? (retired)" in file.splitlines()[0]
    assert file.splitlines()[1].endswith("Leeds")


def test_a_person_is_shown_with_what_they_agreed_to(organiser, client, event):
    purpose = offer(event, "Write to me again.")
    sign_up(client, event, **{f"consent-{purpose.id}": "y"})
    person = organiser.get(path(event, f"/{rows()[0].id}")).text
    assert "What they agreed to" in person
    assert "Write to me again." in person


def test_who_agreed_is_in_the_file_and_who_withdrew_is_not(
    organiser, client, event, outbox
):
    purpose = offer(event, "Write to me again.")
    ticked = {f"consent-{purpose.id}": "y"}
    for name in ("amal", "badr", "carl"):
        sign_up(client, event, name=name, email=f"{name}@example.org", **ticked)
    amal, badr, _carl = (own_page(mail) for mail in outbox)
    client.post(f"{amal}/confirm")
    client.post(f"{badr}/confirm")
    client.post(f"{badr}/consents/{purpose.id}/withdraw")
    file = send(organiser, path(event, "/export"), state="").text
    lines = {line.split(",")[0]: line for line in file.splitlines()}
    today = rows()[0].created_on.isoformat()
    assert "Write to me again." in file.splitlines()[0]
    assert lines["amal"].endswith(today)
    assert not lines["badr"].endswith(today)
    assert not lines["carl"].endswith(today)  # nobody has proved that address
