"""Putting the site together: its extensions, its parts and its addresses."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from . import (
    database,
    fast_path,
    group_commit,
    headers,
    language,
    static_files,
    templating,
)
from .articles import manage as manage_articles
from .articles import views as articles
from .boards import views as boards
from .campaigns import views as campaigns
from .campaigns.manage import action_days as manage_action_days
from .campaigns.manage import campaigns as manage_campaigns
from .events import manage as manage_events
from .events import views as events
from .feeds import operations as calendars
from .feeds import version as feed_version
from .feeds import views as feeds
from .keys import store as key_store
from .lib import slug
from .limits import access as limits
from .notices import views as notices
from .notices.manage import mails as manage_mails
from .notices.manage import messages as manage_messages
from .organisers import access
from .organisers import views as organisers
from .organisers.manage import account as manage_account
from .organisers.manage import groups as manage_groups
from .organisers.manage import home as manage_home
from .pages import errors
from .pages import views as pages
from .pictures import manage as manage_pictures
from .pictures import operations as picture_uses
from .pictures import views as pictures
from .places import views as places
from .series import manage as manage_series
from .series import views as series
from .sharing import views as sharing
from .signups import terms
from .signups.manage import door as manage_door
from .signups.manage import event_log as manage_event_log
from .signups.manage import lists as manage_lists
from .signups.manage import purges as manage_purges
from .signups.manage import questions as manage_questions
from .signups.manage import roles as manage_roles
from .signups.manage import sign_ups as manage_sign_ups
from .signups.views import consents, own_calendars, sign_ups
from .styleguide import manage as manage_styleguide
from .writing import views as previews
from .writing.manage import drafts as manage_drafts
from .writing.manage import imports as manage_imports
from .writing.manage import preview_links as manage_preview_links
from .writing.manage import versions as manage_versions

_HERE = Path(__file__).parent
# In the wheel templates and static files lie inside the package, else beside it.
_FILES = _HERE if (_HERE / "templates").is_dir() else _HERE.parent
BLUEPRINTS = (
    pages.blueprint,
    campaigns.campaigns,
    campaigns.action_days,
    events.blueprint,
    places.blueprint,
    series.blueprint,
    pictures.blueprint,
    articles.blueprint,
    previews.blueprint,
    organisers.groups,
    organisers.sign_in,
    sign_ups.blueprint,
    consents.blueprint,
    own_calendars.blueprint,
    notices.blueprint,
    feeds.blueprint,
    sharing.blueprint,
    boards.boards,
    boards.embeds,
    manage_home.blueprint,
    manage_account.blueprint,
    manage_groups.blueprint,
    manage_campaigns.blueprint,
    manage_action_days.blueprint,
    manage_events.blueprint,
    manage_series.blueprint,
    manage_sign_ups.blueprint,
    manage_lists.blueprint,
    manage_purges.blueprint,
    manage_questions.blueprint,
    manage_roles.blueprint,
    manage_event_log.blueprint,
    manage_door.blueprint,
    manage_mails.blueprint,
    manage_messages.blueprint,
    manage_articles.blueprint,
    manage_pictures.blueprint,
    manage_versions.blueprint,
    manage_preview_links.blueprint,
    manage_drafts.blueprint,
    manage_imports.blueprint,
    manage_styleguide.blueprint,
)


class SlugConverter(BaseConverter):
    """`<slug:name>` in a route. No dot: what follows one names a sibling."""

    regex = slug.PATTERN


def put_together(configured: Mapping[str, Any]) -> Flask:
    """Return the WSGI application with this configuration."""
    app = Flask(
        __package__,
        template_folder=str(_FILES / "templates"),
        static_folder=str(_FILES / "static"),
    )
    app.config.update(configured)
    app.url_map.converters["slug"] = SlugConverter
    _set_up_extensions(app)
    _register_blueprints(app)
    return app


def _set_up_extensions(app: Flask) -> None:
    database.init_app(app)
    group_commit.init_app(app)
    key_store.init_app(app)
    Compress(app)
    static_files.init_app(app)
    language.init_app(app)
    templating.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    access.init_app(app)
    limits.init_app(app)
    with app.app_context():
        calendars.watch()
        picture_uses.watch()
    feed_version.init_app(app)
    terms.init_app(app)
    fast_path.init_app(app)
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )


def _register_blueprints(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
