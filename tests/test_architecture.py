"""Arrows go one way only: app → blueprints → services → (models, media)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAY_IMPORT = {
    "media": {"media"},
    "models": {"models"},
    "services": {"services", "models", "media", "config"},
    "blueprints": {"blueprints", "services", "models", "media", "config"},
    "config.py": set(),
}
OURS = {"app", "server", "cli", "config", "blueprints", "services", "models", "media", "tests"}
FORBIDDEN = {"media": {"flask", "sqlalchemy", "flask_sqlalchemy"}, "services": {"flask"}}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_only_what_lies_below(room: str) -> None:
    paths = list((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / room]
    assert paths
    for path in paths:
        names = imported(path)
        assert names & OURS <= MAY_IMPORT[room], path
        assert not names & FORBIDDEN.get(room, set()), path


def test_only_models_build_queries() -> None:
    for room in ("blueprints", "services", "media"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy":
                    raise AssertionError(f"{path} imports from sqlalchemy")


def test_no_page_names_another_host() -> None:
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/css").glob("*.css"), *(ROOT / "static/js").rglob("*.js")]:
        text = path.read_text()
        for scheme in ("http://", "https://"):
            for found in text.split(scheme)[1:]:
                assert found.startswith("www.w3.org/"), (path, found[:40])
