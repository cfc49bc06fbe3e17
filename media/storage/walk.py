"""Walks through the folders of a disk."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from media.storage.touched import Touched


def folders(bases: Iterable[Path], after: str = "") -> Iterator[str]:
    """Every folder below one of ``bases`` that has files, such as ``2026/11/25``, once each; in
    order, part by part, from behind ``after``. The disk is read as far as somebody asks.
    """
    behind = tuple(after.split("/")) if after else ()
    found = heapq.merge(*(_below(base, (), behind) for base in bases))
    yield from ("/".join(parts) for parts, _ in itertools.groupby(found))


def names(folder: Path) -> list[str]:
    """Those of the files in it, sorted; none where it is gone."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_file())
    except FileNotFoundError:
        return []


def remove_empty_folders(base: Path, older_than: float, touched: Touched) -> None:
    """Those below ``base`` with nothing in them; not one that an upload may just have made."""
    before = time.time() - older_than
    for name, _, _ in os.walk(base, topdown=False):
        folder = Path(name)
        if folder != base and touched(folder) < before:
            with contextlib.suppress(OSError):  # not empty
                folder.rmdir()


def _below(base: Path, at: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    try:
        entries = sorted(os.scandir(base.joinpath(*at)), key=lambda entry: entry.name)
    except FileNotFoundError:
        return  # gone since it was listed
    name = at or (".",)
    if name > after and not all(entry.is_dir() for entry in entries):
        yield name
    for below in ((*at, entry.name) for entry in entries if entry.is_dir(follow_symlinks=False)):
        if below >= after[: len(below)]:
            yield from _below(base, below, after)
