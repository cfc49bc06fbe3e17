"""The upload page as a person uses it: drop, paste, choose, lose the network, press keys, go
without a script.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import NOTHING_KNOWN, PASSWORD, POLLING, Server, sample

pytestmark = pytest.mark.browser

DONE = ".item[data-state=done]"


def settle(page: Any, count: int) -> None:
    """Wait until so many rows have come to an end. What this person has already is kept twice."""
    page.wait_for_function(
        "count => document.querySelectorAll('[data-do=keep-both]').forEach(one => one.click()) || "
        "document.querySelectorAll('.item[data-state=done], .item[data-state=failed], "
        ".item[data-state=cancelled]').length >= count",
        arg=count,
        timeout=30_000,
        polling=POLLING,
    )


def choose(page: Any, *names: str) -> None:
    page.set_input_files("#files", [sample(name) for name in names])


def open_menu(page: Any, row: Any) -> None:
    """Scrolling closes it, so that comes first."""
    button = row.locator("[data-do=menu]")
    button.scroll_into_view_if_needed()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    button.click()
    page.locator("#row-menu").wait_for()


def choose_from_menu(page: Any, row: Any, entry: str) -> None:
    open_menu(page, row)
    page.locator("#row-menu").get_by_role("button", name=entry, exact=True).click()


def add_many(page: Any, name: str, folder: Path, count: int = 500) -> None:
    """Drops a folder with this sample many times."""
    folder.mkdir()
    for n in range(count):
        shutil.copy(sample(name), folder / f"{n:03}{sample(name).suffix}")
    drop(page, [folder])
    page.wait_for_function(
        "count => document.querySelectorAll('.item').length === count",
        arg=count,
        timeout=30_000,
        polling=POLLING,
    )


def drop(page: Any, paths: list[Path], at: tuple[int, int] = (600, 400)) -> None:
    """A real drag of files from outside the browser."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent", {"type": kind, "x": at[0], "y": at[1], "data": data}
        )


def test_choose_upload_copy(logged_in: Any) -> None:
    page = logged_in
    choose(page, "plain.jpg", "gps-nikon.jpg", "clip.webm")
    assert page.locator(".item").count() == 3
    # nothing leaves before it is said
    assert page.locator(".item[data-state=waiting]").count() == 3
    page.wait_for_selector(".item .preview canvas")
    page.get_by_role("button", name="Upload 3").click()
    settle(page, 3)
    assert page.locator(DONE).count() == 3
    assert "3 of 3 done" in page.text_content("[data-summary]")
    report = page.locator(".item", has_text="gps-nikon").locator(".state").text_content()
    assert (
        "Removed: location, maker notes, embedded thumbnail." in report
        and "Kept: camera, date." in report
    )
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(DONE).first.get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert requests.get(link, timeout=10).status_code == 200


def test_the_receipt_is_what_the_browser_read(logged_in: Any, tmp_path: Path) -> None:
    page = logged_in
    choose(page, "plain.jpg", "gps-nikon.jpg")
    page.click("[data-start]")
    settle(page, 2)
    page.wait_for_function(
        "() => document.querySelectorAll('.item[data-verified=true]').length === 2", polling=POLLING
    )
    with page.expect_download() as download:
        page.click("[data-more] summary")
        page.get_by_role("button", name="Download receipt").click()
    text = Path(download.value.path()).read_text()
    for name in ("plain.jpg", "gps-nikon.jpg"):
        assert (
            f"{hashlib.sha256(sample(name).read_bytes()).hexdigest()}  "
            f"{sample(name).stat().st_size}  {name}" in text
        )


def test_copy_all_in_every_form_and_by_one_key(logged_in: Any) -> None:
    page = logged_in
    choose(page, "plain.jpg", "alpha.png")
    page.click("[data-start]")
    settle(page, 2)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shapes = {
        "viewer": r"http\S+/image/\S+",
        "direct": r"http\S+\.(jpg|png)",
        "markdown": r"!\[.*\]\(http.*\)",
        "html": r"<img src=.*>",
        "bbcode": r"\[img\].*\[/img\]",
        "thumbnail": r"http\S+\.th\.(jpg|png)",
    }
    for kind, shape in shapes.items():
        page.select_option("[data-copy-kind]", kind)
        page.get_by_role("button", name="Copy all").click()
        page.locator(".toast", has_text="2 links copied").last.wait_for()
        lines = page.evaluate("navigator.clipboard.readText()").split("\n")
        assert len(lines) == 2 and all(re.fullmatch(shape, line) for line in lines), (kind, lines)
    page.select_option("[data-copy-kind]", "direct")
    page.evaluate("navigator.clipboard.writeText('')")
    page.locator("main").focus()
    page.keyboard.press("c")
    page.wait_for_function(
        "async () => (await navigator.clipboard.readText()).split('/images/').length === 3",
        polling=POLLING,
    )


