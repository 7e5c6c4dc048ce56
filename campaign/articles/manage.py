"""The organisers' pages of articles."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from ..publishing.manage.desk import Desk
from ..publishing.operations import create
from .forms import ArticleForm
from .models import Article
from .views import article_page


class ArticleDesk(Desk[Article]):
    """Where articles are written."""

    noun = "articles"
    model = Article
    heading = _l("Articles")
    new_words = _l("New article")
    public_endpoint = "articles.show"

    def form_for(self, thing: Article | None, **options: Any) -> ArticleForm:
        form = ArticleForm(obj=thing, **options)
        form.group.offer(self.own_groups())
        return form

    def create(self, values: Mapping[str, Any], now: datetime) -> Article:
        return create(Article(**values), now)

    def preview_page(self, thing: Article) -> str:
        return article_page(thing, is_preview=True)


blueprint = ArticleDesk().blueprint
