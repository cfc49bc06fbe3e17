"""A quota and 64 clients at once, in two processes."""

from __future__ import annotations

import contextlib
import io
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import requests
from PIL import Image

from services.data_folder import DATABASE
from tests.conftest import Server, key_on

CLIENTS = 64
QUOTA = 1_000_000


def test_64_clients_do_not_pass_it_together(make_server: Callable[..., Server]) -> None:
    """As much as fits is stored, and of the others nothing."""
    first = make_server(QUOTA_MB=1)
    servers = [first, make_server(first.data, QUOTA_MB=1)]
    key = key_on(first)
    file, barrier = io.BytesIO(), Barrier(CLIENTS)
    Image.effect_noise((200, 200), 200).save(file, "PNG")

    def send(number: int) -> int:
        barrier.wait(30)
        answer = requests.post(
            servers[number % 2].base + "/api/1/upload",
            files={"source": (f"{number}.png", file.getvalue())},
            headers={"X-API-Key": key},
            timeout=60,
        )
        return answer.status_code

    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = list(pool.map(send, range(CLIENTS)))
    with contextlib.closing(sqlite3.connect(first.data / DATABASE)) as database:
        sizes = [size for (size,) in database.execute("SELECT kept_bytes FROM upload")]
        (used,) = database.execute("SELECT bytes FROM space WHERE holder = 1").fetchone()
        (waiting,) = database.execute("SELECT count(*) FROM journal").fetchone()
    assert sorted(statuses) == [200] * len(sizes) + [507] * (CLIENTS - len(sizes))
    assert used == sum(sizes) <= QUOTA < used + sizes[0] and len(sizes) > 3
    pictures = [path for path in first.data.rglob("images/**/*.png") if ".th." not in path.name]
    assert len(pictures) == len(sizes) and waiting == 0
