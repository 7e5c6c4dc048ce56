"""The public pages of articles and groups."""

import re
from datetime import datetime

import factories
import pytest
from counting import count_queries

from campaign.articles.attribution import Author
from campaign.database import transaction
from campaign.events.models import Rhythm
from campaign.events.recurrence import first_slots
from campaign.series.operations.making import repeat_event


def test_an_article_says_who_wrote_it_and_where_it_first_appeared(client):
    article = factories.article(
        authors=(
            Author("The editors", "Planet Syria", "They edit."),
            Author("Amal"),
        ),
        translator="Hala",
        appearance="version",
        licence_code="CC-BY-SA-4.0",
        source_title="Peace Talks Collapse",
        source_author="Mark Boothroyd",
        source_author_affiliation="RS21",
        first_appeared_at="RS21",
        sources="One source\n\nAnother source",
    )
    page = client.get(f"/articles/{article.slug}").text
    for words in (
        "The editors",
        "Planet Syria",
        "Peace Talks Collapse",
        "Mark Boothroyd",
        "A version of this piece first appeared at",
        "translated by <bdi>Hala</bdi>",
        "</bdi>) and <bdi>Amal</bdi>",
        "About the authors",
        "They edit.",
        "Creative Commons BY-SA 4.0",
        "One source",
        "Another source",
        "1 minute to read",
    ):
        assert words in page


def test_an_article_shows_where_one_can_act_on_it(client):
    article = factories.article()
    day = factories.action_day(articles=[article])
    factories.event(action_day=day, title="On that day")
    factories.event(articles=[article], title="By itself")
    factories.event(title="Something else")
    page = client.get(f"/articles/{article.slug}").text
    assert "On that day" in page
    assert "By itself" in page
    assert "Something else" not in page


CITIES = (("Leeds", "GB"), ("Manchester", "GB"), ("Paris", "FR"))


def act_on(page):
    """Return the titles under "Where you can act on this" in their order."""
    section = page.split('id="act"')[1].split("</section>")[0]
    return re.findall(r'<a href="/events/[^"]*">([^<]+)</a></h3>', section)


@pytest.fixture
def piece():
    """An article with an Arabic translation, and events in three cities and online."""
    article = factories.article()
    factories.article(translation_of=article, language="ar", slug="piece-ar")
    for day, (city, country) in enumerate(reversed(CITIES), 1):
        factories.event(
            title=f"In {city}",
            locality=city,
            country=country,
            articles=[article],
            starts_local=datetime(2035, 2, day, 12),
        )
    factories.event(
        title="Online",
        attendance="online",
        locality="",
        country="",
        articles=[article],
        starts_local=datetime(2035, 1, 1, 12),
    )
    return article


def test_where_to_act_is_told_from_the_readers_city_where_there_is_one(client, piece):
    address = f"/articles/{piece.slug}"
    plain = client.get(address)
    assert act_on(plain.text) == ["Online", "In Paris", "In Manchester", "In Leeds"]
    asked = client.get(f"{address}?near=leeds")
    assert act_on(asked.text) == ["In Leeds", "In Manchester", "In Paris", "Online"]
    assert re.search(r">3\d mi<", asked.text)
    assert 'value="Leeds, United Kingdom"' in asked.text
    assert f'rel="canonical" href="http://localhost{address}"' in asked.text
    # Nothing is kept of it: no cookie, and who asks without it gets the dates again.
    assert "Set-Cookie" not in asked.headers
    assert act_on(client.get(address).text) == act_on(plain.text)
    # An event, its reading and the translation go on from there.
    assert 'href="/articles/piece-ar?near=leeds"' in asked.text
    event = re.search(r'href="(/events/[^"]*\?near=leeds)"', asked.text)[1]
    assert f'href="{address}?near=leeds"' in client.get(event).text
    assert act_on(client.get("/articles/piece-ar?near=leeds").text)[0] == "In Leeds"


def test_a_city_is_understood_or_asked_about_and_never_a_dead_end(client, piece):
    address = f"/articles/{piece.slug}"
    unknown = client.get(f"{address}?near=Xyzzy%3Cb%3E").text
    assert "We know no town called “<bdi>Xyzzy&lt;b&gt;</bdi>”" in unknown
    assert act_on(unknown)[0] == "Online"
    several = client.get(f"{address}?near=Springfield").text
    assert "Did you mean" in several
    found = client.get(f"{address}?near=Leeds,%20United%20Kingdom&lang=ar")
    assert found.status_code == 302
    assert found.location == f"{address}?near=Leeds,+GB&lang=ar"
    assert client.get(f"{address}?near=").location == address


def test_of_what_repeats_the_next_date_stands_for_all(client):
    article = factories.article()
    first = factories.event(title="Weekly", articles=[article])
    slots = first_slots(Rhythm.WEEKLY, first.starts_local, 3)
    with transaction():
        repeat_event(first, Rhythm.WEEKLY, slots, factories.CREATED)
    page = client.get(f"/articles/{article.slug}").text
    assert act_on(page) == ["Weekly"]


