"""A site behind each of the proxies, and something that says what a proxy hands on."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from app import create_app
from models import ApiKey, User, db
from models.api_key import Scope
from tests.conftest import Server, close, existing, lacks, make_person, start_server
from tests.deploy.proxies import PROXIES, Proxy, running


@dataclass
class Home:
    """A Keepsake behind a proxy: ``session`` speaks to the proxy as a stranger, with ``key`` as
    ann.
    """

    proxy: Proxy
    server: Server
    key: str
    session: requests.Session

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.session.get(self.proxy.base + path, timeout=60, **more)

    def upload(self, name: str, data: bytes, **fields: str) -> dict[str, Any]:
        answer = self.session.post(
            self.proxy.base + "/api/1/upload",
            files={"source": (name, data)},
            data=fields,
            headers={"X-API-Key": self.key},
            timeout=120,
        )
        assert answer.status_code == 200, answer.text
        image: dict[str, Any] = answer.json()["image"]
        return image


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Callable[[], Path]]:
    """Makes folders that other users of the machine may enter, unlike pytest's own."""
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="keepsake-")))
        made[-1].chmod(0o711)
        return made[-1]

    yield make
    for folder in made:
        shutil.rmtree(folder)


@pytest.fixture(scope="module", params=PROXIES)
def proxy(request: pytest.FixtureRequest, open_folder: Callable[[], Path]) -> Proxy:
    if not shutil.which(request.param):
        lacks(request.param)
    return PROXIES[request.param](open_folder())


@pytest.fixture(scope="module")
def home(proxy: Proxy, blank_data: Path, open_folder: Callable[[], Path]) -> Iterator[Home]:
    data = Path(shutil.copytree(blank_data, open_folder() / "data"))
    data.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "SSL_CERT_FILE", str(proxy.trust))  # for its check of itself
        server = start_server(
            data, TRUSTED_PROXIES=1, PUBLIC_URL=proxy.base, VISIBILITY="public", MAX_UPLOAD_MB=100
        )
    key = managing_key(server)
    with running(proxy, server.base.removeprefix("http://"), data / "public"):
        yield Home(proxy, server, key, proxy.session())
    server.stop()


def managing_key(server: Server) -> str:
    """Of ann, an admin."""
    application = create_app({"DATA": str(server.data), "UPKEEP_SECONDS": 0})
    make_person(application, admin=True)
    with application.app_context():
        ann = existing(db.session.scalar(select(User)))
        _, key = ApiKey.issue(ann, "tests", scope=Scope.MANAGE)
        db.session.commit()
    close(application)
    return key


@dataclass
class Echo:
    """Answers with what it was asked; ``/wait`` as soon as it is let ``go``."""

    proxy: Proxy
    go: threading.Event

    def heard(self, path: str = "/", **headers: str) -> dict[str, str]:
        """The fields that came, by their names in lower case. In ``headers`` ``_`` is ``-``."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.proxy.session().get(self.proxy.base + path, headers=given, timeout=20)
        fields: dict[str, str] = answer.json()["fields"]
        return fields


@pytest.fixture(scope="module")
def echo(proxy: Proxy, open_folder: Callable[[], Path]) -> Iterator[Echo]:
    go = threading.Event()

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/wait":
                go.wait(60)
            fields = {name.lower(): value for name, value in self.headers.items()}
            body = json.dumps({"path": self.path, "fields": fields}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Listener(ThreadingHTTPServer):
        request_queue_size = 512
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Who asked has left, as a test does."""

    other = PROXIES["nginx" if proxy.name == "nginx" else "caddy"](open_folder())
    with Listener(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with running(other, f"127.0.0.1:{server.server_port}", other.folder):
            yield Echo(other, go)
        server.shutdown()
