"""Secrets that stand in links: made, kept as a hash, compared.

Every token has at least 128 bits (RFC 6819, 5.1.4.2.2) and one purpose.
"""

import base64
import hashlib
import hmac
import secrets


def new_token() -> str:
    """Return a fresh token of 32 random bytes, URL-safe."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what the database keeps of a token: its SHA-256, in hex.

    A plain hash is enough, since nobody can guess 256 random bits.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def derived_token(secret: bytes, purpose: str, nonce: bytes) -> str:
    """Return a token that can be made again from `nonce`, by who has the secret.

    So a later mail can carry the same link although the database keeps only the
    hash: whoever takes the database alone can open no link.
    """
    message = purpose.encode() + b"\0" + nonce
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return base64url(digest)


def base64url(data: bytes) -> str:
    """Return `data` in the URL-safe alphabet without padding (RFC 4648, 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
