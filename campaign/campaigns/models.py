"""Campaigns, their action days, and the articles that go with them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..articles.models import Article
from ..database import Id, Model, foreign_key
from ..organisers.models import Group
from ..pictures.models import Pictured
from ..publishing.models import Publishable, Translated


class Campaign(Publishable, Pictured, Translated, Model):
    """What it is all for: a title, a demand, a story, the groups that run it."""

    __tablename__ = "campaigns"
    TEXTS = ("title", "summary", "demand", "story")

    demand: Mapped[str] = mapped_column(default="")
    story: Mapped[str] = mapped_column(default="")
    accent: Mapped[str] = mapped_column(String(7), default="#FFD21F")
    #: How long the lists of its events are kept after their end, in days.
    list_kept_days: Mapped[int] = mapped_column(default=30)

    action_days: Mapped[list["ActionDay"]] = relationship(
        back_populates="campaign", order_by="ActionDay.starts_on"
    )
    backings: Mapped[list["CampaignBacking"]] = relationship(
        order_by="CampaignBacking.group_id", cascade="all, delete-orphan"
    )
    article_links: Mapped[list["CampaignArticle"]] = relationship(
        order_by="CampaignArticle.position",
        collection_class=ordering_list("position"),
        cascade="all, delete-orphan",
    )
    #: Groups that back the campaign besides the one that owns it.
    backers: AssociationProxy[list[Group]] = association_proxy(
        "backings", "group", creator=lambda group: CampaignBacking(group=group)
    )
    articles: AssociationProxy[list[Article]] = association_proxy(
        "article_links", "article", creator=lambda a: CampaignArticle(article=a)
    )


class CampaignBacking(Model):
    """A group that backs a campaign which another group owns."""

    __tablename__ = "campaign_backings"

    campaign_id: Mapped[int] = mapped_column(foreign_key("campaigns"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        foreign_key("groups"), primary_key=True, index=True
    )

    group: Mapped[Group] = relationship()


class CampaignArticle(Model):
    """An article of a campaign, at its place in the order."""

    __tablename__ = "campaign_articles"

    campaign_id: Mapped[int] = mapped_column(foreign_key("campaigns"), primary_key=True)
    article_id: Mapped[int] = mapped_column(
        foreign_key("articles"), primary_key=True, index=True
    )
    position: Mapped[int]

    article: Mapped[Article] = relationship()


class ActionDay(Publishable, Pictured, Translated, Model):
    """One date of a campaign, or a few in a row, on which many events happen."""

    __tablename__ = "action_days"
    TEXTS = ("title", "summary", "description")
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
    )

    campaign_id: Mapped[int] = mapped_column(foreign_key("campaigns"), index=True)
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    description: Mapped[str] = mapped_column(default="")
    #: Whether it was called off with its campaign, and comes back with that.
    is_off_with_whole: Mapped[bool] = mapped_column(default=False)

    # What calendars were last told: see feeds/operations.py.
    calendar_hash: Mapped[str] = mapped_column(String(64), default="")
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    calendar_changed_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship(back_populates="action_days")
    article_links: Mapped[list["ActionDayArticle"]] = relationship(
        order_by="ActionDayArticle.position",
        collection_class=ordering_list("position"),
        cascade="all, delete-orphan",
    )
    articles: AssociationProxy[list[Article]] = association_proxy(
        "article_links", "article", creator=lambda a: ActionDayArticle(article=a)
    )


class ActionDayArticle(Model):
    """An article of an action day, at its place in the order."""

    __tablename__ = "action_day_articles"

    action_day_id: Mapped[int] = mapped_column(
        foreign_key("action_days"), primary_key=True
    )
    article_id: Mapped[int] = mapped_column(
        foreign_key("articles"), primary_key=True, index=True
    )
    position: Mapped[int]

    article: Mapped[Article] = relationship()


class WholeMove(Model):
    """A campaign or action day was moved, and its events are still to go along."""

    __tablename__ = "whole_moves"

    id: Mapped[Id]
    campaign_id: Mapped[int] = mapped_column(foreign_key("campaigns"), index=True)
    #: None where all of the campaign is meant.
    action_day_id: Mapped[int | None] = mapped_column(foreign_key("action_days"))
    move: Mapped[str] = mapped_column(String(20))
    organiser_id: Mapped[int] = mapped_column(foreign_key("organisers"))
    created_at: Mapped[datetime]
    #: Organisers of other groups are told in the order of their ids, up to this one.
    told_until: Mapped[int] = mapped_column(default=0)
