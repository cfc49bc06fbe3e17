"""/settings/uploaders in a browser: from choosing a tool to seeing its first upload arrive; the
bookmark and the user script at work.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from blueprints.clients.tools import TOOLS
from tests.conftest import PASSWORD, POLLING, Server, sample
from tests.e2e.conftest import schemes, violations, violations_in
from tests.e2e.forum import Forum
from tests.looks.windows import SIZES

pytestmark = pytest.mark.browser


def test_from_the_menu_to_the_first_upload(logged_in: Any, server: Server) -> None:
    page = logged_in
    page.clock.install()
    page.click(".menu summary")
    page.click("text=Uploaders")
    page.click("text=ShareX")
    page.select_option("#expiration", "P1D")
    page.click("text=Create configuration")
    # a download stops what Chromium has not loaded yet
    page.wait_for_selector("[data-without-script]", state="detached")
    with page.expect_download() as waiting:
        page.click("button:has-text('.sxcu') >> nth=0")
    download = waiting.value
    assert re.fullmatch(r"127\.0\.0\.1-\d+\.sxcu", download.suggested_filename)
    document = json.loads(Path(download.path()).read_text())
    headers, address = document["Headers"], document["RequestURL"]
    assert page.is_visible("text=It appears here as soon as it arrives")

    requests.post(
        address, headers=headers, files={"source": sample("text-as.jpg").open("rb")}, timeout=10
    )
    page.wait_for_selector("text=Can't get target upload source info", timeout=10_000)
    requests.post(
        address, headers=headers, files={"source": sample("plain.jpg").open("rb")}, timeout=10
    )
    page.wait_for_selector("text=It works.", timeout=10_000)
    assert (
        page.locator("[data-trial] img").evaluate(
            "image => image.decode().then(() => image.naturalWidth)"
        )
        == 320
    )
    assert violations(page) == []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(server.base)))
    page.clock.run_for(30_000)
    assert set(asked) <= {"/account"}  # no more questions once it is there


def test_every_tool_s_pages(member: Any, server: Server) -> None:
    """In both widths at one visit: a tool's page takes as long to load as to check."""
    page = member
    page.goto(server.base + "/settings/uploaders")
    assert page.locator(".choice").count() == len(TOOLS)
    found = wrong_in_both_widths(page, "all")
    for tool in TOOLS.values():
        page.goto(f"{server.base}/settings/uploaders/{tool.slug}")
        if tool.has_key:
            page.click("text=Create configuration")
            page.wait_for_selector("[data-trial]")
        for details in page.locator(".steps details").all():
            details.evaluate("element => { element.open = true; }")
        found += wrong_in_both_widths(page, tool.slug)
    assert found == []


def wrong_in_both_widths(page: Any, name: str) -> list[str]:
    found = []
    for width in SIZES:
        page.set_viewport_size({"width": width, "height": 900})
        wrong = violations_in(page, schemes(width))
        found += [f"{name} at {width}: {problem}" for problem in wrong]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} is wider than {width}")
    return found


def test_copying_a_snippet(member: Any, server: Server) -> None:
    page = member
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(server.base + "/settings/uploaders/curl")
    page.click("text=Create configuration")
    page.click("[data-copy='#file-curl-sh']")
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.input_value("#file-curl-sh") and copied.startswith(
        "curl --fail-with-body"
    )


def test_without_a_script(browser: Any, server: Server, server_key: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.base + "/login?next=/settings/uploaders/python")
    page.fill("[name=name]", "ann")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.click("text=Create configuration")
    page.wait_for_selector("text=Has it arrived?")
    key = re.search(r"chv_\w{6}_\w{128}", page.content())
    assert key
    requests.post(
        server.base + "/api/1/upload",
        headers={"X-API-Key": key[0]},
        files={"source": sample("plain.jpg").open("rb")},
        timeout=10,
    )
    page.click("text=Has it arrived?")
    page.wait_for_selector("text=It works.")
    context.close()


# --- the bookmark


GALLERY = """<h1>Gallery</h1>
    <a href="elsewhere.html" style="position:absolute;left:0;top:100px">
        <img id="one" src="one.png" width="200" height="200"></a>
    <div id="two" style="position:absolute;left:300px;top:100px;width:200px;height:200px;
        background-image:url('two.png')"></div>
    <div style="position:absolute;left:0;top:100px;width:600px;height:100px">over them</div>"""


@pytest.fixture
def gallery(forum: Forum) -> str:
    """A page of another origin with two pictures, and something that lies over them."""
    for name, source in (("one.png", "alpha.png"), ("two.png", "screenshot.png")):
        (forum.folder / name).write_bytes(sample(source).read_bytes())
    (forum.folder / "gallery.html").write_text(
        f'<!doctype html><title>G</title><link rel="icon" href="data:,">{GALLERY}'
    )
    return f"{forum.base}/gallery.html"


def press_bookmark(page: Any, server: Server) -> None:
    """What the browser does with a javascript: address."""
    address = page.context.bookmark
    code = page.evaluate("decodeURIComponent", address.removeprefix("javascript:"))
    page.evaluate(f"() => {{ {code} }}")


@pytest.fixture
def bookmarked(logged_in: Any, server: Server, gallery: str) -> Any:
    logged_in.goto(server.base + "/settings/uploaders/bookmarklet")
    link = logged_in.locator("[data-bookmarklet]")
    logged_in.context.bookmark = link.get_attribute("href")
    link.click()
    logged_in.wait_for_selector("text=Drag it to your bookmarks bar")
    logged_in.goto(gallery)
    return logged_in


