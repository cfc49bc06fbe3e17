"""Who can see an upload changes for the page and all its files before the answer is sent: served by
Keepsake alone, and by nginx before the public root, as docs/running.md puts it there.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from tests.conftest import (
    PASSWORD,
    ROOT,
    Server,
    csrf_token,
    free_port,
    key_on,
    lacks,
    picture_paths,
    sample,
    until,
)

CHANGES = [  # each level, and whether a stranger gets it
    ("private", False),
    ("unlisted", True),
    ("members", False),
    ("public", True),
    ("private", False),
]


class Site(NamedTuple):
    base: str
    key: str


@pytest.fixture(scope="module", params=["Keepsake alone", "nginx before it"])
def site(
    request: pytest.FixtureRequest,
    make_server: Callable[..., Server],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    if request.param == "Keepsake alone":
        server = make_server()
        yield Site(server.base, key_on(server))
        return
    program = shutil.which("nginx") or lacks("nginx")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    base = f"http://127.0.0.1:{port}/pics"
    server = make_server(PUBLIC_URL=base, TRUSTED_PROXIES=1)
    key = key_on(server)
    conf = configuration(folder, port, server)
    with subprocess.Popen([program, "-p", folder, "-c", conf]) as nginx:
        until(lambda: answers(base + "/healthz"))
        yield Site(base, key)
        nginx.send_signal(signal.SIGQUIT)


def configuration(folder: Path, port: int, server: Server) -> Path:
    """What the document says, for this server's data and port."""
    text = (ROOT / "docs" / "running.md").read_text()
    (block,) = re.findall(r"\n((?: {4}.*\n)*? {4}location /pics/images/ (?:.*\n)*?)\n", text)
    block = block.replace("/srv/keepsake/instance", str(server.data))
    block = block.replace("http://127.0.0.1:8000", server.base)
    (folder / "proxy_params").write_text(
        "proxy_set_header Host $http_host;\n"
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
        "proxy_set_header X-Forwarded-Proto $scheme;\n"
    )
    temps = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = folder / "nginx.conf"
    path.write_text(f"""daemon off; {"user root;" if os.geteuid() == 0 else ""}
pid {folder}/pid; error_log {folder}/errors;
events {{}}
http {{ types {{ image/jpeg jpg jpeg; }} access_log off; {temps}
server {{ listen 127.0.0.1:{port};
{block} }} }}
""")
    return path


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.ConnectionError:
        return False


def logged_in(base: str) -> requests.Session:
    session = requests.Session()
    token = csrf_token(session.get(base + "/login", timeout=10).text)
    data = {"csrf_token": token, "name": "ann", "password": PASSWORD}
    assert session.post(base + "/login", data=data, timeout=10).ok
    return session


def test_a_change_is_in_force_before_its_answer(site: Site) -> None:
    with sample("iphone-gps-8mp.jpg").open("rb") as source:
        image = requests.post(
            site.base + "/api/1/upload",
            files={"source": source},
            headers={"X-API-Key": site.key},
            timeout=60,
        ).json()["image"]
    origin = "/".join(site.base.split("/")[:3])
    files = [origin + path for path in picture_paths(image)]
    urls = [image["url_viewer"], *files]
    ann = logged_in(site.base)
    stranger = requests.Session()  # keeps its connection, as browsers do
    before = [stranger.get(url, timeout=10).content for url in files]
    form = f"{site.base}/manage/{image['id_encoded']}/edit"
    token = csrf_token(ann.get(form, timeout=10).text)
    for level, is_open in CHANGES:
        data = {"csrf_token": token, "visibility": level}
        assert ann.post(form, data=data, timeout=10, allow_redirects=False).status_code == 303
        for url in urls:
            head = stranger.head(url, timeout=10)
            part = stranger.get(url, headers={"Range": "bytes=0-9"}, timeout=10)
            assert (head.ok, part.ok) == (is_open, is_open), (level, url)
        answers_now = [stranger.get(url, timeout=10) for url in files]
        if is_open:  # under the old addresses, unchanged
            assert [answer.content for answer in answers_now] == before
        assert [ann.get(url, timeout=10).content for url in files] == before
        if not is_open:
            assert {answer.status_code for answer in answers_now} == {404}
            own = ann.get(files[0], timeout=10)
            assert own.headers["Cache-Control"] == "private, no-cache"
