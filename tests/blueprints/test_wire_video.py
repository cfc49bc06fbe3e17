"""The API page's own example is a video: the same keys, order and types."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.conftest import Person, log_in, path_of, sample
from tests.media.make import film, panorama

EXAMPLE = json.loads(sample("example-response.json").read_text())


def same(example: object, ours: object, path: str = "") -> None:
    if isinstance(example, dict):
        assert isinstance(ours, dict) and list(ours) == list(example), path
        for key in example:
            same(example[key], ours[key], f"{path}/{key}")
    elif path != "/image/expiration_date_gmt":
        assert type(ours) is type(example), (path, ours)


def test_a_clip_has_the_shape_of_the_example(ann: Person) -> None:
    answer = json.loads(ann.upload("clip.mp4", title="Badgers animated music video MrWeebl").text)
    same(EXAMPLE, answer)
    image, data = answer["image"], sample("clip.mp4").read_bytes()
    assert (image["type"], image["mime"], image["extension"], image["chain"]) == (
        "video",
        "video/mp4",
        "mp4",
        21,
    )
    assert (image["width"], image["height"], image["duration"], image["duration_time"]) == (
        496,
        360,
        12,
        "00:12",
    )
    assert (image["checksum"], image["source_checksum"], image["is_animated"]) == (
        hashlib.md5(data).hexdigest(),
        None,
        0,
    )
    assert (
        image["path_viewer"] == f"/clip/Badgers-animated-music-video-MrWeebl.{image['id_encoded']}"
    )
    assert image["url_short"] == f"http://localhost/clip/{image['id_encoded']}"
    assert image["delete_url"].startswith(image["url_short"] + "/delete/")
    assert (
        image["frame"]["filename"] == "clip.fr.jpeg"
        and image["thumb"]["filename"] == "clip.th.jpeg"
    )
    assert image["url_frame"] == image["frame"]["url"] == image["display_url"]
    assert image["medium"] == dict.fromkeys(("filename", "name", "mime", "extension", "url"))
    for part in ("image", "frame", "thumb"):
        served = ann.client.get(path_of(image[part]["url"]))
        assert (served.mimetype, len(served.data)) == (image[part]["mime"], image[part]["size"])
    assert image["frame_size"] == image["frame"]["size"]


def test_a_wide_clip_has_a_medium(ann: Person, tmp_path: Path) -> None:
    image = ann.uploaded(film(tmp_path / "wide.mp4", size=(1280, 720), frames=5))
    assert image["chain"] == 23
    assert image["medium"]["filename"] == "wide.md.jpeg"
    assert (image["display_url"], image["display_width"], image["display_height"]) == (
        image["medium"]["url"],
        750,
        422,
    )


@pytest.mark.parametrize(
    ("name", "mime", "size"),
    [
        ("clip.webm", "video/webm", (640, 360)),
        ("phone-rotated-gps.mov", "video/quicktime", (360, 496)),
    ],
)
def test_other_films(name: str, mime: str, size: tuple[int, int], ann: Person) -> None:
    image = ann.uploaded(name)
    assert (image["mime"], (image["width"], image["height"]), image["type"]) == (
        mime,
        size,
        "video",
    )
    served = ann.client.get(path_of(image["url"])).data
    assert hashlib.md5(served).hexdigest() == image["checksum"]
    if "gps" in name:
        assert (
            b"40.44" not in served
            and image["source_checksum"] == hashlib.md5(sample(name).read_bytes()).hexdigest()
        )
        log_in(ann.client)
        assert ann.client.get(f"/original/{image['id_encoded']}").data == sample(name).read_bytes()


def test_addresses_of_a_clip(ann: Person) -> None:
    image = ann.uploaded("clip.webm")
    for wrong in (
        f"/video/{image['id_encoded']}",
        f"/video/clip.{image['id_encoded']}",
        f"/image/clip.{image['id_encoded']}",
        f"/clip/{image['id_encoded']}",
    ):
        assert ann.client.get(wrong).headers["Location"] == image["path_viewer"]
    page = ann.client.get(image["path_viewer"]).text
    assert " controls" in page and " loop" in page
    assert f'poster="{path_of(image["url_frame"])}"' in page
    for name, value in (
        ("og:video", image["url"]),
        ("og:video:type", "video/webm"),
        ("og:video:width", "640"),
        ("og:image", image["url_frame"]),
        ("og:type", "video.other"),
    ):
        assert f'<meta property="{name}" content="{value}">' in page


def test_a_film_that_browsers_do_not_play_says_so(ann: Person, tmp_path: Path) -> None:
    image = ann.uploaded(film(tmp_path / "new.mp4", codec="libx265", frames=5))
    page = ann.client.get(image["path_viewer"]).text
    assert "<video class" not in page and "can&#39;t play this kind of video" in page.replace(
        "can't", "can&#39;t"
    )
    assert path_of(image["url_frame"]) in page
    assert f'href="{path_of(image["url"])}" download' in page


def test_a_heic(ann: Person) -> None:
    image = ann.uploaded("iphone.heic")
    assert (image["filename"], image["mime"], image["type"]) == (
        "iphone.heic",
        "image/heic",
        "image",
    )
    assert (image["width"], image["height"], image["chain"]) == (2566, 3313, 7)
    assert (
        image["thumb"]["filename"] == "iphone.th.jpeg" and image["medium"]["mime"] == "image/jpeg"
    )
    assert (
        "GPS" not in (image["original_exifdata"] or "") and "iPhone" in image["original_exifdata"]
    )
    served = ann.client.get(path_of(image["url"]))
    assert (
        served.mimetype == "image/heic" and len(served.data) == sample("iphone.heic").stat().st_size
    )
    page = ann.client.get(image["path_viewer"]).text
    assert f'src="{path_of(image["medium"]["url"])}"' in page and "This is a preview" in page
    log_in(ann.client)
    assert (
        ann.client.get(f"/original/{image['id_encoded']}").data
        == sample("iphone.heic").read_bytes()
    )


def test_a_panorama(ann: Person, tmp_path: Path) -> None:
    image = ann.uploaded(panorama(tmp_path / "view.jpg"))
    assert image["is_360"] == 1
    assert f'data-panorama="{path_of(image["url"])}"' in ann.client.get(image["path_viewer"]).text
