"""Questions of an event's own, as supporters meet them."""

import json
import re
from datetime import datetime
from uuid import uuid4

import factories
import pytest
from counting import count_queries
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from questions import ask, offer, options
from sqlalchemy import select
from supporters import confirm, enlist, own_page, rows, sign_up
from thorough import examples

from campaign.database import Model, db, transaction
from campaign.events.models import Question, QuestionKind
from campaign.lib.text import one_line
from campaign.publishing.states import State
from campaign.signups.people import person_of

FOOD = options("Vegan", "Meat")


@pytest.fixture
def event(app):
    return factories.event(title="Vigil for Aleppo")


def answers():
    (row,) = rows()
    return person_of(row).answers


def test_the_form_asks_what_is_asked_at_once_and_nothing_else(client, event):
    ask(event, label="Where do you come from?", hint="The town is enough.")
    ask(event, label="Later on", is_asked_later=True)
    ask(event, label="Long ago", is_retired=True)
    shown = client.get(f"/events/{event.slug}").text
    assert "Where do you come from?" in shown
    assert "The town is enough." in shown
    assert "Later on" not in shown
    assert "Long ago" not in shown


def test_every_kind_of_question_is_answered(client, event):
    text = ask(event, label="Town")
    one = ask(event, QuestionKind.CHOICE, options=FOOD)
    many = ask(event, QuestionKind.CHOICES, options=FOOD)
    yes_no = ask(event, QuestionKind.YES_NO)
    unanswered = ask(event, QuestionKind.YES_NO)
    sent = sign_up(
        client,
        event,
        **{
            f"question-{text.uid}": "  Leeds ",
            f"question-{one.uid}": "k2",
            f"question-{many.uid}": ["k2", "k1"],
            f"question-{yes_no.uid}": "no",
            f"question-{unanswered.uid}": "",
        },
    )
    assert sent.status_code == 303
    assert answers() == {
        str(text.uid): "Leeds",
        str(one.uid): ["k2"],
        str(many.uid): ["k1", "k2"],
        str(yes_no.uid): False,
    }


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_what_is_required_must_be_answered_and_nothing_typed_is_lost(
    client, event, kind
):
    ask(event, kind, options=FOOD, is_required=True, label="And why?")
    other = ask(event, label="Town")
    refused = sign_up(client, event, **{f"question-{other.uid}": "Leeds"})
    assert refused.status_code == 422
    assert "Answer the question “And why?”." in refused.text
    assert 'value="Leeds"' in refused.text
    assert 'value="amal@example.org"' in refused.text
    assert rows() == []


@pytest.mark.parametrize("kind", [QuestionKind.CHOICE, QuestionKind.CHOICES])
@pytest.mark.parametrize("wrong", ["foreign", "k3"])
def test_an_option_that_is_foreign_or_retired_is_refused(client, event, kind, wrong):
    retired = {"key": "k3", "label": "Fish", "is_retired": True}
    asked = ask(event, kind, options=[*FOOD, retired])
    refused = sign_up(client, event, **{f"question-{asked.uid}": [wrong]})
    assert refused.status_code == 422
    assert "Choose from the answers on the list." in refused.text
    assert rows() == []


def test_yes_or_no_takes_nothing_else(client, event):
    asked = ask(event, QuestionKind.YES_NO)
    refused = sign_up(client, event, **{f"question-{asked.uid}": "perhaps"})
    assert refused.status_code == 422
    assert rows() == []


def test_a_question_of_another_event_is_not_answered(client, event):
    ask(event)
    foreign = ask(factories.event())
    sign_up(client, event, **{f"question-{foreign.uid}": "Leeds"})
    assert answers() == {}


def test_a_long_answer_is_refused_and_kept_to_be_mended(client, event):
    asked = ask(event)
    refused = sign_up(client, event, **{f"question-{asked.uid}": "x" * 501})
    assert refused.status_code == 422
    assert "x" * 501 in refused.text


def test_answers_stand_in_no_table(client, event, outbox):
    first, later = ask(event), ask(event, is_asked_later=True)
    typed = {f"question-{first.uid}": "Canary one"}
    page = enlist(client, outbox, event, **typed)
    typed[f"question-{later.uid}"] = "Canary two"
    client.post(f"{page}/questions", data=typed)
    assert answers() == {str(first.uid): "Canary one", str(later.uid): "Canary two"}
    db.session.rollback()
    for table in Model.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            assert "Canary" not in str(row)


def test_what_is_asked_later_is_asked_after_confirming(client, event, outbox):
    asked = ask(event, QuestionKind.CHOICE, options=FOOD, is_asked_later=True)
    sign_up(client, event)
    page = own_page(outbox[-1])
    assert "A few questions" not in client.get(page).text
    assert client.get(f"{page}/questions").status_code == 303
    assert "A few questions" in confirm(client, page).text
    sent = client.post(f"{page}/questions", data={f"question-{asked.uid}": "k1"})
    assert sent.status_code == 303
    assert answers() == {str(asked.uid): ["k1"]}
    assert re.search(
        r'<input checked [^>]*value="k1"', client.get(f"{page}/questions").text
    )


