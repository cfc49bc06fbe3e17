"""The settings that are fixed while the site runs.

A setting is a field of `Config`, or of `services.settings.Settings` where it may change while the
site runs. Its value comes from the environment (``KEEPSAKE_<NAME>``), else from ``config.toml`` in
the data folder, else from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config.declaration import ConfigError, Declaration, as_text, declarations, setting
from config.reading import PREFIX, RETIRED, ROOT, Value, make, read

__all__ = [
    "PREFIX", "RETIRED", "Config", "ConfigError", "Declaration", "Value", "as_text",
    "declarations", "make", "read", "setting",
]  # fmt: skip


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
        ROOT / "instance", "Folder of everything that must be kept: database, files, secret."
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
