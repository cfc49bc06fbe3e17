"""Serve Keepsake with waitress, and clear up in the background.

Waitress receives a whole request before the application sees it. Here it does so in a temp file on the disk that
uploads live on, and cuts off a body over the limit while it arrives, with the wire's own words.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
from urllib.parse import urlsplit

from flask import Flask
from waitress.server import TcpWSGIServer, create_server

from media.errors import UploadError
from models import SiteSetting, User, db
from models.site_setting import SETUP_TOKEN
from server.channel import Channel, Dispatcher
from server.public_files import PublicFiles
from server.refusal import RefusalTask
from server.upkeep import clear_up
from services.site import Site

RECEIVE_BYTES = 256 * 1024  # read from a socket at a time: a large upload wakes the loop thirty times less than by default
BACKLOG, CONNECTIONS = 256, 512  # waiting to be accepted; open at once: a gallery page opens six a visitor


def serve(app: Flask) -> None:
    """Serve until interrupted."""
    house: Site = app.extensions["keepsake"]
    settings = house.settings
    tempfile.tempdir = str(house.storage.tmp)  # not /tmp, which may be memory
    RefusalTask.max_upload_bytes = settings.max_upload_bytes
    Channel.public_files = PublicFiles(house.storage, urlsplit(settings.public_url).path.rstrip("/"))
    TcpWSGIServer.channel_class = Channel
    dispatcher = Dispatcher()
    dispatcher.set_thread_count(settings.threads)
    server = create_server(
        app, _dispatcher=dispatcher, host=settings.host, port=settings.port, threads=settings.threads, recv_bytes=RECEIVE_BYTES,
        max_request_body_size=settings.max_body_bytes + 1, ident="Keepsake", backlog=BACKLOG, connection_limit=CONNECTIONS,
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
    )
    _announce(app, house)
    if settings.upkeep_seconds:
        threading.Thread(target=clear_up, args=(app, house), name="upkeep", daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # as for an interrupt: in order
    server.run()
    with app.app_context():
        house.views.flush()


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
