"""The shapes of what comes in about organisers and their groups."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, ValidationError
from wtforms.validators import URL, Optional

from ..forms import Form, LineField, Needed, ProseField, PublicForm, at_most
from ..language import language
from ..mail.addresses import NotAnAddress, parse_address
from ..places.languages import languages_by_name
from .models import GROUP_TEXTS


def one_address(_form: Any, field: Any) -> None:
    """Check that the text is exactly one e-mail address."""
    try:
        parse_address(field.data)
    except NotAnAddress:
        raise ValidationError(
            _("Enter one whole address, such as name@example.org.")
        ) from None


class SignInForm(PublicForm):
    """Who wants to sign in."""

    email = LineField(
        _l("Your e-mail address"),
        validators=[
            Needed(_l("Enter your e-mail address.")),
            one_address,
        ],
        render_kw={"type": "email", "autocomplete": "email"},
    )


class GroupForm(Form):
    """What a group says about itself, and what it said when the form was opened."""

    version = HiddenField()
    name = LineField(
        _l("Name of the group"),
        validators=[Needed(_l("Enter the name of your group.")), at_most()],
    )
    summary = LineField(
        _l("Summary"), description=_l("One sentence about you."), validators=[at_most()]
    )
    description = ProseField(
        _l("About the group"),
        description=_l("Markdown makes headings, lists and links."),
        validators=[at_most(20_000)],
        render_kw={"rows": 8},
    )
    website = LineField(
        _l("Website"),
        validators=[
            Optional(),
            at_most(),
            URL(
                require_tld=False,
                message=_l("Enter a whole address, such as https://example.org."),
            ),
        ],
        render_kw={"type": "url", "inputmode": "url"},
    )
    contact = LineField(
        _l("Contact"),
        description=_l(
            "An e-mail address or a number for those who would host an action. "
            "Everybody sees it."
        ),
        validators=[at_most()],
    )
    language = SelectField(
        _l("Language of these texts"),
        choices=lambda: languages_by_name(language()),
        default=language,
    )

    def values(self) -> dict[str, Any]:
        """Return what goes into the columns of a group."""
        return {name: self[name].data for name in GROUP_TEXTS}

    @property
    def opened_at(self) -> str:
        """The version that was opened."""
        # Not `data`: where nothing is sent, that is the version of now.
        return "".join(self.version.raw_data or ())
