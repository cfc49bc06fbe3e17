"""Keepsake's version, as pyproject.toml has it."""

from __future__ import annotations

import functools
import tomllib

from config.reading import ROOT


@functools.cache
def version() -> str:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(document["project"]["version"])
