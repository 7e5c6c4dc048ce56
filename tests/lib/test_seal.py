"""Sealing and opening."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib.seal import BrokenSeal, keyed_hash, new_key, seal, unseal


@given(text=st.binary(max_size=2_000), purpose=st.text(max_size=40))
def test_what_is_sealed_can_be_opened_with_its_key_for_its_purpose(
    text: bytes, purpose: str
) -> None:
    key = new_key()
    sealed = seal(key, text, purpose)
    assert unseal(key, sealed, purpose) == text
    with pytest.raises(BrokenSeal):
        unseal(new_key(), sealed, purpose)
    with pytest.raises(BrokenSeal):
        unseal(key, sealed, purpose + "x")


@given(data=st.data())
def test_one_bit_that_changed_is_noticed(data: st.DataObject) -> None:
    key = new_key()
    sealed = bytearray(seal(key, b"Amal", "sign-up"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BrokenSeal):
        unseal(key, bytes(sealed), "sign-up")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"x" * 12, b"\x02" * 40])
def test_what_was_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(BrokenSeal):
        unseal(new_key(), sealed, "sign-up")


def test_the_same_text_is_sealed_into_other_bytes_each_time() -> None:
    key = new_key()
    assert seal(key, b"Amal", "sign-up") != seal(key, b"Amal", "sign-up")


def test_equal_texts_are_equal_under_one_key_and_nowhere_else() -> None:
    one, other = new_key(), new_key()
    assert keyed_hash(one, "amal@example.org") == keyed_hash(one, "amal@example.org")
    assert keyed_hash(one, "amal@example.org") != keyed_hash(one, "basma@example.org")
    assert keyed_hash(one, "amal@example.org") != keyed_hash(other, "amal@example.org")
