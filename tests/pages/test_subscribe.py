"""The page of all that can be followed, and the ways to follow one thing."""

import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import factories
import pytest
from counting import count_queries

from campaign.database import transaction
from campaign.events.models import Series
from campaign.publishing.states import State

APPS = ("Google Calendar", "Apple", "Outlook.com", "Microsoft 365", "Thunderbird")


def follow(client, address: str, **more: str):
    return client.get("/subscribe", query_string={"feed": address, **more})


def seen(client, address: str):
    return client.get(address)


def links(page) -> list[str]:
    return [unescape(each) for each in re.findall(r'<a[^>]*href="([^"]*)"', page.text)]


def calendar_of(page) -> str:
    """The address that is there to be copied."""
    field = re.search(r'<input id="feed-address"[^>]*value="([^"]*)"', page.text)
    assert field, "there is no address to copy"
    return unescape(field[1])


def row_of(page, title: str) -> str:
    """What stands in the list beside a title."""
    rows = re.findall(r'<li class="feed-row">.*?</li>', page.text, re.S)
    return next(row for row in rows if f">{title}</a>" in row)


def repeated(times: int = 2, **values) -> Series:
    """A vigil each Friday, so many times."""
    first = datetime(2035, 2, 23, 18)
    slots = [first + timedelta(weeks=week) for week in range(times)]
    event = factories.event(slots[0], **values)
    named = {"slug": f"weekly-{event.slug}", "timezone": event.timezone}
    series = factories.weekly(*slots, **named)
    with transaction():
        event.series, event.series_slot = series, slots[0]
    shared = {**values, "campaign": event.campaign, "title": event.title}
    for slot in slots[1:]:
        factories.event(slot, series=series, series_slot=slot, **shared)
    return series


def everything() -> dict[str, str]:
    """A site with one of each thing; the address of each page, by what it is."""
    article = factories.article()
    day = factories.action_day(articles=[article])
    event = factories.event(action_day=day)
    return {
        "home": "/",
        "finder": "/events?country=GB&kind=other",
        "event": f"/events/{event.slug}",
        "campaign": f"/campaigns/{day.campaign.slug}",
        "day": f"/action-days/{day.slug}",
        "group": f"/groups/{day.group.slug}",
        "series": f"/series/{repeated(action_day=day).slug}",
        "articles": "/articles",
        "article": f"/articles/{article.slug}",
    }


def test_each_page_leads_to_the_ways_to_follow_it(client):
    pages = everything()
    for name, address in pages.items():
        ways = [
            parse_qs(urlsplit(link).query).get("feed")
            for link in links(client.get(address))
            if link.startswith("/subscribe?")
        ]
        # The page of an event is about one; what goes on is its action day.
        expected = pages["day"] if name == "event" else address
        assert [expected] in ways, name
        assert follow(client, expected).status_code == 200, name


def test_what_is_followed_is_a_calendar_that_answers(client):
    for name, address in everything().items():
        page = follow(client, address)
        assert page.status_code == 200, name
        for app in APPS:
            assert app in page.text, name
        calendar = calendar_of(page)
        assert calendar.startswith("http://localhost/")
        answer = client.get(calendar.removeprefix("http://localhost"))
        assert (answer.status_code, answer.mimetype) == (200, "text/calendar"), name


def test_the_head_of_each_page_names_siblings_that_answer(client):
    addresses = everything().values()
    for page in (visit(client, each) for visit in (seen, follow) for each in addresses):
        found = re.findall(
            r'<link rel="alternate" type="([^"]+)" title="([^"]+)" href="([^"]+)"',
            page.text,
        )
        types = [kind for kind, _title, _address in found]
        assert types == ["text/calendar", "application/atom+xml", "application/json"]
        assert len({title for _kind, title, _address in found}) == 3
        for kind, _title, where in found:
            answer = client.get(unescape(where))
            assert (answer.status_code, answer.mimetype) == (200, kind)


def test_the_finder_names_siblings_with_its_filters_and_without_its_page(client):
    factories.event()
    address = "/events?kind=other&country=GB&lang=ar&page=1&city="
    page = client.get(address, follow_redirects=True)
    calendar = re.search(r'type="text/calendar"[^>]*href="([^"]+)"', page.text)
    asked = parse_qs(urlsplit(unescape(calendar[1])).query)
    assert asked == {"kind": ["other"], "country": ["GB"]}


