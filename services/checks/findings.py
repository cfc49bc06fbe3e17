"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """``HINT``: it works, and could be better. ``UNKNOWN``: it couldn't be found out."""

    GOOD = "good"
    HINT = "hint"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """``about`` is what was looked at, such as ``ranges``; ``reason`` says what is wrong with it.
    ``values`` are numbers and names for the text that people read.
    """

    about: str
    verdict: Verdict
    reason: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def good(about: str, **values: Any) -> Finding:
    return Finding(about, Verdict.GOOD, "", values)


def bad(about: str, reason: str, **values: Any) -> Finding:
    return Finding(about, Verdict.BAD, reason, values)


def hint(about: str, reason: str, **values: Any) -> Finding:
    return Finding(about, Verdict.HINT, reason, values)


def unknown(about: str, reason: str = "unreached", **values: Any) -> Finding:
    return Finding(about, Verdict.UNKNOWN, reason, values)
