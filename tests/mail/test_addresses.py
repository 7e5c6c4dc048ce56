"""Addresses as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.mail.addresses import LONGEST, NotAnAddress, parse_address


@pytest.mark.parametrize(
    ("typed", "mailbox", "key"),
    [
        ("amal@example.org", "amal@example.org", "amal@example.org"),
        ("  Amal@Example.ORG ", "Amal@example.org", "amal@example.org"),
        ("amal+vigil@example.org", "amal+vigil@example.org", "amal+vigil@example.org"),
        ("jörg@example.org", "jörg@example.org", "jörg@example.org"),
        ("a@bücher.org", "a@xn--bcher-kva.org", "a@bücher.org"),
        ("a@XN--bcher-kva.org", "a@xn--bcher-kva.org", "a@bücher.org"),
    ],
)
def test_an_address_is_written_as_mail_needs_it_and_compared_in_one_form(
    typed, mailbox, key
):
    assert parse_address(typed) == (mailbox, key)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "amal",
        "amal@",
        "@example.org",
        "amal@localhost",
        "amal@example",
        "amal@[127.0.0.1]",
        "a@example.org, b@example.org",
        "a@example.org; b@example.org",
        "a@example.org b@example.org",
        "Amal <amal@example.org>",
        "amal@example.org\r\nBcc: everybody@example.org",
        "amal@example.org\0",
        "a" * 65 + "@example.org",
        "a@" + "b" * 63 + ".org" * 70,
    ],
)
def test_what_is_not_exactly_one_address_is_refused(typed):
    with pytest.raises(NotAnAddress):
        parse_address(typed)


@given(st.text() | st.emails() | st.from_regex(r"[^@]{1,70}@[^@]{1,260}"))
def test_any_text_is_one_safe_address_or_refused(typed):
    try:
        address = parse_address(typed)
    except NotAnAddress:
        return
    for form in address:
        assert form.count("@") == 1
        assert form.isprintable()
        assert not set(form) & set(' ,;:<>"\r\n')
        assert len(form) <= LONGEST
    assert parse_address(address.mailbox).key == address.key
