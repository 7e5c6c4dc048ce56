"""The page of an event as a poster on paper."""

import factories
import pytest

from campaign.sharing.short import code_of


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_poster_has_the_facts_a_code_and_strips_if_wanted(client, language):
    event = factories.event(title="Vigil with lanterns")
    path = f"/events/{event.slug}/poster?lang={language}"
    page = client.get(path).text
    short = f"localhost/e/{code_of(event.uid)}"
    assert page.count(short) == 1
    assert f"/e/{code_of(event.uid)}.svg" in page
    assert "Albert Square" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "placard a4" in page
    strips = client.get(f"{path}&strips=1&size=a3").text
    assert strips.count(short) == 9
    assert "placard a3" in strips
    assert "placard a4" in client.get(f"{path}&size=a0").text


def test_nobody_prints_a_poster_of_what_is_off(client):
    event = factories.event(state="cancelled")
    answer = client.get(f"/events/{event.slug}/poster")
    assert answer.location == f"/events/{event.slug}"
    draft = factories.event(state="draft", published_at=None)
    assert client.get(f"/events/{draft.slug}/poster").status_code == 404


def test_the_ways_of_sharing_ask_nobody_else(client):
    event = factories.event(title="Vigil & lanterns")
    page = client.get(f"/events/{event.slug}").text
    section = page.split('id="share"')[1].split("</section>")[0]
    assert "mailto:?subject=Vigil%20%26%20lanterns&amp;body=Vigil" in section
    assert (
        "sms:?&amp;body=Vigil%20%26%20lanterns%0D%0Ahttp%3A%2F%2Flocalhost%2Fe%2F"
        in section
    )
    assert "https://" not in section
    assert f"/events/{event.slug}/poster" in section
