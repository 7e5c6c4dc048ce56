"""A desk of something that has events, which can go along when it is called off."""

from datetime import datetime
from typing import Any, TypeVar

from ...lib import clock
from ...notices.forms import AlongForm
from ...notices.operations.whole import take_events_along
from ...notices.queries.whole import Concerned, concerned
from ...organisers.access import current_organiser
from ...publishing.manage.translating import DeskWithTranslations
from ...publishing.states import Move, State
from ..models import ActionDay, Campaign

W = TypeVar("W", Campaign, ActionDay)


class DeskOfWhole(DeskWithTranslations[W]):
    """Its moves ask whether the events go along; a subclass moves the thing itself."""

    def concerned(self, thing: Any, chosen: Move) -> Concerned:
        """Return what would go along; nothing where it was never public."""
        is_first_time = chosen is Move.PUBLISH and thing.state in _NEVER_PUBLIC
        if is_first_time or not thing.was_public:
            return Concerned()
        return concerned(thing, chosen, clock.now())

    def along_form(self) -> AlongForm:
        return AlongForm()

    def asks_first(self, thing: Any, chosen: Move) -> bool:
        return self.concerned(thing, chosen).events > 0

    def take_along(self, thing: Any, chosen: Move, now: datetime) -> None:
        """Move the events too, where that was asked for."""
        moves = (Move.CANCEL, Move.POSTPONE, Move.PUBLISH)
        if chosen in moves and AlongForm().takes_events.data:
            take_events_along(thing, chosen, current_organiser(), now)


_NEVER_PUBLIC = (State.DRAFT, State.PROPOSED)
