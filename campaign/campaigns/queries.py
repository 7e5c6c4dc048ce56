"""Campaigns and action days to read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from ..articles.models import Article
from ..articles.queries import all_readings, is_reading_of
from ..database import db
from ..events.models import Event
from ..organisers.models import Group
from ..publishing.queries import is_public
from ..publishing.states import State
from .models import (
    ActionDay,
    ActionDayArticle,
    Campaign,
    CampaignArticle,
    CampaignBacking,
)

#: A date ends last on the clock of Pago Pago, eleven hours behind UTC.
_LAST_CLOCK = timedelta(hours=12)


def public_campaigns() -> Sequence[Campaign]:
    """Return the campaigns that the public may see, newest first."""
    return db.session.scalars(
        select(Campaign)
        .where(is_public(Campaign))
        .options(joinedload(Campaign.group))
        .order_by(Campaign.published_at.desc(), Campaign.id)
    ).all()


def find_campaign(slug: str) -> Campaign | None:
    """Return the campaign at this address, in whatever state it is."""
    return db.session.scalar(
        select(Campaign)
        .where(Campaign.slug == slug)
        .options(
            joinedload(Campaign.group),
            joinedload(Campaign.picture),
            selectinload(Campaign.backings).joinedload(CampaignBacking.group),
            selectinload(Campaign.action_days),
            selectinload(Campaign.article_links)
            .joinedload(CampaignArticle.article)
            .options(*all_readings()),
        )
    )


def upcoming_action_days(now: datetime) -> Sequence[ActionDay]:
    """Return the action days that are not over everywhere, soonest first."""
    today_somewhere = (now - _LAST_CLOCK).date()
    return db.session.scalars(
        select(ActionDay)
        .where(is_public(ActionDay))
        .where(ActionDay.ends_on >= today_somewhere)
        .options(joinedload(ActionDay.campaign))
        .order_by(ActionDay.starts_on, ActionDay.id)
    ).all()


def find_action_day(slug: str) -> ActionDay | None:
    """Return the action day at this address, in whatever state it is."""
    return db.session.scalar(
        select(ActionDay)
        .where(ActionDay.slug == slug)
        .options(
            joinedload(ActionDay.group),
            joinedload(ActionDay.campaign),
            joinedload(ActionDay.picture),
            selectinload(ActionDay.article_links)
            .joinedload(ActionDayArticle.article)
            .options(*all_readings()),
        )
    )


def campaigns_about(article: Article) -> Sequence[Campaign]:
    """Return the public campaigns that an article is linked to, in any language."""
    is_linked = CampaignArticle.article.has(is_reading_of(article.slug))
    return db.session.scalars(
        select(Campaign)
        .where(Campaign.article_links.any(is_linked), is_public(Campaign))
        .order_by(Campaign.title, Campaign.id)
    ).all()


def campaigns_of(group: Group) -> Sequence[Campaign]:
    """Return the public campaigns that a group runs or backs."""
    backed = Campaign.backings.any(CampaignBacking.group_id == group.id)
    return db.session.scalars(
        select(Campaign)
        .where(or_(Campaign.group_id == group.id, backed))
        .where(is_public(Campaign))
        .options(joinedload(Campaign.group))
        .order_by(Campaign.published_at.desc(), Campaign.id)
    ).all()


def campaigns_open_to(groups: Sequence[Group]) -> Sequence[Campaign]:
    """Return the campaigns to which one of the groups can add events, by title.

    Those that it runs, and those that it backs once they are public. Their action
    days come with them.
    """
    ids = [group.id for group in groups]
    backed = Campaign.backings.any(CampaignBacking.group_id.in_(ids))
    return db.session.scalars(
        select(Campaign)
        .where(
            or_(
                Campaign.group_id.in_(ids),
                and_(backed, Campaign.published_at.is_not(None)),
            )
        )
        .where(Campaign.state != State.CANCELLED, Campaign.removed_at.is_(None))
        .options(
            selectinload(Campaign.action_days),
            selectinload(Campaign.backings).joinedload(CampaignBacking.group),
        )
        .order_by(Campaign.title, Campaign.id)
    ).all()


def has_public_parts(row: Campaign | ActionDay) -> bool:
    """Return whether a page of something that belongs to it may name it."""
    if isinstance(row, ActionDay):
        on_it = Event.action_day_id == row.id
        parts = [select(Event.id).where(on_it, is_public(Event))]
    else:
        parts = [
            select(Event.id).where(Event.campaign_id == row.id, is_public(Event)),
            select(ActionDay.id).where(
                ActionDay.campaign_id == row.id, is_public(ActionDay)
            ),
        ]
    found = or_(*(part.exists() for part in parts))
    return db.session.scalar(select(found)) or False
