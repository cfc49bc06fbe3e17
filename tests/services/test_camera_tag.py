"""The camera as a tag."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from services.camera_tag import with_camera
from services.settings import Settings
from tests.conftest import make_person


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
