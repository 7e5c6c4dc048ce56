"""Buckets: how often somebody did something lately, and when they may again.

Counted in the memory of each process, or in Redis, where several machines share it.
What is counted for is hashed with a secret that is made anew at each start, so that
no address of a network is kept anywhere, be it in memory alone.
"""

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import time
from typing import Final, NamedTuple

from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

#: What an internet provider gives to one customer, or to few.
_PREFIX: Final = {4: 24, 6: 56}
#: How long a Redis that does not answer may hold up a request, in seconds.
_PATIENCE: Final = 1


class Bucket(NamedTuple):
    """So many times in so many seconds."""

    name: str
    most: int
    seconds: int


class Buckets:
    """All buckets of an app. Raises ValueError for an address that is no Redis."""

    def __init__(self, redis_url: str, secret: bytes) -> None:
        self._secret = secret
        self._here = SlidingWindowCounterRateLimiter(storage_from_string("memory://"))
        self._limiter = self._here
        if redis_url:
            self._limiter = SlidingWindowCounterRateLimiter(_redis(redis_url))

    def wait(self, bucket: Bucket, whose: str) -> int:
        """Count once more; return 0, or in how many seconds it is worth another try."""
        try:
            return _wait(self._limiter, bucket, self._hash(bucket, whose))
        except StorageError:
            # Nobody is turned away because Redis is: each process counts by itself.
            return _wait(self._here, bucket, self._hash(bucket, whose))

    def clear(self) -> None:
        """Begin anew."""
        self._here.storage.reset()

    def _hash(self, bucket: Bucket, whose: str) -> str:
        text = f"{bucket.name}\0{whose}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:32]


def network_of(address: str) -> str:
    """Return the network that an IP address is counted for: its /24, or its /56.

    What is no address is counted for as it stands.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, _PREFIX[parsed.version]), strict=False))


def _wait(limiter: SlidingWindowCounterRateLimiter, bucket: Bucket, key: str) -> int:
    item = RateLimitItemPerSecond(bucket.most, bucket.seconds, bucket.name)
    if limiter.hit(item, key):
        return 0
    return max(1, ceil(limiter.get_window_stats(item, key).reset_time - time()))


def _redis(url: str) -> Storage:
    if not url.startswith(("redis://", "rediss://", "redis+unix://")):
        raise ValueError("not a Redis")
    storage = storage_from_string(
        url,
        wrap_exceptions=True,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
    )
    assert isinstance(storage, Storage)
    return storage
