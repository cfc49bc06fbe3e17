"""The camera as a tag."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from models import Upload
from models.sent_files import waiting_for_owner
from services.camera_tag import with_camera
from services.sent_files import approve
from services.settings import Settings
from tests.blueprints.test_adding import Guest, album_link, the_link
from tests.conftest import existing, make_person, sample


@pytest.mark.parametrize(("camera", "sent", "tags"), [
    ("NIKON COOLPIX P6000", ["sea"], ["sea", "NIKON COOLPIX P6000"]),
    ("Canon EOS", ["canon eos"], ["canon eos"]),
    (" A/b,c  #d ", [], ["A b c d"]),
    ("x" * 40, [], ["x" * 32]),
    ("", ["a"], ["a"]), ("/", [], []),
    ("Canon", [f"t{n}" for n in range(50)], [f"t{n}" for n in range(50)]),
])  # fmt: skip
def test_the_camera_as_a_tag(camera: str, sent: list[str], tags: list[str]) -> None:
    assert with_camera(Settings(camera_tags=True), sent, camera) == tags
    assert with_camera(Settings(), sent, camera) == sent


def test_an_upload_gets_its_camera_as_a_tag(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(CAMERA_TAGS=True))
    image = ann.uploaded("gps-nikon.jpg", tags="sea")
    assert [tag["name"] for tag in image["tags"]] == ["sea", "NIKON COOLPIX P6000"]
    assert ann.uploaded("pixel.png", tags="sea")["tags"] == image["tags"][:1]


@pytest.mark.parametrize("waits", [True, False])
def test_a_senders_file_gets_it_from_the_owner_alone(
    make_app: Callable[..., Flask], waits: bool
) -> None:
    """They write what the camera is, and a link to a tag shows what has it."""
    app = make_app(CAMERA_TAGS=True)
    ann = make_person(app, "ann")
    number = Guest(app, album_link(ann, needs_approval=waits)).sent_id(
        sample("gps-nikon.jpg").read_bytes()
    )

    def tags() -> list[str]:
        return [tag.name for tag in existing(Upload.find_any(number)).tags]

    with app.app_context():
        assert tags() == []
        for sent in waiting_for_owner(the_link()):
            assert approve(app.extensions["keepsake"], sent)
    with app.app_context():
        assert tags() == (["NIKON COOLPIX P6000"] if waits else [])
