"""Taking something off the site, and putting it back."""

import factories
import pytest
from counting import count_queries
from desks import DRAFT, desk, make, member
from front_door import fields, press, send
from supporters import confirm, own_page, sign_up

from campaign.database import db, transaction
from campaign.lib import clock
from campaign.organisers.models import Role
from campaign.publishing.states import State

NOUNS = ("campaigns", "action-days", "events", "articles")


@pytest.fixture
def group(app):
    return factories.group()


@pytest.fixture(params=NOUNS)
def noun(request):
    return request.param


def over(noun, group, **values):
    """Something that was public and is cancelled."""
    return make(noun, group, **{"state": State.CANCELLED, **values})


def gone(noun, group, **values):
    """Something that was public and is off the site."""
    return over(noun, group, removed_at=clock.now(), **values)


def test_what_is_cancelled_can_be_taken_off_and_its_page_says_that_it_is_gone(
    client, group, noun, app
):
    thing = over(noun, group, title="Words of yesterday")
    reader = app.test_client()
    client = member(client, group)
    assert "Take it off the site" in client.get(desk(noun, thing)).text
    asked = client.get(desk(noun, thing, "remove"))
    assert "Take “Words of yesterday” off the site?" in asked.text
    assert "never given to anything else" in asked.text
    assert thing.removed_at is None
    answer = send(client, desk(noun, thing, "remove"))
    assert answer.status_code == 303
    assert "It is off the site now" in client.get(answer.location).text
    page = reader.get(f"/{noun}/{thing.slug}")
    assert page.status_code == 410
    assert "This was taken off the site" in page.text
    assert 'href="/events"' in page.text
    assert "Words of yesterday" not in page.text


def test_what_is_put_back_is_what_it_was(client, group, noun, app):
    thing = gone(noun, group, title="Words of yesterday")
    client = member(client, group)
    overview = client.get(desk(noun, thing)).text
    assert "its page and its calendar say that it is gone" in overview
    assert ">Put it back</button>" in overview
    answer = press(client, desk(noun, thing, "restore"))
    assert answer.status_code == 303
    assert ("people who signed up" in overview) is (noun == "events")
    assert "It is back" in client.get(answer.location).text
    assert (thing.state, thing.removed_at) == (State.CANCELLED, None)
    assert "Words of yesterday" in app.test_client().get(f"/{noun}/{thing.slug}").text


def test_a_draft_can_be_taken_off_at_once_and_never_was_there(client, group, noun, app):
    thing = make(noun, group, title="Never mind", **DRAFT)
    client = member(client, group)
    assert (
        "Nobody but your group has seen it"
        in client.get(desk(noun, thing, "remove")).text
    )
    assert press(client, desk(noun, thing, "remove")).status_code == 303
    assert app.test_client().get(f"/{noun}/{thing.slug}").status_code == 404
    assert (
        "Nobody but your group has ever seen it" in client.get(desk(noun, thing)).text
    )
    assert "It is a draft again" in client.get(desk(noun, thing, "restore")).text
    press(client, desk(noun, thing, "restore"))
    assert (thing.state, thing.removed_at) == (State.DRAFT, None)


@pytest.mark.parametrize("state", [State.PUBLISHED, State.POSTPONED])
def test_what_goes_on_has_to_be_cancelled_first(client, group, noun, state):
    thing = make(noun, group, state=state)
    client = member(client, group)
    assert "Take it off the site" not in client.get(desk(noun, thing)).text
    answer = press(client, desk(noun, thing, "remove"))
    assert answer.status_code == 409
    assert "Cancel it first" in answer.text
    assert thing.removed_at is None


def test_a_proposal_is_declined_before_it_is_taken_off(client, group):
    event = make("events", group, state=State.PROPOSED, published_at=None)
    client = member(client, group)
    assert press(client, desk("events", event, "remove")).status_code == 409
    press(client, desk("events", event, "cancel"))
    assert press(client, desk("events", event, "remove")).status_code == 303
    assert client.get(f"/events/{event.slug}").status_code == 404


def test_nothing_is_done_with_what_is_off_the_site(client, group, noun):
    thing = gone(noun, group)
    client = member(client, group)
    for view in ("edit", "articles", "publish", "postpone", "cancel"):
        if (noun, view) == ("articles", "articles"):
            continue
        answer = client.get(desk(noun, thing, view))
        assert answer.status_code == 409, view
        assert "It was taken off the site. Put it back first." in answer.text
        assert ">Put it back</button>" in answer.text
        assert press(client, desk(noun, thing, view)).status_code in (409, 422), view
        db.session.rollback()
        assert (thing.state, thing.version) == (State.CANCELLED, 1), view
        assert thing.removed_at is not None


