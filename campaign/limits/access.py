"""Who may do something just now that everybody may do, but not without end.

The numbers are for a hall full of people behind one network, who all sign up when
somebody on the stage asks them to. What fills one event is no matter for a bucket,
but for its surge (`signups/surge.py`); what fills one mailbox, for `take_turn`.
"""

from typing import Final

from flask import Flask, Response, after_this_request, current_app, request

from ..config import WrongSetting
from ..lib.refusal import Refusal
from .buckets import Bucket, Buckets, network_of

_TEN_MINUTES: Final = 600
#: What is counted for a network, and what for an event.
_NETWORKS: Final = {
    "sign_up": Bucket("sign_up", 2_000, _TEN_MINUTES),
    "sign_in": Bucket("sign_in", 60, _TEN_MINUTES),
    "send_again": Bucket("send_again", 200, _TEN_MINUTES),
    "consent": Bucket("consent", 200, _TEN_MINUTES),
}
_EVENTS: Final = {
    "sign_up": Bucket("sign_up_to", 6_000, _TEN_MINUTES),
    "send_again": Bucket("send_again_of", 1_000, _TEN_MINUTES),
}


class TooOften(Refusal):
    """Too many asked for the same in a short time; `seconds` tells when to return."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def init_app(app: Flask) -> None:
    """Make the buckets of the app; raises WrongSetting."""
    config = app.config
    try:
        buckets = Buckets(config["REDIS_URL"], config["START_SECRET"].encode())
    except Exception as error:  # each kind of address fails in its own way
        # Not its words: the address may hold a password.
        raise WrongSetting(
            "CAMPAIGN_REDIS_URL should look like redis://host:6379/0, and needs the "
            f"package redis ({type(error).__name__})"
        ) from None
    app.extensions["buckets"] = buckets


def count_attempt(kind: str, event_id: int | None = None) -> None:
    """Count one more attempt for the visitor's network and the event.

    Raises TooOften, after which the answer says when to come back (RFC 9110, 10.2.3).
    """
    if not current_app.config["LIMITS"]:
        return
    buckets: Buckets = current_app.extensions["buckets"]
    seconds = buckets.wait(_NETWORKS[kind], network_of(request.remote_addr or ""))
    if not seconds and event_id is not None:
        seconds = buckets.wait(_EVENTS[kind], str(event_id))
    if seconds:
        _say_when(seconds)
        raise TooOften(seconds)


def _say_when(seconds: int) -> None:
    @after_this_request
    def add(response: Response) -> Response:
        response.headers["Retry-After"] = str(seconds)
        return response
