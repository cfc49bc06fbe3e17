"""The pages in a real browser: they load nothing from elsewhere, break no policy, and fit a phone."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.conftest import PASSWORD, Server, sample

pytestmark = pytest.mark.browser


def log_in(page: Any, server: Server) -> None:
    page.goto(server.base + "/login")
    page.fill("[name=name]", "ann")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(server.base + "/")


def uploaded(server: Server, key: str, name: str = "plain.jpg", **fields: str) -> dict[str, Any]:
    answer = requests.post(server.base + "/api/1/upload", data=fields, files={"source": sample(name).open("rb")}, headers={"X-API-Key": key}, timeout=30)
    image: dict[str, Any] = answer.json()["image"]
    return image


def shown(page: Any, selector: str) -> bool:
    width: int = page.locator(selector).first.evaluate("image => image.complete && image.naturalWidth")
    return width > 0


def test_from_log_in_to_a_shared_link(page: Any, server: Server, server_key: str) -> None:
    log_in(page, server)
    page.set_input_files("input[type=file]", sample("plain.jpg"))
    page.click("main button.button")
    link = page.input_value("#link-viewer")
    page.goto(link)
    page.wait_for_load_state("load")
    assert shown(page, "figure img")
    page.goto(page.url)
    assert page.title().startswith("plain")


def test_a_person_deletes_by_the_link(page: Any, server: Server, server_key: str) -> None:
    image = uploaded(server, server_key)
    page.goto(image["delete_url"])
    assert requests.get(image["url"], timeout=10).status_code == 200  # looking is not deleting
    page.problems.clear()
    with page.expect_response(lambda answer: answer.status == 404):
        page.click("button.danger")
    assert "It is gone" in page.text_content("main")
    page.problems.clear()  # the browser reports the 404
    assert requests.get(image["url"], timeout=10).status_code == 404


@pytest.mark.parametrize("name", ["orientation-6.jpg", "animated.webp", "screenshot.png", "cmyk.jpg"])
def test_pictures_show(name: str, page: Any, server: Server, server_key: str) -> None:
    image = uploaded(server, server_key, name)
    page.goto(image["url_viewer"])
    page.wait_for_load_state("load")
    assert shown(page, "figure img")


@pytest.mark.parametrize("path", ["/", "/login", "/settings/api", "viewer"])
def test_pages_fit_a_phone(path: str, page: Any, server: Server, server_key: str) -> None:
    if path == "viewer":
        path = uploaded(server, server_key, title="A_very_long_title_without_any_space_in_it_" * 2)["path_viewer"]
    elif path != "/login":
        log_in(page, server)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(server.base + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
