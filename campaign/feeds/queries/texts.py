"""The whole texts of what is news, as they can be read anywhere."""

from collections.abc import Callable, Iterable

from flask_babel import force_locale, gettext
from markupsafe import Markup

from ...articles.queries import text_of
from ...language import LANGUAGES
from ...lib.markdown.article import with_whole_addresses
from ...lib.text import clean
from ...pictures.queries import figures_of, slugs_in
from ..atom import News, source_of
from ..entries import ActionDayView, ArticleView
from ..site import Site


def whole_texts(news: Iterable[News], site: Site) -> Callable[[News], str]:
    """Return what writes the text of each as HTML with its figures, read in one query.

    Readers of feeds show it on pages of their own: all its addresses are whole.
    """
    slugs = {slug for item in news for slug in slugs_in(source_of(item))}
    figures = figures_of(slugs, site=site.url)

    def write(item: News) -> str:
        sources = item.sources if isinstance(item, ArticleView) else ()
        # Never in the language of who happens to fetch it: a feed is for everybody.
        with force_locale(item.language if item.language in LANGUAGES else "en"):
            text = text_of(
                source_of(item), item.language, sources=len(sources), figures=figures
            )
            html = text.html + _listed(sources)
        return with_whole_addresses(html, _page_of(item, site))

    return write


def _listed(sources: Iterable[str]) -> Markup:
    """Return what an article draws on, as its page has it below the text."""
    items = [Markup("<li>{}</li>").format(clean(source)) for source in sources]
    if not items:
        return Markup()
    listed = Markup("<h2>{}</h2><ol>{}</ol>")
    return listed.format(gettext("Sources"), Markup().join(items))


def _page_of(item: News, site: Site) -> str:
    if isinstance(item, ArticleView):
        return site.article(item.slug)
    is_day = isinstance(item, ActionDayView)
    return site.action_day(item.slug) if is_day else site.event(item.slug)
