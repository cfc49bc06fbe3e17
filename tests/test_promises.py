"""`docs/promises.md` names tests that exist and run."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "promises.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
MUST_NOT_HAPPEN = 28  # kinds of accidents, each with a number


@cache
def marks_of(path: str) -> dict[str, list[str]]:
    """Each test of a file, with its decorators."""
    functions = [
        one for one in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(one, ast.FunctionDef)
    ]  # fmt: skip
    return {one.name: [ast.unparse(mark) for mark in one.decorator_list] for one in functions}


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_what_holds_a_promise_is_there_and_runs(path: str, name: str) -> None:
    assert (ROOT / path).exists()
    assert name in marks_of(path)
    assert not [mark for mark in marks_of(path)[name] if re.search(r"\bmark\.(skip|xfail)", mark)]


def test_each_promise_has_a_test() -> None:
    held, _, _ = PAGE.partition("## Held by no test")
    rows = [line for line in held.splitlines() if line.startswith("| ")]
    rows = [line for line in rows if not line.startswith(("| promise |", "| what |", "| --- |"))]
    assert len(rows) > MUST_NOT_HAPPEN
    assert [row for row in rows if "::test_" not in row] == []


def test_each_accident_has_a_test() -> None:
    numbers = [int(number) for number in re.findall(r"^\| (\d+)\. ", PAGE, re.MULTILINE)]
    assert numbers == [*range(1, MUST_NOT_HAPPEN + 1)]
