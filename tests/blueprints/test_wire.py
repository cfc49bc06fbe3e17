"""The answer to an upload, key by key, as the contract has it."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from blueprints.documents import wire
from blueprints.http import addresses
from tests.conftest import Person, path_of, sample

EXAMPLE = json.loads(sample("example-response.json").read_text())
STILLS = {
    "plain.jpg": ("jpg", 1600, 1200, "image/jpeg"),
    "cmyk.jpg": ("jpg", 1600, 1200, "image/jpeg"),
    "canon-40d.jpg": ("jpg", 100, 68, "image/jpeg"),
    "gps-nikon.jpg": ("jpg", 640, 480, "image/jpeg"),
    "iphone-gps-8mp.jpg": ("jpg", 3264, 2448, "image/jpeg"),
    "long-description.jpg": ("jpg", 100, 73, "image/jpeg"),
    "odd-exif.jpg": ("jpg", 636, 227, "image/jpeg"),
    "orientation-1.jpg": ("jpg", 600, 450, "image/jpeg"),
    "orientation-3.jpg": ("jpg", 600, 450, "image/jpeg"),
    "orientation-6.jpg": ("jpg", 600, 450, "image/jpeg"),
    "orientation-8.jpg": ("jpg", 600, 450, "image/jpeg"),
    "xmp-title.jpg": ("jpg", 360, 216, "image/jpeg"),
    "alpha.png": ("png", 300, 200, "image/png"),
    "animated.png": ("png", 300, 200, "image/png"),
    "pixel.png": ("png", 1, 1, "image/png"),
    "screenshot.png": ("png", 1920, 1080, "image/png"),
    "animated.gif": ("gif", 320, 240, "image/gif"),
    "animated.webp": ("webp", 300, 200, "image/webp"),
    "still.webp": ("webp", 960, 540, "image/webp"),
    "still.avif": ("avif", 960, 540, "image/avif"),
    "still.bmp": ("png", 320, 180, "image/png"),
}


def same_shape(example: Any, ours: Any, path: str = "") -> None:
    """Same keys, same order, same nesting, same types; what a still lacks aside."""
    if isinstance(example, dict):
        expected = [key for key in example if path != "/image" or key != "frame"]
        assert list(ours) == expected, path
        for key in expected:
            same_shape(example[key], ours[key], f"{path}/{key}")
    elif path not in NULLABLE:
        assert type(ours) is type(example), (path, ours)


# null in the example or for some uploads; the types are checked one by one below
NULLABLE = {
    f"/image/{key}"
    for key in (
        "description",
        "source_checksum",
        "original_exifdata",
        "category_id",
        "expiration_date_gmt",
        "title",
    )
} | {f"/image/medium/{key}" for key in ("filename", "name", "mime", "extension", "url", "size")}


@pytest.mark.parametrize("name", STILLS)
def test_each_sample_key_by_key(name: str, ann: Person) -> None:
    extension, width, height, mime = STILLS[name]
    sent = sample(name).read_bytes()
    answer = ann.upload(name)
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    document = json.loads(answer.text)
    image = document["image"]
    if image["medium"]["url"]:
        image["medium"].pop("size")
    same_shape(EXAMPLE, document)
    image = json.loads(answer.text)["image"]

    stem = name.rpartition(".")[0]
    served = ann.client.get(path_of(image["url"])).data
    assert (image["name"], image["extension"], image["filename"]) == (
        stem,
        extension,
        f"{stem}.{extension}",
    )
    assert (image["width"], image["height"], image["mime"]) == (width, height, mime)
    assert image["ratio"] == width / height
    assert image["size"] == len(served) == image["image"]["size"]
    assert image["checksum"] == hashlib.md5(served).hexdigest()
    assert image["source_checksum"] == (None if served == sent else hashlib.md5(sent).hexdigest())
    assert image["original_filename"] == name
    assert image["size_formatted"] == wire.size_formatted(len(served))
    assert image["is_animated"] == int(name.startswith("animated"))
    assert (image["type"], image["duration"], image["duration_time"], image["url_frame"]) == (
        "image",
        0,
        "",
        "",
    )
    assert (image["views"], image["likes"], image["views_label"], image["likes_label"]) == (
        0,
        0,
        "views",
        "likes",
    )
    assert (image["nsfw"], image["is_approved"], image["is_360"], image["is_use_loader"]) == (
        0,
        1,
        0,
        False,
    )
    assert image["storage_mode"] == "datefolder" and image["file"] == {"resource": {"type": "url"}}
    assert (
        image["tags"],
        image["tags_string"],
        image["category_id"],
        image["expiration_date_gmt"],
    ) == ([], "", None, None)
    assert image["how_long_ago"] == "moments ago"

    has_medium = width > 750
    assert image["chain"] == (7 if has_medium else 5)
    check_file(ann, image["thumb"], f"{stem}.th", extension, mime, (320, 320))
    assert image["thumb_size"] == image["thumb"]["size"]
    if has_medium:
        size = (750, round(height * 750 / width))
        check_file(ann, image["medium"], f"{stem}.md", extension, mime, size)
        assert (image["display_url"], image["display_width"], image["display_height"]) == (
            image["medium"]["url"],
            *size,
        )
    else:
        assert image["medium"] == dict.fromkeys(("filename", "name", "mime", "extension", "url"))
        assert (image["display_url"], image["display_width"], image["display_height"]) == (
            image["url"],
            width,
            height,
        )
    assert image["medium_size"] == image["medium"].get("size", 0)
    assert image["frame_size"] == 0

    now = datetime.now(UTC)
    assert now - datetime.strptime(image["date_gmt"], "%Y-%m-%d %H:%M:%S").replace(
        tzinfo=UTC
    ) < timedelta(minutes=1)
    assert image["date_fixed_peer"] == image["date_gmt"]
    assert image["url"].startswith(
        f"http://localhost/images/{image['date'][:10].replace('-', '/')}/"
    )
    assert re.fullmatch(r"[A-Za-z0-9]{8}", image["id_encoded"])
    assert image["url_short"] == f"http://localhost/image/{image['id_encoded']}"
    assert image["url_viewer"] == "http://localhost" + image["path_viewer"]
    assert (
        image["path_viewer"] == f"/image/{addresses.slug_of(image['title'])}.{image['id_encoded']}"
    )
    assert re.fullmatch(
        re.escape(image["url_short"]) + r"/delete/[0-9a-f]{48}", image["delete_url"]
    )
    assert image["display_title"] == image["title"]


def check_file(
    ann: Person, file: dict[str, Any], name: str, extension: str, mime: str, size: tuple[int, int]
) -> None:
    filename = f"{name}.{extension}"
    assert list(file) == ["filename", "name", "mime", "extension", "url", "size"]
    assert (file["filename"], file["name"], file["mime"], file["extension"]) == (
        filename,
        name,
        mime,
        extension,
    )
    answer = ann.client.get(path_of(file["url"]))
    assert (
        answer.status_code == 200 and answer.mimetype == mime and len(answer.data) == file["size"]
    )
    import io

    with Image.open(io.BytesIO(answer.data)) as image:
        assert image.size == size


def test_titles_and_descriptions_from_metadata(ann: Person) -> None:
    image = ann.uploaded("xmp-title.jpg")
    assert image["title"] == "Blue Square Test File - .jpg"
    assert image["description"].startswith("XMPFiles BlueSquare test file")
    # 28 characters are not too many
    assert image["title_truncated"] == "Blue Square Test File - .jpg"
    assert image["path_viewer"].startswith("/image/Blue-Square-Test-File-.jpg.")
    assert len(ann.uploaded("long-description.jpg")["description"]) > 250


def test_nothing_about_the_place(ann: Person) -> None:
    for name in ("gps-nikon.jpg", "iphone-gps-8mp.jpg", "long-description.jpg"):
        image = ann.uploaded(name)
        text = json.dumps(image) + ann.client.get(image["path_viewer"]).text
        # as EXIF, XMP and IPTC have them
        for word in ("GPS", "atitude", "ongitude", "DAYCHOPAN", "KANDAHAR ARMY"):
            assert word not in text, word
        shown = json.loads(image["original_exifdata"])
        assert shown and not [key for key in shown if "Serial" in key or "Maker" in key]


def test_a_jpeg_is_called_jpg_only_where_its_sender_did(ann: Person) -> None:
    assert ann.uploaded(sample("plain.jpg"), filename="a.jpg")["filename"] == "a.jpg"
    assert ann.uploaded(sample("plain.jpg"), filename="b.jpeg")["filename"] == "b.jpeg"
    image = ann.uploaded(sample("plain.jpg"), filename="c.png")
    assert (image["filename"], image["thumb"]["filename"], image["mime"]) == (
        "c.jpeg",
        "c.th.jpeg",
        "image/jpeg",
    )


def test_a_taken_name_gets_sixteen_more(ann: Person) -> None:
    names = {ann.uploaded("pixel.png")["name"] for _ in range(3)}
    assert len(names) == 3 and "pixel" in names
    assert all(re.fullmatch(r"pixel([A-Za-z0-9]{16})?", name) for name in names)


@pytest.mark.parametrize(("size", "text"), [
    (0, "0 B"), (512, "512 B"), (999, "999 B"), (1000, "1 KB"), (19_804, "19.8 KB"),
    (3_011_299, "3 MB"), (999_949, "999.9 KB"), (999_960, "1 MB"), (1_500_000_000, "1.5 GB"),
])  # fmt: skip
def test_sizes_for_people(size: int, text: str) -> None:
    assert wire.size_formatted(size) == text


@given(st.integers(0, 10**15))
def test_any_size_for_people(size: int) -> None:
    found = re.fullmatch(r"(\d{1,3}(?:\.[1-9])?) (B|KB|MB|GB|TB|PB)", wire.size_formatted(size))
    assert found
    power = ["B", "KB", "MB", "GB", "TB", "PB"].index(found[2])
    assert abs(float(found[1]) * 1000**power - size) <= 0.0501 * 1000**power


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Badgers animated music video MrWeebl", "Badgers-animated-music-video-MrWeebl"),
        ("a/b\\c~d&e!f'g\"h?i", "abcdefghi"),
        ("  x -- y  ", "-x-y-"),
        ("Größe", "Gr%C3%B6%C3%9Fe"),
        ("50% off #1", "50%25-off-%231"),
        ("", ""),
        ("???", ""),
        ("a.b", "a.b"),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert addresses.slug_of(title) == slug


@given(st.text(max_size=100))
def test_any_slug_is_one_part_of_a_path(title: str) -> None:
    title = title.encode("utf-8", "ignore").decode()
    slug = addresses.slug_of(title)
    assert re.fullmatch(r"[A-Za-z0-9_.%-]*", slug)


@pytest.mark.parametrize(("seconds", "text"), [
    (0, "moments ago"), (-5, "moments ago"), (59, "moments ago"), (60, "1 minute ago"),
    (300, "5 minutes ago"), (3599, "59 minutes ago"), (7200, "2 hours ago"), (86_400, "1 day ago"),
    (604_800, "1 week ago"), (2_592_000, "1 month ago"), (70_000_000, "2 years ago"),
])  # fmt: skip
def test_how_long_ago(seconds: int, text: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert wire.how_long_ago(now - timedelta(seconds=seconds), now) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (73, "01:13"), (3599, "59:59"), (3661, "61:01")]
)
def test_durations(seconds: int, text: str) -> None:
    assert wire.duration_time(seconds) == text


def test_titles_are_cut_where_the_contract_says(ann: Person) -> None:
    image = ann.uploaded("pixel.png", title="x" * 200, description="y" * 6000)
    assert (len(image["title"]), len(image["description"])) == (100, 5000)
    assert image["title_truncated"] == "x" * 25 + "..."
    image = ann.uploaded("pixel.png", title='<b>&"quoted"</b>')
    assert image["title_truncated_html"] == "&lt;b&gt;&amp;&quot;quoted&quot;&lt;/b&gt;"
