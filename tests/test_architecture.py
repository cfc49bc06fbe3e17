"""The arrows of docs/architecture.md: app → server, blueprints → services → (models, media), and
nothing in a circle.
"""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask

import blueprints
from blueprints import SITE_MAP
from blueprints.http.addresses import OEMBED, UPLOAD_API
from tests.conftest import ROOT

MAY_IMPORT = {
    "logs": {"logs"},
    "media": {"media"},
    "models": {"models"},
    "services": {"services", "models", "media", "config"},
    "blueprints": {"blueprints", "services", "models", "media", "config", "logs"},
    "server": {"server", "blueprints", "services", "models", "media", "config", "logs"},
    "cli": {"cli", "server", "services", "models", "media", "config"},
    "config": {"config"},
    "deploy": {"deploy"},
}
# What is below a folder of blueprints/ may not come back up to the views.
BELOW_THE_VIEWS = {
    "blueprints/http": {"blueprints.http", "blueprints.documents"},
    "blueprints/documents": {"blueprints.documents", "blueprints.http.addresses"},
    "blueprints/clients": {
        "blueprints.clients",
        "blueprints.http.addresses",
        "blueprints.http.language",
    },
}
OURS = {
    "app", "server", "cli", "config", "blueprints", "services", "models", "media", "migrations",
    "tests", "logs", "deploy",
}  # fmt: skip
FORBIDDEN = {
    "media": {"flask", "sqlalchemy", "flask_sqlalchemy"},
    "services": {"flask"},
    "blueprints/documents": {"flask"},
}
ROOMS = [*MAY_IMPORT, *BELOW_THE_VIEWS]
PACKAGES = (
    "blueprints",
    "cli",
    "config",
    "deploy",
    "logs",
    "media",
    "models",
    "server",
    "services",
)
SOURCES = sorted(
    [*ROOT.glob("*.py"), *(path for room in PACKAGES for path in (ROOT / room).rglob("*.py"))]
)


def paths_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / room]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path) for path in SOURCES}


def imports(path: Path) -> Iterator[str]:
    """Every name that a file imports, in full: ``a.b.c`` of ``from a.b import c``, inside functions
    too.

    Not what is imported for the type checker alone: two rows that refer to each other need that.
    """
    tree = ast.parse(path.read_text())
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}: imports are whole names"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules_imported(path: Path) -> set[str]:
    """The modules of ours among them."""
    return {
        name if name in MODULES else name.rpartition(".")[0] for name in imports(path)
    } & MODULES


