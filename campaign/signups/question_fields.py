"""The fields of an event's own questions and consents, on supporters' forms.

Each form is a class of its own for the request, because every event asks for
something else. A field is named after the uid of its question.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from ..events.models import ConsentPurpose, Question, QuestionKind
from ..forms import ChoicesField, LineField, Needed, PublicForm, at_most

F = TypeVar("F", bound=PublicForm)
LONGEST_ANSWER: Final = 500
_YES, _NO = "yes", "no"


class Listed:
    """What was chosen must be on the list: nothing is chosen where there is none."""

    def __call__(self, form: Any, field: Any) -> None:
        chosen = field.data if isinstance(field.data, list) else [field.data or ""]
        known = {choice.value for choice in field.choices}
        if not {each for each in chosen if each} <= known:
            raise ValidationError(gettext("Choose from the answers on the list."))


def form_asking(
    form: type[F],
    questions: Sequence[Question],
    purposes: Sequence[ConsentPurpose] = (),
    answers: Mapping[str, Any] | None = None,
) -> type[F]:
    """Return a form that asks these questions too, under the answers given before."""
    given = answers or {}
    if not questions and not purposes:
        return form
    fields: dict[str, Any] = {
        name_of(each): _field(each, given.get(str(each.uid))) for each in questions
    }
    fields |= {name_of(each): BooleanField(each.wording) for each in purposes}
    return cast(type[F], type(form.__name__, (form,), fields))


def name_of(asked: Question | ConsentPurpose) -> str:
    """Return the name of the field of a question, or of a consent."""
    if isinstance(asked, Question):
        return f"question-{asked.uid}"
    return f"consent-{asked.id}"


def answers_in(form: PublicForm, questions: Iterable[Question]) -> dict[str, Any]:
    """Return what was answered, by the uids of the questions; no answer is none."""
    found = {str(q.uid): _answer(q, form[name_of(q)].data) for q in questions}
    return {uid: answer for uid, answer in found.items() if answer is not None}


def typed(question: Question, answer: Any) -> Any:
    """Return an answer as its field has it."""
    match question.kind:
        case QuestionKind.YES_NO:
            return None if answer is None else (_YES if answer else _NO)
        case QuestionKind.CHOICE:
            return answer[0] if answer else None
    return answer


def _answer(question: Question, data: Any) -> Any:
    if not data:
        return None
    match question.kind:
        case QuestionKind.YES_NO:
            return data == _YES
        case QuestionKind.CHOICE:
            return [data]
        case QuestionKind.CHOICES:
            keys = [option["key"] for option in question.options]
            return [key for key in keys if key in data]
    return data


def _field(question: Question, answer: Any) -> Field:
    label, hint = question.label, question.hint
    # Named, because above the form there may be several that say so.
    missing = gettext("Answer the question “%(question)s”.", question=label)
    needed = [Needed(missing)] if question.is_required else []
    options: dict[str, Any] = {"description": hint, "default": typed(question, answer)}
    match question.kind:
        case QuestionKind.TEXT:
            checks = [*needed, at_most(LONGEST_ANSWER)]
            longest = {"maxlength": LONGEST_ANSWER}
            return LineField(label, checks, render_kw=longest, **options)
        case QuestionKind.CHOICES:
            ticked = [NeededOne(missing)] if question.is_required else []
            field, choices = ChoicesField, _choices(question, answer)
            return field(
                label,
                [*ticked, Listed()],
                choices=choices,
                validate_choice=False,
                **options,
            )
        case QuestionKind.CHOICE:
            choices = _choices(question, answer)
        case _:
            choices = [SelectChoice(_YES, _l("Yes")), SelectChoice(_NO, _l("No"))]
    if not question.is_required:
        # Nobody can untick a radio button.
        choices = [*choices, SelectChoice("", _l("No answer"))]
    return RadioField(
        label, [*needed, Listed()], choices=choices, validate_choice=False, **options
    )


class NeededOne(Needed):
    """At least one box must be ticked."""

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            field.data = None
        super().__call__(form, field)


def _choices(question: Question, answer: Any) -> Sequence[SelectChoice]:
    """A retired option stays for those who chose it."""
    chosen = answer or []
    return [
        SelectChoice(str(option["key"]), str(option["label"]))
        for option in question.options
        if not option["is_retired"] or option["key"] in chosen
    ]
