"""The pages in a real browser: they load nothing from elsewhere, break no policy, and fit a
phone.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from tests.conftest import PASSWORD, POLLING, Server, path_of, sample
from tests.e2e.conftest import violations_in_both
from tests.looks.jumps import SHIFTS, jumps
from tests.media.make import film, is_upright, panorama

pytestmark = pytest.mark.browser


def log_in(page: Any, server: Server) -> None:
    page.goto(server.base + "/login")
    page.fill("[name=name]", "ann")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(server.base + "/")


def uploaded(server: Server, key: str, name: str = "plain.jpg", **fields: str) -> dict[str, Any]:
    answer = requests.post(
        server.base + "/api/1/upload",
        data=fields,
        files={"source": sample(name).open("rb")},
        headers={"X-API-Key": key},
        timeout=30,
    )
    image: dict[str, Any] = answer.json()["image"]
    return image


def shown(page: Any, selector: str) -> bool:
    width: int = page.locator(selector).first.evaluate(
        "image => image.complete && image.naturalWidth"
    )
    return width > 0


def test_from_log_in_to_a_shared_link(page: Any, server: Server, server_key: str) -> None:
    log_in(page, server)
    page.wait_for_selector(".uploader.scripted")
    page.set_input_files("#files", sample("plain.jpg"))
    page.click("[data-start]")
    page.locator(".item[data-state=done] [data-do=menu]").click()
    page.locator("#row-menu").get_by_role("link", name="Open").click()
    page.wait_for_load_state("load")
    assert shown(page, "figure img:not(.placeholder)")
    assert page.title().startswith("plain")


def test_a_person_deletes_by_the_link(page: Any, server: Server, server_key: str) -> None:
    image = uploaded(server, server_key)
    page.goto(image["delete_url"])
    assert requests.get(image["url"], timeout=10).status_code == 200  # looking is not deleting
    page.click("button.danger")
    assert "File deleted." in page.text_content("main")
    assert requests.get(image["url"], timeout=10).status_code == 404


@pytest.mark.parametrize(
    "name", ["orientation-6.jpg", "animated.webp", "screenshot.png", "cmyk.jpg"]
)
def test_pictures_show(name: str, page: Any, server: Server, server_key: str) -> None:
    image = uploaded(server, server_key, name)
    page.goto(image["url_viewer"])
    page.wait_for_load_state("load")
    assert shown(page, "figure img:not(.placeholder)")


def test_a_video_plays_and_seeks(page: Any, server: Server, server_key: str) -> None:
    image = uploaded(server, server_key, "clip.mp4")
    page.goto(image["url_viewer"])
    page.wait_for_function("() => document.querySelector('video').readyState >= 1", polling=POLLING)
    assert page.evaluate(
        "[video => video.videoWidth, video => video.duration].map(f => "
        "f(document.querySelector('video')))"
    ) == [496, 12]
    page.evaluate("document.querySelector('video').muted = true")
    page.evaluate("document.querySelector('video').play()")
    page.wait_for_function(
        "() => document.querySelector('video').currentTime > 0.2", polling=POLLING
    )
    with page.expect_response(lambda answer: answer.status == 206 and answer.url == image["url"]):
        page.reload()
        page.evaluate("document.querySelector('video').load()")
    page.wait_for_function("() => document.querySelector('video').readyState >= 1", polling=POLLING)
    page.evaluate("document.querySelector('video').currentTime = 9")
    page.wait_for_function(
        "() => !document.querySelector('video').seeking && "
        "document.querySelector('video').currentTime >= 9",
        polling=POLLING,
    )


def test_a_turned_video_looks_like_its_frame(
    page: Any, server: Server, server_key: str, tmp_path: Path
) -> None:
    path = film(tmp_path / "turned.mov", size=(180, 320), rotation=90, frames=20)
    image = requests.post(
        server.base + "/api/1/upload",
        files={"source": path.open("rb")},
        headers={"X-API-Key": server_key},
        timeout=30,
    ).json()["image"]
    page.goto(image["url_viewer"])
    page.wait_for_function("() => document.querySelector('video').readyState >= 1", polling=POLLING)
    page.evaluate("""() => new Promise((shown) => {
      const video = document.querySelector('video');
      const look = (now, { mediaTime }) => {
        if (mediaTime > 0.2) shown(); else video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
      video.currentTime = 0.3;
    })""")  # the frame may come after the end of seeking
    corners = page.evaluate("""() => {
      const video = document.querySelector('video'), canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      const pen = canvas.getContext('2d');
      pen.drawImage(video, 0, 0);
      return [[.1, .1], [.9, .1], [.1, .9], [.9, .9]].map(([x, y]) =>
        pen.getImageData(x * canvas.width, y * canvas.height, 1, 1).data[0] > 150);
    }""")
    assert corners == [True, False, False, False]
    frame = Image.open(io.BytesIO(requests.get(image["url_frame"], timeout=10).content))
    assert frame.size == (180, 320) and is_upright(frame)


def test_a_heic_and_an_odd_avif_show(page: Any, server: Server, server_key: str) -> None:
    for name in ("iphone.heic", "still.avif"):
        page.goto(uploaded(server, server_key, name)["url_viewer"])
        page.wait_for_load_state("load")
        assert shown(page, "figure img:not(.placeholder)")
        assert page.get_by_text("This is a preview").is_visible()


def test_a_panorama_turns(page: Any, server: Server, server_key: str, tmp_path: Path) -> None:
    path = panorama(tmp_path / "view.jpg")
    image = requests.post(
        server.base + "/api/1/upload",
        files={"source": path.open("rb")},
        headers={"X-API-Key": server_key},
        timeout=30,
    ).json()["image"]
    page.goto(image["url_viewer"])
    page.wait_for_selector("[data-turning=yes]", timeout=20_000)
    before = page.evaluate("document.querySelector('[data-panorama]').viewer.getYaw()")
    box = page.locator(".panorama").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 600, box["y"] + 200, steps=5)
    page.mouse.up()
    page.wait_for_function(
        "before => Math.abs(document.querySelector('[data-panorama]').viewer.getYaw() - before) "
        "> 5",
        arg=before,
        polling=POLLING,
    )


def test_listings_play_on_hover(page: Any, server: Server, server_key: str) -> None:
    for name in ("clip.webm", "animated.gif"):
        image = uploaded(server, server_key, name)
        log_in(page, server) if name == "clip.webm" else page.goto(server.base + "/")
        link = page.locator(f"a[data-play='{path_of(image['url'])}']")
        assert link.locator(".moving").count() == 0
        link.hover()
        link.locator(".moving").wait_for()
        page.mouse.move(0, 0)
        link.locator(".moving").wait_for(state="detached")


@pytest.mark.parametrize("width", [1440, 390])
def test_listings_are_rows_of_true_proportions(
    width: int, logged_in: Any, server: Server, put: Callable[..., dict[str, Any]]
) -> None:
    for name in ("plain.jpg", "orientation-6.jpg", "clip.mp4", "pixel.png", "screenshot.png"):
        put(name)
    page = logged_in
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(SHIFTS)
    page.goto(server.base + "/explore")
    page.wait_for_load_state("networkidle")
    boxes = page.evaluate("""() => [...document.querySelectorAll(".rows > li")].map((item) => {
        const box = item.getBoundingClientRect();
        return {
            top: Math.round(box.top), height: box.height, right: box.right,
            off: Math.abs(box.width / box.height
                / getComputedStyle(item).getPropertyValue("--p") - 1),
        };
    })""")
    assert len(boxes) >= 5 and max(box["off"] for box in boxes) < 0.02, boxes
    for top in {box["top"] for box in boxes}:
        heights = [box["height"] for box in boxes if box["top"] == top]
        assert max(heights) - min(heights) < 1.5, boxes
    assert max(box["right"] for box in boxes) <= width
    assert not jumps(page)
    first = page.locator(".rows a").first
    first.focus()
    page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.rows a .caption')).opacity === '1'",
        polling=POLLING,
    )
    assert violations_in_both(page) == []
