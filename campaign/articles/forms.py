"""The shape of what comes in about articles."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import URL, Optional

from ..forms import LONGEST_TEXT, LineField, at_most
from ..publishing.forms.fields import DayField, prose_field
from ..publishing.forms.thing import ThingForm


class ArticleForm(ThingForm):
    """Background reading, who wrote it, and where it first appeared."""

    body = prose_field(_l("Text"), longest=LONGEST_TEXT, rows=24)
    author = LineField(_l("Author"), validators=[at_most()])
    author_affiliation = LineField(_l("Author’s organisation"), validators=[at_most()])
    source_title = LineField(
        _l("Title of the piece that it draws on"),
        description=_l("Only if it retells or shortens somebody’s work."),
        validators=[at_most()],
    )
    source_author = LineField(_l("Author of that piece"), validators=[at_most()])
    source_author_affiliation = LineField(
        _l("Their organisation"), validators=[at_most()]
    )
    first_appeared_at = LineField(
        _l("Where it first appeared"),
        description=_l("The magazine, site or book."),
        validators=[at_most()],
    )
    first_appeared_url = LineField(
        _l("Address of the first publication"),
        validators=[
            Optional(),
            at_most(2000),
            URL(message=_l("Enter a whole address, such as https://example.org/page.")),
        ],
        render_kw={"type": "url", "inputmode": "url"},
    )
    first_appeared_on = DayField(_l("Day of the first publication"), [Optional()])
    sources = prose_field(
        _l("Further sources"), longest=20_000, rows=6, hint=_l("One per line.")
    )
