"""Campaign: an organiser of campaigns, days of action and local events.

The map of the house. A feature is a folder, and every feature has the same kit:
`models`, `queries`, `operations`, `messages`, `access`, `forms`, `views`, `manage`,
`api`. Imports run downstairs only: over the floors in that order, and over the
features in this one:

    keys          what seals the lists, apart from the database
    limits        how often anything may be asked for
    mail          the outbox and its delivery
    places        cities, countries, time zones, the map of the world and its night
    organisers    people who sign in, groups, roles, sessions
    publishing    what is common to all that is published: states, versions, slugs
    pictures      pictures in the sizes that pages need, and what uses them
    articles      explainers
    writing       drafts, versions and previews of articles
    campaigns     campaigns and action days
    events        events and what may be shown of them
    series        events that repeat
    signups       supporters' places
    notices       mails to many about an event
    feeds         iCalendar, Atom, JSON
    sharing       short addresses, QR codes, cards and posters
    boards        the rolling day, and what other sites show of it
    pages         home, about, errors
    styleguide    every component in every state
    demo          the story that `campaign demo` tells

Beside them stand `config` (settings), `database` (models' base, `transaction()`),
`language` and `templating` (words and templates), `forms` (what forms share),
`headers` (security), `static_files` (compressed), `reader` (one question to the
database, often), `prepared` and `past_session` (statements that thousands run),
`group_commit` (one commit for many), `fast_path` (polls answered in front of Flask),
`shared_page` (pages for everybody), `application` (all of it put together), `schema`
(the database brought up to date), `background` (work without a request), `ports`,
`server`, `backup`, `doctor` (what is set wrong), `cli` (the command's shape) and
`commands` (its work).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .lib.loading import loading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Return the WSGI application, configured from the environment.

    `settings` override single values of the configuration. Raises WrongSetting.
    """
    # Loaded only now: a process that asks for help, or has one thing to work out, needs
    # none of it, and a wrong setting can be told before.
    with loading():
        from . import config

        configured = {**config.load(), **(settings or {})}
        from . import application
    return application.put_together(configured)