def test_delete_links_are_copied_by_their_own_button_alone(logged_in: Any) -> None:
    page = logged_in
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for begin in ("upload", "reload with what an earlier version remembered"):
        if begin != "upload":
            page.evaluate(
                "localStorage.setItem('upload', JSON.stringify({copyKind: 'delete', nsfw: '1'}))"
            )
            page.reload()
            page.wait_for_selector(".uploader.scripted")
            # the rest is remembered
            assert page.locator("[data-defaults] [name=nsfw]").is_checked()
        choose(page, "alpha.png")
        page.click("[data-start]")
        settle(page, 1)
        page.click("[data-more] summary")
        page.get_by_role("button", name="Copy delete links").click()
        page.locator(".toast", has_text="1 delete link copied").last.wait_for()
        assert re.fullmatch(
            r"http\S+/delete/[0-9a-f]{48}", page.evaluate("navigator.clipboard.readText()")
        )
        page.locator("main").focus()
        page.keyboard.press("c")
        page.locator(".toast", has_text=re.compile("^1 link copied")).last.wait_for()
        assert re.fullmatch(r"http\S+/image/\S+", page.evaluate("navigator.clipboard.readText()"))


def test_drop_anywhere_with_folders(logged_in: Any, tmp_path: Path) -> None:
    page = logged_in
    inner = tmp_path / "album" / "day one" / "more"
    inner.mkdir(parents=True)
    for n in range(3):
        shutil.copy(sample("pixel.png"), inner / f"{n}.png")
    shutil.copy(sample("alpha.png"), tmp_path / "album" / "top.png")
    (tmp_path / "album" / ".DS_Store").write_bytes(b"x")
    drop(page, [tmp_path / "album", sample("plain.jpg")])
    page.wait_for_function("() => document.querySelectorAll('.item').length === 5", polling=POLLING)
    names = page.locator(".item .name").all_text_contents()
    assert "album/day one/more/2.png" in names and "plain.jpg" in names


def test_drop_on_another_page_opens_the_uploader(
    logged_in: Any, put: Callable[..., dict[str, Any]]
) -> None:
    page = logged_in
    page.goto(put()["url_viewer"])
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(sample("alpha.png"))], "dragOperationsMask": 1}
    session.send("Input.dispatchDragEvent", {"type": "dragEnter", "x": 300, "y": 300, "data": data})
    page.get_by_text("Drop to upload").wait_for()
    drop(page, [sample("alpha.png")])
    page.locator("#uploader-dialog .item").wait_for()
    assert page.get_by_text("Drop to upload").is_hidden()
    page.click("[data-start]")
    settle(page, 1)
    assert page.locator(DONE).count() == 1


def test_paste_a_screenshot_and_an_address(logged_in: Any) -> None:
    page = logged_in
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("""async () => {
      const canvas = document.createElement('canvas');
      canvas.getContext('2d').fillRect(0, 0, 50, 50);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve));
      await navigator.clipboard.write([new ClipboardItem({'image/png': blob})]);
    }""")
    page.keyboard.press("Control+V")
    page.locator(".item").wait_for()
    page.evaluate(
        "navigator.clipboard.writeText('https://a.example/one.jpg\\nhttps://a.example/two.jpg')"
    )
    page.keyboard.press("Control+V")
    page.wait_for_function("() => document.querySelectorAll('.item').length === 3", polling=POLLING)
    page.click("[data-start]")
    page.problems.clear()
    settle(page, 3)
    assert page.locator(DONE).count() == 1
    assert page.locator(".item[data-state=failed]").count() == 2
    assert (
        "This URL can't be fetched"
        in page.locator(".item[data-state=failed] .state").first.text_content()
    )
    page.problems.clear()  # the browser reports the 400s


