"""Serve Keepsake with waitress, and work in the background.

Waitress receives a whole request before the application sees it. Here it does so in a temp file on the disk that
uploads live on. A body that is too large for a form is received once the application, given the head, asked for it.
"""

from __future__ import annotations

import logging
import resource
import shutil
import signal
import sys
import tempfile
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from waitress.adjustments import Adjustments

from media.errors import UploadError
from models import SiteSetting, User, db
from models.site_setting import SETUP_TOKEN
from server.connections import Connections
from server.lanes import Lanes
from server.limits import MAX_HEAD, Limits
from server.listener import Listener, Rules, run, unfinished
from server.public_files import PublicFiles
from server.room import Room
from server.worker import Worker
from services.site import Site

BACKLOG = 256  # connections waiting to be accepted
UPLOAD_THREADS = 2  # for each upload that is decoded: others read their bodies or fetch from elsewhere meanwhile
DESCRIPTORS = 64, 3  # file descriptors for database, log and such; and for each connection: socket, body or file sent, spool


def serve(app: Flask, limits: Limits = Limits()) -> None:
    """Serve until interrupted."""
    house: Site = app.extensions["keepsake"]
    settings = house.settings
    tempfile.tempdir = str(house.storage.tmp)  # not /tmp, which may be memory
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that uploads wait is no news
    rules = _rules(app, house, replace(limits, connections=min(limits.connections, _connections_possible())))
    adj = Adjustments(host=settings.host, port=settings.port, max_request_body_size=settings.max_body_bytes + 1, ident="Keepsake",
                      backlog=BACKLOG, max_request_header_size=MAX_HEAD, clear_untrusted_proxy_headers=not settings.trusted_proxies)
    sockets: dict[int, Any] = {}
    for sockinfo in adj.listen:
        Listener(app, sockets, adj, sockinfo, rules)
    _announce(app, house)
    worker = Worker(app, house)
    if settings.upkeep_seconds:
        worker.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # as for an interrupt: in order
    run(sockets, rules)
    if settings.upkeep_seconds:
        worker.stop()
    with app.app_context():
        house.views.flush()


def _rules(app: Flask, house: Site, limits: Limits) -> Rules:
    settings = house.settings
    prefix = urlsplit(settings.public_url).path.rstrip("/")
    connections = Connections(limits, behind_proxy=settings.trusted_proxies > 0)
    return Rules(
        limits, Lanes(settings.threads, settings.uploads_at_once * UPLOAD_THREADS, limits.uploads_waiting), connections,
        PublicFiles(house.storage, prefix),
        Room(lambda: shutil.disk_usage(house.storage.tmp).free, settings.min_free_mb * 1_000_000, lambda: unfinished(connections)),
        app.config["MAX_CONTENT_LENGTH"], settings.max_upload_bytes, prefix,
    )


def _connections_possible() -> int:
    """As many as there are file descriptors for; the system grants more than a process starts with."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and soft != hard:
        soft = hard
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    rest, each = DESCRIPTORS
    return max(1, (soft - rest) // each)


def _announce(app: Flask, house: Site) -> None:
    address = house.settings.public_url.rstrip("/") or f"http://{house.settings.host}:{house.settings.port}"
    print(f"Keepsake is at {address}", flush=True)
    with app.app_context():
        if User.none_yet():
            token = SiteSetting.issue_secret(SETUP_TOKEN)
            db.session.commit()
            print(f"No account yet. Make yours here, once: {address}/setup/{token}", flush=True)
        try:
            house.check_ready()
        except UploadError as error:
            print(f"Warning: {error.message}. {house.storage.data} can't take uploads; they are refused until it can.",
                  file=sys.stderr, flush=True)