@pytest.mark.parametrize(("x", "name"), [(100, "one.png"), (400, "two.png")])
def test_the_bookmark_takes_what_is_clicked(
    x: int, name: str, bookmarked: Any, server: Server
) -> None:
    press_bookmark(bookmarked, server)
    with bookmarked.expect_popup() as waiting:
        bookmarked.mouse.click(x, 120)
    upload_page = waiting.value
    upload_page.wait_for_selector(".item")
    assert upload_page.text_content(".item .name").endswith("/" + name)
    assert (
        upload_page.get_attribute(".item", "data-state") == "waiting"
        and upload_page.url == server.base + "/"
    )
    assert bookmarked.url.endswith("/gallery.html")  # the link below it was not followed


def test_the_bookmark_is_ended_by_escape(bookmarked: Any, server: Server) -> None:
    press_bookmark(bookmarked, server)
    assert bookmarked.evaluate("document.documentElement.style.cursor") == "crosshair"
    bookmarked.keyboard.press("Escape")
    assert bookmarked.evaluate("document.documentElement.style.cursor") == ""
    bookmarked.mouse.click(400, 120)
    assert len(bookmarked.context.pages) == 1


def test_the_bookmark_says_where_there_is_no_picture(bookmarked: Any, server: Server) -> None:
    said: list[str] = []

    def dismiss(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    bookmarked.on("dialog", dismiss)
    press_bookmark(bookmarked, server)
    bookmarked.mouse.click(900, 700)
    assert said == ["There is no photo or video here."]


def test_nobody_uploads_by_a_link_to_us(logged_in: Any, server: Server) -> None:
    """Any site may link to the upload page with an address; even to somebody whose uploads start by
    themselves.
    """
    page = logged_in
    page.evaluate("localStorage.setItem('upload', JSON.stringify({atOnce: true}))")
    page.clock.install()
    page.goto("about:blank")
    page.goto(server.base + "/#add=" + "https%3A%2F%2Fpictures.example%2Fa.png")
    page.wait_for_selector(".item")
    page.clock.run_for(10_000)
    assert page.get_attribute(".item", "data-state") == "waiting" and "#" not in page.url
    for bad in ("javascript:alert(1)", "nonsense", "file:///etc/passwd"):
        page.goto("about:blank")
        page.goto(f"{server.base}/#add={bad}")
        page.wait_for_selector(".uploader.scripted")
        page.clock.run_for(10_000)
        assert page.locator(".item").count() == 0


def test_the_address_outlives_the_log_in(page: Any, server: Server, server_key: str) -> None:
    page.goto(server.base + "/#add=https%3A%2F%2Fpictures.example%2Fa.png")
    page.click("main a.button")
    page.fill("[name=name]", "ann")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector(".item")
    assert page.text_content(".item .name") == "https://pictures.example/a.png"


# --- the user script


MANAGER = """
  window.gm = { copied: [], notes: [] };
  window.GM_registerMenuCommand = (name, act) => { gm.command = act; };
  window.GM_setClipboard = (text) => gm.copied.push(text);
  window.GM_notification = (details) => gm.notes.push([details.title, details.text]);
  window.GM_xmlhttpRequest = async (details) => {
    const { method, url, headers, data, responseType, onload, onerror } = details;
    try {
      delete (headers ?? {}).Referer;  // a page may not set it; a script manager may
      const answer = await fetch(url, { method, headers, body: data, cache: 'no-store' });
      const response = responseType === 'blob' ? await answer.blob() : await answer.text();
      onload({ status: answer.status, response, responseText: responseType ? '' : response });
    } catch (error) { onerror(error); }
  };
"""


@pytest.mark.parametrize(
    ("x", "source", "link"), [(100, "alpha.png", "url"), (400, "screenshot.png", "url_viewer")]
)
def test_the_user_script(
    x: int, source: str, link: str, member: Any, server: Server, gallery: str
) -> None:
    """With the functions that Tampermonkey gives a script; the rest is the script and the
    browser.
    """
    page = member
    page.goto(server.base + "/settings/uploaders/user-script")
    page.select_option("#link", link)
    page.click("text=Create configuration")
    script = page.input_value("#file-keepsake-user-js")
    for line in (
        "// ==UserScript==",
        "// @match        *://*/*",
        "// @grant        GM_xmlhttpRequest",
        "// ==/UserScript==",
    ):
        assert line in script.splitlines()
    page.goto(gallery)
    page.evaluate(f"() => {{ {MANAGER} {script} \n}}")
    page.evaluate("gm.command()")
    page.mouse.click(x, 120)
    page.wait_for_function("() => gm.notes.length", polling=POLLING)
    assert page.evaluate("gm.notes[0][0]") == "Link copied"
    [copied] = page.evaluate("gm.copied")
    if link == "url":
        assert requests.get(copied, timeout=10).content == sample(source).read_bytes()
    else:
        assert "/image/two." in copied


def test_the_user_script_says_what_went_wrong(
    logged_in: Any, server: Server, forum: Forum, gallery: str
) -> None:
    page = logged_in
    page.goto(server.base + "/settings/uploaders/user-script")
    page.click("text=Create configuration")
    script = page.input_value("#file-keepsake-user-js")
    page.goto(gallery)
    (forum.folder / "one.png").write_bytes(sample("text-as.jpg").read_bytes())
    page.evaluate(f"() => {{ {MANAGER} {script} \n}}")
    page.evaluate("gm.command()")
    page.mouse.click(100, 120)
    page.wait_for_function("() => gm.notes.length", polling=POLLING)
    title, text = page.evaluate("gm.notes[0]")
    assert (title, page.evaluate("gm.copied")) == ("Not uploaded", [])
    page.problems.clear()
    assert text == "Can't get target upload source info"
