"""ShareX: the file that it imports, used as its documentation says."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from blueprints.clients.rendering import as_sharex
from tests.conftest import Server, sample
from tests.uploaders.conftest import Made
from tests.uploaders.sharex import Parser, Result, Sxcu

Configure = Callable[..., Made]
FILES = ["sharex.sxcu", "sharex-old.sxcu"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("source", ["screenshot.png", "clip.mp4"])
def test_a_screenshot_is_uploaded_and_deleted(name: str, source: str, configure: Configure) -> None:
    made = configure("sharex")
    result = Sxcu(made.file(name)).upload(sample(source))
    assert (
        requests.get(result.url, timeout=10)
        .headers["Content-Type"]
        .startswith(("image/png", "video/mp4"))
    )
    assert requests.get(result.thumbnail_url, timeout=10).ok
    assert "It works" in made.trial()
    # ShareX opens it in a browser
    page = requests.get(result.deletion_url, headers={"Accept": "text/html"}, timeout=10)
    assert "button" in page.text and requests.get(result.url, timeout=10).ok
    requests.post(result.deletion_url, timeout=10)
    assert requests.get(result.url, timeout=10).status_code == 404


@pytest.mark.parametrize("name", FILES)
def test_the_link_is_the_one_that_was_chosen(name: str, configure: Configure) -> None:
    result = Sxcu(configure("sharex", link="url_viewer").file(name)).upload(sample("alpha.png"))
    assert "/image/alpha." in result.url and "<title>" in requests.get(result.url, timeout=10).text


@pytest.mark.parametrize("name", FILES)
def test_album_and_expiration_are_sent(name: str, configure: Configure, server: Server) -> None:
    album = server.command("album", "create", "ann", f"For {name} <b>'\"").split()[-1]
    document = Sxcu(configure("sharex", album_id=album, expiration="P1D").file(name))
    assert document.document["Arguments"] == {
        "album_id": album,
        "expiration": "P1D",
        "format": "json",
    }
    url = document.upload(sample("alpha.png")).url
    # private: it will expire
    assert "max-age" not in requests.get(url, timeout=10).headers.get("Cache-Control", "")


@pytest.mark.parametrize("name", FILES)
def test_errors_are_shown(name: str, configure: Configure) -> None:
    made = configure("sharex")
    assert Sxcu(made.file(name)).upload(sample("text-as.jpg")) == Result(
        error="Can't get target upload source info"
    )
    assert "was refused" in made.trial() and "Can't get target upload source info" in made.trial()


def test_the_oldest_form_follows_a_redirect(configure: Configure) -> None:
    """RequestType, FileFormName and ResponseType RedirectionURL: the address after the 302 is the
    result, without a log-in.
    """
    document = json.loads(configure("sharex").file("sharex-redirect.sxcu"))
    assert (document["RequestType"], document["ResponseType"]) == ("POST", "RedirectionURL")
    answer = requests.post(
        document["RequestURL"],
        data=document["Arguments"],
        files={document["FileFormName"]: sample("alpha.png").open("rb")},
        timeout=10,
    )
    assert answer.ok and answer.history[0].status_code == 302 and "/image/alpha." in answer.url


def test_what_to_type_into_the_chevereto_uploader(configure: Configure) -> None:
    """ShareX's own: multipart with key and format first, then the source (clients)."""
    made = configure("sharex")
    assert f'value="{made.base}/api/1/upload"' in made.page and f'value="{made.key}"' in made.page
    answer = requests.post(
        f"{made.base}/api/1/upload",
        data={"key": made.key, "format": "json"},
        files={"source": sample("alpha.png").open("rb")},
        timeout=10,
    )
    assert answer.json()["image"]["url"]


@pytest.mark.parametrize("name", [*FILES, "sharex-redirect.sxcu"])
def test_a_double_click_imports_the_download(name: str, configure: Configure) -> None:
    made = configure("sharex")
    answer = made.download(name)
    ending = name.removeprefix("sharex")
    assert (
        answer.headers["Content-Disposition"]
        == f"attachment; filename={made.base.removeprefix('http://').replace(':', '-')}{ending}"
    )
    # as JSON, some browsers would append .json
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.text == made.file(name) and "no-store" in answer.headers["Cache-Control"]


def test_what_shareX_would_take_for_its_own_syntax() -> None:
    odd = r"https://h.example/a{b}|c\d"
    assert Parser(as_sharex(odd), None).run() == odd


def test_the_interpreter_is_one(tmp_path: Path) -> None:
    answer = requests.Response()
    answer.raw, answer.url = io.BytesIO(b'{"a": [{"b": "c|d"}]}'), "https://x.example/"
    assert Parser(r"\{x\}{json:a[0].b}-{responseurl}", answer).run() == "{x}c|d-https://x.example/"
    with pytest.raises(ValueError, match="without a version"):
        Sxcu("{}")
