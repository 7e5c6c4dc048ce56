"""The demo's texts: whole, possible on the day, and round the world."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel import Locale

from campaign.demo import story
from campaign.demo.story import Action
from campaign.events.disclosure import AddressLevel
from campaign.events.models import Attendance, Kind
from campaign.lib.markdown import to_html
from campaign.lib.slug import slug_of
from campaign.lib.text import clean
from campaign.lib.walltime import check_wall_time
from campaign.publishing.states import State

DAY = date(2027, 2, 23)
ACTIONS = story.actions()
ARTICLES = story.articles()
COUNTRIES = {code for code in Locale("en").territories if len(code) == 2}
TEXTS = (
    "title",
    "summary",
    "description",
    "accessibility_notes",
    "instructions",
    "host_name",
    "contact",
)
PLACES = ("locality", "country", "venue", "street_address")

each_action = pytest.mark.parametrize(
    "action", ACTIONS, ids=[action.fields["slug"] for action in ACTIONS]
)
each_article = pytest.mark.parametrize(
    "article", ARTICLES, ids=[article["slug"] for article in ARTICLES]
)


def is_online(action: Action) -> bool:
    return action.fields.get("attendance") == Attendance.ONLINE


def slugs_where(name: str, value: str) -> list[str]:
    found = [a for a in ACTIONS if a.fields.get(name) == value]
    return [action.fields["slug"] for action in found]


def offset_on_the_day(action: Action) -> timedelta:
    start = action.times_on(DAY)[0]
    offset = start.replace(tzinfo=ZoneInfo(action.fields["timezone"])).utcoffset()
    assert offset is not None
    return offset


# --- the day


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 1, 1), date(2026, 2, 23)),
        (date(2026, 2, 22), date(2026, 2, 23)),
        (date(2026, 2, 23), date(2027, 2, 23)),
        (date(2028, 2, 29), date(2029, 2, 23)),
        (date(2026, 12, 31), date(2027, 2, 23)),
    ],
)
def test_the_day_is_the_next_23_february_after_today(
    today: date, expected: date
) -> None:
    assert story.next_23_february(today) == expected


# --- the events


def test_there_are_about_sixty_events_under_addresses_of_their_own() -> None:
    slugs = [action.fields["slug"] for action in ACTIONS]
    assert 55 <= len(slugs) <= 65
    assert len(set(slugs)) == len(slugs)
    assert all(slug == slug_of(slug) for slug in slugs)


def test_the_events_go_round_the_world() -> None:
    offsets = {offset_on_the_day(action) for action in ACTIONS}
    assert max(offsets) == timedelta(hours=14)
    assert min(offsets) == timedelta(hours=-11)
    assert len(offsets) >= 20


def test_the_events_are_of_every_kind_and_in_many_languages() -> None:
    kinds = {action.fields["kind"] for action in ACTIONS}
    languages = Counter(action.fields.get("language", "en") for action in ACTIONS)
    assert kinds == set(Kind) - {Kind.OTHER}
    assert languages["ar"] >= 4
    assert {"fr", "de", "es"} <= languages.keys()


@each_action
def test_an_event_has_a_kind_a_zone_and_a_country_that_exist(action: Action) -> None:
    assert action.fields["kind"] in set(Kind)
    assert action.fields["timezone"] in available_timezones()
    assert is_online(action) or action.fields["country"] in COUNTRIES


@each_action
def test_an_event_happens_at_hours_which_that_day_has(action: Action) -> None:
    starts, ends = action.times_on(DAY)
    zone = action.fields["timezone"]
    assert starts.date() == DAY
    assert timedelta(minutes=30) <= ends - starts <= timedelta(hours=6)
    assert check_wall_time(starts, zone, None) == 0
    assert check_wall_time(ends, zone, None) == 0


@each_action
def test_an_event_lies_near_its_zone(action: Action) -> None:
    """Its longitude is as far from Greenwich as its clock, within three hours."""
    if is_online(action):
        assert "latitude" not in action.fields
        return
    assert -60 < action.fields["latitude"] < 70
    hours = offset_on_the_day(action) / timedelta(hours=1)
    away = abs(hours - action.fields["longitude"] / 15) % 24
    assert min(away, 24 - away) <= 3


@each_action
def test_an_event_has_no_empty_text(action: Action) -> None:
    for name in TEXTS if is_online(action) else (*TEXTS, *PLACES):
        assert action.fields[name], name
        assert action.fields[name] == clean(action.fields[name]), name
    assert len(action.fields["title"]) <= 80
    assert "\n" not in action.fields["summary"]


def test_no_two_events_say_the_same() -> None:
    for name in ("title", "summary", "description", "instructions", "contact"):
        texts = [action.fields[name] for action in ACTIONS]
        assert len(set(texts)) == len(texts), name


@each_action
def test_an_event_tells_arabic_in_arabic_letters(action: Action) -> None:
    is_arabic = action.fields.get("language") == "ar"
    for name in ("title", "summary", "description"):
        has_arabic = any(
            "\u0600" <= letter <= "\u06ff" for letter in action.fields[name]
        )
        assert has_arabic == is_arabic, name


@each_action
def test_people_of_the_demo_are_reached_at_example_org(action: Action) -> None:
    assert action.fields["contact"].endswith("@example.org")
    online = action.fields.get("online_url", "https://meet.example.org/")
    assert online.startswith("https://meet.example.org/")


@each_action
def test_an_event_names_groups_and_articles_that_are_told(action: Action) -> None:
    assert action.group in {group["slug"] for group in story.outline()["group"]}
    assert set(action.articles) <= {article["slug"] for article in ARTICLES}


def test_each_special_case_is_there_as_often_as_the_story_says() -> None:
    hidden = slugs_where("address_level", AddressLevel.CITY)
    assert slugs_where("state", State.CANCELLED) == ["boston-vigil"]
    assert slugs_where("state", State.POSTPONED) == ["reykjavik-vigil"]
    assert slugs_where("state", State.PROPOSED) == ["glasgow-vigil"]
    assert slugs_where("state", State.DRAFT) == ["bristol-training"]
    assert slugs_where("attendance", Attendance.ONLINE) == ["online-phone-bank"]
    assert slugs_where("attendance", Attendance.HYBRID) == ["london-talk"]
    assert hidden == ["cairo-reading", "online-phone-bank"]


def test_exactly_one_event_is_full_and_waiting_lists_have_their_reason() -> None:
    full, with_waiting_list = [], []
    for action in ACTIONS:
        crowd, capacity = action.crowd, action.fields.get("capacity")
        left = (
            None
            if capacity is None
            else capacity - crowd.going - sum((*crowd.pending, *crowd.offered))
        )
        assert left is None or left >= 0
        if left == 0:
            full.append(action.fields["slug"])
        if crowd.waiting:
            with_waiting_list.append(action.fields["slug"])
            assert left is not None
            assert min(crowd.waiting) > left
    assert full == ["berlin-film"]
    assert with_waiting_list == ["berlin-film", "edinburgh-film", "chicago-film"]


def test_the_whole_life_of_a_sign_up_is_there_to_try() -> None:
    """Questions, consents, offers, decisions, and roles of which some are free."""
    assert [a.fields["slug"] for a in ACTIONS if a.crowd.offered] == ["berlin-film"]
    assert [a.fields["slug"] for a in ACTIONS if a.crowd.to_decide] == [
        "san-francisco-training"
    ]
    asking = [action for action in ACTIONS if action.questions]
    assert len(asking) == 5
    assert sum(bool(action.consents) for action in ACTIONS) == 4
    kinds = {question["kind"] for action in asking for question in action.questions}
    assert kinds == {"choice", "choices", "yes_no"}
    roles = [role for action in ACTIONS for role in action.roles]
    assert all(role["places_taken"] <= role["places"] for role in roles)
    assert any(role["places_taken"] == role["places"] for role in roles)
    assert sum(role["places"] - role["places_taken"] for role in roles) > 10


@each_action
def test_nobody_has_signed_up_for_what_was_never_public(action: Action) -> None:
    if action.fields.get("state") in (State.DRAFT, State.PROPOSED):
        assert action.crowd == story.Crowd()
    else:
        assert action.crowd.going > 0


# --- the articles, the campaign and the day


@each_article
def test_an_explainer_is_of_the_length_that_one_reads(article: story.Fields) -> None:
    # Arabic writes in one word what takes two or three in English.
    assert 450 <= len(article["body"].split()) <= 900
    html = to_html(article["body"])
    assert html.count("<h2>") >= 5
    assert "<h3>" not in html
    assert "<ul>" in html or "<ol>" in html


@each_article
def test_an_explainer_names_its_author_and_its_sources(article: story.Fields) -> None:
    for name in ("slug", "title", "summary", "authors", "sources"):
        assert article[name], name


def test_the_first_explainer_says_what_it_draws_on() -> None:
    first = ARTICLES[0]
    assert first["source_title"] == (
        "Syria: Peace Talks Collapse, Aleppo Encircled, Disaster Looms"
    )
    assert first["source_author"] == "Mark Boothroyd"
    assert first["source_author_affiliation"] == (
        "member of RS21 and of Syria Solidarity UK"
    )
    assert first["first_appeared_at"] == "RS21"
    assert first["appearance"] == "version"
    assert "first_appeared_url" not in first


def test_the_first_explainer_has_every_figure_of_its_source() -> None:
    body = ARTICLES[0]["body"]
    for figure in ("400,000", "70,000", "100,000", "200 air strikes", "47 other towns"):
        assert figure in body, figure


def test_the_others_draw_on_no_single_piece() -> None:
    assert len(ARTICLES) == 4
    assert not any("source_title" in article for article in ARTICLES[1:])


def test_the_campaign_and_its_day_say_what_they_are_for() -> None:
    outline = story.outline()
    assert outline["campaign"]["demand"] == (
        "End the bombing of civilians, lift the sieges, let aid in, a just peace."
    )
    assert "23 February 2016" in outline["action_day"]["description"]
    assert "Cities that wait for a host" in outline["action_day"]["description"]


def test_every_text_about_a_real_group_says_that_this_is_a_demo() -> None:
    outline = story.outline()
    names = {group["name"] for group in outline["group"]}
    assert names == {"Planet Syria", "RS21", "Syria Solidarity UK"}
    texts = [group["description"] for group in outline["group"]]
    texts += [outline["campaign"]["story"], outline["action_day"]["description"]]
    assert all("demo" in text and "made up" in text for text in texts)


def test_two_reads_give_texts_of_their_own() -> None:
    story.outline()["campaign"].clear()
    story.actions()[0].fields.clear()
    assert story.outline()["campaign"]
    assert story.actions()[0].fields


def test_an_event_that_ends_before_it_starts_ends_on_the_next_morning() -> None:
    night = next(a for a in ACTIONS if a.fields["slug"] == "amsterdam-night-reading")
    assert night.times_on(DAY) == (
        datetime(2027, 2, 23, 20, 0),
        datetime(2027, 2, 24, 0, 30),
    )
