"""The rules of the house, as far as a test can know them.

Imports run downstairs on two staircases: over floors and over features. A file may
import from a lower floor of any feature, and on its own floor from its own feature
or a lower one.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "campaign"
TEMPLATES = ROOT / "templates"

FEATURES = (
    "lib",
    "keys",
    "limits",
    "mail",
    "places",
    "organisers",
    "publishing",
    "pictures",
    "articles",
    "writing",
    "campaigns",
    "events",
    "series",
    "signups",
    "notices",
    "feeds",
    "sharing",
    "boards",
    "pages",
    "styleguide",
    "demo",
)
#: The kit, and on which floor each file of it stands. Any other name is floor 0.
KIT = {
    "models": 1,
    "queries": 2,
    "operations": 3,
    "messages": 3,
    "access": 4,
    "forms": 4,
    "views": 5,
    "manage": 5,
    "api": 5,
    # Rooms with a noun for a name that need more than floor 0 gives them.
    "store": 1,
    "people": 2,
    "settling": 2,
    "totals": 2,
    "agreements": 2,
    "role_words": 2,
    "delivery": 3,
    "own_calendar": 3,
    "sample": 3,
    "samples": 4,
    "log": 3,
    "problems": 2,
    "links": 4,
    "distance": 2,
    "errors": 5,
    "finder": 4.2,
    "door_list": 2,
    "overview": 2,
    "door_words": 4,
    "door_forms": 4,
    "question_fields": 4,
    "terms": 4,
    "version": 1,
    "role_fields": 4,
}
#: Files beside the features. What stands at a fraction lies between two floors.
ROOMS = {
    "config": 0,
    "ports": 0,
    "reader": 0.4,
    "prepared": 0.4,
    "sqlite": 0.4,
    "database": 0.5,
    "past_session": 0.55,
    "group_commit": 0.6,
    "language": 0.6,
    "headers": 4.1,
    "paging": 4.1,
    "shared_page": 4.1,
    "static_files": 4.1,
    "forms": 3.5,
    "templating": 4.5,
    "background": 5.5,
    "fast_path": 5.5,
    "__init__": 6,
    "application": 6,
    "schema": 6.1,
    "server": 6.5,
    "backup": 6.7,
    "doctor": 6.7,
    "commands": 6.9,
    "cli": 7,
}


class Import:
    """One import of a module of ours by another one."""

    def __init__(self, importer: str, imported: str, line: int) -> None:
        self.importer, self.imported, self.line = importer, imported, line

    def __repr__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"

    @property
    def runs_up(self) -> bool:
        return not _may_import(_place(self.importer), _place(self.imported))


def _may_import(here: tuple[float, int], there: tuple[float, int]) -> bool:
    return there[0] < here[0] or (there[0] == here[0] and there[1] <= here[1])


def _place(module: str) -> tuple[float, int]:
    """Return floor and feature of a dotted module: `campaign.events.models`."""
    parts = module.split(".")[1:]
    if not parts:
        return ROOMS["__init__"], 0
    if parts[0] not in FEATURES:
        return ROOMS[parts[0]], 0
    kit = parts[1] if len(parts) > 1 else ""
    return KIT.get(kit, 0), FEATURES.index(parts[0])


@cache
def modules() -> dict[str, Path]:
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = list(file.relative_to(ROOT).with_suffix("").parts)
        if "migrations" not in parts:
            found[".".join(p for p in parts if p != "__init__")] = file
    return found


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def imports_of(module: str, file: Path) -> Iterator[Import]:
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = _names(node, package)
        else:
            continue
        for name in names:
            if name.split(".")[0] == "campaign":
                yield Import(module, name, node.lineno)


def _names(node: ast.ImportFrom, package: str) -> list[str]:
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, *([node.module] if node.module else [])])
    # `from ..lib import clock` names a module, `from .models import Event` does not.
    inside = [f"{base}.{alias.name}" for alias in node.names]
    return [name if name in modules() else base for name in inside]


@cache
def all_imports() -> list[Import]:
    return [found for m, f in modules().items() for found in imports_of(m, f)]


def test_every_file_has_a_place_in_the_house():
    homeless = [
        module
        for module in modules()
        if module != "campaign"
        and module.split(".")[1] not in FEATURES
        and module.split(".")[1] not in ROOMS
    ]
    assert homeless == []


def test_every_feature_is_on_the_staircase_and_on_the_map():
    folders = {p.name for p in PACKAGE.iterdir() if (p / "__init__.py").exists()}
    assert folders - set(ROOMS) == set(FEATURES)  # a large room is a folder too
    drawn = (PACKAGE / "__init__.py").read_text().split('"""')[1]
    on_the_map = re.findall(r"^    (\w+) ", drawn, re.MULTILINE)
    assert on_the_map == [f for f in FEATURES if f != "lib"]


def test_imports_run_downstairs():
    imports = all_imports()
    assert len(imports) > 100
    assert [found for found in imports if found.runs_up] == []


def test_an_import_that_runs_up_would_be_found():
    assert Import("campaign.events.models", "campaign.signups.models", 1).runs_up
    assert Import("campaign.events.models", "campaign.events.queries", 1).runs_up
    assert not Import("campaign.signups.models", "campaign.events.models", 1).runs_up
    assert not Import("campaign.articles.views", "campaign.events.queries", 1).runs_up


def test_only_the_app_imports_blueprints_from_a_higher_feature():
    views = [i for i in all_imports() if _place(i.imported)[0] == 5]
    outside = [i for i in views if _place(i.importer)[0] not in (5, 6)]
    assert outside == []


