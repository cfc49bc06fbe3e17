"""Commands that docs and hints name can be typed as they stand there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import FLASK
from tests.conftest import ROOT
from tests.test_architecture import SOURCES

COMMAND = re.compile(r"(?<![\w./-])flask (?!--app)(?=[a-z])")
MANUALS = ("README.md", "docs/settings.md", "docs/uploaders.md", "docs/api.md")


def texts(path: Path) -> Iterator[str]:
    """What a file of Python may print: its strings, but those that document it."""
    tree = ast.parse(path.read_text())
    documenting = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from () if node in documenting else (node.value,)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_hints_name_the_whole_command(path: Path) -> None:
    assert not [text for text in texts(path) if COMMAND.search(text)]


@pytest.mark.parametrize("name", MANUALS)
def test_manuals_name_the_whole_command(name: str) -> None:
    assert not COMMAND.findall((ROOT / name).read_text())


def test_one_manual_says_what_flask_is_short_for_before_it_is_used() -> None:
    text = (ROOT / "docs/running.md").read_text()
    before, said, _ = text.partition(f"`flask` is short for `{FLASK}`")
    assert said and not COMMAND.search(before)


def test_commands_that_manuals_name_exist(app: Flask) -> None:
    named = set()
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        named |= set(
            re.findall(r"(?:`|app\.py |^    )flask ([a-z][a-z-]*)", path.read_text(), re.MULTILINE)
        )
        named |= set(re.findall(rf"{re.escape(FLASK)} ([a-z][a-z-]*)", path.read_text()))
    assert {"backup", "settings", "jobs", "upkeep"} <= named
    assert named <= {*app.cli.commands, "run", "db"}


def test_a_short_command_is_found() -> None:
    assert COMMAND.search("`flask jobs list` shows all.")
    assert not COMMAND.search(f"`{FLASK} jobs list` shows all.")


def test_kinds_of_jobs_are_in_the_text_of_the_command(app: Flask) -> None:
    from services.jobs.kinds import KINDS

    help_text = app.test_cli_runner().invoke(args=["jobs", "run", "--help"]).output
    usage, _, rest = help_text.partition("\n\n")
    assert "[KIND]" in usage and all(kind in rest and kind not in usage for kind in KINDS)
