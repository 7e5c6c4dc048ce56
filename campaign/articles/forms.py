"""The shape of what comes in about articles."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import URL, Optional, ValidationError

from ..forms import LineField, at_most
from ..publishing.forms.fields import ChoiceField, DayField, RowField, prose_field
from ..publishing.forms.thing import ThingForm
from .attribution import LICENCES, MOST_AUTHORS, Appearance, Author
from .words import APPEARANCES

#: Lines for further authors that an opened form has.
_BLANK_LINES = 2
_LONGEST_URL = 2000
#: Characters: 20,000 words of long ones, twice over.
LONGEST_ARTICLE = 300_000


class AuthorForm(PlainForm):
    """One author; a line without a name is left out."""

    name = LineField(_l("Name"), validators=[at_most()])
    affiliation = LineField(_l("Organisation"), validators=[at_most()])
    about = LineField(_l("A line about them"), validators=[at_most(500)])

    def validate_name(self, field: LineField) -> None:
        if not field.data and (self.affiliation.data or self.about.data):
            raise ValidationError(_("Name this author, or clear the line."))


class AuthorsField(FieldList):
    """Authors in their order, with blank lines for more."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(FormField(AuthorForm), label, **kwargs)

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        while len(self.entries) > MOST_AUTHORS:
            self.pop_entry()
        if not formdata:
            room = MOST_AUTHORS - len(self.entries)
            for _line in range(min(_BLANK_LINES, room)):
                self.append_entry()

    @property
    def data(self) -> Sequence[Author]:
        """Those authors who have a name."""
        lines = (entry.data for entry in self.entries)
        return tuple(Author(**line) for line in lines if line["name"])

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check each line; the first thing that is wrong stands for the field."""
        super().validate(form, extra_validators)
        self.errors = list(self._messages())[:1]
        return not self.errors

    def _messages(self) -> Iterator[str]:
        for entry in self.entries:
            for messages in entry.errors.values():
                yield from messages

    def _value(self) -> str:
        return "; ".join(
            ", ".join(filter(None, author.written().values())) for author in self.data
        )


def _address(label: Any, hint: Any = "") -> LineField:
    return LineField(
        label,
        description=hint,
        validators=[
            Optional(),
            at_most(_LONGEST_URL),
            URL(message=_l("Enter a whole address, such as https://example.org/page.")),
        ],
        render_kw={"type": "url", "inputmode": "url"},
    )


def _licences() -> list[SelectChoice]:
    nothing = SelectChoice("", _("No licence: ask the authors"))
    return [nothing, *(SelectChoice(code, it.name) for code, it in LICENCES.items())]


class ArticleForm(ThingForm):
    """Background reading, who wrote it, and where it first appeared."""

    body = prose_field(_l("Text"), longest=LONGEST_ARTICLE, rows=24, hint=None)
    sources = prose_field(
        _l("Sources"),
        longest=20_000,
        rows=6,
        hint=_l("One per line. Cite the first one in the text as [1]."),
    )
    authors = AuthorsField(
        _l("Authors"),
        description=_l(
            "Clear a name to take somebody out. After saving there is room for more."
        ),
    )
    translation_of = RowField(
        _l("Translation of"),
        description=_l("Readers get the one in their language first."),
    )
    translator = LineField(_l("Translated by"), validators=[at_most()])
    appearance = ChoiceField(
        _l("Where it comes from"),
        choices=lambda: [SelectChoice(*each) for each in APPEARANCES.items()],
        default=Appearance.ORIGINAL,
    )
    first_appeared_at = LineField(
        _l("Where it first appeared"),
        description=_l("The magazine, site or book."),
        validators=[at_most()],
    )
    first_appeared_url = _address(_l("Address of the first publication"))
    first_appeared_on = DayField(_l("Day of the first publication"), [Optional()])
    canonical_url = _address(
        _l("Address for search engines"),
        _l(
            "Only if they are to find the piece elsewhere. Of what is republished "
            "whole, that is the first publication by itself."
        ),
    )
    licence_code = ChoiceField(_l("Licence"), choices=_licences)
    source_title = LineField(
        _l("Title of the piece that it draws on"),
        description=_l("Only if it retells or shortens somebody’s work."),
        validators=[at_most()],
    )
    source_author = LineField(_l("Author of that piece"), validators=[at_most()])
    source_author_affiliation = LineField(
        _l("Their organisation"), validators=[at_most()]
    )

    note = LineField(
        _l("What have you changed?"),
        description=_l(
            "For your group, in the list of versions. You can leave it out."
        ),
        validators=[at_most()],
    )

    def validate_first_appeared_at(self, field: LineField) -> None:
        if self.appearance.data != Appearance.ORIGINAL and not field.data:
            raise ValidationError(_("Say where it first appeared."))
