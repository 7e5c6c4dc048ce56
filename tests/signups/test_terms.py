"""What is read once for many who sign up is never what it was before a change."""

import factories
import pytest
from counting import count_queries
from flask import template_rendered
from sqlalchemy import event as events
from sqlalchemy import select, update
from supporters import rows, sign_up

from campaign import create_app
from campaign.database import db, transaction
from campaign.events.models import ConsentPurpose, Event, Question, QuestionKind
from campaign.feeds.models import FeedRevision
from campaign.keys.store import KeyDestroyed, KeyStore, keys
from campaign.signups import terms
from campaign.signups.people import key_name

HOMS = "وقفة من أجل حمص"
MAIL = "email/confirm_sign_up/body.html"


@pytest.fixture
def event(app):
    return factories.event(capacity=10, title="Vigil for Aleppo")


@pytest.fixture
def worker(app):
    """Another process that serves the same site, as far as its memory goes."""
    other = create_app({**app.config})
    yield other.test_client()
    with other.app_context():
        db.engine.dispose()
        keys().engine.dispose()


def change(row, **values):
    with transaction() as session:
        found = session.get_one(type(row), row.id)
        for name, value in values.items():
            setattr(found, name, value)


def signed_up(client, event, number, **typed):
    answer = sign_up(client, event, email=f"p{number}@example.org", **typed)
    assert answer.status_code == 303
    return answer


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_mail_tells_of_the_event_as_it_is_now_in_every_worker(
    client, worker, event, outbox, language
):
    signed_up(client, event, 1), signed_up(worker, event, 2)
    change(event, title="Vigil for Homs", told_elsewhere={"ar": {"title": HOMS}})
    change(event.campaign, accent="#123456")
    title = {"en": "Vigil for Homs", "ar": HOMS}[language]
    for number, each in enumerate([client, worker], start=3):
        address = f"/events/{event.slug}/sign-ups?lang={language}"
        form = {"name": "A", "email": f"p{number}@example.org", "party_size": "1"}
        assert each.post(address, data=form).status_code == 303
    for mail in list(outbox)[2:]:
        assert title in mail.subject
        assert title in mail.body_text
        assert title in mail.body_html
        assert "#123456" in mail.body_html
        assert mail.language == language


def test_a_memory_that_asks_for_no_version_tells_what_was(
    client, event, outbox, monkeypatch
):
    """The control: with it the test above has to fail."""
    monkeypatch.setattr(terms, "latest_version", lambda: (1,))
    monkeypatch.setattr(terms, "version_in_sight", lambda: (1,))
    signed_up(client, event, 1)
    change(event, title="Vigil for Homs")
    signed_up(client, event, 2)
    assert outbox[1].subject == "Confirm your place: Vigil for Aleppo"


def test_what_an_old_transaction_sees_is_kept_for_no_later_one(app, client, event):
    """On SQLite somebody who reads goes on seeing what was there when they began."""
    slug = event.slug
    db.session.rollback()
    db.session.scalar(select(Event.id))
    with db.engine.connect() as other, other.begin():
        other.execute(update(Event).values(title="Vigil for Homs"))
        other.execute(update(FeedRevision).values(number=FeedRevision.number + 1))
    terms.terms_of(slug)
    db.session.rollback()
    assert terms.terms_of(slug).event.title == "Vigil for Homs"


def test_what_is_asked_and_agreed_to_is_in_the_form_at_once(client, worker, event):
    address = f"/events/{event.slug}"
    for each in (client, worker):
        assert "Which song" not in each.get(address).text
    question = Question(
        event_id=event.id,
        position=0,
        kind=QuestionKind.TEXT,
        label="Which song?",
        is_required=True,
    )
    purpose = ConsentPurpose(event_id=event.id, position=0, wording="News by mail")
    with transaction() as session:
        session.add_all([question, purpose])
    for each in (client, worker):
        page = each.get(address).text
        assert "Which song?" in page
        assert "News by mail" in page
        assert sign_up(each, event).status_code == 422
    change(question, label="Which poem?")
    change(event.campaign, list_kept_days=77)
    for each in (client, worker):
        page = each.get(address).text
        assert "Which poem?" in page
        assert "77 days" in page


def test_the_mail_is_written_once_for_all_who_sign_up(app, client, event, outbox):
    written = []

    def note(_app, template, **_more):
        written.append(template.name)

    with template_rendered.connected_to(note, app):
        for number in range(5):
            signed_up(client, event, number)
    assert written.count(MAIL) == 1
    links = {mail.body_html.partition("/sign-ups/")[2][:43] for mail in outbox}
    assert len(links) == len(outbox) == 5
    for mail, row in zip(outbox, rows(), strict=True):
        assert row.token(app.config["SECRET_KEY"]) in mail.body_html
        assert row.token(app.config["SECRET_KEY"]) in mail.body_text


def statements_of(act):
    seen = []

    def note(_connection, _cursor, statement, *_more):
        seen.append(" ".join(statement.split()[:3]))

    events.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        events.remove(db.engine, "before_cursor_execute", note)
    return seen


def test_a_sign_up_takes_few_statements_however_many_came_before(client, event):
    address, form = f"/events/{event.slug}/sign-ups", {"name": "A", "party_size": "1"}
    for number in range(3):
        signed_up(client, event, number)
    db.session.expunge_all()  # a test and its requests have one session
    form["email"] = "p9@example.org"
    seen = statements_of(lambda: client.post(address, data=form))
    assert len(seen) <= 8, seen
    assert sum("FROM events" in one or "SELECT events" in one for one in seen) == 1


def test_the_page_asks_the_same_however_much_is_near_and_linked(client, event):
    def counted():
        db.session.expunge_all()
        return count_queries(lambda: client.get(address))

    def add(number):
        other = factories.event(group=event.group, country=event.country)
        article = factories.article(group=event.group)
        asked = {"kind": QuestionKind.TEXT, "label": "Which song?"}
        with transaction() as session:
            session.get_one(Event, other.id).articles.append(session.merge(article))
            session.add(Question(event_id=event.id, position=number, **asked))
        client.get(address)

    address = f"/events/{event.slug}"
    add(0)
    few = counted()
    for number in range(1, 6):
        add(number)
    assert counted() == few <= 7


def test_no_process_knows_a_key_for_longer_than_it_is_there(app, client, event):
    signed_up(client, event, 1)
    name, other = key_name(event), KeyStore(app.config["KEYS_URL"])
    assert other.key(name) == keys().key(name)
    other.destroy(name)
    other.engine.dispose()
    with pytest.raises(KeyDestroyed):
        keys().key(name)
