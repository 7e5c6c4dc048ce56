"""Something that many are to be told, from the click to the last of the mails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from ..publishing.states import State
from .before import Before
from .kinds import MailKind, Telling

#: In which state an event has to be, lest people are told what is no longer true.
_TRUE_WHILE: Final = {
    MailKind.CHANGED: State.PUBLISHED,
    MailKind.POSTPONED: State.POSTPONED,
    MailKind.CANCELLED: State.CANCELLED,
    MailKind.RESUMED: State.PUBLISHED,
}


@dataclass(frozen=True)
class Announcement:
    """What is told, to whom, and which entry of the event's log it has."""

    kind: MailKind
    entry: int
    states: Sequence[str]
    last_number: int
    before: Before | None = None
    #: The words of an organiser: one line, and Markdown.
    subject: str = ""
    text: str = ""
    #: The id of the role that it is for, None for all.
    role: int | None = None

    @property
    def telling(self) -> Telling:
        about = str(self.entry)
        return Telling(self.kind, about, self.states, self.last_number, role=self.role)

    def is_true_of(self, state: State) -> bool:
        """Whether it can be told of an event in this state."""
        return _TRUE_WHILE.get(self.kind, state) is state

    def written(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "kind": self.kind.value,
            "entry": self.entry,
            "states": list(self.states),
            "last_number": self.last_number,
            "before": self.before.written() if self.before else None,
            "subject": self.subject,
            "text": self.text,
            "role": self.role,
        }

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        values = dict(written)
        before = values["before"]
        values["kind"] = MailKind(values["kind"])
        values["before"] = Before.read(before) if before else None
        return cls(**values)