def is_below(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_what_lies_below(room: str) -> None:
    assert paths_of(room)
    for path in paths_of(room):
        names = {name.partition(".")[0] for name in imports(path)}
        assert names & OURS <= MAY_IMPORT.get(room, MAY_IMPORT["blueprints"]), path
        assert not names & FORBIDDEN.get(room, set()), path
        if room in BELOW_THE_VIEWS:
            ours = [name for name in imports(path) if name.startswith("blueprints")]
            assert all(is_below(name, BELOW_THE_VIEWS[room]) for name in ours), path


def with_packages(name: str) -> set[str]:
    """``a.b.c`` runs ``a`` and ``a.b`` first."""
    parts = name.split(".")
    return {".".join(parts[:end]) for end in range(1, len(parts) + 1)}


def circle(imported: dict[str, set[str]]) -> str:
    """Of modules, by what each imports: one that fails wherever it is the first that somebody
    imports, since what it waits for has only begun. Empty where there is none.
    """
    graph = {
        name: {one for found in names for one in with_packages(found)} - with_packages(name)
        for name, names in imported.items()
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return " → ".join(error.args[1])
    return ""


def test_no_circle() -> None:
    imported = {module_of(path): modules_imported(path) for path in SOURCES}
    assert imported["app"]
    assert not circle(imported)


def test_a_circle_through_a_package_is_found() -> None:
    """Shut by what runs when a module of the package is imported."""
    found = circle({"a.jobs": {"a.jobs.try"}, "a.jobs.try": {"a.try"}, "a.try": {"a.jobs.kind"}})
    assert set(found.split(" → ")) == {"a.jobs", "a.jobs.try", "a.try"}


def test_nothing_imports_the_application() -> None:
    for path in SOURCES:
        assert "app" not in modules_imported(path), path


def test_only_views_are_at_the_top_of_blueprints() -> None:
    for path in (ROOT / "blueprints").glob("*.py"):
        if path.stem != "__init__":
            module = getattr(blueprints, path.stem, None)
            assert isinstance(getattr(module, "bp", None), Blueprint), (
                f"{path} has no blueprint, or no route in the site map"
            )
            views = [
                name
                for name in modules_imported(path)
                if name.startswith("blueprints")
                and not is_below(name, {folder.replace("/", ".") for folder in BELOW_THE_VIEWS})
            ]
            assert not views, f"{path} imports a view"


def test_every_route_is_in_the_site_map(app: Flask) -> None:
    """A view that isn't asked who may use it can't be reached. Static files have no guard."""
    mapped = {(route.rule, method) for route in SITE_MAP for method in route.methods.split()}
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert {(rule.rule, method) for method in methods} <= mapped, rule


def test_addresses_lead_to_routes() -> None:
    assert {UPLOAD_API, OEMBED} <= {route.rule for route in SITE_MAP}


def test_every_view_is_guarded(app: Flask) -> None:
    views = {route.view for route in SITE_MAP}
    for endpoint, view in app.view_functions.items():
        assert getattr(view, "__wrapped__", None) in views, endpoint


def test_only_models_build_queries() -> None:
    for path in SOURCES:
        if not is_below(module_of(path), {"models"}):
            packages = {name.partition(".")[0] for name in imports(path)}
            assert not packages & {"sqlalchemy", "flask_sqlalchemy"}, path


MAY_END_A_TRANSACTION = {"add", "commit", "expire_all", "flush", "refresh", "rollback"}


def test_only_models_and_services_know_the_session() -> None:
    """Models ask and write; services say when it counts."""
    for path in SOURCES:
        used = session_methods(ast.parse(path.read_text()))
        if is_below(module_of(path), {"services"}):
            assert used <= MAY_END_A_TRANSACTION, (path, used)
        elif not is_below(module_of(path), {"models"}):
            assert not used, (path, used)


# What a request brings from outside, by the names that Flask gives it.
OUTSIDE = {
    "args", "authorization", "accept_mimetypes", "cookies", "data", "environ", "files", "form",
    "get_data", "get_json", "headers", "json", "stream", "values",
}  # fmt: skip
PARSERS = ("blueprints.http", "blueprints.clients.tools", "werkzeug.wsgi")


def unparsed(tree: ast.AST, names: set[str]) -> set[str]:
    """What of ``request`` and of the texts called ``names`` is used but as an argument of a parser:
    something that is imported from one of PARSERS.
    """
    parsers = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and is_below(node.module or "", set(PARSERS))
        for alias in node.names
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    parsed = {
        inner
        for call in calls
        if ast.unparse(call.func) in parsers
        for argument in [*call.args, *(word.value for word in call.keywords)]
        for inner in ast.walk(argument)
    }
    used = {node for node in ast.walk(tree) if is_from_outside(node, names)}
    return {ast.unparse(node) for node in used - parsed}


def is_from_outside(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "request":
        return node.attr in OUTSIDE
    return isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "blueprints").glob("*.py")), ids=lambda path: path.stem
)
def test_views_take_nothing_from_outside_but_through_a_parser(path: Path) -> None:
    """What stands in the query, the form, the headers or the address; uploads come from guards."""
    tree = ast.parse(path.read_text())
    assert not unparsed(tree, set())
    views = {route.view.__name__ for route in SITE_MAP if route.view.__module__ == module_of(path)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in views:
            texts = {
                one.arg for one in node.args.args if ast.unparse(one.annotation or node) == "str"
            }
            body = ast.Module([*imports_of(tree), *node.body], [])
            assert not unparsed(body, texts), node.name


def imports_of(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in tree.body if isinstance(node, ast.ImportFrom)]


@pytest.mark.parametrize(
    "line",
    [
        "x = request.args['a']",
        "x = int(request.form.get('a', ''))",
        "f = request.headers.get",
        "for value in request.cookies: pass",
        "User.find(name)",
        "x = f'{name}'",
    ],
)
def test_what_is_not_parsed_is_found(line: str) -> None:
    assert unparsed(ast.parse(f"from blueprints.http.arguments import parse_id\n{line}"), {"name"})


def test_who_may_upload_stands_in_one_place() -> None:
    for path in SOURCES:
        names = {
            node.attr
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Attribute)
        }
        rule = names & {"allow_uploads", "guest_uploads"}
        assert not rule or module_of(path) == "services.permission", path
        moves = is_below(module_of(path), {"services"}) and "storage.move(" in path.read_text()
        assert not moves or module_of(path) == "services.place", path


MODELS_THAT_COMMIT = {
    "models.migrate",  # before there is an application
    "models.copy_list",  # a copy, which is a database of its own
}


def test_models_leave_it_to_services_to_commit() -> None:
    for path in paths_of("models"):
        calls = {
            node.func.attr
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert "commit" not in calls or module_of(path) in MODELS_THAT_COMMIT, path


def session_methods(tree: ast.AST) -> set[str]:
    """Every ``method`` of ``db.session.method``."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "session"
        and isinstance(node.value.value, ast.Name)
        and node.value.value.id == "db"
    }


def test_no_page_names_another_host() -> None:
    templates = list((ROOT / "templates").rglob("*.html"))
    for path in [
        *templates,
        *(ROOT / "static/css").glob("*.css"),
        *(ROOT / "static/js").rglob("*.js"),
    ]:
        text = path.read_text()
        for scheme in ("http://", "https://"):
            for found in text.split(scheme)[1:]:
                assert found.startswith(("www.w3.org/", "127.0.0.1:")), (path, found[:40])
