"""German, Spanish and French: complete, sound, and spoken by the site."""

import re
from functools import cache
from pathlib import Path

import factories
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from test_translations import forms_of, placeholders, texts

from campaign.language import LANGUAGES

FOLDER = Path(__file__).parent.parent / "campaign/translations"
#: English is the language of the code, and Arabic has tests of its own.
OTHERS = [code for code in LANGUAGES if code not in ("en", "ar")]


@cache
def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


@pytest.fixture(params=OTHERS)
def language(request):
    return request.param


def test_there_is_a_catalogue_for_each_language_that_is_offered():
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == {"ar", *OTHERS}


def test_every_text_is_translated(language):
    told = {forms_of(m.id): forms_of(m.string) for m in catalogue(language) if m.id}
    missing = [forms for forms in texts().values() if not all(told.get(forms, [""]))]
    assert not missing, "`make catalogues`, then translate"


def test_translations_have_the_placeholders_of_their_texts(language):
    for message in catalogue(language):
        wanted = placeholders(forms_of(message.id)[-1])
        without = [each for each in wanted if each != "%(num)d"]
        # The first form of a counted text is that of one, which may do without "1".
        for index, form in enumerate(forms_of(message.string)):
            is_of_one = message.pluralizable and index == 0
            allowed = (wanted, without) if is_of_one else (wanted,)
            assert not message.id or placeholders(form) in allowed, (message.id, form)


def test_translations_pass_the_checks_of_the_compiler(language):
    assert not [(m.id, errors) for m, errors in catalogue(language).check()]
    assert not [m.id for m in catalogue(language) if m.fuzzy]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Veranstaltung finden", "Noch 3 Plätze frei", "23. Februar 2035"]),
        ("es", ["Buscar un evento", "Quedan 3 plazas", "23 de febrero de 2035"]),
        ("fr", ["Trouver un événement", "Il reste 3 places", "23 février 2035"]),
    ],
)
def test_a_page_speaks_the_language_of_its_address_and_keeps_it(
    client, language, words
):
    event = factories.event(capacity=3)
    page = client.get(f"/events/{event.slug}?lang={language}").text
    assert f'<html lang="{language}" dir="ltr">' in page
    for word in words:
        assert word in page
    assert re.search(rf'href="/events\?lang={language}"', page)


def test_the_browsers_language_is_spoken_where_the_address_asks_for_none(client):
    answer = client.get("/", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="de"' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers
