"""What no linter says: lines that can be read in a diff, in templates too."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.conftest import ROOT

LONGEST = 120  # characters of a line of CSS, JavaScript or a template


def of_ours(*folders: str) -> list[Path]:
    """The files that Git knows below these folders."""
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and "/vendor/" not in name]


def test_lines_of_pages_scripts_and_styles_fit_a_screen() -> None:
    paths = of_ours("static/css", "static/js", "templates")
    assert {".css", ".js", ".html", ".sh", ".json"} <= {path.suffix for path in paths}
    long = [f"{path.relative_to(ROOT)}:{number}" for path in paths
            for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > LONGEST]
    assert not long
