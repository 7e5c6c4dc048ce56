"""Every page that there is, so that a new one cannot be forgotten.

Words in braces stand for what only a site that is lived in has: `lives.py` says what.
"""

import re
from typing import Final

from browser.test_every_page import DESK, READERS, REFUSALS
from flask import Flask
from werkzeug.exceptions import HTTPException

#: Pages of a supporter's own, each in the states that it knows.
OWN: Final = (
    *(f"/sign-ups/{{{state}}}" for state in ("pending", "going", "waiting", "left")),
    "/sign-ups/{going}/questions",
    "/sign-ups/{going}/erase",
    "/sign-ups/erased",
    "/no-mails/{no_mails}",
    "/sign-in/{sign_in}",
)
#: Pages of the desk about something beside a thing.
BESIDE: Final = (
    *(
        f"/manage/{thing}/picture"
        for thing in (
            "campaigns/planet-syria",
            "action-days/day-of-action-for-syria",
            "articles/how-to-hold-a-safe-vigil",
        )
    ),
    *(
        f"/manage/pictures/{{picture}}{view}"
        for view in ("", "/edit", "/file", "/delete")
    ),
    *(
        f"/manage/{thing}/translations{view}"
        for thing in (
            "campaigns/planet-syria",
            "action-days/day-of-action-for-syria",
            "events/wellington-talk",
        )
        for view in ("", "/ar")
    ),
    "/manage/campaigns/planet-syria/articles",
    "/manage/action-days/day-of-action-for-syria/articles",
    "/manage/articles/how-to-hold-a-safe-vigil/versions/{version}",
    "/manage/events/wellington-talk/sign-ups/purge",
    "/manage/events/wellington-talk/roles",
    "/manage/events/wellington-talk/roles/new",
    "/manage/events/wellington-talk/roles/{role}",
    "/manage/events/wellington-talk/sign-ups/{number}/role",
    "/manage/events/wellington-talk/sign-ups/{number}",
    "/manage/events/wellington-talk/sign-ups/{number}/cancel",
    "/manage/events/wellington-talk/sign-ups/{number}/move",
    "/manage/events/wellington-talk/messages/{message}",
    "/manage/events/wellington-talk/questions/{question}",
)
#: Pages for a projector and for other sites: without the frame of ours.
FRAMELESS: Final = (
    "/action-days/day-of-action-for-syria/screen",
    "/embed/action-days/day-of-action-for-syria",
    "/embed/events",
)
PUBLIC: Final = (*READERS, *REFUSALS, *OWN, *FRAMELESS)
ORGANISERS: Final = (*DESK, *BESIDE, "/manage/styleguide/")
#: Looked at in a wide window too: what has two columns there.
WIDE: Final = (
    "/",
    "/events",
    "/events/wellington-talk",
    "/action-days/day-of-action-for-syria",
    "/articles/how-to-hold-a-safe-vigil",
    "/manage/",
    "/manage/events/wellington-talk",
    "/manage/events/wellington-talk/sign-ups",
    "/manage/styleguide/",
)
#: Answers to GET that are no pages, by endpoint, each with the reason.
NO_PAGES: Final = {
    **dict.fromkeys(
        (
            *("feeds.home", "feeds.events", "feeds.campaign", "feeds.action_day"),
            *("feeds.event", "feeds.group", "feeds.articles", "feeds.article"),
            "feeds.series",
        ),
        "a calendar, JSON or Atom",
    ),
    "own_calendars.show": "a calendar",
    "sign_ups.data": "JSON to keep",
    "boards.show": "parts that the script of a board puts in place",
    "pages.own_style_sheet": "a style sheet",
    "sharing.short": "a redirect",
    "sharing.qr": "a code as SVG",
    "sharing.card": "a picture",
    "pictures.show": "a redirect",
    "pictures.file": "a picture",
    "manage_door.changes": "JSON for the script of the door",
    "places.index": "JSON for the search of places",
    "pages.healthz": "a word for who watches the site",
    "pages.robots": "a text for search engines",
    "pages.service_worker": "a script",
    "pages.style_sheet": "a style sheet",
    "pages.accent": "a style sheet",
    "manage_styleguide.accents": "a style sheet",
    "static": "files",
}


def status_of(path: str) -> int:
    """Return the status that a page has to be answered with."""
    return REFUSALS.get(path, 200)


def audited_rules(app: Flask) -> set[str]:
    """Return the rules of the routes that one of the pages is reached by."""
    routes = app.url_map.bind("localhost")
    found = set()
    for path in (*PUBLIC, *ORGANISERS):
        plain = re.sub(r"\{(\w+)\}", _example, path).partition("?")[0]
        try:
            rule, _values = routes.match(plain, return_rule=True)
        except HTTPException:  # a page that says that there is none
            continue
        found.add(rule.rule)
    return found


def _example(word: re.Match[str]) -> str:
    numbers = {
        "number": "1",
        "message": "1",
        "question": "1",
        "role": "1",
        "version": "1",
        "no_mails": "1/token",
    }
    return numbers.get(word[1], "token")


def forgotten_rules(app: Flask) -> list[str]:
    """Return the routes that show a page which nobody looks at."""
    audited = audited_rules(app)
    return sorted(
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or {"GET"})
        and rule.rule not in audited
        and rule.endpoint not in NO_PAGES
    )
