"""How many people the boards tell of."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, foreign_key


class ToldCount(Model):
    """How many people are going to an event, as everybody may know it.

    Not the number of this moment: see `operations`, which says why.
    """

    __tablename__ = "told_counts"
    __table_args__ = (CheckConstraint("people >= 0", name="people_not_negative"),)

    event_id: Mapped[int] = mapped_column(foreign_key("events"), primary_key=True)
    #: What is told: a number of tens, or 0 for nothing to tell.
    people: Mapped[int]
    #: How many had confirmed when that was decided. It is told to nobody.
    counted: Mapped[int]
