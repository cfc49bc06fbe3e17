"""How a setting is declared and read, and those that are fixed while the site runs.

A setting is a field of `Config`, or of `services.settings.Settings` where it may change while the
site runs: name, type, default, limits, choices and one line of help. Its value comes from the
environment (``KEEPSAKE_<NAME>``), else from ``config.toml`` in the data folder, else from there.
"""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

PREFIX = "KEEPSAKE_"
HERE = Path(__file__).resolve().parent
T = TypeVar("T")

# Settings of earlier versions, and what replaced them. They are ignored with a warning.
RETIRED = {
    "THUMB_SIZE": "thumbnails are 320 pixels",
    "MEDIUM_WIDTH": "medium pictures are 750 pixels wide",
    "UPLOAD_WAIT_SECONDS": "an upload waits a minute for its turn at the most",
    "VIDEO_SECONDS": "the look into a video may take 60 seconds",
    "VIDEO_MEMORY_MB": "the look into a video may take 2 GB of memory",
}
_BOOLEANS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}
log = logging.getLogger("keepsake.config")


class ConfigError(Exception):
    """A setting that is unknown or malformed; the message names it."""


class Value(NamedTuple):
    """A value as it was written, and where: ``environment`` or ``config.toml``."""

    raw: Any
    origin: str


@dataclass(frozen=True)
class Declaration:
    """One setting. ``least`` and ``most`` limit a number, or the length of a text. ``aliases`` are
    other words for choices. ``check`` raises ValueError for a text of another form; its message
    goes on after the name."""

    name: str
    default: Any
    help: str
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[str], object] | None = None

    def parse(self, value: Any) -> Any:
        """``value``, text or from TOML, in the type of the default. Raises ConfigError."""
        try:
            if isinstance(self.default, bool):
                return self._boolean(value)
            if isinstance(self.default, int):
                return self._number(value)
            if isinstance(self.default, tuple):
                return self._words(value)
            if isinstance(self.default, Path):
                return Path(value).expanduser().resolve()
            return self._text(value)
        except (TypeError, ValueError) as error:
            raise ConfigError(f"{self.name} {error}, not {value!r}") from None

    def _boolean(self, value: Any) -> bool:
        word = str(value).strip().lower()
        if word not in _BOOLEANS:
            raise ValueError("must be true or false")
        return _BOOLEANS[word]

    def _number(self, value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            raise ValueError("must be a whole number") from None
        most = float("inf") if self.most is None else self.most
        if not (self.least or 0) <= number <= most:
            raise ValueError(f"must be from {self.least or 0} to {self.most or 'any number'}")
        return number

    def _words(self, value: Any) -> tuple[str, ...]:
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            raise TypeError("must be words, comma separated")
        words = [str(item).strip().lower() for item in items]
        return tuple(self._choice(self.aliases.get(word, word)) for word in words if word)

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError("must be text")
        text = value.strip()
        if self.most is not None and len(text) > self.most:
            raise ValueError(f"must have at most {self.most} characters")
        if self.check:
            self.check(text)
        return self._choice(text) if self.choices else text

    def _choice(self, word: str) -> str:
        if word not in self.choices:
            raise ValueError(f"must be one of {', '.join(self.choices)}")
        return word


def setting(default: Any, help: str, **rest: Any) -> Any:
    """A field of a class of settings; ``rest`` as in `Declaration`."""
    return field(default=default, metadata={"help": help, **rest})


def declarations(declared: type[Any]) -> dict[str, Declaration]:
    """The settings of a class by their upper-case names, in order."""
    return {
        f.name.upper(): Declaration(f.name.upper(), f.default, **f.metadata)
        for f in fields(declared)
    }


def as_text(value: Any) -> str:
    """A value as `Declaration.parse` reads it."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _check_public_url(url: str) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
        is_whole = (
            parts.scheme in ("http", "https")
            and parts.hostname
            and not parts.query
            and not parts.fragment
            and (parts.port or 1) > 0
        )
    except ValueError:
        is_whole = False
    if not is_whole or not url.isprintable() or set(url) & set(' @\\"<>'):
        raise ValueError("must look like https://home.example/pics")


@dataclass(frozen=True)
class Config:
    """What is fixed while the site runs, checked. Sizes are in MB of 1,000,000 bytes."""

    host: str = setting("127.0.0.1", "Address to listen on; `0.0.0.0` lets the home network in.")
    port: int = setting(8000, "Port to listen on.", least=1, most=65535)
    threads: int = setting(
        8,
        "Requests other than uploads worked on at once. Public files need none.",
        least=1,
        most=256,
    )
    data: Path = setting(
        HERE / "instance", "Folder of everything that must be kept: database, files, secret."
    )
    public_url: str = setting(
        "",
        "Address that visitors use, such as `https://home.example/pics`; "
        "empty: the address of each request.",
        check=_check_public_url,
    )
    trusted_proxies: int = setting(
        0, "How many reverse proxies stand in front and set `X-Forwarded-*`.", least=0, most=10
    )
    uploads_at_once: int = setting(4, "Uploads worked on at once.", least=1, most=64)
    memory_mb: int = setting(
        600,
        "Memory for decoding pictures, in MB, beside about 100 for the "
        "rest. A picture waits until there is enough for it; one that "
        "needs more than all of it is decoded alone, at up to 21 bytes "
        "a pixel.",
        least=64,
        most=1_000_000,
    )
    min_free_mb: int = setting(
        200,
        "Uploads are refused when the disk has less than this free: "
        "the database needs room to work.",
        least=0,
    )
    upkeep_seconds: int = setting(
        60,
        "How often expired uploads and leftovers are removed; 0: only by hand.",
        least=0,
        most=86400,
    )


def read(
    known: Collection[str], given: Mapping[str, Any], environ: Mapping[str, str] = os.environ
) -> dict[str, Value]:
    """What is set, by name: ``given`` (tests), else the environment, else config.toml.

    Raises ConfigError for a name that is not ``known``. Retired ones are warned of.
    """
    ours = {k.removeprefix(PREFIX): v for k, v in environ.items() if k.startswith(PREFIX)}
    data = Path(given.get("DATA") or ours.get("DATA") or HERE / "instance")
    path = data / "config.toml"
    return {
        **_known(_read_toml(path), known, "config.toml", f"{path}: "),
        **_known(ours, known, "environment", PREFIX),
        **_known(given, known, "environment", ""),
        "DATA": Value(data, "environment"),
    }


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
