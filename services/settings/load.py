"""What the environment and config.toml say, for both kinds of settings."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config import Config, Declaration, Value, declarations, make, read
from services.settings.declared import DECLARED, Settings

log = logging.getLogger("keepsake.config")

# STRIP was two settings in earlier versions.
OLD = {
    old.name: old
    for old in (
        Declaration("LOCATION", "remove", "", choices=("remove", "keep")),
        Declaration("METADATA", "keep", "", choices=("keep", "remove")),
    )
}
STARTING = declarations(Config)
KNOWN = STARTING.keys() | DECLARED.keys() | OLD.keys()


@dataclass(frozen=True)
class Defaults:
    """Settings where the database holds no change, and for those that were set where that was."""

    settings: Settings
    origins: Mapping[str, str]


def load(
    given: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ
) -> tuple[Config, Defaults]:
    """Both kinds from ``given`` (tests), else the environment, else config.toml.

    Raises ConfigError naming the first setting that is unknown or malformed.
    """
    values = _with_strip(read(KNOWN, given or {}, environ))
    origins = {name: value.origin for name, value in values.items()}
    return make(Config, values), Defaults(make(Settings, values), origins)


def _with_strip(values: Mapping[str, Value]) -> dict[str, Value]:
    """STRIP in place of its old names, each of which is warned of. Raises ConfigError."""
    old = {name: OLD[name].parse(value.raw) for name, value in values.items() if name in OLD}
    rest = {name: value for name, value in values.items() if name not in OLD}
    if not old:
        return rest
    strip = _strip(old)
    for name in old:
        log.warning(
            "%s is now STRIP: %s",
            name,
            "it is set, too, and wins" if "STRIP" in rest else f"write STRIP={strip}",
        )
    return {"STRIP": Value(strip, values[next(iter(old))].origin), **rest}


def _strip(old: Mapping[str, str]) -> str:
    if old.get("METADATA") == "remove":
        return "everything"
    return "nothing" if old.get("LOCATION") == "keep" else "location"