def test_a_narrowed_list_is_followed_by_one_address_in_whatever_order_it_was_asked(
    client,
):
    one = follow(client, "/events?kind=vigil&country=GB&page=3&lang=ar&nonsense=1")
    other = follow(client, "/events?country=GB&kind=vigil")
    expected = "http://localhost/events.ics?country=GB&kind=vigil"
    assert (calendar_of(one), calendar_of(other)) == (expected, expected)
    assert "Vigil, United Kingdom" in one.text


def test_every_question_of_the_finder_can_be_followed(client):
    day = factories.action_day(title="Day of Doors")
    asked = (
        f"/events?q=sea&campaign={day.campaign.slug}&day={day.slug}&city=Leeds&kind=film"
        "&language=fr&online=true&from=2035-01-02&to=2035-03-04"
    )
    page = follow(client, asked)
    words = ("Day of Doors", "“sea”", "Film", "Leeds", "French", "Online", "2 January")
    for word in words:
        assert word in page.text
    calendar = urlsplit(calendar_of(page))
    assert parse_qs(calendar.query) == {
        **parse_qs(urlsplit(asked).query),
    }
    in_person = follow(client, "/events?online=0")
    assert calendar_of(in_person) == "http://localhost/events.ics?online=false"


#: Addresses of other sites, of what is no page, and of pages without a calendar.
NOTHING_TO_FOLLOW = (
    "//evil.example",
    "//evil.example/events",
    "https://evil.example/events",
    "http://localhost/events",
    "javascript:alert(1)",
    "\\\\evil.example\\events",
    "/\\evil.example",
    "http://[",
    "events",
    "/calendar",
    "/calendar.ics",
    "/events.ics",
    "/about",
    "/manage/",
    "/manage/events",
    "/sign-ups/0123456789abcdef0123456789abcdef",
    "/sign-in",
    "/events/nowhere",
    "/campaigns/nowhere",
    "/action-days/nowhere",
    "/groups/nowhere",
    "/series/nowhere",
    "/articles/nowhere",
    "/events?campaign=nowhere",
    "/events/../manage/",
    "/events\r\nX: y",
    "<script>alert(1)</script>",
    "/" + "a" * 5000,
    " ",
)


def test_what_cannot_be_followed_is_answered_with_all_that_can(client):
    event = factories.event()
    for address in NOTHING_TO_FOLLOW:
        page = follow(client, address)
        assert page.status_code == 404, address
        assert "There is no calendar at that address" in page.text
        assert event.campaign.title in page.text
        hosts = {urlsplit(link).netloc for link in links(page)}
        assert hosts == {""}, address
        assert "<script>alert" not in page.text
        assert not [link for link in links(page) if link.startswith("javascript:")]


@pytest.mark.parametrize(
    "hidden",
    [
        {"state": State.DRAFT, "published_at": None},
        {"state": State.PROPOSED, "published_at": None},
        {"state": State.CANCELLED, "removed_at": factories.CREATED},
    ],
    ids=["draft", "proposed", "removed"],
)
def test_what_is_not_public_can_neither_be_followed_nor_named(client, hidden):
    campaign = factories.campaign(title="Secret plan", **hidden)
    day = factories.action_day(title="Secret plan", campaign=campaign, **hidden)
    event = factories.event(title="Secret plan", campaign=campaign, **hidden)
    article = factories.article(title="Secret plan", **hidden)
    for address in (
        f"/campaigns/{campaign.slug}",
        f"/action-days/{day.slug}",
        f"/events/{event.slug}",
        f"/articles/{article.slug}",
        f"/events?campaign={campaign.slug}",
        f"/events?day={day.slug}",
    ):
        page = follow(client, address)
        assert page.status_code == 404, address
        assert "Secret plan" not in page.text


def test_a_cancelled_event_can_still_be_followed(client):
    event = factories.event(state=State.CANCELLED)
    assert follow(client, f"/events/{event.slug}").status_code == 200


def test_links_that_leave_the_site_say_where_to_and_tell_nothing_of_the_reader(client):
    page = follow(client, "/")
    found = re.findall(r'<a[^>]*href="https://[^>]*>.*?</a>', page.text, re.S)
    assert len(found) == 3
    for link in found:
        host = urlsplit(re.search(r'href="([^"]+)"', link)[1]).hostname
        assert 'rel="noopener noreferrer"' in link
        assert f"opens {host}" in link


def test_a_site_on_this_machine_says_that_google_cannot_reach_it(client, app):
    note = "This site runs on this machine only."
    assert note in follow(client, "/").text
    was = app.config["SITE_URL"]
    app.config["SITE_URL"] = "https://act.example.org"
    try:
        page = follow(client, "/")
    finally:
        app.config["SITE_URL"] = was
    assert note not in page.text
    assert calendar_of(page) == "https://act.example.org/calendar.ics"