def test_what_was_typed_while_it_left_the_site_is_not_lost(client, group, noun):
    thing = over(noun, group, title="Before")
    client = member(client, group)
    window = fields(client.get(desk(noun, thing, "edit")))
    press(client, desk(noun, thing, "remove"))
    answer = client.post(
        desk(noun, thing, "edit"), data={**window, "title": "A long thought"}
    )
    assert answer.status_code == 409
    assert "Put it back first" in answer.text
    assert fields(answer)["title"] == "A long thought"
    assert (thing.title, thing.version) == ("Before", 1)


@pytest.mark.parametrize(
    ("first", "again"), [("remove", "remove"), ("restore", "restore")]
)
def test_pressing_twice_says_that_somebody_was_quicker(
    client, group, noun, first, again
):
    thing = over(noun, group) if first == "remove" else gone(noun, group)
    client = member(client, group)
    assert press(client, desk(noun, thing, first)).status_code == 303
    was_removed = thing.is_removed
    answer = press(client, desk(noun, thing, again))
    assert answer.status_code == 409
    assert "Somebody else was quicker" in answer.text
    assert thing.is_removed is was_removed


@pytest.mark.parametrize(
    ("part", "state"),
    [("events", State.CANCELLED), ("action-days", State.PUBLISHED)],
)
def test_a_campaign_stays_as_long_as_something_of_it_is_on_the_site(
    client, group, part, state
):
    campaign = over("campaigns", group)
    make(part, group, campaign=campaign, state=state)
    client = member(client, group)
    answer = press(client, desk("campaigns", campaign, "remove"))
    assert answer.status_code == 409
    assert "are still on the site" in answer.text
    assert "Take those off the site first" in answer.text
    assert campaign.removed_at is None
    assert client.get(f"/campaigns/{campaign.slug}").status_code == 200


def test_an_action_day_stays_as_long_as_an_event_of_it_is_on_the_site(client, group):
    day = over("action-days", group)
    event = make("events", group, campaign=day.campaign, action_day=day)
    client = member(client, group)
    assert press(client, desk("action-days", day, "remove")).status_code == 409
    for chosen in ("cancel", "remove"):
        assert press(client, desk("events", event, chosen)).status_code == 303
    assert press(client, desk("action-days", day, "remove")).status_code == 303


def test_unlisted_events_keep_their_campaign_on_the_site_too(client, group):
    campaign = over("campaigns", group)
    make("events", group, campaign=campaign, visibility="unlisted")
    client = member(client, group)
    assert press(client, desk("campaigns", campaign, "remove")).status_code == 409


def test_drafts_and_linked_articles_keep_nothing_on_the_site(client, group):
    campaign = over("campaigns", group, articles=[factories.article(group=group)])
    make("events", group, campaign=campaign, **DRAFT)
    gone("action-days", group, campaign=campaign)
    client = member(client, group)
    assert press(client, desk("campaigns", campaign, "remove")).status_code == 303


@pytest.mark.parametrize("part", ["events", "action-days"])
def test_a_part_comes_back_only_after_its_campaign(client, group, part):
    campaign = gone("campaigns", group)
    thing = gone(part, group, campaign=campaign)
    client = member(client, group)
    answer = press(client, desk(part, thing, "restore"))
    assert answer.status_code == 409
    assert "its campaign first" in answer.text
    assert thing.removed_at is not None
    press(client, desk("campaigns", campaign, "restore"))
    assert press(client, desk(part, thing, "restore")).status_code == 303


def test_an_address_is_given_to_nothing_else(client, group):
    gone("articles", group, slug="old-words")
    client = member(client, group)
    answer = send(client, "/manage/articles/new", title="Old words")
    assert answer.location == "/manage/articles/old-words-2?done=created"


def test_the_desk_lists_what_is_off_the_site_by_itself(client, group, noun):
    make(noun, group, title="Still here", state=State.PUBLISHED)
    gone(noun, group, title="Gone by now")
    client = member(client, group)
    page = client.get(f"/manage/{noun}").text
    assert "Still here" in page
    assert "Gone by now" not in page
    assert f'href="/manage/{noun}?removed=1">Off the site (1)</a>' in page
    removed = client.get(f"/manage/{noun}?removed=1").text
    assert "Gone by now" in removed
    assert "Still here" not in removed
    assert "Gone by now" not in client.get("/manage/").text


def test_a_desk_from_which_nothing_was_taken_says_nothing_of_it(client, group, noun):
    client = member(client, group)
    assert "Off the site" not in client.get(f"/manage/{noun}").text
    page = client.get(f"/manage/{noun}?removed=1").text
    assert "Nothing has been taken off the site" in page


def test_the_list_of_what_is_gone_asks_the_same_however_long_it_is(client, group, noun):
    client = member(client, group)
    address = f"/manage/{noun}?removed=1"
    gone(noun, group)
    client.get(address)
    few = count_queries(lambda: client.get(address))
    for _number in range(10):
        gone(noun, group)
    assert count_queries(lambda: client.get(address)) <= few


