"""The state of who is offered another one's files."""

from __future__ import annotations

from typing import Any

import requests

from tests.conftest import PASSWORD, csrf_token
from tests.looks.scene import Scene, post


def offered(page: Any, scene: Scene) -> None:
    """By bob, who takes it back once ann sees it."""
    base = scene.server.base
    with requests.Session() as bob:
        post(bob, base + "/login", {"name": "bob", "password": PASSWORD})
        post(bob, base + "/settings/confirm", {"password": PASSWORD})
        post(bob, base + "/settings/data/give", {"taker": "ann", "name": "bob"})
        page.goto(base + "/settings/uploads")
        page.get_by_role("button", name="Accept the files").wait_for()
        token = csrf_token(bob.get(base + "/settings", timeout=60).text)
        form = {"csrf_token": token}
        bob.post(base + "/settings/data/take-back", data=form, timeout=60).raise_for_status()
