"""Rows for tests: each function adds one with sensible values, commits, returns it.

Every value can be given by name; what a row hangs on is made where it is not given.
They need an app context, which the fixture `app` has pushed.
"""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from campaign.articles.models import Article
from campaign.campaigns.models import ActionDay, Campaign
from campaign.database import transaction
from campaign.events.models import Event, EventRole, Rhythm, RoleKind, Series
from campaign.keys.store import SITE, keys
from campaign.lib.seal import seal
from campaign.mail.models import Content, OutgoingMail
from campaign.organisers.models import Group, Membership, Organiser, Role
from campaign.pictures.models import Picture, new_name
from campaign.publishing.states import State

CREATED = datetime(2026, 1, 5, 9, tzinfo=UTC)
#: Far enough in the future to be still to come for years.
DAY = date(2035, 2, 23)
_numbers = count(1)
_OWNED = (Article, Campaign, ActionDay, Event, Picture)


def restart() -> None:
    """Count from one again, so that names do not depend on earlier tests."""
    global _numbers
    _numbers = count(1)


def organiser(**values: Any) -> Organiser:
    number = next(_numbers)
    return _saved(
        Organiser(
            **{
                "email": f"organiser{number}@example.org",
                "name": f"Organiser {number}",
                "created_at": CREATED,
                **values,
            }
        )
    )


def group(**values: Any) -> Group:
    return _saved(_group(**values))


def _group(**values: Any) -> Group:
    number = next(_numbers)
    defaults = {"slug": f"group-{number}", "name": f"Group {number}"}
    return Group(**{**defaults, "created_at": CREATED, **values})


def membership(
    organiser: Organiser, group: Group, role: Role = Role.ORGANISER
) -> Membership:
    return _saved(Membership(organiser=organiser, group=group, role=role))


def picture(**values: Any) -> Picture:
    """A picture without files."""
    defaults = {
        "slug": new_name(),
        "file_name": new_name(),
        "extension": "jpg",
        "width": 1400,
        "height": 900,
        "widths": [480, 800, 1200, 1400],
        "name": f"Picture {next(_numbers)}",
        "alternative_text": "A square with people",
        "created_at": CREATED,
        "modified_at": CREATED,
    }
    return _saved(Picture(**{**defaults, **values}))


def article(**values: Any) -> Article:
    defaults = _published("article", "Article")
    return _saved(Article(**{**defaults, "body": "What happened.", **values}))


def campaign(**values: Any) -> Campaign:
    return _saved(_campaign(**values))


def _campaign(**values: Any) -> Campaign:
    return _owned(Campaign(**{**_published("campaign", "Campaign"), **values}))


def action_day(**values: Any) -> ActionDay:
    if "campaign" not in values:
        values["campaign"] = _campaign(**_of_group(values))
    values.setdefault("group", values["campaign"].group)
    defaults = {"starts_on": DAY, "ends_on": values.get("starts_on", DAY)}
    return _saved(
        ActionDay(**{**_published("day", "Day of action"), **defaults, **values})
    )


def event(
    starts_local: datetime = datetime(2035, 2, 23, 18, 0),
    ends_local: datetime | None = None,
    timezone: str = "Europe/London",
    start_fold: int = 0,
    end_fold: int = 0,
    is_all_day: bool = False,
    **values: Any,
) -> Event:
    """An event in Manchester on 23 February 2035, 18:00 to 20:00, if not told else."""
    if "campaign" not in values:
        day = values.get("action_day")
        values["campaign"] = day.campaign if day else _campaign(**_of_group(values))
    values.setdefault("group", values["campaign"].group)
    defaults = {
        "locality": "Manchester",
        "country": "GB",
        "venue": "Albert Square",
        "street_address": "1 Albert Square",
        "postal_code": "M2 5DB",
    }
    row = Event(**{**_published("event", "Vigil"), **defaults, **values})
    if ends_local is None:
        ends_local = starts_local.replace(hour=min(starts_local.hour + 2, 23))
    row.set_times(starts_local, ends_local, timezone, start_fold, end_fold, is_all_day)
    return _saved(row)


def weekly(*slots: datetime, **values: Any) -> Series:
    """A series with these dates, saved with the first event that is one of them."""
    defaults = {"slug": "weekly", "rhythm": Rhythm.WEEKLY, "timezone": "Europe/London"}
    span = {"first_slot": slots[0], "last_slot": slots[-1], "created_at": CREATED}
    return Series(**{**defaults, **span, **values})


def role(event: Event, kind: str = "steward", **values: Any) -> EventRole:
    """One place of a role at an event, for all of it, if not told else."""
    position = next(_numbers)
    return _saved(
        EventRole(
            **{
                "event_id": event.id,
                "kind": RoleKind(kind),
                "position": position,
                **values,
            }
        )
    )


def _of_group(values: dict[str, Any]) -> dict[str, Any]:
    return {"group": values["group"]} if "group" in values else {}


def _published(slug: str, title: str) -> dict[str, Any]:
    number = next(_numbers)
    return {
        "slug": f"{slug}-{number}",
        "title": f"{title} {number}",
        "state": State.PUBLISHED,
        "published_at": CREATED,
        "created_at": CREATED,
        "modified_at": CREATED,
    }


def _owned(row: Any) -> Any:
    """Give a row that belongs to a group one that is saved together with it."""
    if isinstance(row, _OWNED) and row.group is None:
        row.group = _group()
    return row


def _saved(row: Any) -> Any:
    with transaction() as session:
        session.add(_owned(row))
    return row


def outgoing_mail(
    message_id: str, now: datetime, recipient: str, **values: Any
) -> OutgoingMail:
    """Return a mail of the outbox that nobody has saved yet."""
    content = Content(
        recipient=recipient,
        subject=values.pop("subject", "Hello"),
        body_text=values.pop("body_text", "Hello\n"),
        body_html=values.pop("body_html", "<p>Hello</p>"),
        calendar=(values.pop("calendar", None) or b"").decode(),
    )
    key = keys().find_or_make(SITE)
    return OutgoingMail(
        message_id=message_id,
        key_name=SITE,
        sealed=seal(key, content.written(), message_id),
        **{"created_at": now, "due_at": now, **values},
    )
