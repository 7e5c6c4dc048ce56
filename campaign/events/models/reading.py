"""The articles of an event, in its order, and how outputs name them."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...articles.models import Article, readable_once
from ...campaigns.models import ActionDay, Campaign
from ...database import Model, foreign_key
from ..disclosure import Link


class EventArticle(Model):
    """An article of an event, at its place in the order."""

    __tablename__ = "event_articles"

    event_id: Mapped[int] = mapped_column(foreign_key("events"), primary_key=True)
    article_id: Mapped[int] = mapped_column(
        foreign_key("articles"), primary_key=True, index=True
    )
    position: Mapped[int]

    article: Mapped[Article] = relationship()


def reading_links(articles: Iterable[Article]) -> tuple[Link, ...]:
    """Return what the public can read of these, in their order.

    An article and its translations are one: the first that is linked stands for all,
    and knows the others.
    """
    return tuple(map(_link, readable_once(articles)))


def _link(article: Article) -> Link:
    others = tuple(_plain(each) for each in article.readings if each is not article)
    return replace(_plain(article), others=others)


def thing_link(thing: Campaign | ActionDay) -> Link:
    """Return a campaign or an action day as outputs name it, in all its languages."""
    others = tuple(
        Link(texts["title"], thing.slug, thing.uid, language)
        for language, texts in (thing.told_elsewhere or {}).items()
        if texts.get("title")
    )
    return Link(thing.title, thing.slug, thing.uid, thing.language, others)


def _plain(article: Article) -> Link:
    return Link(article.title, article.slug, article.uid, article.language)
