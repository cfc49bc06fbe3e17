"""Why a copy isn't restored. The message says what to do; nothing of the site was changed."""

from __future__ import annotations

from collections.abc import Sequence


class CannotRestore(Exception):
    pass


class Damaged(CannotRestore):
    """Files of the copy that are missing, or have other bytes than its list says."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__("Some files of the copy are damaged")
        self.paths = paths