def test_addresses_many_lines(logged_in: Any, server: Server) -> None:
    page = logged_in
    page.get_by_role("button", name="Add from URL").click()
    page.fill("#addresses", f"{server.base}/images/a.jpg\nftp://a.example/b.jpg\n\n")
    page.get_by_role("button", name="Add", exact=True).click()
    page.click("[data-start]")
    settle(page, 2)
    words = page.locator(".item .state").all_text_contents()
    # failed ones come first, the last one before the others
    assert sorted(words) == [
        "The URL must start with http or https.",
        "This URL is already on this site.",
    ]
    page.problems.clear()


def test_a_refused_file_says_why_and_the_others_go_on(logged_in: Any) -> None:
    page = logged_in
    choose(page, "text-as.jpg", "plain.jpg", "empty.jpg", "bomb-900mp.png", "alpha.png")
    page.click("[data-start]")
    settle(page, 5)
    states = {
        row.locator(".name").text_content(): row.locator(".state").text_content()
        for row in page.locator(".item").all()
    }
    assert states["text-as.jpg"].startswith("This isn't a photo or video")
    assert states["empty.jpg"].startswith("The file is empty")
    assert states["bomb-900mp.png"].startswith("Too many pixels: this site accepts up to 128")
    assert page.locator(DONE + "[data-verified=true]").count() == 2
    # they lead, and trying again can't help
    rows = [row.get_attribute("data-state") for row in page.locator(".item").all()]
    assert rows == ["failed"] * 3 + ["done"] * 2
    assert page.get_by_role("button", name="Try again").count() == 0
    assert page.get_by_role("button", name="Retry failed").count() == 0
    row = page.locator(".item", has_text="empty.jpg")
    row.get_by_role("button", name="Remove").click()
    assert page.locator(".item").count() == 4
    page.problems.clear()


def test_a_file_over_the_limit_is_refused_at_once(
    page: Any, make_server: Callable[..., Server]
) -> None:
    server = make_server(MAX_UPLOAD_MB=1, GUEST_UPLOADS="true")
    page.goto(server.base)
    page.wait_for_selector(".uploader.scripted")
    choose(page, "iphone-gps-8mp.jpg")
    assert page.locator(".item .state").text_content() == "Too large: this site accepts up to 1 MB."


def test_three_at_a_time_in_order_and_cancel(logged_in: Any) -> None:
    page = logged_in
    slow(page, 60_000)
    choose(page, *(["gps-nikon.jpg"] * 5))
    page.click("[data-start]")
    page.wait_for_function(
        "() => document.querySelectorAll('.item[data-state=uploading]').length === 3",
        polling=POLLING,
    )
    assert [row.get_attribute("data-state") for row in page.locator(".item").all()] == [
        "uploading"
    ] * 3 + ["waiting"] * 2
    page.wait_for_function(
        "() => document.querySelector('.item progress').value > 0", polling=POLLING
    )
    page.locator(".item").first.get_by_role("button", name="Cancel").click()
    page.wait_for_function(
        "() => document.querySelectorAll('.item')[3].dataset.state === 'uploading'", polling=POLLING
    )
    assert page.locator(".item").first.get_attribute("data-state") == "cancelled"
    page.wait_for_function(
        "() => /\\/s, \\d+ seconds left/.test(document.querySelector('[data-pace]').textContent)",
        timeout=10_000,
        polling=POLLING,
    )
    page.get_by_role("button", name="Cancel all").click()
    assert page.locator(".item[data-state=cancelled]").count() == 5
    slow(page, -1)
    page.locator(".item").first.get_by_role("button", name="Try again").click()
    page.locator(DONE).wait_for()


def slow(page: Any, bytes_per_second: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": bytes_per_second,
        },
    )
    page.slow_session = session  # the conditions last as long as the session


def test_the_network_is_cut_and_comes_back(logged_in: Any) -> None:
    page = logged_in
    page.context.set_offline(True)
    choose(page, "plain.jpg", "alpha.png")
    page.click("[data-start]")
    page.wait_for_function(
        "() => document.querySelectorAll('.item[data-state=resting]').length === 2", polling=POLLING
    )
    assert (
        page.locator(".item .state")
        .first.text_content()
        .startswith("Connection lost. Uploads continue automatically.")
    )
    page.context.set_offline(False)
    page.problems.clear()  # ERR_INTERNET_DISCONNECTED
    settle(page, 2)
    assert page.locator(DONE).count() == 2
    page.problems.clear()


