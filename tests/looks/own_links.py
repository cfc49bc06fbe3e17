"""States of share links as their owner has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.base import random_id
from tests.looks.jumps import act
from tests.looks.scene import Scene
from tests.looks.shares import ENDS
from tests.shares import share

Way = Callable[[Any, Scene], None]
LONG = "A_very_long_title_without_any_space_in_it_" * 2


def some(page: Any, scene: Scene) -> None:
    """Of each state one, of the same album: its list is of these alone."""
    album = scene.albums["boat"].rpartition(".")[2]
    for columns in (
        {"title": LONG, "expires_at": ENDS, "password": "lighthouse", "download": "none"},
        {"max_views": 3, "views": 3, "may_add": 1},
        {"expires_at": "2020-01-01 10:00:00.000000", "views": 1200},
        {"is_revoked": 1},
        {"token_hash": random_id(8)},  # of another secret key
    ):
        share(scene.server, album=album, **columns)
    page.goto(f"{scene.server.base}/links?album={album}")


def new(of: str) -> Way:
    def go(page: Any, scene: Scene) -> None:
        album, photo = scene.albums["lake"].rpartition(".")[2], scene.files["photo"]["id_encoded"]
        page.goto(scene.server.base + "/links/new?" + of.format(album=album, photo=photo))

    return go


def with_all(page: Any, scene: Scene) -> None:
    new("album={album}")(page, scene)
    with act(page):
        page.select_option("[name=ends]", "date")
    with act(page):
        page.check("[name=may_add]")


def wrong(page: Any, scene: Scene) -> None:
    with_all(page, scene)
    page.fill("[name=max_files]", "0")
    page.fill("[name=password]", "tiny")
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.click("main button:has-text('Create share link')")
    page.locator("[role=alert]").first.wait_for()


def made(more: str = "") -> Way:
    def go(page: Any, scene: Scene) -> None:
        new("album={album}")(page, scene)
        page.fill("[name=password]", "lighthouse")
        page.click("main button:has-text('Create share link')")
        page.wait_for_url("**/links/*")
        if more:
            page.goto(page.url + more)

    return go


def revoked(page: Any, scene: Scene) -> None:
    made()(page, scene)
    page.click("main button:has-text('Revoke')")
    page.locator(".notice.undo").wait_for()
