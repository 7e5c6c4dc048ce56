"""Short addresses: permanent, forgiving to who types, and silent about drafts."""

from uuid import UUID

import factories
import pytest
from desks import DRAFT, MAKERS
from hypothesis import given
from hypothesis import strategies as st

from campaign.database import transaction
from campaign.lib import clock
from campaign.sharing.short import code_of, uids_of

LETTERS = {"events": "e", "action-days": "d", "campaigns": "c", "articles": "a"}


@given(st.uuids(version=4))
def test_a_code_is_read_as_it_is_written_and_as_people_type_it(uid):
    code = code_of(uid)
    assert len(code) == 8
    typed = code.replace("1", "l").replace("0", "O")
    for each in (code, code.upper(), f"{code[:4]}-{code[4:]}", typed):
        first, last = uids_of(each)
        assert first <= uid <= last
    assert code_of(first) == code_of(last) == code


@given(st.text(max_size=12))
def test_what_is_no_code_is_read_as_none(text):
    found = uids_of(text)
    assert found is None or code_of(found[0]) == code_of(found[1])


@pytest.mark.parametrize("noun", MAKERS)
def test_a_short_address_leads_to_the_page_for_ever(client, noun):
    thing = MAKERS[noun][1]()
    path = f"/{LETTERS[noun]}/{code_of(thing.uid)}"
    page = client.get(f"/{noun}/{thing.slug}")
    assert f'value="http://localhost{path}"' in page.text
    answer = client.get(path.upper().replace(f"/{LETTERS[noun].upper()}/", path[:3]))
    assert answer.status_code == 308
    assert answer.location == f"/{noun}/{thing.slug}"
    assert client.get(f"{path}?lang=ar").location == f"/{noun}/{thing.slug}?lang=ar"


@pytest.mark.parametrize("noun", MAKERS)
def test_a_short_address_betrays_no_draft_and_says_what_is_gone(client, noun):
    draft = MAKERS[noun][1](**DRAFT)
    gone = MAKERS[noun][1](removed_at=clock.now(), state="cancelled")
    letter = LETTERS[noun]
    assert client.get(f"/{letter}/{code_of(draft.uid)}").status_code == 404
    assert client.get(f"/{letter}/{code_of(draft.uid)}.svg").status_code == 404
    assert client.get(f"/cards/{noun}/{draft.slug}.png").status_code == 404
    assert client.get(f"/{letter}/{code_of(gone.uid)}").status_code == 410
    for wrong in ("x", "0" * 8, "é" * 8, "%00", "u" * 800):
        assert client.get(f"/{letter}/{wrong}").status_code == 404


def test_of_two_with_one_code_the_older_one_keeps_it(client):
    older = factories.event()
    code = code_of(older.uid)
    twin = UUID(int=older.uid.int ^ 1)
    factories.event(uid=twin)
    assert code_of(twin) == code
    assert client.get(f"/e/{code}").location == f"/events/{older.slug}"
    with transaction():
        older.title = "Another title"
    assert client.get(f"/e/{code}").location == f"/events/{older.slug}"


def test_the_qr_code_is_a_drawing_without_a_script(client):
    event = factories.event()
    answer = client.get(f"/e/{code_of(event.uid)}.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<?xml")
    assert "<path" in answer.text
    assert "script" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
