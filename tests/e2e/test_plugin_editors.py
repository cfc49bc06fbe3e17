"""The forum plugin beside every kind of editor: plain, rich, and the programs that forums have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import POLLING
from tests.e2e.forum import BUTTON, TEXTAREA, Forum, open_window, upload
from tests.uploaders.conftest import node_modules  # noqa: F401

pytestmark = pytest.mark.browser


def test_rich_text(member: Any, forum: Forum) -> None:
    member.goto(
        forum.page(
            '<div id="rich" contenteditable="true" style="width:500px;height:100px"><p>One '
            "two</p></div>",
            auto_insert="html-embed",
        )
    )
    member.evaluate("""() => {
        const text = document.querySelector('#rich p').firstChild;
        document.querySelector('#rich').focus();
        getSelection().setBaseAndExtent(text, 4, text, 4); }""")
    upload(open_window(member), "plain.jpg")
    member.wait_for_selector("#rich img[src*='/images/20']")
    assert member.evaluate(
        "document.querySelector('#rich p').textContent.replace(/\\s/g, ' ').startsWith('One ')"
    )


def test_rich_text_takes_other_codes_as_text(member: Any, forum: Forum) -> None:
    member.goto(
        forum.page(
            '<div id="rich" contenteditable style="width:500px;height:100px"></div>',
            auto_insert="bbcode-embed",
        )
    )
    upload(open_window(member), "plain.jpg")
    member.wait_for_function(
        "() => document.querySelector('#rich').textContent.startsWith('[img]http')", polling=POLLING
    )
    assert member.locator("#rich img").count() == 0


# Each: the page, and what the editor says is in it. As forums have them: CKEditor 4 (vBulletin,
# Invision), CKEditor 5 (WoltLab), SCEditor (MyBB, SMF), TinyMCE (WordPress, Moodle), ProseMirror
# (Discourse).
PROGRAMS = {
    "ckeditor4": (
        TEXTAREA
        + """<script src="node_modules/ckeditor4/ckeditor.js"></script>
        <script>CKEDITOR.replace('message', {versionCheck: false})
            .on('instanceReady', () => { ready = true; });</script>""",
        "CKEDITOR.instances.message.getData()",
    ),
    "ckeditor5": (
        """<div id="text"></div>
        <link rel="stylesheet" href="node_modules/ckeditor5/dist/browser/ckeditor5.css">
        <script src="node_modules/ckeditor5/dist/browser/ckeditor5.umd.js"></script>
        <script>const {ClassicEditor, Essentials, Paragraph, Link, Image} = CKEDITOR; let editor;
        ClassicEditor.create(document.querySelector('#text'), {
            licenseKey: 'GPL', plugins: [Essentials, Paragraph, Link, Image],
        }).then((made) => { editor = made; ready = true; });</script>""",
        "editor.getData()",
    ),
    "easymde": (
        TEXTAREA
        + """<link rel="stylesheet" href="node_modules/easymde/dist/easymde.min.css">
        <script src="node_modules/easymde/dist/easymde.min.js"></script>
        <script>const editor = new EasyMDE({element: document.querySelector('#message'),
            autoDownloadFontAwesome: false, spellChecker: false}); ready = true;</script>""",
        "editor.value()",
    ),
    "prosemirror": (
        """<div id="text"></div>
        <style>.ProseMirror { min-height: 100px; white-space: pre-wrap; }</style>
        <script type="importmap">{"imports": IMPORTS}</script>
        <script type="module">import {EditorState} from "prosemirror-state";
        import {EditorView} from "prosemirror-view";
        import {schema} from "prosemirror-schema-basic";
        import {DOMSerializer} from "prosemirror-model";
        const view = new EditorView(document.querySelector('#text'),
            {state: EditorState.create({schema})});
        const serializer = DOMSerializer.fromSchema(schema);
        window.content = () => {
            const box = document.createElement('p');
            box.append(serializer.serializeFragment(view.state.doc.content));
            return box.innerHTML;
        };
        ready = true;</script>""",
        "content()",
    ),
    "quill": (
        """<div id="text" style="height:150px"></div>
        <link rel="stylesheet" href="node_modules/quill/dist/quill.snow.css">
        <script src="node_modules/quill/dist/quill.js"></script>
        <script>const editor = new Quill('#text', {theme: 'snow'}); ready = true;</script>""",
        "editor.getSemanticHTML()",
    ),
    "sceditor": (
        TEXTAREA
        + """<script src="node_modules/sceditor/minified/sceditor.min.js"></script>
        <script src="node_modules/sceditor/minified/formats/bbcode.js"></script>
        <script>sceditor.create(document.querySelector('#message'), {format: 'bbcode',
            style: 'data:text/css,', emoticonsEnabled: false}); ready = true;</script>""",
        "sceditor.instance(document.querySelector('#message')).val()",
    ),
    "tinymce": (
        TEXTAREA
        + """<script src="node_modules/tinymce/tinymce.min.js"></script>
        <script>tinymce.init({selector: 'textarea', license_key: 'gpl', promotion: false})
            .then(() => { ready = true; });</script>""",
        "tinymce.activeEditor.getContent()",
    ),
}
MODULES = (
    "prosemirror-state",
    "prosemirror-view",
    "prosemirror-schema-basic",
    "prosemirror-model",
    "prosemirror-transform",
    "orderedmap",
)


def open_editor(name: str, page: Any, forum: Forum, modules: Path, **options: str) -> str:
    """A page with the editor and its button; the expression that says what is in it."""
    (forum.folder / "node_modules").symlink_to(modules)
    body, content = PROGRAMS[name]
    imports = json.dumps({module: f"./node_modules/{module}/dist/index.js" for module in MODULES})
    page.clock.install()
    page.goto(
        forum.page(
            "<script>let ready = false;</script>" + body.replace("IMPORTS", imports), **options
        )
    )
    page.wait_for_function("() => ready", polling=POLLING)
    page.clock.run_for(1000)  # the plugin looks again after 200 ms
    assert page.locator(BUTTON).count() == 1, name
    return content


@pytest.mark.parametrize("name", PROGRAMS)
def test_bbcode_in_every_editor(
    name: str,
    member: Any,
    forum: Forum,
    node_modules: Path,  # noqa: F811
) -> None:
    content = open_editor(name, member, forum, node_modules)
    with member.expect_popup() as waiting:
        member.click(BUTTON)
    with waiting.value.expect_event("close"):  # it closes when the code has arrived
        upload(waiting.value, "plain.jpg")
    assert re.search(
        r"\[url=http\S+\]\[img\]http\S+\.md\.jpg\[/img\]\[/url\]", member.evaluate(content)
    )


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in ("easymde", "sceditor")])
def test_pictures_in_every_rich_editor(
    name: str,
    member: Any,
    forum: Forum,
    node_modules: Path,  # noqa: F811
) -> None:
    content = open_editor(name, member, forum, node_modules, auto_insert="html-embed-medium")
    with member.expect_popup() as waiting:
        member.click(BUTTON)
    with waiting.value.expect_event("close"):
        upload(waiting.value, "plain.jpg")
    assert re.search(
        r'<a href="[^"]*/image/plain[^>]*><img [^>]*src="[^"]*\.md\.jpg"', member.evaluate(content)
    )


def test_an_editor_that_takes_nothing(member: Any, forum: Forum) -> None:
    """The window stays and says so, rather than that it was inserted."""
    member.goto(
        forum.page("""<div id="rich" contenteditable style="width:500px;height:100px"></div>
        <script>document.querySelector('#rich')
            .addEventListener('input', (event) => event.target.replaceChildren());</script>""")
    )
    popup = open_window(member)
    upload(popup, "plain.jpg")
    popup.wait_for_selector(".toast >> text=does not answer", timeout=10_000)
    popup.close()


def test_an_editor_that_takes_a_textarea_s_place(member: Any, forum: Forum) -> None:
    member.goto(forum.page(TEXTAREA))
    member.wait_for_selector(BUTTON)
    member.evaluate("""() => {
        const text = document.querySelector('textarea');
        text.style.display = 'none';
        text.insertAdjacentHTML('beforebegin', '<div id="rich" contenteditable="true"></div>');
        document.querySelector('#rich').style = 'width:500px;height:100px';
    }""")
    member.wait_for_function(
        "() => document.querySelector('#rich').nextElementSibling?.className === 'keepsake-upload'",
        polling=POLLING,
    )
    assert member.locator(BUTTON).count() == 1
    member.evaluate(
        "document.querySelector('#rich').remove(); "
        "document.querySelector('textarea').style.display = ''"
    )
    member.wait_for_function(
        "() => document.querySelector('textarea').nextElementSibling?.className === "
        "'keepsake-upload'",
        polling=POLLING,
    )


def test_editors_that_open_later(member: Any, forum: Forum) -> None:
    member.clock.install()
    member.goto(forum.page("<p>Nothing yet</p>"))
    member.clock.run_for(1000)
    assert member.locator(BUTTON).count() == 0
    member.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", TEXTAREA)
    member.wait_for_selector(BUTTON)
    member.clock.run_for(1000)
    assert member.locator(BUTTON).count() == 1


def test_what_is_no_editor_gets_no_button(member: Any, forum: Forum) -> None:
    member.goto(
        forum.page(
            '<input><textarea rows="1" cols="5"></textarea><textarea rows="9" cols="60" '
            'readonly></textarea><textarea rows="9" cols="60" hidden></textarea>' + TEXTAREA
        )
    )
    member.wait_for_selector(BUTTON)
    assert member.locator(BUTTON).count() == 1
    assert (
        member.evaluate("document.querySelector('.keepsake-upload').previousElementSibling.id")
        == "message"
    )
