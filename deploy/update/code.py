"""The code: what Git has of it, and what else is in its folder."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

from deploy.update.here import Failed, Here

RELEASE = re.compile(r"v(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True)
class Version:
    """``name`` is what Git is asked for: a tag, a branch or a commit."""

    name: str
    commit: str
    number: str

    def __str__(self) -> str:
        return f"{self.number} ({self.commit[:10]})"


def version_at(here: Here, name: str) -> Version:
    """Raises Failed for a name that Git doesn't know."""
    commit = git(here, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
    document = tomllib.loads(git(here, "show", f"{commit}:pyproject.toml"))
    return Version(name, commit, str(document["project"]["version"]))


def present(here: Here) -> Version:
    """With the branch, where one is checked out."""
    branch = git(here, "rev-parse", "--abbrev-ref", "HEAD").strip()
    found = version_at(here, "HEAD")
    return Version(found.commit if branch == "HEAD" else branch, found.commit, found.number)


def wanted(here: Here, name: str) -> Version | None:
    """The version of that name, else the newest release; None where nothing is newer."""
    try:
        git(here, "fetch", "--quiet", "--tags", "origin")
    except Failed as error:
        if not name:
            raise
        print(f"Nothing could be fetched, so only what is here already can be used. {error}")
    if name:
        for one in (name, f"v{name}", f"origin/{name}"):
            try:
                # what origin has of a branch is newer than ours
                return version_at(here, f"origin/{one}" if _is_branch(here, one) else one)
            except Failed:
                continue
        raise Failed(f"There is no version {name}. Releases are: {' '.join(releases(here)[-5:])}")
    newest = releases(here)[-1:]
    return version_at(here, newest[0]) if newest and is_newer(newest[0], here) else None


def releases(here: Here) -> list[str]:
    """Tags, the newest last."""
    tags = [tag for tag in git(here, "tag", "--list", "v*").split() if RELEASE.fullmatch(tag)]
    return sorted(tags, key=numbers)


def numbers(version: str) -> tuple[int, ...]:
    """Of ``v1.2.3`` or ``1.2.3``, to compare."""
    return tuple(int(part) for part in version.removeprefix("v").split("."))


def is_newer(tag: str, here: Here) -> bool:
    return numbers(tag) > numbers(present(here).number)


def check_unchanged(here: Here, target: Version) -> None:
    """Raises Failed where an update would write over what somebody wrote here."""
    changed = git(here, "status", "--porcelain", "--untracked-files=no").splitlines()
    if changed:
        names = ", ".join(line[3:] for line in changed[:10])
        raise Failed(
            f"These files were changed here: {names}. Undo that (git restore), or keep it "
            "(git stash), then update."
        )
    tracked = set(git(here, "ls-files", "-z").split("\0"))
    coming = set(git(here, "ls-tree", "-r", "-z", "--name-only", target.commit).split("\0"))
    in_the_way = [name for name in sorted(coming - tracked) if name and (here.root / name).exists()]
    if in_the_way:
        raise Failed(
            f"The new version has files of these names: {', '.join(in_the_way[:10])}. Move yours "
            "away, then update."
        )


def files_of(here: Here, commit: str, folder: str) -> list[str]:
    return git(here, "ls-tree", "-r", "--name-only", commit, folder).split()


def text_of(here: Here, commit: str, path: str) -> str:
    """Empty where that version has no such file."""
    return git(here, "show", f"{commit}:{path}") if files_of(here, commit, path) else ""


def unpack(here: Here, version: Version) -> Path:
    """The version's files in a folder of their own; nothing that runs sees them."""
    folder = here.work / "next"
    shutil.rmtree(folder, ignore_errors=True)
    index = here.work / "next.index"
    env = here.environment(GIT_INDEX_FILE=str(index))
    here.run(["git", "read-tree", version.commit], env=env)
    here.run(["git", "checkout-index", "--all", f"--prefix={folder}/"], env=env)
    index.unlink()
    return folder


def check_out(here: Here, name: str) -> None:
    """Also where a killed one left half of it."""
    (here.root / ".git/index.lock").unlink(missing_ok=True)
    if _is_branch(here, name):
        git(here, "checkout", "--quiet", "--force", name)
    else:
        git(here, "checkout", "--quiet", "--force", "--detach", name)


def git(here: Here, *words: str) -> str:
    return here.run(["git", *words]).stdout


def _is_branch(here: Here, name: str) -> bool:
    return bool(git(here, "branch", "--list", name, "--format=%(refname)").strip())
