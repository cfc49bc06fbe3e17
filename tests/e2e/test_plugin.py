"""The forum plugin on a page of another origin: the window, its options, and the codes that come
back.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import PASSWORD, POLLING, Server
from tests.e2e.conftest import violations
from tests.e2e.forum import BUTTON, TEXTAREA, Forum, open_window, upload, value

pytestmark = pytest.mark.browser

# a strict forum, with what our page asks for
POLICY = "default-src 'none'; img-src *; style-src 'self'; script-src 'self' {base}"


def test_a_code_is_inserted_where_the_caret_is(member: Any, forum: Forum) -> None:
    page = member
    page.goto(forum.page(TEXTAREA))
    page.eval_on_selector(
        "textarea", "element => { element.focus(); element.setSelectionRange(7, 7); }"
    )
    page.evaluate(
        "document.querySelector('textarea').addEventListener('input', (event) => { window.heard "
        "= event.inputType; })"
    )
    popup = open_window(page)
    assert popup.text_content("[data-popup-site]") == forum.base.removeprefix("http://")
    with popup.expect_event("close"):
        upload(popup, "plain.jpg")
    text = value(page)
    assert text.startswith("Before. [url=http") and text.endswith(".md.jpg[/img][/url] after")
    assert page.evaluate("window.heard") == "insertText"


KINDS = {  # those that other tests insert come here only with SOAK=1
    "viewer-links": r"/image/plain.",
    "bbcode-embed-thumbnail": ".th.jpg[/img][/url]",
    "markdown-embed": "![plain](http",
    "markdown-embed-full": "[![plain](http",
}
INSERTED_ELSEWHERE = {
    "direct-links": r"/images/20",
    "html-embed": '<img src="',
    "html-embed-medium": '<a href="',
    "bbcode-embed": "[img]http",
}
if os.environ.get("SOAK") == "1":
    KINDS |= INSERTED_ELSEWHERE


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_code(kind: str, member: Any, forum: Forum) -> None:
    member.goto(forum.page(TEXTAREA, auto_insert=kind))
    upload(open_window(member), "plain.jpg")
    assert KINDS[kind] in value(member)


def test_several_files_and_one_that_fails(member: Any, forum: Forum) -> None:
    """What is up is inserted; the window stays, so that the failure is seen."""
    member.goto(forum.page(TEXTAREA, auto_insert="direct-links"))
    popup = open_window(member)
    upload(popup, "plain.jpg", "alpha.png", "text-as.jpg")
    text = value(member)
    assert text.count("/images/20") == 2 and not popup.is_closed()
    assert popup.locator(".item[data-state=failed]").count() == 1
    popup.close()
    member.problems.clear()  # the browser reports the 400


def test_people_choose_where_nothing_is_inserted_by_itself(member: Any, forum: Forum) -> None:
    member.goto(forum.page(TEXTAREA, auto_insert="0", auto_close="0"))
    popup = open_window(member)
    upload(popup, "plain.jpg")
    popup.wait_for_selector("[data-popup-insert]")
    assert member.eval_on_selector("textarea", "element => element.value") == "Before.after"
    assert violations(popup) == []
    popup.select_option("[data-popup-kind]", "markdown-embed-thumbnail")
    popup.click("[data-popup-insert]")
    assert ".th.jpg)](" in value(member)
    popup.wait_for_selector("[data-popup]", state="hidden")
    assert not popup.is_closed()
    upload(popup, "alpha.png")
    popup.click("[data-popup-insert]")
    member.wait_for_function(
        "() => document.querySelector('textarea').value.includes('alpha')", polling=POLLING
    )
    assert member.eval_on_selector("textarea", "element => element.value").count("plain") >= 1
    popup.close()


def test_a_video(member: Any, forum: Forum) -> None:
    member.goto(forum.page(TEXTAREA, auto_insert="bbcode-embed"))
    upload(open_window(member), "clip.mp4")
    assert "[video]http" in value(member)


# --- options


def test_target_sibling_and_language(member: Any, forum: Forum) -> None:
    body = f'<div id="bar"></div><textarea rows="9" cols="60"></textarea>{TEXTAREA}'
    member.goto(
        forum.page(body, target="#message", sibling="#bar", sibling_pos="before", lang="pt_BR")
    )
    button = member.locator(BUTTON)
    button.wait_for()
    assert (button.count(), button.text_content()) == (1, "Enviar imagens")
    assert button.evaluate("element => element.nextElementSibling.id") == "bar"


@pytest.mark.parametrize(
    ("lang", "label"),
    [
        ("de-AT", "Bilder hochladen"),
        ("zh-Hant-TW", "上傳圖片"),
        ("zh-CN", "上传图片"),
        ("xx", "Upload images"),
    ],
)
def test_the_language_of_the_page(lang: str, label: str, member: Any, forum: Forum) -> None:
    member.goto(forum.page(TEXTAREA, lang=lang))
    assert member.locator(BUTTON).text_content() == label


@pytest.mark.parametrize("attribute", ["data-keepsake-trigger", "data-chevereto-pup-trigger"])
def test_manual_mode(attribute: str, member: Any, forum: Forum) -> None:
    member.clock.install()
    member.goto(
        forum.page(
            f'{TEXTAREA}<button {attribute} data-target="#message">Mine</button>',
            mode="manual",
            auto_insert="direct-links",
        )
    )
    member.clock.run_for(1000)
    assert member.locator(BUTTON).count() == 0
    with member.expect_popup() as waiting:
        member.click("text=Mine")
    upload(waiting.value, "plain.jpg")
    assert "/images/20" in value(member)


def test_a_site_with_a_strict_policy(member: Any, tmp_path: Path, server: Server) -> None:
    forum = Forum(tmp_path, server, POLICY)
    member.goto(forum.page(TEXTAREA, auto_insert="direct-links"))
    upload(open_window(member), "plain.jpg")
    assert "/images/20" in value(member)
    forum.http.shutdown()
    member.problems[:] = [problem for problem in member.problems if "data:," not in problem]


# --- who may, and who is listened to


def test_people_log_in_in_the_window(
    page: Any, server: Server, server_key: str, forum: Forum
) -> None:
    page.goto(forum.page(TEXTAREA, auto_insert="direct-links"))
    with page.expect_popup() as waiting:
        page.click(BUTTON)
    popup = waiting.value
    popup.fill("[name=name]", "ann")
    popup.fill("[name=password]", PASSWORD)
    popup.click("main button")
    popup.wait_for_selector(".uploader.scripted")
    upload(popup, "plain.jpg")
    assert "/images/20" in value(page)


def test_messages_of_others_are_ignored(member: Any, forum: Forum) -> None:
    """The plugin listens to our origin and its own window only; the window to the page that opened
    it only.
    """
    page = member
    page.goto(forum.page(TEXTAREA, auto_insert="0", auto_close="0"))
    popup = open_window(page)
    for window in (page, popup):  # hears a message after the plugin did
        window.evaluate(
            "window.heard = 0; addEventListener('message', () => { window.heard += 1; })"
        )
    # another origin than ours
    page.evaluate("postMessage({keepsake: 'codes', text: 'evil', isHtml: false}, '*')")
    # ours, but not the opener
    popup.evaluate(
        "postMessage({keepsake: 'settings', autoInsert: 'direct-links', autoClose: '0'}, '*')"
    )
    frame = (
        '<iframe srcdoc="<script>top.postMessage({keepsake: `codes`, text: `evil`}, '
        '`*`)</script>"></iframe>'
    )
    page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", frame)
    page.wait_for_function("window.heard === 2", polling=POLLING)
    popup.wait_for_function("window.heard === 1", polling=POLLING)
    assert page.eval_on_selector("textarea", "element => element.value") == "Before.after"
    assert (
        popup.eval_on_selector("[data-popup-kind]", "element => element.value")
        == "bbcode-embed-medium"
    )
    popup.close()


def test_codes_go_to_no_other_origin(member: Any, forum: Forum, server: Server) -> None:
    """The page that opened the window has gone elsewhere meanwhile: its new owner hears nothing."""
    page = member
    page.goto(forum.page(TEXTAREA, auto_insert="direct-links", auto_close="0"))
    popup = open_window(page)
    page.evaluate("window.name = 'opener'")
    other = Forum(forum.folder, server)
    page.goto(
        other.page(
            "<script>window.heard = []; addEventListener('message', (event) => "
            "heard.push(event.data));</script>"
        )
    )
    upload(popup, "plain.jpg")
    popup.wait_for_selector(".toast >> text=does not answer", timeout=10_000)
    assert page.evaluate("window.heard") == []
    other.http.shutdown()
    popup.close()


def test_the_script_and_the_window(server: Server) -> None:
    answer = requests.get(server.base + "/sdk/pup.js", timeout=10)
    assert (
        answer.headers["Content-Type"].startswith("text/javascript")
        and answer.headers["X-Content-Type-Options"] == "nosniff"
    )
    assert (
        "max-age=3600" in answer.headers["Cache-Control"]
        and answer.headers["Access-Control-Allow-Origin"] == "*"
    )
    assert len(answer.content) < 12_000
    again = requests.get(
        server.base + "/sdk/pup.js", headers={"If-None-Match": answer.headers["ETag"]}, timeout=10
    )
    assert again.status_code == 304
    popup = requests.get(server.base + "/upload/popup", timeout=10, allow_redirects=False)
    assert popup.status_code == 302 and popup.headers["Location"].startswith("/login?next=")
    assert (
        requests.get(server.base + "/upload", timeout=10, allow_redirects=False).headers["Location"]
        == "/"
    )
