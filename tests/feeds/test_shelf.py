"""Ready documents, as many as fit."""

from datetime import UTC, datetime, timedelta

from campaign.feeds.conditional_response import Document
from campaign.feeds.shelf import Kept, Shelf

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def kept(
    size: int = 0, version: object = 1, good_until: datetime | None = None
) -> Kept:
    document = Document(b"x" * size, "text/calendar", "x.ics")
    return Kept(document, version, good_until)


def test_a_document_is_found_by_every_question_that_led_to_it() -> None:
    shelf, one = Shelf(1_000_000), kept()
    assert shelf.find("/events.ics?b&a") is None
    shelf.keep("/events.ics?b&a", "/events.ics", one)
    shelf.keep("/events.ics?a&b", "/events.ics", one)
    assert shelf.find("/events.ics?b&a") is shelf.find("/events.ics?a&b") is one


def test_a_newer_document_takes_the_place_of_an_older_one() -> None:
    shelf, new = Shelf(1_000_000), kept(version=2)
    shelf.keep("asked", "address", kept())
    shelf.keep("asked in another way", "address", new)
    assert shelf.find("asked") is new


def test_what_was_least_asked_for_goes_when_there_is_no_room() -> None:
    size = 10_000
    shelf = Shelf(kept(size).size * 3)
    for name in ("one", "two", "three"):
        shelf.keep(name, name, kept(size))
    assert shelf.find("one") is not None
    shelf.keep("four", "four", kept(size))
    assert shelf.find("two") is None
    assert all(shelf.find(name) for name in ("one", "three", "four"))


def test_what_is_larger_than_the_shelf_is_not_kept() -> None:
    shelf = Shelf(5_000)
    shelf.keep("asked", "address", kept(10_000))
    assert shelf.find("asked") is None


def test_questions_are_forgotten_before_they_fill_the_memory() -> None:
    shelf = Shelf(1_000_000)
    for number in range(20_001):
        shelf.keep(f"asked {number}", "address", kept())
    assert shelf.find("asked 0") is None
    assert shelf.find("asked 20000") is not None


def test_a_document_is_good_for_one_version_and_until_its_time() -> None:
    until = NOW + timedelta(hours=1)
    assert kept(version=7, good_until=until).is_good(7, NOW)
    assert not kept(version=7, good_until=until).is_good(8, NOW)
    assert not kept(version=7, good_until=until).is_good(7, until)
    assert kept(version=7).is_good(7, datetime.max.replace(tzinfo=UTC))