def test_answers_are_changed_on_the_own_page_until_the_event_begins(
    client, event, outbox
):
    asked = ask(event)
    page = enlist(client, outbox, event, **{f"question-{asked.uid}": "Leeds"})
    assert 'value="Leeds"' in client.get(f"{page}/questions").text
    client.post(f"{page}/questions", data={f"question-{asked.uid}": "York"})
    assert answers() == {str(asked.uid): "York"}
    with transaction() as session:
        session.merge(event).set_times(
            datetime(2020, 1, 1, 9), datetime(2035, 1, 1, 9), "Europe/London"
        )
    late = client.post(f"{page}/questions", data={f"question-{asked.uid}": "Hull"})
    assert late.status_code == 303
    assert answers() == {str(asked.uid): "York"}
    assert "A few questions" not in client.get(page).text


def test_a_wrong_answer_on_the_own_page_changes_nothing(client, event, outbox):
    one = ask(event, QuestionKind.CHOICE, options=FOOD, is_asked_later=True)
    text = ask(event)
    page = enlist(client, outbox, event, **{f"question-{text.uid}": "Leeds"})
    typed = {f"question-{one.uid}": "foreign", f"question-{text.uid}": "Hull"}
    refused = client.post(f"{page}/questions", data=typed)
    assert refused.status_code == 422
    assert 'value="Hull"' in refused.text
    assert answers() == {str(text.uid): "Leeds"}


def test_answers_to_what_is_retired_are_never_lost(client, event, outbox):
    gone, stays = ask(event), ask(event, QuestionKind.CHOICE, options=FOOD)
    typed = {f"question-{gone.uid}": "Leeds", f"question-{stays.uid}": "k1"}
    page = enlist(client, outbox, event, **typed)
    with transaction() as session:
        session.get(Question, gone.id).is_retired = True
        question = session.get(Question, stays.id)
        question.options = [{**FOOD[0], "is_retired": True}, FOOD[1]]
    # Who chose an option that is retired now can keep it.
    client.post(f"{page}/questions", data={f"question-{stays.uid}": "k1"})
    assert answers() == {str(gone.uid): "Leeds", str(stays.uid): ["k1"]}
    data = json.loads(client.get(f"{page}/data.json").text)
    assert {"question": gone.label, "answer": "Leeds"} in data["answers"]
    assert {"question": stays.label, "answer": ["Vegan"]} in data["answers"]


def test_who_answers_keeps_name_address_and_place(client, event, outbox):
    asked = ask(event, is_asked_later=True)
    page = enlist(client, outbox, event)
    before = (person_of(rows()[0]).name, person_of(rows()[0]).email)
    client.post(f"{page}/questions", data={f"question-{asked.uid}": "Leeds"})
    after = person_of(rows()[0])
    assert (after.name, after.email) == before
    sign_up(client, event)  # still known by the address
    assert len(rows()) == 1


def test_pages_ask_the_database_as_often_however_many_questions_there_are(
    client, event, outbox
):
    page = enlist(client, outbox, event)
    paths = (f"/events/{event.slug}", page, f"{page}/questions")

    def counted():
        return [count_queries(lambda path=path: client.get(path)) for path in paths]

    ask(event)
    offer(event)
    few = counted()
    for number in range(10):
        ask(event, label=f"Question {number}")
        offer(event, f"Purpose {number}")
    assert counted() == few


def test_a_postponed_event_asks_nothing(client, event, outbox):
    ask(event)
    page = enlist(client, outbox, event)
    with transaction() as session:
        session.merge(event).state = State.POSTPONED
    assert client.get(f"{page}/questions").status_code == 303


@pytest.fixture
def asked(event) -> dict[QuestionKind, str]:
    """A question of each kind, by its kind."""
    return {kind: ask(event, kind, options=FOOD).uid for kind in QuestionKind}


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=st.text(max_size=80),
    one=st.sampled_from(["", "k1", "k2"]),
    many=st.sets(st.sampled_from(["k1", "k2"])),
    yes_no=st.sampled_from(["", "yes", "no"]),
)
def test_any_answers_come_back_as_they_were_given(
    client, event, asked, text: str, one: str, many: set[str], yes_no: str
):
    sent = dict(zip(QuestionKind, (text, one, sorted(many), yes_no), strict=True))
    typed = {f"question-{asked[kind]}": value for kind, value in sent.items()}
    # Somebody else each time: one address has its turn only so often.
    sign_up(client, event, email=f"p{uuid4()}@example.org", **typed)
    found = person_of(rows()[-1]).answers
    expected = {
        asked[QuestionKind.TEXT]: one_line(text),
        asked[QuestionKind.CHOICE]: [one] if one else None,
        asked[QuestionKind.CHOICES]: sorted(many),
        asked[QuestionKind.YES_NO]: {"yes": True, "no": False}.get(yes_no),
    }
    assert found == {
        str(uid): value for uid, value in expected.items() if value or value is False
    }
