"""Articles in several languages: each reader has their own, and the original."""

import json
import re
from datetime import UTC, datetime

import factories
import pytest
from counting import count_queries
from icalendar import Calendar
from supporters import confirm, own_page

from campaign.database import transaction


@pytest.fixture
def original(app):
    return factories.article(slug="siege", title="Siege", language="en", body="Text.")


@pytest.fixture
def arabic(original):
    return factories.article(
        slug="hisar",
        title="حصار",
        language="ar",
        translation_of=original,
        group=original.group,
    )


def links(page: str) -> dict[str, str]:
    """Return the addresses of a page in other languages, by language."""
    tags = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page)
    return dict(tags)


def test_an_article_and_its_translations_know_each_other(client, original, arabic):
    known = {
        "en": "http://localhost/articles/siege",
        "ar": "http://localhost/articles/hisar",
        "x-default": "http://localhost/articles/siege",
    }
    for slug in ("siege", "hisar"):
        page = client.get(f"/articles/{slug}").text
        assert links(page) == known
        canonical = f'<link rel="canonical" href="http://localhost/articles/{slug}">'
        assert canonical in page
    page = client.get("/articles/hisar").text
    assert '<a href="/articles/siege" hreflang="en"><bdi>English</bdi></a>' in page
    assert "the original" in page
    assert "the original" not in client.get("/articles/siege").text


def test_what_is_not_public_is_no_reading(client, original, arabic):
    with transaction() as session:
        session.merge(arabic).state = "draft"
    page = client.get("/articles/siege").text
    assert "hisar" not in page
    assert links(page) == {}
    assert "hisar" not in client.get("/articles?lang=ar").text


def test_lists_show_each_reader_the_one_in_their_language(client, original, arabic):
    factories.event(articles=[original], slug="vigil")
    for address in ("/articles", "/events/vigil"):
        english, other = client.get(address).text, client.get(f"{address}?lang=ar").text
        assert 'href="/articles/siege"' in english
        assert "/articles/hisar" not in english
        assert 'href="/articles/hisar?lang=ar"' in other
        assert 'href="/articles/siege' not in other


def test_a_translation_stays_listed_when_its_original_is_withdrawn(
    client, original, arabic
):
    with transaction() as session:
        session.merge(original).state = "cancelled"
    assert "/articles/hisar" in client.get("/articles").text
    factories.event(articles=[original], slug="vigil")
    page = client.get("/events/vigil").text
    assert "/articles/hisar" in page
    assert "/articles/siege" not in page


def test_one_can_act_on_a_translation_where_one_can_act_on_its_original(
    client, original, arabic
):
    factories.event(articles=[original], title="About the original")
    factories.event(articles=[arabic], title="About the translation")
    for slug in ("siege", "hisar"):
        page = client.get(f"/articles/{slug}").text
        assert "About the original" in page
        assert "About the translation" in page
        calendar = Calendar.from_ical(client.get(f"/articles/{slug}.ics").data)
        assert len(calendar.events) == 2


def test_an_event_with_both_languages_names_the_article_once(client, original, arabic):
    event = factories.event(articles=[original, arabic])
    data = client.get(f"/events/{event.slug}.json").json
    assert [each["title"] for each in data["articles"]] == ["Siege"]


def test_a_calendar_in_a_language_names_the_translation(client, original):
    event = factories.event(articles=[original])
    before = client.get(f"/events/{event.slug}.ics?lang=ar").text
    assert "articles/siege" in before.replace("\r\n ", "")
    # Written afterwards: the stored entries of the event must learn of it.
    factories.article(
        slug="hisar", title="حصار", language="ar", translation_of=original
    )
    after = client.get(f"/events/{event.slug}.ics?lang=ar").text.replace("\r\n ", "")
    assert "articles/hisar" in after
    assert "articles/siege" not in after
    english = client.get(f"/events/{event.slug}.ics").text.replace("\r\n ", "")
    assert "articles/siege" in english
    assert "articles/hisar" not in english


