"""Every setting of Keepsake, once: name, type, default and one line of help.

A setting comes from the environment (``KEEPSAKE_<NAME>``), else from ``config.toml`` in the data
folder, else from its default here. ``python config.py`` prints ``docs/settings.md``.
"""

from __future__ import annotations

import logging
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

PREFIX = "KEEPSAKE_"
HERE = Path(__file__).resolve().parent

FORMATS = ("jpg", "png", "gif", "webp", "avif", "bmp", "heic", "tiff", "mp4", "mov", "m4v", "3gp", "webm", "mkv")


# Settings of earlier versions, and what holds now. One that is still set is ignored with a warning.
RETIRED = {
    "THUMB_SIZE": "thumbnails are 320 pixels",
    "MEDIUM_WIDTH": "medium pictures are 750 pixels wide",
    "UPLOAD_WAIT_SECONDS": "an upload waits a minute for its turn at the most",
    "VIDEO_SECONDS": "the look into a video may take 60 seconds",
    "VIDEO_MEMORY_MB": "the look into a video may take 2 GB of memory",
}
log = logging.getLogger("keepsake.config")


class ConfigError(Exception):
    """A setting that is unknown or malformed; the message names it."""


def setting(default: Any, help: str, *, least: int | None = None, most: int | None = None,
            choices: tuple[str, ...] = ()) -> Any:
    metadata = {"help": help, "least": least, "most": most, "choices": choices}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    """All settings, checked. Field names in lower case are the setting's names."""

    host: str = setting("127.0.0.1", "Address to listen on; `0.0.0.0` lets the home network in.")
    port: int = setting(8000, "Port to listen on.", least=1, most=65535)
    threads: int = setting(8, "Requests other than uploads worked on at once. Public files need none.", least=1, most=256)
    data: Path = setting(HERE / "instance", "Folder of everything that must be kept: database, files, secret.")
    site_name: str = setting("Keepsake", "The site's name, shown in the header and in link previews.")
    accent: str = setting("#2f6f5e", "The site's one colour, as `#rrggbb`.")
    explore: str = setting("members", "Who may list everybody's public uploads, and search them: `members` or `everyone`. "
                                      "A link works for whoever has it, either way.", choices=("members", "everyone"))
    visibility: str = setting("unlisted", "Who may see a new upload where nothing else is said: `private` (its owner), `members` (who has an "
                                          "account), `unlisted` (whoever has the link), `public` (also listed under Explore).",
                              choices=("private", "members", "unlisted", "public"))
    public_url: str = setting("", "Address that visitors use, such as `https://home.example/pics`; "
                                  "empty: whatever address a request came to.")
    trusted_proxies: int = setting(0, "How many reverse proxies stand in front and set `X-Forwarded-*`.",
                                   least=0, most=10)
    timezone: str = setting("UTC", "Zone of dates shown and of the date folders, such as `Europe/Berlin`.")
    max_upload_mb: int = setting(1000, "Largest file, in MB of 1,000,000 bytes: a few minutes of 4K phone video.",
                                 least=1, most=1_000_000)
    max_megapixels: int = setting(128, "Largest picture once decoded: room for 108 MP phones, "
                                       "see `MEMORY_MB` for what it takes.", least=1, most=2000)
    allowed_formats: tuple[str, ...] = setting(FORMATS, "Formats that may be uploaded, comma separated.",
                                               choices=FORMATS)
    allow_uploads: bool = setting(True, "`false` closes the site for uploads; everything else goes on.")
    allow_url_uploads: bool = setting(True, "Whether the server may fetch a picture from an address it is given.")
    allow_duplicates: bool = setting(True, "`false` refuses the same bytes from the same person within 24 hours.")
    guest_uploads: bool = setting(False, "Whether people without an account may upload.")
    location: str = setting("remove", "`remove` blanks positions, serial numbers and maker notes in what is served; "
                                      "`keep` leaves them.", choices=("remove", "keep"))
    metadata: str = setting("keep", "`remove` leaves only orientation and colour profile in what is served.",
                            choices=("keep", "remove"))
    neutral_names: bool = setting(False, "`true` gives uploads random names, so that visitors don't learn what the file was called; "
                                         "`neutral_name` says otherwise for one upload.")
    flood_per_minute: int = setting(0, "Uploads a person may make in a minute; 0: no limit.", least=0)
    flood_per_hour: int = setting(0, "Uploads a person may make in an hour; 0: no limit.", least=0)
    flood_per_day: int = setting(0, "Uploads a person may make in a day; 0: no limit.", least=0)
    uploads_at_once: int = setting(4, "Uploads worked on at once.", least=1, most=64)
    memory_mb: int = setting(600, "Memory for decoding pictures, in MB, beside about 100 for the rest. A picture waits until "
                                  "there is enough for it; one that needs more than all of it is decoded alone, "
                                  "at up to 21 bytes a pixel.", least=64, most=1_000_000)
    min_free_mb: int = setting(200, "Uploads are refused when the disk has less than this free: "
                                    "the database needs room to work.", least=0)
    upkeep_seconds: int = setting(60, "How often expired uploads and leftovers are cleared away; 0: only by hand.",
                                  least=0, most=86400)

    @property
    def max_upload_bytes(self) -> int:
        return self.max_upload_mb * 1_000_000

    @property
    def max_body_bytes(self) -> int:
        """A body may carry the file as base64 (4/3), percent-encoded (a few bytes in a hundred more), with other fields."""
        return self.max_upload_bytes * 3 // 2 + 1_000_000

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def load(given: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from ``given`` (tests), else the environment, else config.toml, else defaults.

    Raises ConfigError naming the first setting that is unknown or malformed.
    """
    by_name = {f.name.upper(): f for f in fields(Settings)}
    from_environ = {k.removeprefix(PREFIX): v for k, v in environ.items() if k.startswith(PREFIX)}
    from_environ = _known(from_environ, by_name, PREFIX)
    given = _known(given or {}, by_name, "")

    data = Path(given.get("DATA") or from_environ.get("DATA") or HERE / "instance")
    from_file = _known(_read_toml(data / "config.toml"), by_name, f"{data / 'config.toml'}: ")

    raw = {**from_file, **from_environ, **given, "DATA": data}
    settings = Settings(**{by_name[name].name: _parse(by_name[name], value) for name, value in raw.items()})
    _check_zone(settings.timezone)
    _check_public_url(settings.public_url)
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", settings.accent):
        raise ConfigError(f"ACCENT must look like #2f6f5e, not {settings.accent!r}")
    return settings


def _known(values: Mapping[str, Any], known: Mapping[str, Any], where: str) -> dict[str, Any]:
    """``values`` without the retired ones, each of which is warned of. Raises ConfigError for a name that never was."""
    for name in values:
        if name in RETIRED:
            log.warning("%s%s is no longer a setting and is ignored: %s", where, name, RETIRED[name])
        elif name not in known:
            raise ConfigError(f"{where}{name} is not a setting; docs/settings.md lists them all")
    return {name: value for name, value in values.items() if name in known}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return {name.upper(): value for name, value in document.items()}


def _parse(spec: Field[Any], value: Any) -> Any:
    name, default, meta = spec.name.upper(), spec.default, spec.metadata
    if isinstance(default, bool):
        return _parse_bool(name, value)
    if isinstance(default, int):
        return _parse_int(name, value, meta["least"], meta["most"])
    if isinstance(default, tuple):
        items = value.split(",") if isinstance(value, str) else list(value)
        words = tuple(str(item).strip().lower().replace("jpeg", "jpg").replace("heif", "heic") for item in items if str(item).strip())
        return tuple(_choice(name, word, meta["choices"]) for word in words)
    if isinstance(default, Path):
        return Path(value).expanduser().resolve()
    if not isinstance(value, str):
        raise ConfigError(f"{name} must be text, not {value!r}")
    return _choice(name, value.strip(), meta["choices"]) if meta["choices"] else value.strip()


def _parse_bool(name: str, value: Any) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return words[str(value).strip().lower()]
    except KeyError:
        raise ConfigError(f"{name} must be true or false, not {value!r}") from None


def _parse_int(name: str, value: Any, least: int | None, most: int | None) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise ConfigError(f"{name} must be a whole number, not {value!r}") from None
    if (least is not None and number < least) or (most is not None and number > most):
        raise ConfigError(f"{name} must be from {least} to {most if most is not None else 'any number'}, not {number}")
    return number


def _choice(name: str, word: str, choices: tuple[str, ...]) -> str:
    if word not in choices:
        raise ConfigError(f"{name} must be one of {', '.join(choices)}, not {word!r}")
    return word


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigError(f"TIMEZONE {name!r} is not a known zone; try one like Europe/Berlin") from None


def _check_public_url(url: str) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment and (parts.port or 1) > 0
    except ValueError:
        is_whole = False
    if not is_whole or not url.isprintable() or set(url) & set(' @\\"<>'):
        raise ConfigError(f"PUBLIC_URL must look like https://home.example/pics, not {url!r}")


def as_markdown() -> str:
    """The text of docs/settings.md."""
    rows = []
    for spec in fields(Settings):
        default = spec.default
        if isinstance(default, tuple):
            default = ",".join(default)
        elif isinstance(default, Path):
            default = default.name
        elif isinstance(default, bool):
            default = str(default).lower()
        shown = f"`{default}`" if str(default) else "empty"
        rows.append(f"| `{spec.name.upper()}` | {shown} | {spec.metadata['help']} |")
    return "\n".join([
        "# Settings",
        "",
        "Made from `config.py` by `make docs`; do not edit by hand.",
        "",
        "Set one in the environment with the prefix `KEEPSAKE_` (`KEEPSAKE_PORT=9000 make run`), or in",
        "`instance/config.toml` without it (`port = 9000`). The environment wins. A name that is not",
        "listed here, or a value that does not fit, stops the start with a line that says which.",
        f"Retired names are ignored with a warning: {', '.join(f'`{name}`' for name in RETIRED)}.",
        "",
        "| name | default | what it does |",
        "| --- | --- | --- |",
        *rows,
        "",
    ])


if __name__ == "__main__":
    print(as_markdown(), end="")
