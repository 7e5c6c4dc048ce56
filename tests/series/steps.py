"""What organisers do with a series, and what is there afterwards."""

from front_door import fields, send
from sqlalchemy import select

from campaign.database import db
from campaign.events.models import Event, Series

WEEKLY = {"rhythm": "weekly", "ends": "times", "times": "6"}


def path(event, page="repeat"):
    return f"/manage/events/{event.slug}/{page}"


def show_dates(client, event, page="repeat", **answers):
    return send(client, path(event, page), **{**WEEKLY, **answers})


def make(client, event, page="repeat", **answers):
    """Both steps: show the dates, then make those that were shown."""
    shown = show_dates(client, event, page, **answers)
    assert shown.status_code == 200, shown.text
    return client.post(
        path(event, page), data={**fields(shown), "confirmed": confirmation(shown)}
    )


def confirmation(shown):
    return shown.text.split('name="confirmed" value="')[1].split('"')[0]


def dates():
    """All dates of all series, by slot."""
    db.session.rollback()
    query = select(Event).where(Event.series_id.is_not(None))
    return db.session.scalars(query.order_by(Event.series_slot)).all()


def starts():
    return [each.starts_local for each in dates()]


def all_series():
    db.session.rollback()
    return db.session.scalars(select(Series).order_by(Series.id)).all()


def edit(client, event, scope="following", **answers):
    return send(client, path(event, "edit"), scope=scope, **answers)


def move(client, event, chosen, scope="following"):
    return send(client, path(event, chosen), scope=scope)
