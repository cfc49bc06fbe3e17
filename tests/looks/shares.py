"""States of share links, as people without an account see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.looks.scene import Scene
from tests.shares import share

LOADED = ".placeholder.done"
ENDS = "2031-09-01 10:00:00.000000"


def of_album(page: Any, scene: Scene) -> None:
    album = scene.albums["lake"].rpartition(".")[2]
    page.goto(scene.server.base + share(scene.server, album=album, expires_at=ENDS, may_add=1))


def of_files(page: Any, scene: Scene) -> None:
    some = [scene.files[one]["id_encoded"] for one in ("canon", "wide", "clip", "icon", "nsfw")]
    page.goto(scene.server.base + share(scene.server, files=some, download="none"))


def of_one_file(page: Any, scene: Scene) -> None:
    one = scene.files["photo"]["id_encoded"]
    path = share(scene.server, files=[one], title="The lake, for Grandma", expires_at=ENDS)
    page.goto(scene.server.base + path)
    page.locator(LOADED).wait_for(state="attached")


def file_of_album(page: Any, scene: Scene) -> None:
    album = scene.albums["lake"].rpartition(".")[2]
    path = share(scene.server, album=album)
    page.goto(f"{scene.server.base}{path}/{scene.files['photo']['id_encoded']}")


def with_nothing(page: Any, scene: Scene) -> None:
    album = scene.albums["empty"].rpartition(".")[2]
    page.goto(scene.server.base + share(scene.server, album=album))


def asking(**columns: Any) -> Callable[[Any, Scene], None]:
    def go(page: Any, scene: Scene) -> None:
        files = [scene.files["photo"]["id_encoded"]]
        page.goto(scene.server.base + share(scene.server, files=files, **columns))

    return go


def wrong_password(page: Any, scene: Scene) -> None:
    asking(password="lighthouse")(page, scene)
    page.fill("[name=password]", "seashell")
    page.click("main .button")
    page.locator("[role=alert]").wait_for()


def ended(page: Any, scene: Scene) -> None:
    page.goto(f"{scene.server.base}/s/{'0' * 22}")
