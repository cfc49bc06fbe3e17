"""Serve Keepsake with waitress, and clear up in the background.

Waitress receives a whole request before the application sees it. Here it does so in a temp file on the disk that
uploads live on, and cuts off a body over the limit while it arrives, with the wire's own words.
"""

from __future__ import annotations

import json
import logging
import signal
import socket
import sys
import tempfile
import threading
import time

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer, create_server
from waitress.task import ErrorTask

from blueprints.errors import error_document
from config import ConfigError
from media.errors import FileTooBig, UploadError
from models import SiteSetting, User, db
from models.site_setting import SETUP_TOKEN
from services import upkeep
from services.site import Site

log = logging.getLogger("keepsake")

RECEIVE_BYTES = 256 * 1024  # read from a socket at a time: a large upload wakes the loop thirty times less than by default
LINGER_SECONDS = 10  # how long a refused sender may go on sending, so that it gets to read why
ORPHAN_SECONDS = 24 * 3600  # between two walks through every file
BACKLOG, CONNECTIONS = 256, 512  # waiting to be accepted; open at once: a gallery page opens six a visitor


class Parser(HTTPRequestParser):
    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.error:
            self.expect_continue = False  # a refused sender must not be told to go on
        return consumed


class RefusalTask(ErrorTask):
    """Waitress' own refusals; of a body over the limit, as the wire says it (contract, *Answers*)."""

    max_upload_bytes = 0  # set by `serve`

    def execute(self) -> None:
        if self.request.error.code != 413:
            super().execute()
            return
        too_big = FileTooBig(self.max_upload_bytes)
        body = json.dumps(error_document(413, too_big.code, too_big.message)).encode()
        self.status = "413 Request Entity Too Large"
        self.response_headers += [("Content-Type", "application/json"), ("Access-Control-Allow-Origin", "*")]
        self.set_close_on_finish()
        self.content_length = len(body)  # type: ignore[assignment]
        self.write(body)


class Channel(HTTPChannel):
    parser_class = Parser
    error_task_class = RefusalTask
    _lingers_until = 0.0
    _refused = False

    def received(self, data: bytes) -> bool:
        if self._lingers_until:
            if time.monotonic() > self._lingers_until:
                self.will_close = True
            return False
        answer: bool = super().received(data)
        self._refused = self._refused or any(request.error for request in self.requests)
        return answer

    def handle_write(self) -> None:
        # Closing a socket with unread bytes resets the connection, and the sender never sees the answer.
        if self._refused and self.close_when_flushed and not self.total_outbufs_len and not self._lingers_until:
            self.close_when_flushed = False
            self._lingers_until = time.monotonic() + LINGER_SECONDS
            try:
                self.socket.shutdown(socket.SHUT_WR)  # type: ignore[union-attr]
            except OSError:
                self.will_close = True
            return
        super().handle_write()


def serve(app: Flask) -> None:
    """Serve until interrupted."""
    house: Site = app.extensions["keepsake"]
    settings = house.settings
    tempfile.tempdir = str(house.storage.tmp)  # not /tmp, which may be memory
    RefusalTask.max_upload_bytes = settings.max_upload_bytes
    TcpWSGIServer.channel_class = Channel
    server = create_server(
        app, host=settings.host, port=settings.port, threads=settings.threads, recv_bytes=RECEIVE_BYTES,
        max_request_body_size=settings.max_body_bytes + 1, ident="Keepsake", backlog=BACKLOG, connection_limit=CONNECTIONS,
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
    )
    _announce(app, house)
    if settings.upkeep_seconds:
        threading.Thread(target=_clear_up, args=(app, house), name="upkeep", daemon=True).start()
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
            upkeep.recover(house, 0)
        except UploadError as error:
            print(f"Warning: {error.message}: {house.storage.data} does not hold this database's files. "
                  "Uploads are refused until it does.", file=sys.stderr, flush=True)


def _clear_up(app: Flask, house: Site) -> None:
    next_orphans = 0.0
    while True:
        orphans = time.monotonic() >= next_orphans
        try:
            with app.app_context():
                upkeep.upkeep(house, orphans=orphans)
        except Exception:  # whatever it was, the next round may do better
            log.exception("upkeep failed")
        if orphans:
            next_orphans = time.monotonic() + ORPHAN_SECONDS
        time.sleep(house.settings.upkeep_seconds)


def main() -> None:
    """The command: serve with the settings of the environment and config.toml."""
    import app

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("waitress").setLevel(logging.WARNING)
    try:
        application = app.create_app()
    except ConfigError as error:
        sys.exit(f"keepsake: {error}")
    try:
        serve(application)
    except OSError as error:
        sys.exit(f"keepsake: can't listen: {error}")


