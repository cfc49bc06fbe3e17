"""The managing API as a server has it: a large body is wanted before it is received."""

from __future__ import annotations

import io
import random

import pytest
import requests
from PIL import Image

from tests.conftest import Server
from tests.described.run import key_on


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    return key_on(server)


def large_png() -> bytes:
    """Larger than any form."""
    noise, file = random.Random(3).randbytes(3 * 700 * 700), io.BytesIO()
    Image.frombytes("RGB", (700, 700), noise).save(file, "PNG")
    assert len(file.getvalue()) > 1_000_000
    return file.getvalue()


def test_a_large_upload_is_stored_and_an_unknown_key_sends_none(server: Server, key: str) -> None:
    files, url = {"source": ("noise.png", large_png())}, f"{server.base}/api/2/uploads"
    answer = requests.post(url, files=files, headers={"X-API-Key": key}, timeout=60)
    assert answer.status_code == 201 and answer.json()["filename"] == "noise.png"
    for other, status in (("", 401), ("chv_abc_def", 401)):
        refused = requests.post(url, files=files, headers={"X-API-Key": other}, timeout=60)
        assert refused.status_code == status and refused.json()["error"]["code"] == 100


def test_a_large_change_is_refused(server: Server, key: str) -> None:
    """By its head alone."""
    headers, url = {"X-API-Key": key}, f"{server.base}/api/2/albums"
    made = requests.post(url, json={"name": "Rome"}, headers=headers, timeout=60).json()
    answer = requests.patch(
        f"{url}/{made['id']}",
        data=b" " * 2_000_000,
        headers={**headers, "Content-Type": "application/json"},
        timeout=60,
    )
    assert answer.status_code == 413
    assert answer.json()["error"]["message"] == "Body too large - max 100 KB"
