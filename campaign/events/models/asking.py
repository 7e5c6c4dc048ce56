"""What an event asks of those who sign up, and what it writes to them."""

from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...database import Id, Model, foreign_key


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"


class Question(Model):
    """A question of the event's own. It is never deleted while there are answers.

    Answers name it by its uid and its options by theirs, so that none is lost when
    the words are changed.
    """

    __tablename__ = "questions"

    id: Mapped[Id]
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    event_id: Mapped[int] = mapped_column(foreign_key("events"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[QuestionKind]
    label: Mapped[str]
    hint: Mapped[str] = mapped_column(default="")
    #: Each `{"key": …, "label": …, "is_retired": …}`, in order.
    options: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    is_required: Mapped[bool] = mapped_column(default=False)
    #: Asked on the supporter's own page, when the address is confirmed.
    is_asked_later: Mapped[bool] = mapped_column(default=False)
    is_retired: Mapped[bool] = mapped_column(default=False)

    @property
    def is_asked_at_once(self) -> bool:
        """Whether it stands on the form with which people sign up."""
        return not (self.is_asked_later or self.is_retired)


class ConsentPurpose(Model):
    """One thing for which supporters may agree to be written to, or not."""

    __tablename__ = "consent_purposes"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(foreign_key("events"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    wording: Mapped[str]
    is_retired: Mapped[bool] = mapped_column(default=False)


class MailSetting(Model):
    """What the organisers changed about one kind of mail of their event."""

    __tablename__ = "mail_settings"
    __table_args__ = (UniqueConstraint("event_id", "kind"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(foreign_key("events"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    is_off: Mapped[bool] = mapped_column(default=False)
    #: Markdown that stands above the facts; empty for the usual words.
    words: Mapped[str] = mapped_column(default="")