def test_lib_knows_neither_flask_nor_the_database():
    for file in (PACKAGE / "lib").rglob("*.py"):
        assert not re.search(
            r"^\s*(from|import) (flask|sqlalchemy|wtforms)", file.read_text(), re.M
        ), file


@pytest.mark.parametrize(
    ("pattern", "home"),
    [
        (r"\.commit\(\)", {"database.py"}),
        (
            r"\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(",
            {"clock.py"},
        ),
        (r"\bfrom flask_login\b|\bflask_mailman\b|\bflask_talisman\b", set()),
    ],
)
def test_some_things_stand_in_one_place_alone(pattern, home):
    found = {
        file.name for file in modules().values() if re.search(pattern, file.read_text())
    }
    assert found <= home


def test_no_file_is_over_300_lines_and_no_function_over_40():
    for module, file in modules().items():
        assert len(file.read_text().splitlines()) <= 300, module
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno
                assert length <= 40, f"{module}.{node.name} has {length} lines"


def test_every_module_says_what_it_is_for():
    for module, file in modules().items():
        assert ast.get_docstring(tree_of(file)), module


def test_no_name_is_empty_of_meaning():
    empty = {"utils", "util", "helpers", "helper", "manager", "service", "handler"}
    assert [m for m in modules() if empty & set(m.split("."))] == []


#: A parameter of a route with its converter: `<slug:slug>`.
TYPED = r"<\w+(\(.*?\))?:\w+>"


def rules(app: Flask) -> Iterator[object]:
    yield from (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")


def test_every_route_is_kebab_case_and_typed(sqlite_app):
    for rule in rules(sqlite_app):
        assert re.fullmatch(
            r"/|(/([a-z0-9-]+|<\w+(\(.*?\))?:\w+>)(\.(\w+|<\w+(\(.*?\))?:\w+>))?)+/?",
            rule.rule,
        ), rule.rule


def test_the_list_of_routes_is_the_one_that_was_agreed(sqlite_app):
    """Addresses are a contract: who changes one changes `routes.txt` knowingly."""
    agreed = (ROOT / "tests" / "routes.txt").read_text().splitlines()
    assert sorted(map(_line, rules(sqlite_app))) == agreed


def _line(rule) -> str:
    methods = ",".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))
    return f"{rule.rule} {methods} {rule.endpoint}"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_organisers_route_asks_for_a_sign_in(app):
    client = app.test_client()
    asked = 0
    for rule in rules(app):
        if not rule.rule.startswith("/manage"):
            continue
        assert rule.endpoint.split(".")[0].startswith("manage")
        values = {name: _example(name) for name in rule.arguments}
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **values)
        for method in rule.methods - {"OPTIONS"}:
            answer = client.open(path, method=method)
            assert answer.status_code in (302, 303, 401), (method, path)
            asked += 1
    assert asked > 20


def _example(name: str) -> object:
    return 1 if name.endswith("id") or name == "number" else "publish"


def test_every_template_belongs_to_an_endpoint(sqlite_app):
    endpoints = {rule.endpoint.replace(".", "/") for rule in rules(sqlite_app)}
    used = set(_templates_that_are_named())
    for file in TEMPLATES.rglob("*.html"):
        name = str(file.relative_to(TEMPLATES))
        folder = name.split("/")[0]
        if folder in ("macros", "email", "errors", "base.html"):
            continue
        assert name in used or name.removesuffix(".html") in endpoints, name


def _templates_that_are_named() -> Iterator[str]:
    for source in [*PACKAGE.rglob("*.py"), *TEMPLATES.rglob("*.html")]:
        yield from re.findall(r'"([a-z_/]+\.html)"', source.read_text())


def test_templates_import_only_what_they_use():
    for file in TEMPLATES.rglob("*.html"):
        source = file.read_text()
        for names in re.findall(r'{% from "[^"]+" import ([\w, ]+) %}', source):
            for name in names.split(", "):
                assert len(re.findall(rf"\b{name}\b", source)) > 1, (file.name, name)


def test_pages_have_no_inline_style_script_or_foreign_host():
    for file in TEMPLATES.rglob("*.html"):
        if "email" in file.parts:
            continue
        assert not re.search(r'\sstyle=|\son[a-z]+="|<script>', file.read_text()), file


def test_styles_are_logical():
    """`margin-left` is wrong in Arabic; `margin-inline-start` is right in both."""
    physical = (
        r"(?<![\w-])(margin|padding|border|inset)-(left|right)"
        r"|(?<![\w-])(left|right)\s*:|text-align:\s*(left|right)|float:"
    )
    for file in (ROOT / "static" / "css").glob("*.css"):
        assert not re.search(physical, file.read_text()), file.name


def test_style_sheets_declare_their_layer():
    for file in (ROOT / "static" / "css").glob("*.css"):
        assert f"@layer {file.stem} {{" in file.read_text(), file.name


def test_style_sheets_close_what_they_open():
    """Else all that follows holds in a wide window alone, or nowhere."""
    for file in (ROOT / "static" / "css").iterdir():
        assert file.suffix == ".css", file.name
        rules = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.S)
        assert rules.count("{") == rules.count("}"), file.name


def test_templates_have_no_text_outside_gettext():
    """Words between tags that no `_()` surrounds stay English for ever."""
    for file in TEMPLATES.rglob("*.html"):
        if "email" in file.parts:
            continue
        source = re.sub(
            r"{% block body_class %}.*?{% endblock %}", "", file.read_text()
        )
        bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", source, flags=re.S)
        text = re.sub(r"<[^>]*>", " ", bare)
        assert not re.search(r"[A-Za-z]{3,}", text), (file, text.strip()[:80])
