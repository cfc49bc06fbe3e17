"""What the environment and config.toml say, for both kinds of settings."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config import Config, ConfigError, Declaration, Value, declarations, make, read
from services.settings.declared import DECLARED, Settings

log = logging.getLogger("keepsake.config")

# What settings of earlier versions are called now: STRIP was two.
NEW_NAMES = {"LOCATION": "STRIP", "METADATA": "STRIP", "NEUTRAL_NAMES": "FILE_NAMES"}
OLD = {
    old.name: old
    for old in (
        Declaration("LOCATION", "remove", "", choices=("remove", "keep")),
        Declaration("METADATA", "keep", "", choices=("keep", "remove")),
        Declaration("NEUTRAL_NAMES", False, ""),
    )
}
UPLOADED = {"LOGO"}  # no text can be right
ONLY_UPLOADED = "is uploaded by an admin, under Administration, Settings"
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
    values = _renamed(read(KNOWN, given or {}, environ))
    for name in UPLOADED & values.keys():
        raise ConfigError(f"{name} {ONLY_UPLOADED}")
    origins = {name: value.origin for name, value in values.items()}
    return make(Config, values), Defaults(make(Settings, values), origins)


def _renamed(values: Mapping[str, Value]) -> dict[str, Value]:
    """With new names in place of old ones, each of which is warned of. Raises ConfigError."""
    old = {name: OLD[name].parse(value.raw) for name, value in values.items() if name in OLD}
    renamed = {name: value for name, value in values.items() if name not in OLD}
    for name in old:
        new = NEW_NAMES[name]
        text = _strip(old) if new == "STRIP" else _file_names(old[name])
        is_set = new in values
        log.warning(
            "%s is now %s: %s",
            name,
            new,
            "it is set, too, and wins" if is_set else f"write {new}={text}",
        )
        if not is_set:
            renamed.setdefault(new, Value(text, values[name].origin))
    return renamed


def _strip(old: Mapping[str, str]) -> str:
    if old.get("METADATA") == "remove":
        return "everything"
    return "nothing" if old.get("LOCATION") == "keep" else "location"


def _file_names(are_neutral: bool) -> str:
    return "random" if are_neutral else "original"
