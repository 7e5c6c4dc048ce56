"""The page of the organisers' list: who is found, and what it adds up to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from math import ceil
from typing import NamedTuple

from flask import render_template, request

from ...events.models import ConsentPurpose, Event, EventRole, Question
from ...events.queries import purposes_of, questions_of, roles_of
from ...paging import page_number
from ..queries import agreements_at, entries_of
from ..roll import Entry, chosen, counts, curve, days
from ..totals import agreed_totals, totals
from ..words import STATES
from .filters import list_form, wanted_of
from .words import SAID, option_words

PER_PAGE = 50
#: The drawing of sign-ups over time; the page stretches it.
CHART = (600, 160)


class Page(NamedTuple):
    """A page of a list that is in memory, as templates know pages."""

    items: Sequence[Entry]
    page: int
    pages: int
    total: int

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        return min(self.page - 1, self.pages)

    @property
    def next_num(self) -> int:
        return self.page + 1


class Asked(NamedTuple):
    """What an event asks of people, and who agreed to what."""

    questions: Sequence[Question]
    purposes: Sequence[ConsentPurpose]
    roles: Sequence[EventRole]
    agreed: Mapping[int, Collection[int]]

    @classmethod
    def at(cls, event: Event) -> "Asked":
        agreed: dict[int, set[int]] = {}
        for sign_up, purpose in agreements_at(event):
            agreed.setdefault(purpose, set()).add(sign_up)
        return cls(questions_of(event), purposes_of(event), roles_of(event), agreed)


def list_page(event: Event, today: date) -> str:
    """Return the page for what the address asks for."""
    entries, asked = entries_of(event), Asked.at(event)
    wanted = wanted_of(request.args, *asked)
    found, by_day = chosen(entries, wanted), days(entries)
    return render_template(
        "manage_sign_ups/index.html",
        event=event,
        form=list_form(request.args, *asked[:3]),
        is_narrowed=bool(wanted.answers)
        or wanted.role is not None
        or wanted.agreed is not None,
        counts=[each for each in counts(entries, STATES) if each.sign_ups],
        page=_page_of(found),
        roles=asked.roles,
        role_of={role.id: role for role in asked.roles},
        totals=totals(entries, asked.questions),
        agreed=agreed_totals(entries, asked.purposes, asked.agreed),
        option_words=option_words,
        days=by_day,
        until=max(today, by_day[-1].on) if by_day else today,
        curve=curve(by_day, today, *CHART) if by_day else "",
        chart=CHART,
        taken_off=request.args.get("number", type=int),
        said="page" not in request.args and SAID.get(request.args.get("said", "")),
    )


def _page_of(found: Sequence[Entry]) -> Page:
    pages, number = max(ceil(len(found) / PER_PAGE), 1), page_number()
    first = (number - 1) * PER_PAGE
    return Page(found[first : first + PER_PAGE], number, pages, len(found))
