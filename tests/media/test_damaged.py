"""Damaged files that browsers show: kept, and said to be damaged. What shows too little is refused
as before.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from tests.conftest import Person, Server, log_in, path_of, sample

PLAIN, PHONE, GIF = (
    sample(name).read_bytes() for name in ("plain.jpg", "iphone-gps-8mp.jpg", "animated.gif")
)
PLACE = b"GPS 48.137,11.575 Marienplatz"


def segments(data: bytes) -> list[int]:
    """The offsets of a JPEG's header segments."""
    found, at = [], 2
    while data[at + 1] != 0xDA:
        found.append(at)
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return [*found, at]


def junk_before(data: bytes, number: int, junk: bytes) -> bytes:
    at = segments(data)[number]
    return data[:at] + junk + data[at:]


def progressive() -> bytes:
    made = io.BytesIO()
    with Image.open(sample("plain.jpg")) as image:
        image.save(made, "JPEG", progressive=True, quality=80)
    return made.getvalue()


def frame(number: int) -> int:
    """Where a frame of the GIF begins."""
    at = -1
    for _ in range(number + 1):
        at = GIF.index(b"\x21\xf9\x04", at + 1)
    return at


DAMAGED: dict[str, bytes] = {
    "no-end.jpg": PLAIN[:-2],
    "no-end-phone.jpg": PHONE[:-2],
    "less-ten.jpg": PLAIN[:-10],
    "no-end-progressive.jpg": progressive()[:-2],
    "junk-last.jpg": junk_before(PLAIN, -1, PLACE),
    "junk-phone.jpg": junk_before(PHONE, 2, PLACE * 50),
    "both.jpg": junk_before(PLAIN, 1, b"\0" * 100)[:-2],
    "zero.gif": GIF[: frame(1)] + b"\0" + GIF[frame(1) :],
    "zeros-first.gif": GIF[: frame(0)] + b"\0\0\0" + GIF[frame(0) :],
    "cut-in-pixels.gif": GIF[:-40],
    "cut-in-descriptor.gif": GIF[: frame(2) + 12],
    "cut-in-extension.gif": GIF[: frame(2)] + b"\x21\xfe\x50" + PLACE,
}
REFUSED: dict[str, bytes] = {
    "half.jpg": PLAIN[: len(PLAIN) // 2],
    "nine-tenths.jpg": PLAIN[: len(PLAIN) * 9 // 10],
    "half-progressive.jpg": progressive()[: len(progressive()) // 2],
    "header-only.jpg": PLAIN[: segments(PLAIN)[-1]],
    "much-junk.jpg": junk_before(PLAIN, 1, b"j" * 5000),
    "first-frame-cut.gif": GIF[: frame(1) - 40],
    "junk-first.jpg": junk_before(PLAIN, 0, b"junk"),  # nor do browsers show this one
    "no-frame.gif": GIF[: frame(0)],
}


@pytest.mark.parametrize("name", DAMAGED)
def test_it_is_kept_and_its_page_says_so(name: str, ann: Person) -> None:
    image = ann.uploaded(DAMAGED[name], name)
    log_in(ann.client)
    page = ann.client.get(path_of(image["url_viewer"])).text
    assert "This file is damaged. Parts of it may be missing." in page
    served = ann.client.get(path_of(image["url"])).data
    assert len(served) == len(DAMAGED[name]) and PLACE not in served
    assert ann.client.get(f"/original/{image['id_encoded']}").data == DAMAGED[name]
    thumb = Image.open(io.BytesIO(ann.client.get(path_of(image["thumb"]["url"])).data))
    whole = (
        "iphone-gps-8mp.jpg"
        if "phone" in name
        else "plain.jpg"
        if name.endswith("jpg")
        else "animated.gif"
    )
    good = Image.open(io.BytesIO(ann.client.get(path_of(ann.uploaded(whole)["thumb"]["url"])).data))
    bottom = (0, 0, 320, 300)  # but for the last rows, which may lack
    difference = ImageChops.difference(
        thumb.convert("RGB").crop(bottom), good.convert("RGB").crop(bottom)
    )
    assert all(not any(band.histogram()[30:]) for band in difference.split())


@pytest.mark.parametrize("name", REFUSED)
def test_what_shows_too_little_is_refused(name: str, ann: Person) -> None:
    answer = ann.upload(REFUSED[name], name)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, 610)


@pytest.mark.parametrize(
    "name",
    [
        "plain.jpg",
        "iphone-gps-8mp.jpg",
        "animated.gif",
        "gps-nikon.jpg",
        "cmyk.jpg",
        "canon-40d.jpg",
    ],
)
def test_whole_files_are_not_called_damaged(name: str, ann: Person) -> None:
    assert (
        "damaged" not in ann.app.test_client().get(path_of(ann.uploaded(name)["url_viewer"])).text
    )


def test_another_picture_behind_the_first_may_be_cut(ann: Person) -> None:
    image = ann.uploaded(PLAIN + PHONE[:-2], "two.jpg")
    assert "damaged" not in ann.app.test_client().get(path_of(image["url_viewer"])).text


def test_a_resized_one_is_whole(ann: Person) -> None:
    image = ann.uploaded(DAMAGED["no-end.jpg"], "a.jpg", width="400")
    answer = ann.app.test_client().get(path_of(image["url_viewer"]))
    assert image["width"] == 400 and "damaged" not in answer.text


@pytest.mark.browser
def test_browsers_show_them(page: Any, make_server: Callable[..., Server], tmp_path: Path) -> None:
    """The reason why they are kept."""
    page.goto(make_server().base + "/login")
    for name, data in DAMAGED.items():
        kind = "gif" if name.endswith("gif") else "jpeg"
        width = page.evaluate(
            """async (address) => {
          const picture = new Image();
          picture.src = address;
          await picture.decode();
          return picture.naturalWidth;
        }""",
            f"data:image/{kind};base64,{base64.b64encode(data).decode()}",
        )
        assert width > 0, name


def test_a_damaged_bomb_is_refused_before_it_is_decoded(ann: Person) -> None:
    at = PLAIN.index(b"\xff\xc0" if b"\xff\xc0" in PLAIN else b"\xff\xc2") + 5
    answer = ann.upload(PLAIN[:at] + b"\xea\x60\xea\x60" + PLAIN[at + 4 : -2], "a.jpg")
    assert (answer.status_code, answer.json["error"]["message"]) == (
        400,
        "Image too large - max 128 megapixels",
    )
