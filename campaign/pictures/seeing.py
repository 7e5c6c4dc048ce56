"""Keys to the files of pictures that are not public yet.

A page that only a group, or whoever has a preview link, can see shows pictures that
nobody else may. Its addresses carry a key: good for one picture, for two days, and
made from the site's secret, so that nothing of it is stored.
"""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from ..lib.tokens import derived_token

_PURPOSE: Final = "see a picture"
_LIFETIME: Final = timedelta(days=2)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def key_for(slug: str, secret: str, now: datetime) -> str:
    """Return a key to the picture with this slug; the same all day, so caches work."""
    return _key(slug, secret, (now + _LIFETIME - _EPOCH).days)


def opens(key: str, slug: str, secret: str, now: datetime) -> bool:
    """Return whether a key opens this picture at `now`."""
    day = key.partition("-")[0]
    if not day.isdecimal() or len(day) > 6 or int(day) < (now - _EPOCH).days:
        return False
    wanted = _key(slug, secret, int(day))
    return hmac.compare_digest(wanted.encode(), key.encode("utf-8", "replace"))


def _key(slug: str, secret: str, last_day: int) -> str:
    token = derived_token(secret.encode(), _PURPOSE, f"{slug}/{last_day}".encode())
    return f"{last_day}-{token}"
