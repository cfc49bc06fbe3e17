"""The settings that are fixed while the site runs.

A setting is a field of `Config`, or of `services.settings.Settings` where it may change while the
site runs. Its value comes from the environment (``KEEPSAKE_<NAME>``), else from ``config.toml`` in
the data folder, else from there.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from config.declaration import ConfigError, Declaration, as_text, declarations, setting
from config.reading import COMMAND, PREFIX, RETIRED, ROOT, Value, make, read

# How a command is typed: in Keepsake's folder, unless the service or the container says otherwise.
FLASK = os.environ.get(f"{PREFIX}{COMMAND}") or ".venv/bin/flask --app app.py"

__all__ = [
    "FLASK", "PREFIX", "RETIRED", "Config", "ConfigError", "Declaration", "Value", "as_text",
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


def _check_mail_address(text: str) -> None:
    name, _, host = text.partition("@")
    if text and (not text.isascii() or not name or not host or set(text) & set(' <>,;:"()[]\\')):
        raise ValueError("must look like keepsake@home.example")


def _check_header(name: str) -> None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*|", name):
        raise ValueError("must be the name of a header, such as Remote-User")


def _check_networks(text: str) -> None:
    with contextlib.suppress(ValueError):
        if networks(text):
            return
    raise ValueError("must be addresses or networks, such as 127.0.0.1, 172.18.0.0/16")


def _check_token(token: str) -> None:
    if not re.fullmatch(r"[!-~]{16,}|", token):
        raise ValueError("must have at least 16 letters, digits or signs")


def _check_logout_url(url: str) -> None:
    if not url.startswith("/") or url.startswith("//"):
        _check_public_url(url.partition("?")[0])


def _check_folder(path: str) -> None:
    if path and not path.startswith(("/", "~/")):
        raise ValueError("must be a whole path, such as /mnt/backup/keepsake")


def _check_issuer(url: str) -> None:
    _check_public_url(url)
    host = urlsplit(url).hostname
    if url.startswith("http:") and host not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("must begin with https://")


def networks(text: str) -> list[IPv4Network | IPv6Network]:
    """Of addresses and networks, separated by commas. Raises ValueError."""
    return [ip_network(one.strip(), strict=False) for one in text.split(",") if one.strip()]


@dataclass(frozen=True)
class Config:
    """What is fixed while the site runs, checked. Sizes are in MB of 1,000,000 bytes."""

    host: str = setting(
        "127.0.0.1", "IP address to listen on; `0.0.0.0` opens the site to the home network."
    )
    port: int = setting(8000, "Port to listen on.", least=1, most=65535)
    threads: int = setting(
        8,
        "Requests processed at once, besides uploads. Public files need no thread.",
        least=1,
        most=256,
    )
    data: Path = setting(
        ROOT / "instance", "Folder for everything that must be kept: database, files, secret."
    )
    public_url: str = setting(
        "",
        "URL that people use, such as `https://home.example/pics`; empty: the URL of each request.",
        check=_check_public_url,
    )
    trusted_proxies: int = setting(
        0, "Number of reverse proxies in front that set `X-Forwarded-*`.", least=0, most=10
    )
    auth_header: str = setting(
        "",
        "Header in which a reverse proxy says who has logged in there, such as `Remote-User`; "
        "empty: none. docs/log-in.md has examples.",
        most=60,
        check=_check_header,
    )
    auth_header_from: str = setting(
        "127.0.0.1, ::1",
        "Addresses or networks of the proxies whose `AUTH_HEADER` is believed: what connects to "
        "Keepsake. From all others the header is ignored.",
        most=500,
        check=_check_networks,
    )
    auth_header_creates: bool = setting(
        False, "`true` makes an account for a name in `AUTH_HEADER` that has none."
    )
    auth_header_domain: str = setting(
        "",
        "Domain that is cut off names in `AUTH_HEADER` such as `ann@home.example`; with another "
        "one nobody is logged in.",
        most=253,
    )
    auth_logout_url: str = setting(
        "",
        "Where somebody who was logged in by `AUTH_HEADER` logs out, such as "
        "`https://auth.home.example/logout`.",
        most=500,
        check=_check_logout_url,
    )
    oidc_issuer: str = setting(
        "",
        "Issuer of a provider of OpenID Connect where people log in, such as "
        "`https://auth.home.example`; empty: none. docs/log-in.md has examples.",
        most=500,
        check=_check_issuer,
    )
    oidc_client_id: str = setting("", "What that provider calls Keepsake.", most=255)
    oidc_client_secret: str = setting(
        "", "The secret that it gave Keepsake.", most=500, is_secret=True
    )
    oidc_name: str = setting(
        "OpenID Connect", "What it is called on the log-in page: *Log in with …*.", most=40
    )
    oidc_creates: bool = setting(
        False, "`true` makes an account for who logs in there and has none."
    )
    oidc_admin_group: str = setting(
        "",
        "Group there whose members are admins here, each time that they log in; who isn't in it "
        "is none, but for the last admin. Empty: roles are given here.",
        most=255,
    )
    uploads_at_once: int = setting(4, "Uploads processed at once.", least=1, most=64)
    memory_mb: int = setting(
        600,
        "Memory for decoding photos, in MB, besides about 100 for the rest. A photo waits until "
        "there is enough; one that needs more than all of it is decoded alone, with up to 21 bytes "
        "per pixel.",
        least=64,
        most=1_000_000,
    )
    log_format: str = setting(
        "people",
        "How the log is written: `people` (lines to read) or `json` (an object a line, for "
        "programs). docs/running.md says what stands there.",
        choices=("people", "json"),
    )
    log_level: str = setting(
        "info",
        "What the log has: `error`, `warning`, `info` (each request too) or `debug` (also requests "
        "for public files and for `/healthz`).",
        choices=("debug", "info", "warning", "error"),
    )
    metrics_token: str = setting(
        "",
        "What Prometheus sends to read `/metrics` (`Authorization: Bearer ...`), at least 16 "
        "characters; empty: nobody may, but for `METRICS_LOCAL`.",
        most=200,
        check=_check_token,
        is_secret=True,
    )
    metrics_local: bool = setting(
        False,
        "`true` lets programs on this machine read `/metrics` without a token. Only where no proxy "
        "on this machine stands in front: many don't say that a request is somebody else's.",
    )
    min_free_mb: int = setting(
        200,
        "Uploads are refused if the disk has less than this free, because the database needs "
        "space to work.",
        least=0,
    )
    backup_folder: str = setting(
        "",
        "Folder of the backup that is made each day at `BACKUP_HOUR`, such as "
        "`/mnt/backup/keepsake`: on another disk. Empty: one is made by hand alone.",
        check=_check_folder,
    )
    upkeep_seconds: int = setting(
        60,
        "How often expired uploads and leftover files are deleted; 0: only by command.",
        least=0,
        most=86400,
    )
    smtp_host: str = setting(
        "",
        "Server that sends mail, for links to set a forgotten password; empty: none is sent. Needs "
        "`MAIL_FROM` and `PUBLIC_URL`.",
    )
    smtp_port: int = setting(587, "Its port: 465 where `SMTP_TLS` is `tls`.", least=1, most=65535)
    smtp_user: str = setting("", "User name at that server; empty: it asks for none.")
    smtp_password: str = setting("", "Password at that server.", is_secret=True)
    smtp_tls: str = setting(
        "starttls",
        "How the way to that server is encrypted: `starttls` (begins without), `tls` (from the "
        "start) or `off`. Its certificate is checked.",
        choices=("starttls", "tls", "off"),
    )
    mail_from: str = setting("", "Sender of mail.", most=254, check=_check_mail_address)

    @property
    def secrets(self) -> list[str]:
        """What must not stand in the log."""
        values = [
            getattr(self, d.name.lower()) for d in declarations(Config).values() if d.is_secret
        ]
        return [value for value in values if value]

    @property
    def backups(self) -> Path | None:
        """The folder that BACKUP_FOLDER names; None for none."""
        return Path(self.backup_folder).expanduser() if self.backup_folder else None

    @property
    def sends_mail(self) -> bool:
        """Links in mail begin with PUBLIC_URL: what a request calls the site may be forged."""
        return bool(self.smtp_host and self.mail_from and self.public_url)

    def __post_init__(self) -> None:
        if self.auth_header and not self.trusted_proxies:
            raise ConfigError("AUTH_HEADER needs TRUSTED_PROXIES: it comes from a reverse proxy")
        if self.oidc_issuer and not self.oidc_client_id:
            raise ConfigError("OIDC_ISSUER needs OIDC_CLIENT_ID")
