"""A site with something on it: an account, a guest key, uploads of every shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from tests.conftest import PASSWORD, Server, csrf_token, key_on, sample
from tests.looks.together import make_shared_albums, put_into
from tests.media.make import panorama

TITLES = {  # of the samples that have none of their own, as a listing of real ones shows them
    "iphone-gps-8mp.jpg": "Evening on the lake",
    "canon-40d.jpg": "Sunday in the park",
    "gps-nikon.jpg": "Piazza, early",
    "iphone.heic": "Autumn leaves",
    "orientation-6.jpg": "Portrait",
    "clip.mp4": "First steps",
}


@dataclass
class Scene:
    """A server, one that nobody has set up yet and that sends mail, and the uploads by a short
    name.
    """

    server: Server
    empty: Server
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    albums: dict[str, str] = field(default_factory=dict)  # paths

    def page_of(self, name: str) -> str:
        address: str = self.files[name]["url_viewer"]
        return address

    @property
    def set_up(self) -> str:
        """The set-up link that the empty one printed."""
        printed = next(word for word in self.empty.log.split() if "/setup/" in word)
        return f"{self.empty.base}/setup/{printed.rpartition('/')[2]}"


def make_scene(make_server: Callable[..., Server], folder: Path) -> Scene:
    mail = {"SMTP_HOST": "127.0.0.1", "MAIL_FROM": "keepsake@home.example"}
    server = make_server(
        is_development=True,
        SIGN_UP="approval",
        REVIEW="members",
        BACKUP_FOLDER=str(folder / "backup"),
    )
    empty = make_server(**mail, PUBLIC_URL="http://home.example")
    scene = Scene(server, empty)
    key = key_on(server, admin=True)
    server.command("user", "create", "bob", "--password-stdin", stdin=PASSWORD)
    key_of_bob = server.command("key", "create", "bob")
    scene.albums.update(make_albums(server))
    album = scene.albums["lake"].rpartition(".")[2]

    def put(short: str, path: Path, key: str = key, **fields: str) -> None:
        with path.open("rb") as source:
            answer = requests.post(
                server.base + "/api/1/upload",
                data={"visibility": "public", **fields},
                files={"source": source},
                headers={"X-API-Key": key},
                timeout=60,
            )
        scene.files[short] = answer.json()["image"]

    Image.new("RGB", (1080, 6000), "white").save(folder / "long.png")
    Image.new("RGBA", (16, 16), (200, 0, 0, 128)).save(folder / "icon.png")
    Image.new("RGB", (6000, 1200), "teal").save(folder / "wide.jpg")
    panorama(folder / "around.jpg")
    for name in ("long.png", "icon.png", "wide.jpg", "around.jpg"):
        put(name.split(".")[0], folder / name)
    for name in ("screenshot.png", "alpha.png", "animated.gif", "plain.jpg", "orientation-1.jpg"):
        put(name.split(".")[0], sample(name), title=TITLES.get(name, ""))
    put("of-bob", sample("pixel.png"), key_of_bob, visibility="private")
    put("nsfw", sample("still.webp"), nsfw="1")
    put(
        "private",
        sample("cmyk.jpg"),
        visibility="private",
        expiration="P1D",
        title="A_very_long_title_without_any_space_in_it_" * 2,
        tags="a, b",
    )
    for name in ("orientation-6.jpg", "clip.mp4", "iphone.heic", "gps-nikon.jpg", "canon-40d.jpg"):
        put(name.split(".")[0], sample(name), title=TITLES[name], album_id=album)
    put("in-album", sample("plain.jpg"), title="Only here", visibility="private", album_id=album)
    put(
        "photo",
        sample("iphone-gps-8mp.jpg"),
        title=TITLES["iphone-gps-8mp.jpg"],
        description="The last warm evening of the year. The water was still.",
        tags="lake, holiday, sunset",
        album_id=album,
    )
    category = scene.server.command("category", "create", "Far trips").strip()
    put("canon", sample("canon-40d.jpg"), title="Harbor at dusk", category_id=category)
    boat = scene.albums["boat"].rpartition(".")[2]
    put("boat", sample("orientation-8.jpg"), title="Ahoy", album_id=boat)
    put("used", sample("still.webp"), title="Looked at now and then", expiration="unused:P90D")
    put("deletable", sample("pixel.png"), title="Gone soon")
    scene.albums.update(make_shared_albums(server, post))
    put_into(server, scene.albums["garden"], key)
    return scene


def wait_for_approval(scene: Scene) -> None:
    """What bob sends, who shows it to others."""
    server = scene.server
    key = server.command("key", "create", "bob")
    for name, fields in {
        "gps-nikon.jpg": {}, "still.webp": {"nsfw": "1"}, "clip.mp4": {}, "orientation-6.jpg": {},
        "screenshot.png": {"title": "A_very_long_title_without_any_space_in_it_" * 2},
    }.items():  # fmt: skip
        with sample(name).open("rb") as source:
            answer = requests.post(
                server.base + "/api/1/upload",
                data={"title": TITLES.get(name, ""), **fields},
                files={"source": source},
                headers={"X-API-Key": key},
                timeout=60,
            )
        scene.files["waits"] = answer.json()["image"]


def make_albums(server: Server) -> dict[str, str]:
    """Ann's: one that is public, one with a password, one with nothing in it."""
    with requests.Session() as session:
        form = {"name": "ann", "password": PASSWORD}
        post(session, server.base + "/login", form)
        albums = {
            "lake": post(session, server.base + "/albums/new", {
                "name": "A week at the lake", "visibility": "public", "sort": "taken",
                "description": "Warm days, cold water, and far too much ice cream.",
            }),
            "locked": post(session, server.base + "/albums/new", {
                "name": "For the grandparents", "visibility": "password", "sort": "taken",
                "password": "lighthouse",
            }),
            "empty": post(session, server.base + "/albums/new", {
                "name": "Winter", "visibility": "private", "sort": "name",
            }),
        }  # fmt: skip
        above = albums["lake"].rpartition(".")[2]
        below = {"name": "The boat trip", "visibility": "public", "sort": "taken", "parent": above}
        albums["boat"] = post(session, server.base + "/albums/new", below)
        return albums


def post(session: requests.Session, url: str, fields: dict[str, str]) -> str:
    """Send a form; where its answer leads."""
    token = csrf_token(session.get(url, timeout=60).text)
    data = {"csrf_token": token, **fields}
    return session.post(url, data=data, timeout=60, allow_redirects=False).headers["Location"]


def log_in(page: Any, server: Server) -> None:
    """As ann, to the start page."""
    page.goto(server.base + "/login")
    page.fill("[name=name]", "ann")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(server.base + "/")
