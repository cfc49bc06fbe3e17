"""What became of a request: its line in the log, and what it counts as."""

from __future__ import annotations

import logging
import time
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import Any

import logs
from blueprints.http.checked import FORWARDED as FORWARDED_AS_IT_CAME
from blueprints.http.log_line import LINE, REQUEST_ID, Line
from blueprints.http.watcher import IS_DIRECT, is_loopback

log = logging.getLogger("keepsake.request")

# asked every few seconds by programs that watch over a server
WATCHING = ("/healthz", "/metrics")
MAX_FORWARDED = 500  # characters of a header
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# What proxies add, or some of them.
FORWARDED = (
    "X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO", "X_FORWARDED_PORT",
    "X_FORWARDED_BY", "X_FORWARDED_SERVER", "X_REAL_IP", "FORWARDED", "VIA", "CF_CONNECTING_IP",
    "TRUE_CLIENT_IP", "X_CLIENT_IP",
)  # fmt: skip
PUBLIC = "/images/<path:relative>"


def number(channel: Any, request: Any) -> str:
    """The request's id: what a proxy that is trusted calls it, else a new one."""
    if not request.id:
        said = request.headers.get("X_REQUEST_ID", "") if channel.server.rules.is_behind else ""
        request.id = logs.parse_id(said) or logs.new_id()
    return str(request.id)


def _is_direct(task: Any, forwarded: dict[str, str]) -> bool:
    """Whether a program of this machine asks, and no proxy on it. Later, the headers of one that
    isn't trusted are gone.
    """
    return not forwarded and is_loopback(str(task.channel.addr[0]).removeprefix("::ffff:"))


def note_public(task: Any) -> None:
    """As `note`, of a public file, as cheaply as that can be done."""
    if log.isEnabledFor(logging.DEBUG):
        note(task, PUBLIC)
        return
    request = task.request
    size = 0 if request.command == "HEAD" else task.content_length
    task.channel.server.rules.measures.answered(
        request.command, PUBLIC, int(task.status[0]), time.time() - task.start_time, 0, size
    )


def note(task: Any, route: str = "") -> None:
    """Write the line of a request that was answered: by the application, which said for what, or by
    the server.
    """
    environ = getattr(task, "environ", None) or {}
    line = environ.get(LINE) or Line(route)
    client = environ.get("REMOTE_ADDR") or str(task.channel.addr[0])
    status = int(task.status[:3])
    request = getattr(task, "asked", task.request)
    method, route = _method(request.command), line.route or "(none)"
    seconds = time.time() - task.start_time
    task.channel.server.rules.measures.answered(
        method, route, status // 100, seconds, request.body_bytes_received, sent(task)
    )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        level = logging.WARNING
    else:
        level = logging.DEBUG if line.route in (PUBLIC, *WATCHING) else logging.INFO
    if not log.isEnabledFor(level):
        return
    fields = {
        "method": method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000),
        "bytes": sent(task),
        "client": shortened(client),
        "user": line.user_id,
    }
    by = f" user {line.user_id}" if line.user_id else ""
    before = logs.request.set(number(task.channel, request))
    log.log(
        level,
        "%(method)s %(route)s %(status)s %(ms)s ms %(bytes)s bytes to %(client)s" + by,
        fields,
        extra={**fields, logs.IS_OURS: True},
    )
    logs.request.reset(before)


def sent(task: Any) -> int:
    """Bytes of the body, as far as it wasn't cut off."""
    if task.request.command == "HEAD" or not task.has_body:
        return 0
    return int(task.content_length or task.content_bytes_written or 0)


def shortened(address: str) -> str:
    """The network of somebody: enough to tell visitors apart for a while, not who it was."""
    try:
        found = ip_address(address)
    except ValueError:
        return "(none)"
    if found.is_loopback:
        return str(found)
    network = ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False)
    return str(network.network_address)


def _method(command: str) -> str:
    """One that there is: what a stranger sends as a method may be anything."""
    return command if command in METHODS else "(other)"


def environment(task: Any, environ: dict[str, Any]) -> dict[str, Any]:
    """What the application is told beside the request, and where it says what it was for."""
    environ.setdefault(LINE, Line())
    environ[REQUEST_ID] = number(task.channel, task.request)
    headers = task.request.headers
    environ[FORWARDED_AS_IT_CAME] = {
        name.replace("_", "-").title(): headers[name][:MAX_FORWARDED]
        for name in FORWARDED
        if name in headers
    }
    environ[IS_DIRECT] = _is_direct(task, environ[FORWARDED_AS_IT_CAME])
    return environ
