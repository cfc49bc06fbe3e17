"""Where values come from: the environment, else ``config.toml`` in the data folder."""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from config.declaration import ConfigError, declarations

PREFIX = "KEEPSAKE_"
COMMAND = "COMMAND"  # how commands are typed here; no setting, as whoever starts Keepsake knows it
ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")

# Settings of earlier versions, and what replaced them. They are ignored with a warning.
RETIRED = {
    "THUMB_SIZE": "thumbnails are 320 pixels",
    "MEDIUM_WIDTH": "medium pictures are 750 pixels wide",
    "UPLOAD_WAIT_SECONDS": "an upload waits a minute for its turn at the most",
    "VIDEO_SECONDS": "the look into a video may take 60 seconds",
    "VIDEO_MEMORY_MB": "the look into a video may take 2 GB of memory",
}

log = logging.getLogger("keepsake.config")


class Value(NamedTuple):
    """A value as it was written, and where: ``environment`` or ``config.toml``."""

    raw: Any
    origin: str


def read(
    known: Collection[str], given: Mapping[str, Any], environ: Mapping[str, str] = os.environ
) -> dict[str, Value]:
    """What is set, by name: ``given`` (tests), else the environment, else config.toml.

    Raises ConfigError for a name that is not ``known``. Retired ones are warned of.
    """
    ours = {k.removeprefix(PREFIX): v for k, v in environ.items() if k.startswith(PREFIX)}
    ours.pop(COMMAND, None)
    data = _folder(Path(given.get("DATA") or ours.get("DATA") or ROOT / "instance"))
    path = data / "config.toml"
    in_file = _read_toml(path)
    if "DATA" in in_file:
        raise ConfigError(f"{path}: DATA is where this file lies: set {PREFIX}DATA instead")
    return {
        **_known(in_file, known, "config.toml", f"{path}: "),
        **_known(ours, known, "environment", PREFIX),
        **_known(given, known, "environment", ""),
        "DATA": Value(data, "environment"),
    }


def _folder(data: Path) -> Path:
    try:
        return data.expanduser()
    except RuntimeError:  # ~nobody
        raise ConfigError(f"DATA: there is no home folder for {data}") from None


def make(declared: type[T], values: Mapping[str, Value]) -> T:
    """A class of settings with those of ``values`` that are its own. Raises ConfigError."""
    known = declarations(declared)
    return declared(
        **{
            name.lower(): known[name].parse(value.raw)
            for name, value in values.items()
            if name in known
        }
    )


def _known(
    values: Mapping[str, Any], known: Collection[str], origin: str, where: str
) -> dict[str, Value]:
    for name in values:
        if name in RETIRED:
            log.warning(
                "%s%s is no longer a setting and is ignored: %s", where, name, RETIRED[name]
            )
        elif name not in known:
            raise ConfigError(f"{where}{name} is not a setting; docs/settings.md lists them all")
    return {name: Value(raw, origin) for name, raw in values.items() if name in known}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return {name.upper(): value for name, value in document.items()}
