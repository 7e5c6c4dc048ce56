"""What holds at every desk: who may do what, moves, two windows, forms."""

import factories
import pytest
from counting import count_queries
from desks import DRAFT, MAKERS, desk, make, member
from front_door import fields, press, send, sign_in
from sqlalchemy import func, select

from campaign.articles.models import Article
from campaign.database import db, transaction
from campaign.organisers.models import Role
from campaign.publishing.states import Move, State


@pytest.fixture
def group(app):
    return factories.group()


@pytest.fixture(params=MAKERS)
def noun(request):
    return request.param


#: What is about the people of an event has roles of its own, and tests of its own.
ABOUT_PEOPLE = (
    *("manage_sign_ups.", "manage_lists.", "manage_event_log.", "manage_door."),
    *("manage_questions.", "manage_messages.", "manage_mails."),
)


def routes_of_things(app):
    """Yield each route of the organisers' side that is about one thing."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/manage/") and "slug" in rule.arguments:
            for chosen in Move if "chosen" in rule.arguments else [None]:
                for method in sorted(rule.methods & {"GET", "POST"}):
                    yield rule, chosen, method


def answer(app, client, rule, chosen, method, slug, token):
    others = {"number": 1, "name": "reminder", "code": "ar"}
    values = {"slug": slug, **({"chosen": chosen} if chosen else {})}
    values |= {name: others[name] for name in rule.arguments - values.keys()}
    with app.test_request_context():
        path = app.url_for(rule.endpoint, **values)
    data = {"csrf_token": token} if method == "POST" else None
    return client.open(path, method=method, data=data)


def test_to_a_stranger_a_things_routes_are_as_if_it_did_not_exist(app, client, group):
    things = {noun: make(noun, group, **DRAFT).slug for noun in MAKERS}
    things |= {"groups": group.slug, "pictures": factories.picture(group=group).slug}
    client = member(client, factories.group())
    token = fields(client.get("/manage/account"))["csrf_token"]
    walked = 0
    for rule, chosen, method in routes_of_things(app):
        slug = things[rule.rule.split("/")[2]]
        told = (app, client, rule, chosen, method)
        theirs, nobodys = answer(*told, slug, token), answer(*told, "nothing", token)
        assert theirs.status_code == nobodys.status_code == 404, (method, rule)
        assert theirs.text.replace(slug, "nothing") == nobodys.text, (method, rule)
        walked += 1
    # Four desks with show, edit, preview and five moves; reading at three of them.
    assert walked >= 4 * (1 + 2 + 1 + 10) + 3 * 2 + 2


@pytest.mark.parametrize("role", [Role.STEWARD, Role.REVIEWER])
def test_who_may_not_edit_is_told_so_on_every_route_that_writes(
    app, client, group, role
):
    things = {noun: make(noun, group).slug for noun in MAKERS}
    things |= {"groups": group.slug, "pictures": factories.picture(group=group).slug}
    client = member(client, group, role)
    token = fields(client.get("/manage/account"))["csrf_token"]
    may_read = {"show", "preview"} if role is Role.REVIEWER else set()
    walked = 0
    for rule, chosen, method in routes_of_things(app):
        if rule.endpoint.startswith(ABOUT_PEOPLE):
            continue
        # Whoever approves an article reads what it said before, where there is any.
        if may_read and method == "GET" and "/versions" in rule.rule:
            continue
        slug = things[rule.rule.split("/")[2]]
        found = answer(app, client, rule, chosen, method, slug, token)
        is_reading = rule.endpoint.split(".")[1] in may_read
        assert found.status_code == (200 if is_reading else 403), (method, rule)
        walked += 1
    assert walked >= 64
    states = {db.session.scalar(select(m.state)) for m, _maker in MAKERS.values()}
    assert states == {State.PUBLISHED}


def test_a_steward_sees_nothing_of_the_things_of_the_group(client, group, noun):
    thing = make(noun, group, title="Secret plan", **DRAFT)
    client = member(client, group, Role.STEWARD)
    assert thing.title not in client.get("/manage/").text
    assert thing.title not in client.get(f"/manage/{noun}").text


def test_who_may_edit_nowhere_is_sent_to_start_a_group(client, group, noun):
    client = member(client, group, Role.REVIEWER)
    answer = client.get(f"/manage/{noun}/new")
    assert answer.location == "/manage/groups/new?done=group-needed"


@pytest.mark.parametrize("chosen", ["publish", "cancel"])
def test_a_reviewer_decides_about_what_hosts_propose(client, group, chosen):
    event = make("events", group, state=State.PROPOSED, published_at=None)
    client = member(client, group, Role.REVIEWER)
    page = client.get(desk("events", event))
    assert ">Publish</button>" in page.text
    answer = press(client, desk("events", event, chosen))
    assert answer.status_code == 303
    assert event.state is (State.PUBLISHED if chosen == "publish" else State.CANCELLED)


def test_a_draft_is_seen_by_nobody_until_it_is_published(client, group, noun, app):
    thing = make(noun, group, title="Secret plan", **DRAFT)
    public = f"/{noun}/{thing.slug}"
    reader = app.test_client()
    assert reader.get(public).status_code == 404
    client = member(client, group)
    preview = client.get(desk(noun, thing, "preview"))
    assert "Preview: only your group sees this" in preview.text
    assert "Secret plan" in preview.text
    answer = press(client, desk(noun, thing, "publish"))
    assert answer.status_code == 303
    assert "It is public now" in client.get(answer.location).text
    assert "Secret plan" in reader.get(public).text


def test_cancelling_asks_first_and_can_be_taken_back(client, group, noun):
    thing = make(noun, group)
    client = member(client, group)
    asked = client.get(desk(noun, thing, "cancel"))
    assert "Yes, do it" in asked.text
    assert thing.state is State.PUBLISHED
    send(client, desk(noun, thing, "cancel"))
    assert thing.state is State.CANCELLED
    press(client, desk(noun, thing, "publish"))
    assert thing.state is State.PUBLISHED


def test_what_is_postponed_can_be_published_again_or_cancelled(client, group, noun):
    thing = make(noun, group)
    client = member(client, group)
    assert "Set the new date" in client.get(desk(noun, thing, "postpone")).text
    for chosen, state in (
        ("postpone", State.POSTPONED),
        ("publish", State.PUBLISHED),
        ("postpone", State.POSTPONED),
        ("cancel", State.CANCELLED),
    ):
        assert press(client, desk(noun, thing, chosen)).status_code == 303
        assert thing.state is state


#: A state, and a move that leads nowhere from there.
NO_WAYS = (
    (State.DRAFT, "postpone"),
    (State.PUBLISHED, "publish"),
    (State.POSTPONED, "postpone"),
    (State.CANCELLED, "postpone"),
    (State.CANCELLED, "cancel"),
)


def test_a_move_from_where_none_leads_changes_nothing(client, group, noun):
    client = member(client, group)
    for state, chosen in NO_WAYS:
        thing = make(noun, group, state=state)
        answer = press(client, desk(noun, thing, chosen))
        assert answer.status_code == 409, (state, chosen)
        assert "Somebody else was quicker" in answer.text
        db.session.rollback()
        assert thing.state is state


@pytest.mark.parametrize("noun", ["action-days", "events"], indirect=True)
def test_nothing_is_published_before_its_campaign(client, group, noun):
    thing = make(
        noun, group, campaign=factories.campaign(group=group, **DRAFT), **DRAFT
    )
    client = member(client, group)
    answer = press(client, desk(noun, thing, "publish"))
    assert answer.status_code == 409
    assert "Publish its campaign first" in answer.text
    assert thing.state is State.DRAFT


def test_a_title_can_be_changed_and_the_address_stays(client, group, noun):
    thing = make(noun, group, slug="first-words")
    client = member(client, group)
    before = thing.modified_at
    answer = send(client, desk(noun, thing, "edit"), title="Other words")
    assert answer.location == f"/manage/{noun}/first-words?done=saved"
    assert (thing.title, thing.slug) == ("Other words", "first-words")
    assert thing.modified_at > before
    assert client.get(f"/{noun}/first-words").status_code == 200


def test_what_two_people_save_at_once_is_shown_to_the_second_one(client, group, noun):
    thing = make(noun, group, title="As it was", summary="Same")
    client = member(client, group)
    address = desk(noun, thing, "edit")
    window = fields(client.get(address))
    assert send(client, address, title="Theirs <1>").status_code == 303

    answer = client.post(address, data={**window, "title": "Mine <2>"})
    assert answer.status_code == 409
    assert "Somebody saved a newer version" in answer.text
    theirs, mine = ">Theirs &lt;1&gt;</td>", ">Mine &lt;2&gt;</td>"
    assert 0 < answer.text.index(theirs) < answer.text.index(mine)
    assert answer.text.count('<th scope="row">') == 1
    assert thing.title == "Theirs <1>"

    # Nothing of the second text is lost, and saving it again is a choice.
    kept = fields(answer)
    assert kept["title"] == "Mine <2>"
    assert client.post(address, data=kept).status_code == 303
    assert thing.title == "Mine <2>"


def test_pressing_save_twice_is_saving_once(client, group, noun):
    thing = make(noun, group)
    client = member(client, group)
    address = desk(noun, thing, "edit")
    form = {**fields(client.get(address)), "title": "New words"}
    first, second = (client.post(address, data=form) for _time in range(2))
    assert first.location == second.location
    assert thing.version == 2


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, None])
def test_a_form_that_does_not_know_its_version_overwrites_nothing(
    client, group, version
):
    article = make("articles", group, title="As it was")
    client = member(client, group)
    answer = send(
        client, desk("articles", article, "edit"), title="Mine", version=version
    )
    assert answer.status_code == 409
    assert article.title == "As it was"


def test_a_form_that_lacks_something_keeps_all_that_was_typed(client, group, noun):
    client = member(client, group)
    if noun != "campaigns":
        factories.campaign(group=group)
    typed = {"title": "", "summary": 'Said "so" <loudly> & twice', "language": "ar"}
    answer = send(client, f"/manage/{noun}/new", **typed)
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert '<a href="#title">Give it a title.</a>' in answer.text
    kept = fields(answer)
    assert {name: kept[name] for name in typed} == typed


@pytest.mark.parametrize(
    ("field", "value"),
    [("language", "xx"), ("language", ""), ("group", "xx"), ("group", None)],
)
def test_a_choice_that_is_not_on_the_list_is_explained(client, group, field, value):
    client = member(client, group)
    answers = {"title": "Words", field: value}
    answer = send(client, "/manage/articles/new", **answers)
    assert answer.status_code == 422
    assert f'<a href="#{field}">Choose one from the list.</a>' in answer.text


def test_a_thing_cannot_be_given_to_another_group(client, group, noun):
    other = factories.group()
    thing = make(noun, group)
    client = member(client, group)
    answer = send(client, desk(noun, thing, "edit"), group=other.slug)
    assert answer.status_code == 422
    assert thing.group is group


def test_new_things_never_take_the_address_of_the_form(client, group):
    client = member(client, group)
    for slug in ("new-2", "new-3"):
        answer = send(client, "/manage/articles/new", title="New")
        assert answer.location == f"/manage/articles/{slug}?done=created"


def test_a_thing_in_a_script_that_cannot_be_spelled_still_gets_an_address(
    client, group
):
    client = member(client, group)
    answer = send(client, "/manage/articles/new", title="☮ ☮ ☮")
    assert client.get(answer.location).status_code == 200


def test_long_lists_have_pages(client, group, noun):
    campaign = factories.campaign(group=group)
    for number in range(26 if noun != "campaigns" else 25):
        values = {} if noun in ("campaigns", "articles") else {"campaign": campaign}
        MAKERS[noun][1](group=group, title=f"Number {number:02}", **values)
    client = member(client, group)
    first = client.get(f"/manage/{noun}")
    assert first.text.count("<h3") == 25
    assert "Page 1 of 2" in first.text
    assert client.get(f"/manage/{noun}?page=2").text.count("<h3") == 1


def test_lists_say_what_to_do_when_nothing_is_there(client, group, noun):
    client = member(client, group)
    page = client.get(f"/manage/{noun}")
    assert "Nothing is here yet" in page.text
    assert f'href="/manage/{noun}/new"' in page.text


def test_lists_ask_the_database_the_same_number_of_times_however_long(
    client, group, noun
):
    client = member(client, group)
    make(noun, group)
    client.get(f"/manage/{noun}")
    few = count_queries(lambda: client.get(f"/manage/{noun}"))
    for _number in range(10):
        make(noun, group)
    assert count_queries(lambda: client.get(f"/manage/{noun}")) <= few


def test_an_overview_leads_to_the_public_page_and_its_feeds(client, group, noun, app):
    thing = make(noun, group)
    client = member(client, group)
    page = client.get(desk(noun, thing)).text
    for sibling in ("", ".ics", ".atom", ".json"):
        address = f"/{noun}/{thing.slug}{sibling}"
        assert f'href="{address}"' in page
        assert app.test_client().get(address).status_code == 200, address


def test_looking_changes_nothing(client, group, noun):
    thing = make(noun, group)
    client = member(client, group)
    for view in ("", "edit", "preview", "publish", "postpone", "cancel"):
        assert client.get(desk(noun, thing, view)).status_code == 200
        assert client.head(desk(noun, thing, view)).status_code == 200
    assert (thing.state, thing.version) == (State.PUBLISHED, 1)


@pytest.fixture(params=["campaigns", "action-days", "events"])
def noun_with_reading(request):
    return request.param


def order(client, noun, thing, **places):
    answers = {f"place-{slug}": place for slug, place in places.items()}
    return send(client, desk(noun, thing, "articles"), **answers)


def test_articles_are_chosen_and_put_in_order(client, group, noun_with_reading):
    noun = noun_with_reading
    thing = make(noun, group)
    for name in ("first", "second", "third"):
        factories.article(group=group, slug=name, title=name.capitalize())
    client = member(client, group)
    answer = order(client, noun, thing, third="1", first="20")
    assert answer.status_code == 303
    assert [article.slug for article in thing.articles] == ["third", "first"]
    order(client, noun, thing, third="3", first="2", second="1")
    assert [article.slug for article in thing.articles] == ["second", "first", "third"]
    order(client, noun, thing, third="", first="", second="1")
    assert [article.slug for article in thing.articles] == ["second"]
    page = client.get(f"/{noun}/{thing.slug}").text
    assert "Second" in page
    assert "Third" not in page


def test_an_order_that_somebody_else_changed_is_compared(
    client, group, noun_with_reading
):
    noun = noun_with_reading
    thing = make(noun, group)
    for name in ("first", "second"):
        factories.article(group=group, slug=name, title=name.capitalize())
    client = member(client, group)
    address = desk(noun, thing, "articles")
    window = fields(client.get(address))
    order(client, noun, thing, first="1")
    answer = client.post(address, data={**window, "place-second": "1"})
    assert answer.status_code == 409
    assert "Somebody saved a newer version" in answer.text
    assert [article.slug for article in thing.articles] == ["first"]
    assert client.post(address, data=fields(answer)).status_code == 303
    assert [article.slug for article in thing.articles] == ["second"]


@pytest.mark.parametrize("place", ["0", "1000", "one", "1.5"])
def test_a_place_in_the_order_is_a_number(client, group, place):
    campaign = make("campaigns", group)
    factories.article(group=group, slug="first")
    client = member(client, group)
    answer = order(client, "campaigns", campaign, first=place)
    assert answer.status_code == 422
    assert fields(answer)["place-first"] == place
    assert campaign.articles == []


def test_articles_of_strangers_cannot_be_linked(client, group, noun_with_reading):
    factories.article(slug="theirs", title="Their words")
    thing = make(noun_with_reading, group)
    factories.article(group=group, slug="ours")
    client = member(client, group)
    address = desk(noun_with_reading, thing, "articles")
    assert "Their words" not in client.get(address).text
    send(client, address, **{"place-theirs": "1", "place-ours": "2"})
    assert [article.slug for article in thing.articles] == ["ours"]


def test_a_desk_without_articles_invites_to_write_one(client, group):
    campaign = make("campaigns", group)
    client = member(client, group)
    page = client.get(desk("campaigns", campaign, "articles"))
    assert "Write the first one" in page.text


def test_a_new_thing_belongs_to_the_group_that_was_chosen(client, group, app):
    other = factories.group()
    organiser = factories.organiser()
    for each in (group, other):
        factories.membership(organiser, each)
    client = sign_in(client, organiser)
    send(client, "/manage/articles/new", title="Words", group=other.slug)
    article = db.session.scalars(select(Article)).one()
    assert article.group is other
    assert article.state is State.DRAFT
    assert db.session.scalar(select(func.count(Article.id))) == 1


def test_what_waits_stands_first_on_the_desk(client, group):
    make("articles", group, title="A draft", **DRAFT)
    make("events", group, title="A proposal", state=State.PROPOSED, published_at=None)
    client = member(client, group)
    page = client.get("/manage/").text
    waiting, lists = page.split("<h2>Campaigns</h2>")
    assert "What waits for you" in waiting
    assert "A draft" in waiting
    assert "A proposal" in waiting
    assert "A proposal" in lists


def test_a_group_that_lost_a_member_is_closed_to_them(client, group):
    thing = make("campaigns", group)
    organiser = factories.organiser()
    membership = factories.membership(organiser, group)
    client = sign_in(client, organiser)
    assert client.get(desk("campaigns", thing)).status_code == 200
    with transaction() as session:
        session.delete(membership)
    assert client.get(desk("campaigns", thing)).status_code == 404


def test_a_preview_offers_nothing_to_follow_that_is_not_there_yet(client, group, noun):
    thing = make(noun, group, **DRAFT)
    client = member(client, group)
    shown = client.get(f"/manage/{noun}/{thing.slug}/preview").text
    assert thing.title in shown
    assert 'rel="alternate"' not in shown
    assert f"{noun}/{thing.slug}." not in shown
    # But for the one at the foot of every page.
    assert shown.count("/subscribe") == 1
