"""A site whose name and address are meant to break what is made of them: every configuration stays
what it is.
"""

from __future__ import annotations

import html
import json
import re
import shlex
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from flask import Flask
from jinja2.sandbox import SandboxedEnvironment

from blueprints.clients.rendering import Given, render
from blueprints.clients.tools import TOOLS
from models import Album, User, db
from tests.conftest import Person, csrf_token, existing, log_in, make_person
from tests.uploaders.conftest import node

HOSTILE = (
    'Ann\'s "pics" </script>*/ \n$(id) `id` {{ 7 * 7 }} {json:x}\\ %0a${x}\u2028// @require '
    "http://evil.example/\u202e"
)
HOSTILE_BASE = "https://pics.example/$(id)'\"{{7*7}}{json:x}`id`</script>"


@pytest.fixture
def hostile(make_app: Callable[..., Flask]) -> dict[str, dict[str, str]]:
    """Every file of every tool, of a site with such a name and address."""
    given = Given(
        HOSTILE_BASE,
        HOSTILE,
        "chv_abcdef_" + "k" * 128,
        "url",
        {"album_id": "a'b\"c $(id)", "expiration": "P1D"},
    )
    with make_app().test_request_context():
        return {
            slug: {file.template: render(file, given).text for file in tool.files}
            for slug, tool in TOOLS.items()
        }


def test_json_stays_json(hostile: dict[str, dict[str, str]]) -> None:
    texts = {
        name: text
        for files in hostile.values()
        for name, text in files.items()
        if name.endswith((".json", ".sxcu", ".iscu"))
    }
    assert len(texts) == 10
    name = " ".join(HOSTILE.split()) + " (pics.example)"
    for template, text in texts.items():
        document = json.loads(text)
        if template in ("sharex.sxcu", "sharex-old.sxcu", "sharex-redirect.sxcu"):
            assert document["Name"] == name and document["Arguments"]["album_id"] == "a'b\"c $(id)"
        elif template not in ("iphone.json", "n8n.json", "picgo.json"):
            assert name in strings(document), template
    url = json.loads(texts["sharex.sxcu"])["RequestURL"]
    assert url == HOSTILE_BASE.replace("{", "\\{").replace("}", "\\}") + "/api/1/upload"


def strings(document: Any) -> list[str]:
    if isinstance(document, dict):
        document = list(document.values())
    return (
        [text for part in document for text in strings(part)]
        if isinstance(document, list)
        else [document]
    )


def test_python_stays_python(hostile: dict[str, dict[str, str]]) -> None:
    names: dict[str, Any] = {"__name__": "keepsake"}
    exec(compile(hostile["python"]["keepsake.py"], "keepsake.py", "exec"), names)  # noqa: S102
    assert names["API"].startswith(HOSTILE_BASE + "/api/1/upload?album_id=")


@pytest.mark.parametrize(
    ("slug", "name"),
    [("screenshots", "keepsake.sh"), ("curl", "curl.sh"), ("curl", "curl-many.sh")],
)
def test_a_shell_runs_nothing_of_a_name(
    slug: str, name: str, hostile: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    """With a curl and an id that write down that they were called, and how."""
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "photo.jpg").write_bytes(b"")
    for program in ("curl", "id"):
        (tmp_path / program).write_text(
            f'#!/bin/sh\nprintf "%s\\n" {program} "$@" >>{tmp_path}/called\n'
        )
        (tmp_path / program).chmod(0o700)
    script = tmp_path / "script"
    script.write_text(hostile[slug][name])
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)}
    subprocess.run(
        ["sh", str(script), *(["a.jpg"] if name == "keepsake.sh" else [])],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        timeout=20,
    )
    called = (tmp_path / "called").read_text().splitlines()
    assert "curl" in called and "id" not in called
    assert HOSTILE_BASE + "/api/1/upload" in called and "album_id=a'b\"c $(id)" in called


@pytest.mark.parametrize(
    ("slug", "name"), [("user-script", "keepsake.user.js"), ("bookmarklet", "bookmarklet.js")]
)
def test_javascript_stays_javascript(
    slug: str, name: str, hostile: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    text = hostile[slug][name]
    if name == "bookmarklet.js":
        assert re.fullmatch(r"javascript:[A-Za-z0-9%_.~/-]+", text)
        text = unquote(text.removeprefix("javascript:"))
    script = tmp_path / "script.js"
    script.write_text(text)
    done = subprocess.run(
        [node(), "--check", str(script)], capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 0, done.stderr
    if name == "keepsake.user.js":
        head = text[: text.index("// ==/UserScript==")].splitlines()
        # a line of its own would load it
        assert [line for line in head if line.startswith("// @require")] == []
        assert not any(unicodedata.category(letter) in ("Zl", "Zp") for letter in "".join(head))


def test_yaml_stays_yaml(hostile: dict[str, dict[str, str]]) -> None:
    environment = SandboxedEnvironment()
    environment.filters["to_json"] = json.dumps
    command = yaml.safe_load(hostile["home-assistant"]["home-assistant.yaml"])["rest_command"][
        "keepsake"
    ]
    assert environment.from_string(command["url"]).render() == HOSTILE_BASE + "/api/1/upload"
    assert (
        json.loads(environment.from_string(command["payload"]).render(source="x"))["album_id"]
        == "a'b\"c $(id)"
    )
    document = yaml.safe_load(hostile["home-assistant"]["home-assistant-snapshot.yaml"])
    rendered = environment.from_string(document["shell_command"]["keepsake_file"]).render(
        file="/media/a.jpg"
    )
    words = shlex.split(rendered)
    assert HOSTILE_BASE + "/api/1/upload" in words and "album_id=a'b\"c $(id)" in words


def test_powershell_and_html_stay_what_they_are(hostile: dict[str, dict[str, str]]) -> None:
    line = hostile["powershell"]["keepsake.ps1"].splitlines()[3]
    found = re.fullmatch(r"\$api = '((?:[^'\u2018\u2019\u201a\u201b]|'')*)'", line)
    assert found and found[1].replace("''", "'").startswith(HOSTILE_BASE)
    forum = hostile["forum"]["forum.html"]
    assert (
        forum.count("<") == 2
        and html.unescape(re.findall(r'data-url="([^"]*)"', forum)[0]) == HOSTILE_BASE + "/upload"
    )


@pytest.mark.parametrize("slug", TOOLS)
def test_the_page_itself_escapes_them(slug: str, make_app: Callable[..., Flask]) -> None:
    app = make_app(SITE_NAME="<script>alert(1)</script>\"'")
    ann = make_person(app)
    with app.app_context():
        Album.create(existing(User.by_name("ann")), "<script>alert(1)</script>")
        db.session.commit()
    log_in(ann.client)
    page = ann.client.get(f"/settings/uploaders/{slug}")
    if TOOLS[slug].has_key:
        page = ann.client.post(
            f"/settings/uploaders/{slug}",
            data={"csrf_token": csrf_token(page.text), "link": "url"},
            follow_redirects=True,
        )
    assert page.status_code == 200 and "<script>alert" not in page.text


@pytest.mark.parametrize("slug", [slug for slug, tool in TOOLS.items() if tool.has_key])
def test_a_file_name_has_nothing_of_the_address_but_its_letters(slug: str, ann: Person) -> None:
    given = Given("https://pics.example:8443/../x", "x")
    with ann.app.test_request_context():
        for file in TOOLS[slug].files:
            assert re.fullmatch(r"[A-Za-z0-9._-]*", render(file, given).filename)