@pytest.mark.parametrize(
    ("state", "words"), [("cancelled", "withdrawn"), ("postponed", "being revised")]
)
def test_an_article_taken_back_keeps_its_address_and_hides_its_text(
    client, state, words
):
    article = factories.article(state=state, body="What it said.")
    page = client.get(f"/articles/{article.slug}")
    assert page.status_code == 200
    assert words in page.text
    assert "What it said." not in page.text


def test_drafts_are_neither_listed_nor_found(client):
    draft = factories.article(state="draft", published_at=None)
    assert draft.title not in client.get("/articles").text
    assert client.get(f"/articles/{draft.slug}").status_code == 404


def test_articles_are_listed_newest_first_on_pages(client):
    for number in range(22):
        factories.article(
            title=f"Piece {number:02}",
            published_at=factories.CREATED.replace(day=number + 1),
        )
    first = client.get("/articles").text
    assert first.index("Piece 21") < first.index("Piece 20")
    assert "Piece 01" not in first
    assert "Piece 01" in client.get("/articles?page=2").text


def test_hostile_text_in_an_article_is_shown_as_text(client):
    article = factories.article(
        title="<script>alert(1)</script>",
        authors=(Author('"><img src=x onerror=alert(1)>', about="<img src=x>"),),
        first_appeared_at="<img src=x>",
        first_appeared_url='https://example.org/"><img src=x>',
        appearance="version",
        sources='<img src=x> javascript:alert(4) https://example.org/"><img src=x>',
        body="<script>alert(2)</script>\n\n[go](javascript:alert(3))",
    )
    page = client.get(f"/articles/{article.slug}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


def test_an_article_has_notes_tables_and_quotes_in_the_words_of_its_language(client):
    body = "# أ\n\nنص[^1]\n\n|a|\n|-|\n|b|\n\n::: pull-quote\nq\n:::\n\n[^1]: ملاحظة"
    article = factories.article(body=body, language="ar")
    page = client.get(f"/articles/{article.slug}").text
    assert 'aria-label="الجدول 1"' in page
    assert '<h2 id="notes">الحواشي</h2>' in page
    assert '<blockquote class="pull-quote">' in page
    other = factories.article(body=body, language="tr")
    assert '<h2 id="notes">Notes</h2>' in client.get(f"/articles/{other.slug}").text


def test_an_arabic_article_runs_right_to_left_on_an_english_page(client):
    article = factories.article(title="حصار", language="ar")
    page = client.get(f"/articles/{article.slug}").text
    assert '<html lang="en" dir="ltr"' in page
    assert '<h1 lang="ar" dir="rtl">حصار</h1>' in page


def test_a_group_shows_what_it_runs_and_what_it_backs(client):
    group = factories.group(name="Planet Syria", summary="Civil society.")
    factories.campaign(group=group, title="Its own")
    factories.campaign(backers=[group], title="A friend's")
    factories.event(group=group, title="Its vigil")
    page = client.get(f"/groups/{group.slug}").text
    for words in ("Planet Syria", "Civil society.", "Its own", "A friend", "Its vigil"):
        assert words in page


def test_pages_ask_the_same_number_of_questions_however_much_there_is(client):
    group = factories.group()
    article = factories.article(group=group)
    factories.article(group=group, translation_of=article, language="ar")
    factories.event(group=group, articles=[article])
    addresses = (f"/groups/{group.slug}", f"/articles/{article.slug}", "/articles")
    few = [count_queries(lambda a=a: client.get(a)) for a in addresses]
    for number in range(8):
        other = factories.article(group=group)
        factories.article(group=group, translation_of=other, language="ar")
        factories.event(
            group=group,
            articles=[article],
            starts_local=datetime(2035, 2, 1 + number, 12),
        )
    assert [count_queries(lambda a=a: client.get(a)) for a in addresses] == few


def test_a_citation_leads_to_its_source_on_the_page(client):
    article = factories.article(body="So it was [2].", sources="One\n\nTwo")
    page = client.get(f"/articles/{article.slug}").text
    assert '<a href="#source-2" aria-label="Source 2"' in page
    assert '<li id="source-2"><bdi>Two</bdi></li>' in page


def test_from_three_headings_on_an_article_says_what_is_in_it(client):
    long = factories.article(body="# One\n\na\n\n# Two\n\nb\n\n## Three\n\nc")
    page = client.get(f"/articles/{long.slug}").text
    assert "In this article" in page
    contents = page.split('class="contents"')[1].split("</nav>")[0]
    for name in ("One", "Two", "Three"):
        assert f'href="#section-{name.lower()}">{name}</a>' in contents
    short = factories.article(body="# One\n\na\n\n# Two\n\nb")
    assert "In this article" not in client.get(f"/articles/{short.slug}").text
