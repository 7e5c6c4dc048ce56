"""Sealing: what is written can be read and compared only by who has the key.

AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. A key seals one event's
list, far from the 2^32 messages at which random nonces become a risk. The first byte
is the number of this way of sealing, should another one ever follow.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_WAY: Final = b"\x01"
_NONCE_BYTES: Final = 12


class BrokenSeal(ValueError):
    """It was sealed with another key or for another purpose, or was changed since."""


def new_key() -> bytes:
    """Return a fresh key of 256 random bits."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, text: bytes, purpose: str) -> bytes:
    """Return `text` sealed; it can be opened for the same purpose alone."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _WAY + nonce + AESGCM(key).encrypt(nonce, text, purpose.encode())


def unseal(key: bytes, sealed: bytes, purpose: str) -> bytes:
    """Return what was sealed; raises BrokenSeal."""
    return unsealer(key, purpose)(sealed)


def unsealer(key: bytes, purpose: str) -> Callable[[bytes], bytes]:
    """Return what opens many things that were sealed with one key for one purpose.

    It raises BrokenSeal.
    """
    cipher, about = AESGCM(key), purpose.encode()

    def unseal(sealed: bytes) -> bytes:
        nonce, rest = sealed[1 : _NONCE_BYTES + 1], sealed[_NONCE_BYTES + 1 :]
        if sealed[:1] != _WAY:
            raise BrokenSeal
        try:
            return cipher.decrypt(nonce, rest, about)
        except (InvalidTag, ValueError):
            raise BrokenSeal from None

    return unseal


def keyed_hash(key: bytes, text: str) -> str:
    """Return what two equal texts under one key have in common (RFC 2104), in hex.

    Nobody without the key can try out which text it may have been, and the same text
    under two keys has nothing in common.
    """
    return hmac.new(key, b"equal\0" + text.encode(), hashlib.sha256).hexdigest()
