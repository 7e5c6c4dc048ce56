"""The mails that organisers get."""

from datetime import datetime, timedelta

from ..mail.operations import enqueue
from .models import LINK_LIFETIME


def send_sign_in_link(
    email: str, language: str, token: str, next_path: str, now: datetime
) -> None:
    """Send the link that signs an organiser in, and then leads to `next_path`."""
    enqueue(
        "sign_in",
        email,
        language,
        now,
        token=token,
        next_path=next_path or None,
        minutes=LINK_LIFETIME // timedelta(minutes=1),
    )
