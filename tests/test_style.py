"""What no linter says: lines that can be read in a diff, in templates too; tests that know no
private names and wait for what happens instead of for a time.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

KNOWN = {"re._constants", "re._parser"}  # Python takes expressions apart under no public name
LONGEST = 120  # characters of a line of CSS, JavaScript or a template


def of_ours(*folders: str) -> list[Path]:
    """The files that Git knows below these folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and "/vendor/" not in name]


def test_lines_of_pages_scripts_and_styles_fit_a_screen() -> None:
    paths = of_ours("static/css", "static/js", "templates")
    assert {".css", ".js", ".html", ".sh", ".json"} <= {path.suffix for path in paths}
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert not long


def test_lines_end_with_their_last_letter() -> None:
    """And no page is spaced by breaks, no list of docs torn by empty lines."""
    wrong = {
        ".css": r"[ \t]\n", ".js": r"[ \t]\n", ".html": r"[ \t]\n|<br>",
        ".md": r"[ \t]\n|\n(?:- |  \S).*\n\n- ",
    }  # fmt: skip
    for path in of_ours("static", "templates", "docs", "README.md", "CHANGELOG.md"):
        if path.suffix in wrong:
            assert not re.search(wrong[path.suffix], path.read_text()), path.name


def is_private(name: str) -> bool:
    return any(part.startswith("_") and not part.startswith("__") for part in name.split("."))


def private_names(source: str) -> Iterator[str]:
    """Private names that a test patches or imports; Ruff finds those that it reads or sets by a
    dot.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module or ''}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
            "setattr",
            "delattr",
            "patch",
            "object",
        ):
            names = [
                value
                for value in (getattr(argument, "value", None) for argument in node.args[:2])
                if isinstance(value, str)
            ]
        else:
            continue
        yield from filter(is_private, names)


@pytest.mark.parametrize(
    "patch",
    [
        'monkeypatch.setattr(disk, "_touched", None)',
        'monkeypatch.setattr("media.disk._touched", None)',
        'setattr(disk, "_a", 1)',
        'mock.patch("media.disk._touched")',
        "from media.disk import _touched",
        "from media._disk import touched",
        "import media._disk",
    ],
)
def test_a_private_name_is_found(patch: str) -> None:
    assert list(private_names(patch))


def test_tests_patch_no_private_names() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in of_ours("tests")
        if path.suffix == ".py"
        for name in private_names(path.read_text())
        if name not in KNOWN
    ]
    assert not found


WAITS = {"sleep", "wait_for_timeout"}


def waits(source: str) -> Iterator[str]:
    """Every call that waits for a time."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in WAITS:
            yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (alias.name for alias in node.names if alias.name in WAITS)


@pytest.mark.parametrize(
    "wait",
    [
        "time.sleep(1)",
        "while not ready(): time.sleep(0.1)",
        "sleep(seconds)",
        "from time import sleep as rest",
        "await asyncio.sleep(1)",
        "page.wait_for_timeout(300)",
    ],
)
def test_a_wait_is_found(wait: str) -> None:
    assert list(waits(wait))


def test_tests_wait_for_what_happens() -> None:
    """With `tests.conftest.until`, which alone sleeps: between two looks."""
    found = [
        f"{path.relative_to(ROOT)}: {wait}"
        for path in of_ours("tests")
        if path.suffix == ".py"
        for wait in waits(path.read_text())
    ]
    assert found == ["tests/conftest.py: time.sleep(every)"]


def test_letters_have_the_sizes_of_one_scale() -> None:
    sizes = {
        size
        for path in of_ours("static/css")
        if path.name != "frame.css"  # of a screen across the room; its browsers know no variables
        for size in re.findall(r"font-size: ([^;]+);", path.read_text())
    }
    scale = {f"var(--{name})" for name in ("tiny", "small", "normal", "big", "large", "huge")}
    assert sizes - {"0"} <= scale  # 0: a label that only screen readers say


def test_styles_have_no_class_that_nothing_uses() -> None:
    styles = "\n".join(path.read_text() for path in of_ours("static/css"))
    users = "\n".join(
        path.read_text() for path in of_ours("templates", "static/js", "blueprints/documents")
    )
    made = ("p", "swatch", "space")  # with a number or a token behind
    names = {
        name
        for name in re.findall(r"\.([a-z][a-z0-9-]*)(?=[\s.:,{>\[+~)])", styles)
        if not re.fullmatch(rf"(?:{'|'.join(made)})-?[a-z0-9-]*", name)
    }
    assert len(names) > 50
    unused = [name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", users)]
    assert not sorted(unused)
