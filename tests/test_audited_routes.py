"""No page can be forgotten: each is in the audit, or is named with a reason."""

from audit.pages import NO_PAGES, audited_rules, forgotten_rules
from flask import Flask
from werkzeug.routing import Map, Rule


def test_every_route_that_shows_a_page_is_audited(sqlite_app: Flask) -> None:
    assert len(audited_rules(sqlite_app)) > 50
    assert forgotten_rules(sqlite_app) == [], (
        "name a page of it in tests/audit/pages.py"
    )


def test_what_is_named_as_no_page_exists_and_is_not_audited(sqlite_app: Flask) -> None:
    audited = audited_rules(sqlite_app)
    endpoints = {rule.endpoint: rule.rule for rule in sqlite_app.url_map.iter_rules()}
    for name, reason in NO_PAGES.items():
        assert reason
        assert endpoints[name] not in audited


def test_a_new_route_would_be_missed(sqlite_app: Flask) -> None:
    class Grown:
        url_map = Map(
            [*(rule.empty() for rule in sqlite_app.url_map.iter_rules())],
            converters=sqlite_app.url_map.converters,
        )

    before = forgotten_rules(Grown())
    Grown.url_map.add(Rule("/new", endpoint="new.show"))
    assert {*forgotten_rules(Grown())} - {*before} == {"/new (new.show)"}