def test_a_translation_that_is_one_no_more_leaves_the_calendars(
    client, original, arabic
):
    event = factories.event(articles=[original])
    with transaction() as session:
        session.merge(arabic).translation_of = None
    told = client.get(f"/events/{event.slug}.ics?lang=ar").text.replace("\r\n ", "")
    assert "articles/siege" in told
    assert "articles/hisar" not in told


def test_news_and_data_are_in_the_language_that_is_asked_for(client, original, arabic):
    assert "حصار" in client.get("/articles.atom?lang=ar").text
    assert "Siege" not in client.get("/articles.atom?lang=ar").text
    assert "حصار" not in client.get("/articles.atom").text
    (told,) = client.get("/articles.json?lang=ar").json["articles"]
    assert told["language"] == "ar"
    assert told["translation_of"]["title"] == "Siege"


def test_a_campaign_and_an_action_day_tell_their_articles_whole_as_news(
    client, original, arabic
):
    campaign = factories.campaign(articles=[original], slug="peace")
    factories.action_day(campaign=campaign, articles=[original], slug="day")
    for address in ("/campaigns/peace.atom", "/action-days/day.atom"):
        feed = client.get(address).text
        assert "<title>Siege</title>" in feed
        assert "&lt;p&gt;Text.&lt;/p&gt;" in feed
        assert "حصار" in client.get(f"{address}?lang=ar").text


def test_news_of_a_campaign_ask_as_many_questions_for_many_articles(client):
    campaign = factories.campaign(slug="peace", articles=[factories.article()])
    few = count_queries(lambda: client.get("/campaigns/peace.atom?lang=ar"))
    for _number in range(4):
        article = factories.article()
        factories.article(translation_of=article, language="ar")
        with transaction() as session:
            session.merge(campaign).articles.append(session.merge(article))
    assert count_queries(lambda: client.get("/campaigns/peace.atom?lang=ar")) == few


def test_mails_name_what_to_read_in_the_language_of_the_supporter(
    client, original, arabic, outbox
):
    event = factories.event(articles=[original])
    form = {"name": "Amal", "email": "amal@example.org", "party_size": "1"}
    client.post(f"/events/{event.slug}/sign-ups?lang=ar", data=form)
    confirm(client, own_page(outbox[-1]))
    going = outbox[-1]
    for body in (going.body_text, going.body_html):
        assert "حصار" in body
        assert "http://localhost/articles/hisar" in body
        assert "articles/siege" not in body


def test_what_is_republished_whole_names_the_first_publication_as_its_own_address(
    client,
):
    first = "https://example.org/first"
    article = factories.article(
        appearance="republished",
        first_appeared_at="Pond Monthly",
        first_appeared_url=first,
        first_appeared_on=datetime(2016, 2, 1, tzinfo=UTC).date(),
        translator="Hala",
    )
    page = client.get(f"/articles/{article.slug}").text
    assert f'<link rel="canonical" href="{first}">' in page
    assert "1 February 2016, and stands here whole." in page
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', page)[1])
    assert data["@type"] == "Article"
    assert data["isBasedOn"]["url"] == first
    assert data["isBasedOn"]["datePublished"] == "2016-02-01"
    assert data["isBasedOn"]["publisher"]["name"] == "Pond Monthly"
    assert data["translator"]["name"] == "Hala"
    told = client.get(f"/articles/{article.slug}.json").json
    assert told["canonical_url"] == first
    assert told["first_appeared"]["relation"] == "republished"


def test_a_version_keeps_its_own_address_unless_its_authors_say_another(client):
    version = factories.article(
        appearance="version",
        first_appeared_at="RS21",
        first_appeared_url="https://example.org/first",
    )
    page = client.get(f"/articles/{version.slug}").text
    own = f'<link rel="canonical" href="http://localhost/articles/{version.slug}">'
    assert own in page
    with transaction() as session:
        session.merge(version).canonical_url = "https://example.org/canonical"
    page = client.get(f"/articles/{version.slug}").text
    assert '<link rel="canonical" href="https://example.org/canonical">' in page