def test_each_part_of_the_site_says_how_much_is_to_come_in_it(client):
    article = factories.article(title="Why doors")
    day = factories.action_day(title="Day of Doors", articles=[article])
    group, campaign = day.group.name, day.campaign.title
    factories.event(action_day=day, articles=[article])
    factories.event(campaign=day.campaign, country="FR", articles=[article])
    factories.event(campaign=day.campaign, country="FR")
    factories.event(campaign=day.campaign, state=State.CANCELLED)
    factories.event(campaign=day.campaign, visibility="unlisted")
    factories.event(campaign=day.campaign, state=State.DRAFT, published_at=None)
    page = client.get("/subscribe")
    expected = {
        "All events": "3 events to come",
        campaign: "3 events to come",
        group: "3 events to come",
        "Day of Doors": "1 event to come",
        "France": "2 events to come",
        "United Kingdom": "1 event to come",
        "Why doors": "2 events to come",
    }
    for title, words in expected.items():
        assert words in row_of(page, title), title


def test_a_series_is_one_row_with_the_number_of_its_dates_to_come(client):
    repeated(times=3, title="Vigil for doors")
    repeated(times=2, title="Draft of doors", state=State.DRAFT, published_at=None)
    page = client.get("/subscribe")
    assert "3 events to come" in row_of(page, "Vigil for doors")
    assert "Draft of doors" not in page.text


def test_a_series_of_drafts_can_neither_be_followed_nor_named(client):
    series = repeated(title="Secret plan", state=State.DRAFT, published_at=None)
    page = follow(client, f"/series/{series.slug}")
    assert page.status_code == 404
    assert "Secret plan" not in page.text


def test_every_row_leads_to_what_it_names(client):
    everything()
    page = client.get("/subscribe")
    ways = [link for link in links(page) if link.startswith("/subscribe?feed=")]
    followed = [parse_qs(urlsplit(way).query)["feed"][0] for way in ways]
    kinds = {re.match(r"/[a-z-]*", each)[0] for each in followed}
    assert kinds == {
        "/",
        "/events",
        "/campaigns",
        "/action-days",
        "/groups",
        "/series",
        "/articles",
    }
    for way in ways:
        assert client.get(way).status_code == 200, way


def test_a_long_list_is_folded_up(client):
    campaign = factories.campaign()
    for country in ("AT", "BE", "CH", "DE", "ES", "FR", "GB", "IT", "PL"):
        factories.event(campaign=campaign, country=country)
    page = client.get("/subscribe").text
    folded = re.findall(r"<details>.*?</details>", page, re.S)
    assert len(folded) == 1
    assert folded[0].count('<li class="feed-row">') == 9


def test_the_form_makes_a_narrower_calendar(client):
    day = factories.action_day()
    factories.event(action_day=day, language="fr")
    answers = {
        "kind": "vigil",
        "city": "Leeds",
        "country": "GB",
        "online": "false",
        "language": "fr",
        "campaign": day.campaign.slug,
        "day": day.slug,
    }
    answer = client.get("/subscribe", query_string={**answers, "lang": "ar"})
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.location).query)["lang"] == ["ar"]
    page = client.get(answer.location)
    assert parse_qs(urlsplit(calendar_of(page)).query) == {
        name: [value] for name, value in answers.items()
    }


def test_a_form_without_an_answer_makes_the_calendar_of_all_events(client):
    answer = client.get("/subscribe?kind=&city=&country=&online=&language=")
    page = client.get(answer.location)
    assert calendar_of(page) == "http://localhost/events.ics"


def test_an_answer_that_is_not_on_the_list_is_said_and_the_rest_is_kept(client):
    page = client.get("/subscribe?country=ZZ&city=Leeds")
    assert page.status_code == 422
    assert "There is a problem" in page.text
    assert 'href="#country"' in page.text
    assert 'value="Leeds"' in page.text


def test_it_asks_the_same_number_of_questions_however_much_there_is(client):
    everything()
    addresses = ("/subscribe", *(f"/subscribe?feed={a}" for a in ("/", "/articles")))
    few = [count_queries(lambda a=a: client.get(a)) for a in addresses]
    for _more in range(4):
        everything()
    many = [count_queries(lambda a=a: client.get(a)) for a in addresses]
    assert few == many


def test_the_page_of_an_event_gives_the_one_event_too(client):
    event = factories.event()
    page = client.get(f"/events/{event.slug}")
    assert f'href="/events/{event.slug}.ics"' in page.text
    assert calendar_of(page) == f"http://localhost/events/{event.slug}.ics"
