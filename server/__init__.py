"""Serve Keepsake with waitress, and work in the background.

Waitress receives a whole request before the application sees it. Here it does so in a temp file on
the disk that uploads live on. A body that is too large for a form is received once the application,
given the head, asked for it.
"""

from __future__ import annotations

import logging
import resource
import signal
import sys
import tempfile
import threading
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from config import Config
from media.errors import UploadError
from models import User
from server.connections import Connections
from server.lanes import Lanes
from server.limits import MAX_HEAD, Limits
from server.listener import Listener, Rules, run, unfinished
from server.live_settings import LiveAdjustments, keep_fresh
from server.public_files import PublicFiles
from server.room import Room
from server.site_addresses import site_addresses
from server.worker import Worker
from services.accounts import new_setup_token
from services.measures import Serving
from services.site import Site

BACKLOG = 256  # connections waiting to be accepted
# per upload being decoded: others read their bodies or fetch URLs meanwhile
UPLOAD_THREADS = 2
# file descriptors for the database, log and so on; and per connection: socket, body or file, spool
DESCRIPTORS = 64, 3


def upload_threads(config: Config) -> int:
    """Threads of the upload lane, beside ``config.threads`` for everything else."""
    return config.uploads_at_once * UPLOAD_THREADS


def serve(app: Flask, limits: Limits = Limits()) -> None:
    """Serve until interrupted."""
    site: Site = app.extensions["keepsake"]
    config = site.config
    tempfile.tempdir = str(site.storage.temp.path)  # not /tmp, which may be memory
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # uploads waiting is normal
    rules = _rules(
        app, site, replace(limits, connections=min(limits.connections, _connections_possible()))
    )
    adj = LiveAdjustments(
        site.store,
        host=config.host,
        port=config.port,
        ident="Keepsake",
        backlog=BACKLOG,
        max_request_header_size=MAX_HEAD,
        clear_untrusted_proxy_headers=not config.trusted_proxies,
    )
    site.store.refresh()  # before the loop answers for files of a site that is private
    sockets: dict[int, Any] = {}
    for sockinfo in adj.listen:
        Listener(app, sockets, adj, sockinfo, rules)
    site.measures.serving = partial(_serving, rules)
    _announce(app, site)
    threading.Thread(target=keep_fresh, args=(site.store,), name="settings", daemon=True).start()
    worker = Worker(app, site)
    if config.upkeep_seconds:
        worker.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # shut down in order, as for an interrupt
    run(sockets, rules)
    if config.upkeep_seconds:
        worker.stop()
    with app.app_context():
        site.views.flush()
        site.uses.flush(site.settings)
        site.last_uses.flush()


def _rules(app: Flask, site: Site, limits: Limits) -> Rules:
    config = site.config
    prefix = urlsplit(config.public_url).path.rstrip("/")
    connections = Connections(limits, behind_proxy=config.trusted_proxies > 0)
    return Rules(
        limits,
        Lanes(config.threads, upload_threads(config), limits.uploads_waiting),
        connections,
        PublicFiles(site.storage, prefix, site.store),
        Room(
            lambda: site.storage.space().bytes,
            config.min_free_mb * 1_000_000,
            lambda: unfinished(connections),
        ),
        app.config["MAX_CONTENT_LENGTH"],
        site.store,
        prefix,
        config.trusted_proxies > 0,
        site.measures,
    )


def _serving(rules: Rules) -> Serving:
    return Serving(len(rules.connections.open), rules.connections.total, rules.lanes.now())


def _connections_possible() -> int:
    """As many as there are file descriptors for, once the soft limit is raised to the hard one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and soft != hard:
        soft = hard
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    rest, each = DESCRIPTORS
    return max(1, (soft - rest) // each)


def _announce(app: Flask, site: Site) -> None:
    config = site.config
    address, *others = site_addresses(config)
    print(f"Keepsake is at {address}", flush=True)
    for other in others:
        print(f"For other devices in your network: {other}", flush=True)
    with app.app_context():
        if User.none_yet():
            token = new_setup_token()
            print(
                f"No account yet. Create yours here (works once): {address}/setup/{token}",
                flush=True,
            )
        try:
            site.check_ready()
        except UploadError as error:
            print(
                f"Warning: {error.message}. {config.data} can't take uploads; they are "
                "refused until it can.",
                file=sys.stderr,
                flush=True,
            )
