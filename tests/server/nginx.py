"""nginx in front of a server, configured as somebody might have it."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import requests

from tests.conftest import Server, until

RIGHT = {
    "client_max_body_size": "1600m",
    "proxy_request_buffering": "off",
    "proxy_buffering": "off",
    "proxy_http_version": "1.1",
    "proxy_set_header Host": "$http_host",
    "proxy_set_header X-Forwarded-Proto": "$scheme",
    "proxy_set_header X-Forwarded-For": "$proxy_add_x_forwarded_for",
    "proxy_set_header Connection": '""',
}


@contextlib.contextmanager
def nginx(server: Server, port: int, folder: Path, **changed: str) -> Iterator[str]:
    """Its address. ``changed`` are lines by their first word (``__`` for a blank), "" for none."""
    lines = RIGHT | {name.replace("__", " "): value for name, value in changed.items()}
    own = "\n".join(f"    {name} {value};" for name, value in lines.items() if value)
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = f"""
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 128; }}
http {{
  access_log off;
  default_type application/octet-stream;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {server.base};
{own}
    }}
  }}
}}
"""
    path = folder / "nginx.conf"
    path.write_text(configuration)
    process = subprocess.Popen(
        ["nginx", "-c", str(path), "-p", str(folder), "-e", str(folder / "error.log")]
    )
    base = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert process.poll() is None, (folder / "error.log").read_text()
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(base + "/healthz", timeout=10).status_code < 500
        return False

    try:
        until(answers)
        yield base
    finally:
        process.terminate()
        process.wait(20)
