"""What CHANGELOG.md says between two versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from deploy.update.code import numbers

TO_DO = "What to do when updating"
_RELEASE = re.compile(r"## \[?(\d+\.\d+\.\d+)\]?(?: [-–] (\d{4}-\d\d-\d\d))?\s*")


class Release(NamedTuple):
    """``summary`` is what stands before the first part; ``to_do`` is empty where nothing is
    said.
    """

    number: str
    date: str
    summary: str
    to_do: str


def read(changelog: str) -> Iterator[Release]:
    """As they stand there, the newest first."""
    for section in re.split(r"^(?=## )", changelog, flags=re.MULTILINE):
        heading, _, text = section.partition("\n")
        match = _RELEASE.fullmatch(heading)
        if match:
            summary, *parts = re.split(r"^### (.*)\n", text, flags=re.MULTILINE)
            named = dict(zip(parts[::2], parts[1::2], strict=True))
            to_do = named.get(TO_DO, "").strip()
            yield Release(match[1], match[2] or "", summary.strip(), to_do)


def between(changelog: str, old: str, new: str) -> list[Release]:
    """Those after ``old`` up to ``new``, the oldest first: what is to be done is done in order."""
    wanted = [one for one in read(changelog) if numbers(old) < numbers(one.number) <= numbers(new)]
    return sorted(wanted, key=lambda one: numbers(one.number))


def tell(releases: list[Release]) -> str:
    parts = []
    for one in releases:
        to_do = one.to_do or "Nothing is said."
        parts.append(f"{one.number} {one.date}\n{one.summary}\n\n{TO_DO}:\n{to_do}\n")
    return "\n".join(parts)
