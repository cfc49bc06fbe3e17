"""Names of downloads in any script, from a server as it runs: headers take ASCII alone, which a
test client doesn't ask for.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from flask import Response
from werkzeug.http import parse_options_header

from blueprints.http.file_response import as_download
from tests.conftest import ROOT, Server, sample
from tests.shares import called, share

NAMES = ("Отпуск 2026", "Été à Łódź", "名", "🏖️", 'a "b" c', "plain")


def name_in(header: str) -> str:
    kind, options = parse_options_header(header)
    assert kind == "attachment" and header.isascii()
    return options["filename"]


@pytest.mark.parametrize("name", [*NAMES, "a\r\nSet-Cookie: x=1", "\ud800", "", "..", "x" * 500])
def test_a_name_comes_back_from_its_header(name: str) -> None:
    header = as_download(Response(), f"{name}.jpg").headers["Content-Disposition"]
    assert "\n" not in header and "\r" not in header
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    assert name_in(header) == f"{printable}.jpg"


def test_downloads_of_links(server: Server, server_key: str) -> None:
    for name in NAMES[:4]:
        answer = requests.post(
            server.base + "/api/1/upload",
            data={"title": name},
            files={"source": sample("plain.jpg").open("rb")},
            headers={"X-API-Key": server_key},
            timeout=30,
        )
        public_id = answer.json()["image"]["id_encoded"]
        path = share(server, files=[public_id], title=name)
        file = called(server, f"{path}", public_id).replace(path, f"{path}/file") + "/file"
        for address, ending in ((f"{path}/zip", "zip"), (f"{file}?download=1", "jpg")):
            for method in ("GET", "HEAD"):
                found = requests.request(method, server.base + address, timeout=30)
                assert found.status_code == 200, (name, address)
                assert name_in(found.headers["Content-Disposition"]) == f"{name}.{ending}"


def test_no_other_line_names_a_download() -> None:
    """What Werkzeug is given as a name goes into the header as it is."""
    places = [
        path.relative_to(ROOT)
        for path in Path(ROOT, "blueprints").rglob("*.py")
        if '"Content-Disposition", "attachment", filename' in path.read_text()
    ]
    assert not places
