"""Share links of a running server, made in this process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from blueprints.http.share_address import share_token
from models import Album, ShareLink, User, db
from services.share_links import change_link, share_album
from tests.conftest import Server, existing
from tests.crash.scenes import site_at


@contextlib.contextmanager
def link_of(server: Server, name: str = "ann", **wishes: Any) -> Iterator[tuple[str, ShareLink]]:
    """The address of a new link to an album of this person's that takes files, and the link."""
    with site_at(server.data):
        owner = existing(User.by_name(name))
        album = Album.create(owner, "Holiday")
        db.session.flush()
        link = share_album(owner, album, share_token, {"may_add": True})
        change_link(link, wishes)  # type: ignore[arg-type]
        yield f"{server.base}/s/{share_token(link.public_id)}", link
