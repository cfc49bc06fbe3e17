"""``make release VERSION=1.2.0``: all that a release must have is checked, then it is tagged. It
pushes nothing.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement

from deploy.update import changes
from deploy.update.changes import TO_DO, Release
from deploy.update.code import RELEASE, git, numbers, releases
from deploy.update.here import Failed, Here

BRANCH = "main"
LOCKS = {"requirements.lock": False, "requirements-dev.lock": True}  # with the packages of tests?


def problems(here: Here, number: str) -> Iterator[str]:
    """What can be told without running anything, a sentence each."""
    if git(here, "status", "--porcelain"):
        yield "There are changes that aren't committed (git status)."
    if git(here, "rev-parse", "--abbrev-ref", "HEAD").strip() != BRANCH:
        yield f"This isn't the branch {BRANCH}."
    project = tomllib.loads((here.root / "pyproject.toml").read_text())
    if project["project"]["version"] != number:
        yield f"pyproject.toml has version {project['project']['version']}, not {number}."
    tags = releases(here)
    if tags and numbers(tags[-1]) >= numbers(number):
        yield f"{tags[-1]} is released already."
    yield from _changelog_problems(here, number)
    yield from _migration_problems(here.root / "migrations/versions")
    for name, with_tests in LOCKS.items():
        yield from _lock_problems(here.root / name, _required(project, with_tests=with_tests))


def section(here: Here, number: str) -> Release | None:
    found = changes.read((here.root / "CHANGELOG.md").read_text())
    return next((one for one in found if one.number == number), None)


def _changelog_problems(here: Here, number: str) -> Iterator[str]:
    found = section(here, number)
    if found is None:
        yield f'CHANGELOG.md has no section "## [{number}] - {datetime.now(UTC):%Y-%m-%d}".'
        return
    if not found.date or date.fromisoformat(found.date) > datetime.now(UTC).date():
        yield f"The section of {number} in CHANGELOG.md has no date, or one to come."
    if not found.summary:
        yield f"The section of {number} in CHANGELOG.md begins with no summary."
    if not found.to_do:
        yield f'The section of {number} in CHANGELOG.md has no "### {TO_DO}" ("Nothing." will do).'


def _migration_problems(folder: Path) -> Iterator[str]:
    texts = [path.read_text() for path in folder.glob("*.py")]
    own = [re.findall(r'^revision(?:: str)? = "(\w+)"', text, re.MULTILINE) for text in texts]
    before = [re.findall(r'^down_revision.* = "(\w+)"', text, re.MULTILINE) for text in texts]
    heads = {one for found in own for one in found} - {one for found in before for one in found}
    if texts and len(heads) != 1:
        yield f"Migrations must end in one revision, not in {' and '.join(sorted(heads))}."


def _required(project: dict[str, object], *, with_tests: bool) -> list[str]:
    table = project["project"]
    groups = project.get("dependency-groups", {})
    assert isinstance(table, dict) and isinstance(groups, dict)
    return [*table.get("dependencies", []), *(groups.get("dev", []) if with_tests else [])]


def _lock_problems(lock: Path, required: list[str]) -> Iterator[str]:
    pinned = {
        name.lower(): version
        for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", lock.read_text(), re.MULTILINE)
    }
    for one in map(Requirement, required):
        version = pinned.get(one.name.lower())
        if version is None or not one.specifier.contains(version):
            yield f"{lock.name} has {one.name} {version or 'not at all'}, not {one}: make lock."


def run_checks(here: Here, *, untested: bool) -> None:
    """What takes longer. Raises Failed."""
    for target in ("docs", "words"):
        here.run(["make", "-s", target])
        changed = git(here, "status", "--porcelain").split()[1::2]
        if changed:
            raise Failed(f"make {target} changed {' '.join(changed)}: commit that first.")
    if not untested:
        here.run(["make", "test"])


def tag(here: Here, release: Release) -> None:
    """Signed, where a key is configured."""
    try:
        how = "-s" if git(here, "config", "--get", "user.signingkey").strip() else "-a"
    except Failed:
        how = "-a"
    text = f"Keepsake {release.number}\n\n{release.summary}\n\n{TO_DO}: {release.to_do}\n"
    git(here, "tag", how, f"v{release.number}", "--cleanup=verbatim", "-m", text)


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy.release", description=__doc__)
    parser.add_argument("version", help="such as 1.2.0")
    parser.add_argument("--untested", action="store_true", help="the tests passed elsewhere")
    asked = parser.parse_args()
    here, number = Here(Path.cwd().resolve()), asked.version.removeprefix("v")
    if not RELEASE.fullmatch(f"v{number}"):
        sys.exit("Say which: make release VERSION=1.2.0")
    try:
        found = list(problems(here, number))
        if not found:
            run_checks(here, untested=asked.untested)
            release = section(here, number)
            assert release
            tag(here, release)
    except Failed as error:
        found = [str(error)]
    if found:
        print(*found, sep="\n", file=sys.stderr)
        return 1
    print(f"Tagged v{number}. To publish it: git push origin {BRANCH} v{number}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
