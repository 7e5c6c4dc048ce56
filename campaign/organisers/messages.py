"""The mails that organisers get."""

from datetime import datetime, timedelta

from ..mail.operations import enqueue
from .models import LINK_LIFETIME, Organiser


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


def list_taken_out(
    reader: Organiser,
    taker: Organiser,
    event: str,
    slug: str,
    number: int,
    now: datetime,
) -> None:
    """Tell an organiser that another one took the list of an event out as a file.

    It names nobody on the list: this mail is not sealed with the key of the event.
    """
    enqueue(
        "list_taken_out",
        reader.email,
        reader.language,
        now,
        event=event,
        slug=slug,
        taker=taker.name or taker.email,
        number=number,
    )


def surge_began(
    reader: Organiser, event: str, slug: str, people: int, now: datetime
) -> None:
    """Tell an organiser that unusually many sign up, and what is done about it."""
    enqueue(
        "surge",
        reader.email,
        reader.language,
        now,
        event=event,
        slug=slug,
        people=people,
    )
