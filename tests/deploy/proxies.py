"""The proxies' real configurations, with only names, ports and paths changed.

Where tests run as root the proxies run as somebody else, as they do on a server: what is private
must be kept from them by modes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.conftest import ROOT, free_port, until

DEPLOY = ROOT / "deploy"
NAME = "localhost"
IS_ROOT = os.geteuid() == 0
STRANGER: dict[str, Any] = (
    {"user": "nobody", "group": "nogroup", "extra_groups": []} if IS_ROOT else {}
)


@dataclass
class Proxy:
    """``name`` is what it calls itself in ``Server``; ``trust`` the certificate to check it by."""

    name: str
    folder: Path
    trust: Path
    port: int = field(default_factory=free_port)
    http_port: int = field(default_factory=free_port)

    @property
    def base(self) -> str:
        return f"https://{NAME}:{self.port}"

    def session(self) -> requests.Session:
        session = requests.Session()
        session.verify = str(self.trust)
        session.trust_env = False
        return session

    def raw(self, request: bytes) -> bytes:
        """All of the answer to a request that no client would send so."""
        context = ssl.create_default_context(cafile=str(self.trust))
        with (
            socket.create_connection((NAME, self.port), 20) as plain,
            context.wrap_socket(plain, server_hostname=NAME) as secure,
        ):
            secure.sendall(request)
            pieces = []
            with contextlib.suppress(TimeoutError, ssl.SSLError):
                while piece := secure.recv(65536):
                    pieces.append(piece)
        return b"".join(pieces)


def substituted(text: str, changes: Mapping[str, str]) -> str:
    """Each has to stand there."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def nginx_proxy(folder: Path) -> Proxy:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-days", "2",
         "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return Proxy("nginx", folder, folder / "cert.pem")


def caddy_proxy(folder: Path) -> Proxy:
    return Proxy("Caddy", folder, folder / "caddy/pki/authorities/local/root.crt")


PROXIES: dict[str, Callable[[Path], Proxy]] = {"nginx": nginx_proxy, "caddy": caddy_proxy}


def nginx_configuration(proxy: Proxy, upstream: str, public: Path) -> str:
    site = substituted(
        (DEPLOY / "nginx.conf").read_text(),
        {
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80;": f"listen 127.0.0.1:{proxy.http_port};",
            "listen 443 ": f"listen 127.0.0.1:{proxy.port} ",
            "server_name photos.example": f"server_name {NAME}",
            "/etc/keepsake/certificate.pem": str(proxy.folder / "cert.pem"),
            "/etc/keepsake/key.pem": str(proxy.folder / "key.pem"),
            "/var/lib/keepsake/public": str(public),
            "127.0.0.1:8000": upstream,
        },
    )
    temps = "".join(
        f"  {kind}_temp_path {proxy.folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""{"user nobody nogroup;" if IS_ROOT else ""}
daemon off;
pid {proxy.folder}/pid;
worker_processes 2;
events {{ worker_connections 768; }}
http {{
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log off;
  gzip on;
{temps}
{site}
}}
"""


def caddy_configuration(proxy: Proxy) -> str:
    """The addresses come from the environment."""
    options = f"""{{
	admin off
	skip_install_trust
	http_port {proxy.http_port}
	https_port {proxy.port}
	storage file_system {proxy.folder}/caddy
}}
"""
    return options + (DEPLOY / "Caddyfile").read_text()


@contextlib.contextmanager
def running(proxy: Proxy, upstream: str, public: Path) -> Iterator[None]:
    """In front of ``upstream`` (``127.0.0.1:8000``), with the public root ``public``."""
    if proxy.name == "nginx":
        path = proxy.folder / "nginx.conf"
        path.write_text(nginx_configuration(proxy, upstream, public))
        command = ["nginx", "-c", str(path), "-p", str(proxy.folder), "-e", "error.log"]
        process = subprocess.Popen(command)
    else:
        path = proxy.folder / "Caddyfile"
        path.write_text(caddy_configuration(proxy))
        if IS_ROOT:
            shutil.chown(proxy.folder, "nobody", "nogroup")
        environ = {
            **os.environ,
            "HOME": str(proxy.folder),
            "XDG_DATA_HOME": str(proxy.folder),
            "XDG_CONFIG_HOME": str(proxy.folder),
            "KEEPSAKE_SITE": proxy.base,
            "KEEPSAKE_TLS": "tls internal",
            "KEEPSAKE_UPSTREAM": upstream,
            "KEEPSAKE_PUBLIC": str(public),
        }
        process = subprocess.Popen(
            ["caddy", "run", "--adapter", "caddyfile", "--config", str(path)],
            env=environ,
            stderr=(proxy.folder / "error.log").open("w"),
            **STRANGER,
        )
    log = proxy.folder / "error.log"

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError):
            return proxy.session().get(proxy.base + "/healthz", timeout=10).status_code < 500
        return False

    try:
        until(answers, otherwise=log.read_text)
        yield
    finally:
        process.terminate()
        process.wait(20)
