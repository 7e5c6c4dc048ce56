"""What organisers look for in a list: by name, state, role, answer and consent.

It stands in the address, so that a page of the list can be kept and shown to others.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from ...events.models import ConsentPurpose, EventRole, Question, QuestionKind
from ...forms import LineField, PublicForm
from ...lib.text import one_line
from ..role_words import role_name
from ..roll import A_TEXT, NO_ANSWER, Wanted
from ..words import STATES
from .words import option_words, question_words

_ORDERS: Final = {
    "date": _l("Newest first"),
    "name": _l("Name"),
    "party": _l("Largest party first"),
}
#: What stands for those who take nothing on.
_NO_ROLE: Final = "none"


class ListForm(PublicForm):
    """The questions to a list, of which none is needed."""

    q = LineField(_l("Name or address"), render_kw={"type": "search"})
    state = SelectField(
        _l("Which"),
        choices=[
            SelectChoice(value, word)
            for value, word in {"": _l("All"), **STATES}.items()
        ],
        validate_choice=False,
    )
    order = SelectField(
        _l("Order"),
        choices=[SelectChoice(value, word) for value, word in _ORDERS.items()],
        validate_choice=False,
    )

    @property
    def more(self) -> list[Any]:
        """The fields that only some events have."""
        return [field for field in self if field.name not in ("q", "state", "order")]


def list_form(
    args: Any,
    questions: Iterable[Question],
    purposes: Sequence[ConsentPurpose],
    roles: Sequence[EventRole],
) -> ListForm:
    """Return the form with a field for each thing that the event asks of people."""
    fields: dict[str, SelectField] = {}
    if roles:
        named = [SelectChoice(str(role.id), role_name(role.duty)) for role in roles]
        fields["role"] = _field(
            _("Role"), [*named, SelectChoice(_NO_ROLE, _("No role"))]
        )
    for question in questions:
        fields[_name_of(question)] = _field(
            question_words(question),
            [SelectChoice(key, option_words(question, key)) for key in _keys(question)],
        )
    if purposes:
        agreed = [SelectChoice(str(each.id), each.wording) for each in purposes]
        fields["consent"] = _field(_("Agreed to"), agreed)
    kind = cast("type[ListForm]", type(ListForm.__name__, (ListForm,), fields))
    return kind(args)


def wanted_of(
    args: Mapping[str, str],
    questions: Iterable[Question] = (),
    purposes: Iterable[ConsentPurpose] = (),
    roles: Iterable[EventRole] = (),
    agreed: Mapping[int, Collection[int]] | None = None,
) -> Wanted:
    """Return what an address asks for; what makes no sense is left out."""
    state, order = args.get("state", ""), args.get("order", "")
    role, consent = args.get("role", ""), args.get("consent", "")
    numbers = {_NO_ROLE: 0, **{str(each.id): each.id for each in roles}}
    known = {str(each.id): each.id for each in purposes}
    answers = (
        (str(question.uid), args.get(_name_of(question), ""))
        for question in questions
        if args.get(_name_of(question), "") in _keys(question)
    )
    return Wanted(
        words=one_line(args.get("q", ""))[:100],
        state=state if state in STATES else "",
        order=order if order in _ORDERS else "date",
        role=numbers.get(role),
        agreed=(agreed or {}).get(known[consent], ()) if consent in known else None,
        answers=tuple(answers),
    )


def _field(label: str, choices: list[SelectChoice]) -> SelectField:
    return SelectField(
        label, choices=[SelectChoice("", _("All")), *choices], validate_choice=False
    )


def _name_of(question: Question) -> str:
    return f"answer-{question.id}"


def _keys(question: Question) -> list[str]:
    """Return what can be looked for; a text can only be there or not."""
    match question.kind:
        case QuestionKind.YES_NO:
            return ["yes", "no", NO_ANSWER]
        case QuestionKind.TEXT:
            return [A_TEXT, NO_ANSWER]
    return [*(str(option["key"]) for option in question.options), NO_ANSWER]
