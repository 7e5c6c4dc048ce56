"""The Arabic texts: complete, grammatical in their numbers, and on every page."""

import ast
import gettext
import re
from functools import cache
from pathlib import Path

import factories
import front_door
import html5lib
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask_babel import force_locale, ngettext

from campaign.organisers.models import Role

ROOT = Path(__file__).parent.parent
FILE = ROOT / "campaign/translations/ar/LC_MESSAGES/messages.po"
#: What the target `catalogues` of the Makefile looks for too.
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None}
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
_ARABIC = re.compile(r"[\u0621-\u064a]")
#: The same in every language: names, and what machines call things.
_NAMES = {
    "Campaign",
    "UTC",
    "Markdown",
    "JSON",
    "HTML",
    "Ctrl",
    "Apple",
    "Outlook",
    "Thunderbird",
}
_NAMES |= {"Creative", "Commons", "CC", "BY", "SA", "ND", "NC"}
#: A name that the translation keeps apart from the text around it.
_ISOLATED = re.compile("\u2068[^\u2069]*\u2069")
_READ_ALOUD = ("aria-label", "alt", "placeholder", "title")
#: The plural forms that name the number in a word, where others need a figure.
_NUMBER_IS_A_WORD = 3


@cache
def texts() -> dict[str, tuple[str, ...]]:
    """Every text that the code has now, by its first form: all its forms."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = {}
    folders = [ROOT / "campaign", ROOT / "templates"]
    # A map of its own for each folder: the patterns begin at the root.
    for folder in folders:
        patterns = [
            (pattern.removeprefix(f"{folder.name}/"), method)
            for pattern, method in methods
            if pattern.startswith(f"{folder.name}/")
        ]
        settings = {p.removeprefix(f"{folder.name}/"): o for p, o in options.items()}
        for _file, _line, text, *_rest in extract_from_dir(
            folder, patterns, settings, KEYWORDS
        ):
            forms = text if isinstance(text, tuple) else (text,)
            found[forms[0]] = forms
    return found


@cache
def catalogue() -> Catalog:
    with FILE.open("rb") as file:
        return read_po(file)


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def forms_of(text: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text or "",)


def placeholders(text: str) -> list[str]:
    return sorted(set(_PLACEHOLDER.findall(text)))


def test_every_text_of_the_code_is_in_the_catalogue():
    assert len(texts()) > 300, "the extraction finds too little to trust it"
    known = {forms_of(message.id) for message in messages()}
    missing = [forms for forms in texts().values() if forms not in known]
    assert not missing, f"`make catalogues`, then translate: {missing}"


def test_texts_are_asked_for_by_names_that_the_extraction_looks_for():
    for file in (ROOT / "campaign").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "flask_babel":
                for imported in node.names:
                    name = imported.asname or imported.name
                    translates = imported.name.endswith("gettext")
                    assert not translates or name in KEYWORDS, f"{file.name}: {name}"


def test_no_text_lacks_its_translation():
    empty = [m.id for m in messages() if not all(f.strip() for f in forms_of(m.string))]
    assert not empty


def test_no_translation_is_left_in_doubt():
    assert not catalogue().fuzzy
    assert not [m.id for m in messages() if m.fuzzy]


def test_translations_are_in_arabic():
    # A text that is nothing but placeholders may do without letters.
    odd = [
        m.id
        for m in messages()
        for form in forms_of(m.string)
        if not _ARABIC.search(form) and re.search("[a-z]", _PLACEHOLDER.sub("", form))
    ]
    assert not odd


def test_translations_have_the_placeholders_of_their_texts():
    for message in messages():
        wanted = placeholders(forms_of(message.id)[-1])
        # Arabic says "two places" in one word.
        without = [each for each in wanted if each != "%(num)d"]
        for index, form in enumerate(forms_of(message.string)):
            is_a_word = message.pluralizable and index < _NUMBER_IS_A_WORD
            allowed = (wanted, without) if is_a_word else (wanted,)
            assert placeholders(form) in allowed, (message.id, form)


def test_translations_pass_the_checks_of_the_compiler():
    # It reads the placeholders as Python does, and counts the plural forms.
    assert not [(m.id, errors) for m, errors in catalogue().check()]


def test_texts_of_another_script_are_closed_where_they_are_opened():
    # U+2068 and U+2069 keep a name in its place: one left open pulls the rest along.
    for message in messages():
        for form in forms_of(message.string):
            opened = re.sub("[^\u2068\u2069]", "", form)
            assert opened == "\u2068\u2069" * (len(opened) // 2), form


def test_arabic_counts_in_six_ways():
    assert catalogue().num_plurals == 6
    counted = [message for message in messages() if message.pluralizable]
    assert counted
    for message in counted:
        assert len(message.string) == 6, message.id


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "لم يبقَ أي مكان"),
        (1, "بقي مكان واحد"),
        (2, "بقي مكانان"),
        (3, "بقيت 3 أماكن"),
        (10, "بقيت 10 أماكن"),
        (11, "بقي 11 مكانًا"),
        (99, "بقي 99 مكانًا"),
        (100, "بقي 100 مكان"),
        (103, "بقيت 103 أماكن"),
    ],
)
def test_each_number_gets_the_noun_in_its_own_form(app, number, words):
    with force_locale("ar"):
        said = ngettext("%(num)d place left", "%(num)d places left", number)
    assert said == words


def test_the_site_speaks_what_the_catalogue_says():
    with FILE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in messages():
        first, said = forms_of(message.id)[0], forms_of(message.string)[0]
        if message.context:
            spoken = compiled.pgettext(message.context, first)
        elif message.pluralizable:
            spoken = compiled.ngettext(first, "", 0)
        else:
            spoken = compiled.gettext(first)
        assert spoken == said, "`make catalogues`"


PAGES = [
    *("/", "/events", "/articles", "/subscribe", "/about", "/host", "/privacy"),
    "/sign-in",
    *("/events?country=JP", "/events?from=nonsense", "/nothing-is-here"),
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_arabic_has_no_english_left(client, path):
    factories.event()
    factories.article()
    address, _, query = path.partition("?")
    page = client.get(f"{address}?lang=ar&{query}")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert english_of(page.text) == set()


@pytest.mark.parametrize("state", ["published", "cancelled", "postponed"])
def test_the_page_of_an_event_in_arabic_has_no_english_left(client, state):
    event = factories.event(state=state, capacity=5, contact="host@example.org")
    page = client.get(f"/events/{event.slug}?lang=ar")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert english_of(page.text) <= {*event.title.split()}


def test_a_sign_up_with_mistakes_is_answered_in_arabic(client):
    event = factories.event()
    page = client.post(f"/events/{event.slug}/sign-ups?lang=ar", data={"email": "x"})
    assert page.status_code == 422
    assert english_of(page.text) <= {*event.title.split()}


@pytest.mark.parametrize(
    "path",
    ["/manage/", "/manage/account", "/manage/groups/new", "/manage/articles/new"],
)
def test_the_organisers_side_in_arabic_has_no_english_left(client, path):
    organiser = factories.organiser()
    event = factories.event()
    factories.membership(organiser, event.group, Role.OWNER)
    front_door.sign_in(client, organiser)
    page = client.get(f"{path}?lang=ar")
    assert page.status_code == 200
    assert '<html lang="ar" dir="rtl">' in page.text
    assert english_of(page.text) <= {*event.group.name.split()}


def test_header_and_footer_are_links_in_arabic(client):
    html = client.get("/", query_string={"lang": "ar"}).text
    for words in ("ابحثوا عن فعالية", "لماذا نتحرّك", "ما نحتفظ به عنكم", "للمنظِّمين"):
        assert f">{words}</a>" in html


def english_of(html: str) -> set[str]:
    """Return the Latin words that a page says of its own, in its frame and notes."""
    said = " ".join(said_by(html5lib.parse(html, namespaceHTMLElements=False)))
    return set(re.findall("[A-Za-z]{2,}", _ISOLATED.sub(" ", said))) - _NAMES


def said_by(element):
    """Yield what is read in an element, without names and contents of a language."""
    is_foreign = element.get("lang") not in (None, "ar")
    if not isinstance(element.tag, str) or is_foreign or element.tag in ("bdi", "code"):
        return
    if element.tag in ("script", "style"):
        return
    yield from (
        element.get(name) or "" for name in _READ_ALOUD if element.tag != "link"
    )
    yield element.text or ""
    for child in element:
        yield from said_by(child)
        yield child.tail or ""
