"""Albums of several people: one of ann's with bob in it, and one of bob's with ann."""

from __future__ import annotations

from collections.abc import Callable

import requests

from tests.conftest import PASSWORD, Server, sample

Post = Callable[[requests.Session, str, dict[str, str]], str]


def make_shared_albums(server: Server, post: Post) -> dict[str, str]:
    """Their paths."""
    return {
        "garden": _album(server, "ann", "The garden, from spring to autumn", "bob", post),
        "regatta": _album(server, "bob", "Regatta", "ann", post),
    }


def put_into(server: Server, album: str, key: str) -> None:
    for name in ("orientation-1.jpg", "plain.jpg"):
        with sample(name).open("rb") as source:
            requests.post(
                server.base + "/api/1/upload",
                data={"album_id": album.rpartition(".")[2]},
                files={"source": source},
                headers={"X-API-Key": key},
                timeout=60,
            ).raise_for_status()


def _album(server: Server, owner: str, name: str, member: str, post: Post) -> str:
    with requests.Session() as session:
        post(session, server.base + "/login", {"name": owner, "password": PASSWORD})
        fields = {"name": name, "visibility": "private", "sort": "taken"}
        path = post(session, server.base + "/albums/new", fields)
        members = server.base + path + "/members"
        post(session, members, {"name": member, "right": "add"})
        return path