@pytest.mark.parametrize("role", [Role.STEWARD, Role.REVIEWER])
def test_who_may_not_edit_puts_nothing_back(client, group, noun, role):
    thing = gone(noun, group)
    client = member(client, group, role)
    assert press(client, desk(noun, thing, "restore")).status_code == 403
    assert thing.removed_at is not None


def test_drafts_off_the_site_are_not_offered_for_new_things(client, group):
    factories.campaign(group=group, title="Goes on")
    gone("campaigns", group, title="Gone by now", **DRAFT)
    client = member(client, group)
    for noun in ("action-days", "events"):
        page = client.get(f"/manage/{noun}/new").text
        assert "Goes on" in page
        assert "Gone by now" not in page


def test_no_public_page_names_what_is_gone(client, group):
    words = "Gone by now"
    article = factories.article(group=group)
    campaign = factories.campaign(group=group, articles=[article])
    day = make("action-days", group, campaign=campaign, articles=[article])
    event = make("events", group, campaign=campaign, action_day=day)
    pieces = {"title": words, "summary": words, "campaign": campaign}
    gone("action-days", group, **pieces)
    gone("events", group, **pieces, action_day=day, articles=[article])
    gone("campaigns", group, title=words, articles=[article])
    withdrawn = gone("articles", group, title=words)
    with transaction():
        for row in (campaign, day, event):
            row.articles.append(withdrawn)
    addresses = [
        *("/", "/events", "/events?q=gone", "/articles", "/subscribe"),
        f"/campaigns/{campaign.slug}",
        f"/action-days/{day.slug}",
        f"/events/{event.slug}",
        f"/articles/{article.slug}",
        f"/groups/{group.slug}",
    ]
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        assert words not in page.text, address


def test_a_filter_does_not_tell_the_title_of_what_is_gone(client, group):
    campaign = gone("campaigns", group, title="Gone by now")
    day = gone("action-days", group, campaign=campaign, title="Gone by now")
    for asked in (f"campaign={campaign.slug}", f"day={day.slug}"):
        page = client.get(f"/events?{asked}")
        assert page.status_code == 200
        assert "Gone by now" not in page.text


def test_nobody_signs_up_for_what_is_gone_and_own_pages_stay(client, group, outbox):
    event = make("events", group)
    sign_up(client, event)
    page = own_page(outbox[0])
    confirm(client, page)
    with transaction():
        event.state, event.removed_at = State.CANCELLED, clock.now()
    assert client.get(page).status_code == 200
    assert sign_up(client, event, email="late@example.org").status_code == 410
    assert client.get(f"/events/{event.slug}/check-your-mail").status_code == 410


def test_an_own_page_leads_to_its_event_as_long_as_that_is_on_the_site(
    client, group, outbox
):
    event = make("events", group)
    sign_up(client, event)
    page, link = own_page(outbox[0]), f'href="/events/{event.slug}"'
    assert link in client.get(page).text
    with transaction():
        event.state, event.removed_at = State.CANCELLED, clock.now()
    shown = client.get(page).text
    assert event.title in shown
    assert link not in shown


def test_an_action_day_draft_off_the_site_is_not_offered_to_events(client, group):
    campaign = factories.campaign(group=group)
    make("action-days", group, campaign=campaign, title="A day", **DRAFT)
    gone("action-days", group, campaign=campaign, title="Gone by now", **DRAFT)
    client = member(client, group)
    page = client.get("/manage/events/new").text
    assert "A day" in page
    assert "Gone by now" not in page


def test_the_calendar_the_news_and_the_data_of_what_is_gone_say_so(client, group, noun):
    thing = gone(noun, group, title="Gone by now")
    for sibling in ("ics", "atom", "json"):
        answer = client.get(f"/{noun}/{thing.slug}.{sibling}")
        assert answer.status_code == 410, sibling
        assert "Gone by now" not in answer.text


def test_feeds_leave_out_what_is_gone(client, group):
    day = make("action-days", group)
    kept = make("events", group, action_day=day, title="Still here")
    lost = make("events", group, action_day=day, title="Gone by now")
    client = member(client, group)
    for chosen in ("cancel", "remove"):
        assert press(client, desk("events", lost, chosen)).status_code == 303
    pages = ("/calendar", "/events", f"/action-days/{day.slug}")
    for address in (
        *pages,
        f"/campaigns/{kept.campaign.slug}",
        f"/groups/{group.slug}",
    ):
        for sibling in ("ics", "atom", "json"):
            words = client.get(f"{address}.{sibling}").text
            assert "Still here" in words, (address, sibling)
            assert "Gone by now" not in words, (address, sibling)
