"""Which files of a still the media page lets the browser choose from."""

from __future__ import annotations

import re
from typing import Any

import pytest

from blueprints.documents.sources import sources
from models import Upload
from services.jobs import previews
from services.jobs.kind import Turn
from tests.conftest import Person, path_of

PHOTO = {
    "name": "a",
    "extension": "jpeg",
    "derivative_extension": "jpeg",
    "width": 4000,
    "height": 3000,
    "medium_width": 750,
    "medium_size": 9,
    "kind": "image",
    "is_playable": True,
    "is_animated": False,
    "size": 8_000_000,
}
MEDIUM, PREVIEW, FILE = ("a.md.jpeg", 750), ("a.pv-jpeg.webp", 1600), ("a.jpeg", 4000)


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"preview_size": 9}, [MEDIUM, PREVIEW]),  # nobody loads 8 MB who doesn't zoom
        ({"preview_size": 0}, [MEDIUM]),  # none yet
        ({"preview_size": 9, "size": 900_000}, [MEDIUM, PREVIEW, FILE]),
        ({"size": 900_000}, [MEDIUM, FILE]),
        ({"medium_size": 0}, [FILE]),
        ({"preview_size": 9, "is_playable": False}, [MEDIUM, PREVIEW]),
        ({"is_playable": False, "size": 9}, [MEDIUM]),
        ({"is_animated": True}, []),
        ({"kind": "video"}, []),
    ],
)
def test_sources(columns: dict[str, Any], found: list[tuple[str, int]]) -> None:
    assert sources(Upload(**{**PHOTO, **columns})) == found


@pytest.mark.parametrize("name", ["iphone-gps-8mp.jpg", "iphone.heic"])
def test_a_page_preloads_what_it_shows(name: str, ann: Person) -> None:
    image = ann.uploaded(name)
    path, medium = image["path_viewer"], path_of(image["medium"]["url"])
    client = ann.app.test_client()
    page = client.get(path).text
    assert "srcset" not in page and f'src="{medium}"' in page
    with ann.app.app_context():
        previews.run(ann.app.extensions["keepsake"], Turn({}, lambda: False))
    page = client.get(path).text
    shown = re.search(r'<img[^>]* srcset="([^"]+)"\s+sizes="([^"]+)"', page)
    preloaded = re.search(r'imagesrcset="([^"]+)" imagesizes="([^"]+)"', page)
    assert shown and preloaded and shown.groups() == preloaded.groups()
    addresses = [one.split() for one in shown[1].split(", ")]
    assert addresses[0][0] == medium and len(addresses) == 2
    for address, width in addresses:
        assert client.get(address).status_code == 200 and width.endswith("w")
