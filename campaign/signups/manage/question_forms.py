"""The forms of an event's own questions, and of what supporters may agree to."""

from collections.abc import Iterable
from typing import Any, Final, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from ...events.models import Question, QuestionKind
from ...forms import Form, LineField, Needed, ProseField, at_most
from ...lib.text import one_line
from ...publishing.forms.fields import ChoiceField

KINDS: Final = {
    QuestionKind.TEXT: _l("Short text"),
    QuestionKind.CHOICE: _l("One of several options"),
    QuestionKind.CHOICES: _l("Any number of several options"),
    QuestionKind.YES_NO: _l("Yes or no"),
}
WITH_OPTIONS: Final = (QuestionKind.CHOICE, QuestionKind.CHOICES)
LONGEST_OPTION: Final = 200
MOST_OPTIONS: Final = 50


class QuestionForm(Form):
    """One question. Each option that there is has a field of its own."""

    label = LineField(
        _l("Question"),
        [Needed(_l("Write the question.")), at_most()],
    )
    hint = LineField(_l("Hint, if it needs one"), [at_most()])
    kind = ChoiceField(
        _l("Kind of answer"),
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
    )
    new_options = ProseField(
        _l("Options to choose from"),
        [at_most(MOST_OPTIONS * LONGEST_OPTION)],
        description=_l("One a line. Only for questions with options."),
        render_kw={"rows": 5},
    )
    is_required = BooleanField(_l("It must be answered"))
    is_asked_later = BooleanField(
        _l("Ask it only after people have confirmed, on their own page")
    )
    question: Question | None = None

    @classmethod
    def of(
        cls, question: Question | None, is_kind_fixed: bool = False
    ) -> "QuestionForm":
        """Return the form of a question, or of a new one."""
        fields: dict[str, Any] = {}
        for number, option in enumerate(question.options if question else (), 1):
            name = f"option-{option['key']}"
            checks = [Needed(_l("Write the option.")), at_most(LONGEST_OPTION)]
            words = _("Option %(n)d", n=number)
            fields[name] = LineField(words, checks, default=option["label"])
            fields[f"{name}-retired"] = BooleanField(
                _("Option %(n)d is not offered any more", n=number),
                default=bool(option["is_retired"]),
            )
        kind = cast("type[QuestionForm]", type(cls.__name__, (cls,), fields))
        given = {"kind": question.kind.value} if question else {}
        form = kind(obj=question, data=given)
        form.question = question
        if question is not None and question.options:
            form.new_options.label.text = _("More options")
        if is_kind_fixed:
            del form.kind
        return form

    @property
    def chosen_kind(self) -> QuestionKind:
        if "kind" in self:
            return QuestionKind(self.kind.data)
        return cast(Question, self.question).kind

    @property
    def values(self) -> dict[str, Any]:
        names = ("label", "hint", "is_required", "is_asked_later")
        values = {name: self[name].data for name in names}
        return {**values, "kind": self.chosen_kind}

    @property
    def options(self) -> dict[str, dict[str, Any]]:
        """What is said of the options that there are, by their keys."""
        return {
            str(option["key"]): {
                "label": self[f"option-{option['key']}"].data,
                "is_retired": self[f"option-{option['key']}-retired"].data,
            }
            for option in (self.question.options if self.question else ())
        }

    @property
    def added(self) -> list[str]:
        lines = map(one_line, (self.new_options.data or "").splitlines())
        return [line for line in lines if line]

    def validate_new_options(self, field: Any) -> None:
        present = [each["label"] for each in self.options.values()]
        _check_options([*present, *self.added])
        if "kind" in self and self.kind.data not in [kind.value for kind in KINDS]:
            return  # which its own field says
        offered = [each for each in self.options.values() if not each["is_retired"]]
        number = len(offered) + len(self.added)
        if self.chosen_kind in WITH_OPTIONS and number < 2:
            raise ValidationError(_("Offer at least two options, one a line."))
        if self.chosen_kind not in WITH_OPTIONS and self.added:
            raise ValidationError(
                _("This kind of question has no options: choose another kind.")
            )


def _check_options(labels: Iterable[str]) -> None:
    every = list(labels)
    if len(every) > MOST_OPTIONS:
        raise ValidationError(_("Offer at most %(n)d options.", n=MOST_OPTIONS))
    if any(len(each) > LONGEST_OPTION for each in every):
        raise ValidationError(
            _("Shorten each option to %(n)d characters or fewer.", n=LONGEST_OPTION)
        )
    if len({each.casefold() for each in every}) < len(every):
        raise ValidationError(_("Two options are the same."))


class PurposeForm(Form):
    """One thing to agree to, in the words that supporters read."""

    wording = LineField(
        _l("What people may agree to"),
        [Needed(_l("Write what people agree to.")), at_most(500)],
        description=_l(
            "One purpose for each box, such as: “Write to me about other events of "
            "this group.” The words cannot be changed later, only retired."
        ),
    )
