"""What supporters do, through the front door."""

import re
from datetime import timedelta

from sqlalchemy import select, update

from campaign.database import db, transaction
from campaign.events.models import Event
from campaign.lib import clock
from campaign.signups.models import SignUp


def sign_up(client, event, **typed):
    """Send the form as a person fills it in who changes nothing else."""
    form = {"name": "Amal", "email": "amal@example.org", "party_size": "1", **typed}
    return client.post(f"/events/{event.slug}/sign-ups", data=form)


def own_page(mail):
    """Return the path of the own page that a mail leads to."""
    return re.search(r"/sign-ups/[\w-]{43}", mail.body_text).group()


def confirm(client, page):
    return client.post(f"{page}/confirm", follow_redirects=True)


def enlist(client, outbox, event, **typed):
    """Sign up and confirm; return the path of the own page."""
    sign_up(client, event, **typed)
    page = own_page(outbox[-1])
    confirm(client, page)
    return page


def leave(client, page):
    return client.post(f"{page}/cancel", follow_redirects=True)


def calendar_of(client, page):
    """Return the path of the calendar that a supporter's own page offers."""
    offered = r'value="http://localhost(/sign-ups/[\w-]{43}\.ics)"'
    return re.search(offered, client.get(page).text).group(1)


def keep_together(client, page, address):
    """Paste an address into the form of a page, to keep it in another calendar."""
    return client.post(
        f"{page}/calendar", data={"address": address}, follow_redirects=True
    )


def take_out(client, page):
    return client.post(f"{page}/calendar/leave", follow_redirects=True)


def revoke(client, page):
    return client.post(f"{page}/calendar/revoke", follow_redirects=True)


def let_holds_end():
    """Make it half an hour later for all who have not confirmed."""
    with transaction() as session:
        session.execute(
            update(SignUp).values(hold_ends_at=clock.now() - timedelta(seconds=1))
        )


def rows():
    db.session.rollback()
    return db.session.scalars(select(SignUp).order_by(SignUp.id)).all()


def states():
    return [row.state.value for row in rows()]


def places(event):
    """Return how many places are taken, and how many of them are confirmed."""
    db.session.rollback()
    row = db.session.scalars(select(Event).where(Event.id == event.id)).one()
    return row.places_taken, row.places_confirmed
