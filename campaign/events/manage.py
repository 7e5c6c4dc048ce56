"""The organisers' pages of events."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..campaigns.models import ActionDay
from ..campaigns.operations import move_in_campaign
from ..campaigns.queries import campaigns_open_to, find_action_day
from ..database import db
from ..language import day_words
from ..lib import clock
from ..lib.refusal import Refusal
from ..lib.text import one_line
from ..notices.forms import TellingForm
from ..notices.operations import announce_change, announce_move
from ..notices.queries.recipients import before_of, count_told
from ..organisers.access import current_organiser
from ..organisers.models import Group
from ..publishing.forms.thing import ThingForm
from ..publishing.manage.head_picture import DeskWithPicture
from ..publishing.manage.translating import DeskWithTranslations, Texts
from ..publishing.states import Move, NotYetPublic, State
from ..publishing.words import move_problem
from ..series.forms import ScopeForm
from ..series.operations.changing import (
    CapacityTooLowOnDate,
    change_following,
    move_following,
    moved_together,
    tell_following,
)
from ..series.operations.making import can_repeat
from ..series.queries import following, own_dates
from ..signups.operations import expire_overdue_of, fill_places, thaw_offers
from .disclosure import EventView, Viewer
from .forms.event import EventForm, Part, answers_of
from .models import Event
from .operations import CapacityTooLow, create_event, edit_event


class EventDesk(DeskWithPicture[Event], DeskWithTranslations[Event]):
    """Where events are planned."""

    noun = "events"
    model = Event
    heading = _l("Events")
    new_words = _l("New event")
    public_endpoint = "events.show"

    def form_for(self, thing: Event | None, **options: Any) -> EventForm:
        answers = answers_of(thing) if thing is not None else _asked()
        form = EventForm(obj=thing, data=answers, **options)
        form.group.offer(self.own_groups())
        form.offer_parts(self._parts(thing))
        form.offer_readings()
        return form

    def _parts(self, thing: Event | None) -> list[Part]:
        """What goes on and may be known, and what the event is part of already."""
        own = self.own_groups()
        parts = []
        for campaign in campaigns_open_to(own):
            days = [day for day in campaign.action_days if _is_offered(day, own)]
            parts += [Part(campaign, day) for day in (*days, None)]
        present = [Part(thing.campaign, thing.action_day)] if thing is not None else []
        return [part for part in present if part not in parts] + parts

    def create(self, values: Mapping[str, Any], now: datetime) -> Event:
        return create_event(values, now)

    def change(
        self, thing: Event, version: int, values: Mapping[str, Any], now: datetime
    ) -> None:
        dates = _with_following(thing, now)
        before = {date: before_of(date) for date in dates}
        self._write_change(thing, version, values, now)
        tells_nobody = bool(TellingForm().tells_nobody.data)
        for date, facts in before.items():
            announce_change(date, facts, tells_nobody, current_organiser(), now)

    def _write_change(
        self, thing: Event, version: int, values: Mapping[str, Any], now: datetime
    ) -> None:
        # Places that nobody holds any more must not stand in the way of fewer.
        expire_overdue_of(thing, now)
        scope = self.scope_of_edit(thing)
        if scope is None or not scope.means_following:
            edit_event(thing, version, values, now)
            fill_places(thing, now)
            return
        dates = following(thing, now)
        for date in dates:
            expire_overdue_of(date, now)
        change_following(thing, version, values, now)
        for date in (thing, *dates):
            fill_places(date, now)

    def make_move(self, thing: Event, chosen: Move, now: datetime) -> None:
        before = {date: date.state for date in _with_following(thing, now)}
        self._write_move(thing, chosen, now)
        for date, state in before.items():
            if date.state is not state:
                date.is_off_with_whole = False  # decided about by itself
            announce_move(date, state, current_organiser(), now)

    def write_translation(
        self,
        thing: Event,
        version: int,
        code: str,
        texts: Texts,
        now: datetime,
    ) -> None:
        before = dict(thing.told_elsewhere)
        super().write_translation(thing, version, code, texts, now)
        if thing.series_id is not None:
            db.session.flush()
            tell_following(thing, before, now)

    def telling_of_edit(self, thing: Event | None) -> TellingForm | None:
        """Return the question whether people are told, None where there are none."""
        if thing is None or thing.state is not State.PUBLISHED:
            return None
        is_told = not thing.is_over(clock.now()) and self.count_told(thing)
        return TellingForm() if is_told else None

    def count_told(self, thing: Event) -> int:
        """Return how many mails go out when it changes or is off."""
        return count_told(thing)

    def _write_move(self, thing: Event, chosen: Move, now: datetime) -> None:
        scope = self.scope_of_move(thing, chosen)
        dates = [thing]
        if scope is None or not scope.means_following:
            move_in_campaign(thing, thing.campaign, chosen, now)
        else:
            dates += following(thing, now)
            move_following(thing, chosen, now)
        for date in dates:
            thaw_offers(date, now)
            fill_places(date, now)

    def scope_of_edit(self, thing: Event | None) -> ScopeForm | None:
        """Return the question which dates are meant, None where there is one alone."""
        if thing is None or thing.series_id is None:
            return None
        scope = _scope(following(thing, clock.now()))
        if scope is not None:
            scope.scope.description = _(
                "What you have changed here is changed for them. With a new time, "
                "dates that were moved alone come back into the rhythm."
            )
        return scope

    def scope_of_move(self, thing: Event, chosen: Move) -> ScopeForm | None:
        """Return the question for which dates a move is meant."""
        if thing.series_id is None:
            return None
        return _scope(moved_together(thing, chosen, clock.now()))

    def asks_first(self, thing: Event, chosen: Move) -> bool:
        return self.scope_of_move(thing, chosen) is not None

    def pictured_together(self, thing: Event) -> Sequence[Event]:
        return _with_following(thing, clock.now())

    def can_repeat(self, thing: Event) -> bool:
        """Return whether its overview offers to repeat it."""
        return can_repeat(thing, clock.now())

    def dates_of(self, thing: Event) -> Sequence[Event]:
        """Return all dates of its series, none where it is in no series."""
        return own_dates(thing) if thing.series_id is not None else []

    def put_at_field(self, form: ThingForm, refusal: Refusal) -> None:
        if isinstance(refusal, NotYetPublic):
            form.refuse("part_of", move_problem(refusal))
            return
        if not isinstance(refusal, CapacityTooLow):
            raise refusal
        if isinstance(refusal, CapacityTooLowOnDate):
            form.refuse("capacity", _too_low_on(refusal))
            return
        words = _(
            "%(taken)d places are taken already. Enter at least that many, or none.",
            taken=refusal.places_taken,
        )
        form.refuse("capacity", words)

    def seen_by_organiser(self, thing: Event) -> EventView:
        """Return all that there is to see of it, for the overview."""
        return thing.seen_by(Viewer.ORGANISER, clock.now())

    def preview_page(self, thing: Event) -> str:
        now = clock.now()
        return render_template(
            "events/show.html",
            event=thing.seen_by(Viewer.STRANGER, now),
            form=None,
            is_open=False,
            is_over=thing.is_over(now),
            nearby=[],
            is_preview=True,
        )


def _with_following(thing: Event, now: datetime) -> list[Event]:
    """All dates of which a change can be one."""
    return [thing, *(following(thing, now) if thing.series_id is not None else ())]


def _scope(others: Sequence[Event]) -> ScopeForm | None:
    if not others:
        return None
    form = ScopeForm()
    form.offer(len(others) + 1)
    return form


def _too_low_on(refusal: CapacityTooLowOnDate) -> str:
    return str(
        _(
            "On %(day)s %(taken)d places are taken already. Enter at least that many, "
            "or none.",
            day=day_words(refusal.date),
            taken=refusal.places_taken,
        )
    )


def _is_offered(day: ActionDay, own: Sequence[Group]) -> bool:
    is_known = day.is_public or day.group in own
    return is_known and not (day.is_cancelled or day.is_removed)


def _asked() -> dict[str, Any]:
    """What the link to the form brought along: the action day, or the campaign."""
    day = find_action_day(one_line(request.args.get("day", "")))
    campaign = request.args.get("campaign", "")
    return {"part_of": Part(day.campaign, day).key if day else campaign}


blueprint = EventDesk().blueprint
