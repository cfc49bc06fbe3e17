"""What people send by a share link: its row, its files, who sent it and what the link has received
are there together, or not at all. And all scenes that there are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from blueprints.http.share_address import share_token
from models import Album, Contribution, ShareLink, Upload, User, Visibility, db
from models.sent_files import waiting_for_owner
from services import sent_files
from services.share_links import change_link, share_album
from tests.conftest import SAMPLES, csrf_token, existing
from tests.crash import backups, bulk
from tests.crash.scenes import SCENES, Scene, furnish, site_at
from tests.crash.versions import VERSION_SCENES


def furnish_with_link(data: Path) -> dict[str, Any]:
    """To an album whose files anybody may have."""
    facts = furnish(data)
    with site_at(data):
        ann = existing(User.by_name("ann"))
        album = Album.create(ann, "Rome", Visibility.UNLISTED)
        db.session.flush()
        link = share_album(ann, album, share_token, {"may_add": True})
        facts["link"] = f"/s/{share_token(link.public_id)}/add"
    return facts


def furnish_sent(data: Path) -> dict[str, Any]:
    """With a file that waits for the link's owner."""
    facts = furnish_with_link(data)
    with site_at(data) as app:
        link = db.session.scalars(db.select(ShareLink)).one()
        change_link(link, {"needs_approval": True})
        send("three")(app, facts)
    return facts


def send(name: str) -> Callable[[Flask, dict[str, Any]], None]:
    def act(app: Flask, facts: dict[str, Any]) -> None:
        guest = app.test_client()
        token = csrf_token(guest.get(facts["link"]).text)
        with (SAMPLES / "pixel.png").open("rb") as source:
            answer = guest.post(
                facts["link"],
                data={"sender": "Tom", "source": (source, f"{name}.png")},
                headers={"Accept": "application/json", "X-CSRFToken": token},
            )
        assert answer.status_code == 200, answer.text

    return act


def approve_sent(app: Flask, _facts: dict[str, Any]) -> None:
    link = db.session.scalars(db.select(ShareLink)).one()
    (sent,) = waiting_for_owner(link)
    assert sent_files.approve(app.extensions["keepsake"], sent)


def refuse_sent(app: Flask, _facts: dict[str, Any]) -> None:
    link = db.session.scalars(db.select(ShareLink)).one()
    (sent,) = waiting_for_owner(link)
    assert sent_files.refuse(app.extensions["keepsake"], sent)


def half_sent(data: Path) -> list[str]:
    with site_at(data):
        link = db.session.scalars(db.select(ShareLink)).one()
        three = db.session.scalar(db.select(Upload).where(Upload.name == "three"))
        how = db.session.scalars(db.select(Contribution)).all()
        told = [] if len(how) == (three is not None) else [f"{len(how)} rows say who sent it"]
        counts = link.added_files, link.added_bytes
        there = len(how), sum(one.size for one in how)
        told += [] if counts == there else [f"counted {counts}, there are {there}"]
        if three and how:
            state = not how[0].is_waiting, three.album_count == 1, three.is_open
            told += [] if len(set(state)) == 1 else [f"shown by half: {state}"]
    return told


_FURNISHED = {"one": "public", "two": "private"}
ALL_SCENES = {
    **SCENES,
    **VERSION_SCENES,
    **backups.SCENES,
    **bulk.SCENES,
    "send": Scene([(send("three"), {"three": "public"})], furnish_with_link, afterwards=half_sent),
    "approve_sent": Scene(
        [(approve_sent, {"three": "public"})],
        furnish_sent,
        {**_FURNISHED, "three": "private"},
        afterwards=half_sent,
    ),
    "refuse_sent": Scene(
        [(refuse_sent, {"three": ""})],
        furnish_sent,
        {**_FURNISHED, "three": "private"},
        afterwards=half_sent,
    ),
}
