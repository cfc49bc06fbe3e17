"""ESLint and Prettier over our own JavaScript and CSS: what ``make lint`` runs. ``--fix`` lets both
write.

Without npm or Node.js it only says so; in CI (``CI=true``) that is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.node import Missing, installed, node_path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FORMATTED = ["static/js/**/*.js", "static/css/*.css", "tests/lint/*.js", "tests/lint/prettier.json"]


def main(fix: bool) -> int:
    """The exit status: 0 where both have nothing to say."""
    try:
        node = node_path()
        if node is None:
            raise Missing("Node.js, or libatomic1 for it")
        home = installed(HERE)
    except Missing as missing:
        print(f"JavaScript and CSS aren't checked: no {missing} here")
        return int(os.environ.get("CI") == "true")
    config = home / "eslint.config.mjs"  # beside the rules that it imports
    shutil.copy(HERE / "eslint.config.js", config)
    programs = home / "node_modules"
    eslint = [
        programs / "eslint/bin/eslint.js",
        "--config",
        config,
        "--max-warnings",
        "0",
        *(["--fix"] if fix else []),
        "static/js",
    ]
    prettier = [
        programs / "prettier/bin/prettier.cjs",
        "--config",
        HERE / "prettier.json",
        "--log-level",
        "warn",
        "--write" if fix else "--check",
        *FORMATTED,
    ]
    return max(
        subprocess.run([node, *command], cwd=ROOT).returncode for command in (eslint, prettier)
    )


if __name__ == "__main__":
    sys.exit(main(fix="--fix" in sys.argv[1:]))
