"""A proxy that loses answers: the request reaches the server whole, and the browser gets
nothing.
"""

from __future__ import annotations

import socket
import threading
from urllib.parse import urlsplit


class LosingProxy:
    """Passes requests on. The answers to the first ``lose`` posts to ``path`` are lost, or of
    ``every`` so many one; ``early``: cut before the server is done.
    """

    def __init__(
        self, base: str, path: str, lose: int = 1, *, every: int = 1, early: bool = False
    ) -> None:
        self.upstream = (urlsplit(base).hostname, urlsplit(base).port)
        self.path, self.lose, self.early = path, lose, early
        self.lock = threading.Lock()
        self.lost = self.posts = 0
        self.every = every
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as reader:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = reader.readline()
                if not line:
                    return
                head += line if not line.lower().startswith(b"connection:") else b""
            lengths = [
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ]
            request = (
                head[:-2]
                + b"Connection: close\r\n\r\n"
                + (reader.read(lengths[0]) if lengths else b"")
            )
            with socket.create_connection(self.upstream) as server:
                server.sendall(request)
                loses = self._loses(head)
                if loses and self.early:
                    client.shutdown(socket.SHUT_RDWR)
                with server.makefile("rb") as answer:
                    told = answer.read()
            if not loses:
                client.sendall(told)

    def _loses(self, head: bytes) -> bool:
        with self.lock:
            if not head.startswith(f"POST {self.path} ".encode()):
                return False
            self.posts += 1
            loses = self.lost < self.lose and self.posts % self.every == 0
            self.lost += loses
            return loses
