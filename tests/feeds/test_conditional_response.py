"""The answer to a poll."""

import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import brotli
import pytest
from werkzeug.http import http_date
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from campaign.feeds.conditional_response import Document, answer

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CHANGED = NOW - timedelta(days=1)
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def ask(document: Any = None, now: datetime = NOW, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(EnvironBuilder(headers=named).get_environ())
    document = document or Document(BODY, "text/calendar", "x.ics", False, CHANGED)
    return answer(request, document, now)


def test_a_first_poll_gets_the_whole_document() -> None:
    response = ask()
    assert response.status_code == 200
    assert response.data == BODY
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == "inline; filename=x.ics"
    assert response.headers["Vary"] == "Accept-Encoding"
    cache = response.headers["Cache-Control"]
    assert cache == "public, max-age=300, must-revalidate"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.last_modified == CHANGED


def test_one_event_is_a_file_to_keep() -> None:
    response = ask(Document(BODY, "text/calendar", "vigil.ics", is_attachment=True))
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_tags_are_strong_and_one_for_each_encoding() -> None:
    plain, packed = ask(), ask(Accept_Encoding="gzip, br")
    assert gzip.decompress(packed.data) == BODY
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    tags = plain.headers["ETag"], packed.headers["ETag"]
    assert len(set(tags)) == 2
    assert not any(tag.startswith("W/") for tag in tags)
    other = ask(Document(BODY + b" ", "text/calendar", "x.ics"))
    assert other.headers["ETag"] not in tags


def test_the_same_document_is_packed_into_the_same_bytes() -> None:
    late = ask(Accept_Encoding="gzip", now=NOW + timedelta(days=9))
    assert late.data == ask(Accept_Encoding="gzip").data


@pytest.mark.parametrize("refusal", ["gzip;q=0", "identity", "br", ""])
def test_who_does_not_take_gzip_does_not_get_it(refusal: str) -> None:
    assert ask(Accept_Encoding=refusal).data == BODY


def test_a_page_comes_in_brotli_too_and_its_tags_are_as_good() -> None:
    page = Document(b"<!doctype html>" * 99, "text/html", "", fresh_for=30)
    packed = ask(page, Accept_Encoding="gzip, deflate, br")
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == page.body
    assert ask(page, Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    assert ask(page, If_None_Match=packed.headers["ETag"]).status_code == 304


@pytest.mark.parametrize("had", ["identity", "gzip"])
@pytest.mark.parametrize("accepts", ["identity", "gzip"])
def test_a_tag_of_either_encoding_is_good_for_a_304(had: str, accepts: str) -> None:
    tag = ask(Accept_Encoding=had).headers["ETag"]
    response = ask(Accept_Encoding=accepts, If_None_Match=f'"other", {tag}')
    assert response.status_code == 304
    assert response.data == b""
    assert response.headers["ETag"] == tag
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize("wrap", ["W/{}", "*"])
def test_a_weakened_tag_and_a_star_match_too(wrap: str) -> None:
    tag = ask().headers["ETag"]
    assert ask(If_None_Match=wrap.format(tag)).status_code == 304


def test_an_old_tag_gets_the_new_document() -> None:
    assert ask(If_None_Match='"old"').status_code == 200


def test_a_time_since_which_nothing_changed_gets_a_304() -> None:
    assert ask(If_Modified_Since=http_date(CHANGED)).status_code == 304
    before = CHANGED - timedelta(seconds=1)
    assert ask(If_Modified_Since=http_date(before)).status_code == 200
    assert ask(If_Modified_Since="yesterday").status_code == 200


def test_the_tag_is_heard_before_the_time() -> None:
    since = http_date(NOW)
    response = ask(If_None_Match='"old"', If_Modified_Since=since)
    assert response.status_code == 200


def test_a_second_that_is_not_over_is_not_given_away() -> None:
    document = Document(BODY, "text/calendar", "x.ics", False, NOW)
    assert ask(document).last_modified is None
    assert ask(document, If_Modified_Since=http_date(NOW)).status_code == 200
    later = NOW + timedelta(seconds=1)
    assert ask(document, now=later).last_modified == NOW


def test_where_no_time_is_known_none_is_believed() -> None:
    document = Document(BODY, "application/json", "x.json")
    response = ask(document, If_Modified_Since=http_date(NOW))
    assert response.status_code == 200
    assert response.last_modified is None
