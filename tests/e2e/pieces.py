"""A proxy in front of a server on a slow line: pages come in pieces."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PIECES = 12
PAUSE = 0.06  # some frames


class SlowLine:
    """Passes on what is asked for with GET."""

    def __init__(self, base: str) -> None:
        self.upstream = urlsplit(base).netloc
        self.ended = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.base = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.ended.set()
        self.http.shutdown()
        self.http.server_close()

    def _handler(line) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                server = http.client.HTTPConnection(line.upstream, timeout=30)
                names = ("Cookie", "Accept")
                asked = {name: self.headers[name] for name in names if name in self.headers}
                server.request("GET", self.path, headers=asked)
                answer = server.getresponse()
                body = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "transfer-encoding", "date", "server"):
                        self.send_header(name, value)
                self.end_headers()
                is_page = (answer.getheader("Content-Type") or "").startswith("text/html")
                step = len(body) // PIECES + 1 if is_page else len(body) or 1
                for start in range(0, len(body), step):
                    self.wfile.write(body[start : start + step])
                    line.ended.wait(PAUSE if is_page else 0)
                server.close()

        return Handler