def test_leaving_asks_first(logged_in: Any, server: Server) -> None:
    page = logged_in
    choose(page, "plain.jpg")
    page.click("main", position={"x": 5, "y": 5})  # a browser asks only those who did something
    asked: list[str] = []

    def dismiss(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", dismiss)
    with page.expect_event("dialog"):
        page.evaluate("location.href = '/explore'")
    assert asked == ["beforeunload"] and page.url == server.base + "/"
    page.get_by_role("button", name="Cancel").click()
    page.goto(server.base + "/explore")
    assert page.url.endswith("/explore")


def test_copying_and_the_receipt_on_plain_http(
    browser: Any, server: Server, server_key: str
) -> None:
    """As on the LAN: no navigator.clipboard, no crypto.subtle."""
    context = browser.new_context()
    context.add_init_script(NOTHING_KNOWN)
    page = context.new_page()
    base = server.base.replace("127.0.0.1", "keepsake.test")
    page.goto(base + "/login")
    assert page.evaluate(
        "[isSecureContext, Boolean(navigator.clipboard), Boolean(crypto.subtle)]"
    ) == [False, False, False]
    page.fill("[name=name]", "ann")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector(".uploader.scripted")
    choose(page, "plain.jpg")
    page.click("[data-start]")
    page.wait_for_selector(".item[data-verified=true]")
    page.get_by_role("button", name="Copy link").click()
    page.locator(".toast", has_text="Copied").wait_for()
    page.focus("[name=q]")
    page.keyboard.press("Control+V")
    assert page.input_value("[name=q]").startswith(base + "/image/plain.")
    context.close()


def test_by_keyboard_alone(logged_in: Any) -> None:
    page = logged_in
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )
    assert "files" in reached and "Add from URL" in reached
    choose(page, "alpha.png")
    # the next step has the focus
    assert page.evaluate("document.activeElement.dataset.start") is not None
    page.keyboard.press("Enter")
    settle(page, 1)
    assert page.locator(DONE).count() == 1


def test_without_a_script(browser: Any, server: Server, server_key: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.base + "/login")
    page.fill("[name=name]", "ann")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.set_input_files(
        "#files", [sample("plain.jpg"), sample("text-as.jpg"), sample("clip.webm")]
    )
    page.get_by_role("button", name="Upload", exact=True).click()
    page.get_by_role("heading", name="Uploaded", exact=True).wait_for()
    links = [field.input_value() for field in page.locator("input[id^=link-viewer]").all()]
    assert len(links) == 2 and "/clip/" in links[1]
    assert "This isn't a photo or video" in page.text_content("main")
    page.goto(links[0])
    assert page.locator("figure img").last.is_visible()
    assert page.locator("input[id^=code-4]").count() == 4  # all panels show
    context.close()


def test_the_first_view_is_light_and_the_next_one_lighter(
    browser: Any, server: Server, cookies: list[dict[str, Any]]
) -> None:
    """Bytes and requests as they go over the network; what the browser has is not asked for."""
    context = browser.new_context()
    context.add_init_script(NOTHING_KNOWN)
    context.add_cookies(cookies)
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    addresses: dict[str, str] = {}
    cached: set[str] = set()
    weights: dict[str, int] = {}

    def note(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def note_answer(event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            cached.add(event["requestId"])

    def weigh(event: dict[str, Any]) -> None:
        weights[event["requestId"]] = event["encodedDataLength"]

    network.on("Network.requestWillBeSent", note)
    network.on("Network.requestServedFromCache", lambda event: cached.add(event["requestId"]))
    network.on("Network.responseReceived", note_answer)
    network.on("Network.loadingFinished", weigh)

    def visit(path: str) -> dict[str, int]:
        for seen in (addresses, cached, weights):
            seen.clear()
        page.goto(server.base + path)
        page.wait_for_selector(".scripted, .empty, .rows")
        page.wait_for_load_state("networkidle")
        return {addresses[one]: size for one, size in weights.items() if one not in cached}

    # beside the pictures of the latest uploads
    first = {url: size for url, size in visit("/").items() if "/images/" not in url}
    assert 4 <= len(first) <= 12 and sum(first.values()) <= 60_000, json.dumps(first, indent=1)
    second = visit("/explore")
    # beside pictures, and a tab's icon, which Chromium asks for when it likes
    pages = [url for url in second if "/images/" not in url and "/icon-" not in url]
    its_own = [url for url in pages if not url.endswith(("/select.css", "/select.js"))]
    assert its_own == [server.base + "/explore"], json.dumps(second, indent=1)
    third = [url for url in visit("/mine") if "/images/" not in url and "/icon-" not in url]
    assert third == [server.base + "/mine"]
    context.close()
