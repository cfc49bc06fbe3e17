"""PicGo's own command line and server, from npm, with the configuration from the page: what Typora,
Obsidian and VS Code call.
"""

from __future__ import annotations

import html
import json
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.conftest import free_port, sample, until
from tests.uploaders.conftest import Made, node

Configure = Callable[..., Made]


class PicGo:
    """A home folder as PicGo keeps it: its configuration, and beside that the plugins."""

    def __init__(self, home: Path, node_modules: Path, config: str) -> None:
        self.home, self.node_modules = home / ".picgo", node_modules
        self.home.mkdir()
        (self.home / "config.json").write_text(config)
        (self.home / "package.json").write_text(
            json.dumps(
                {"name": "picgo-plugins", "dependencies": {"picgo-plugin-web-uploader": "*"}}
            )
        )
        (self.home / "node_modules").symlink_to(node_modules)
        self.environ = {**os.environ, "HOME": str(home)}

    def command(self, *words: str) -> list[str]:
        return [
            node(),
            str(self.node_modules / "picgo" / "bin" / "picgo"),
            "-c",
            str(self.home / "config.json"),
            *words,
        ]

    def upload(self, *paths: Path) -> list[str]:
        """The addresses that it prints. It says SUCCESS and exits 0 on every error, so nothing else
        counts.
        """
        done = subprocess.run(
            self.command("upload", *map(str, paths)),
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return [line for line in done.stdout.splitlines() if line.startswith("http")]


@pytest.mark.parametrize("tool", ["picgo", "editors"])
def test_the_command_line(
    tool: str, configure: Configure, node_modules: Path, tmp_path: Path
) -> None:
    """As Typora calls it: several files, the last lines are the addresses."""
    made = configure(tool, expiration="P1D")
    picgo = PicGo(tmp_path, node_modules, made.download("picgo.json").text)
    links = picgo.upload(sample("plain.jpg"), sample("animated.gif"))
    assert len(links) == 2
    for link, name in zip(links, ("plain.jpg", "animated.gif"), strict=True):
        answer = requests.get(link, timeout=10)
        assert (
            answer.ok
            and answer.headers["Cache-Control"] != "public"
            and len(answer.content) == sample(name).stat().st_size
        )
    assert "It works" in made.trial()
    assert picgo.upload(sample("text-as.jpg")) == []


def test_the_link_to_the_page(configure: Configure, node_modules: Path, tmp_path: Path) -> None:
    picgo = PicGo(tmp_path, node_modules, configure("picgo", link="url_viewer").file("picgo.json"))
    assert "/image/alpha." in picgo.upload(sample("alpha.png"))[0]


def test_the_fields_for_the_app_are_those_of_the_file(configure: Configure) -> None:
    made = configure("picgo")
    uploader = json.loads(made.file("picgo.json"))["picBed"]["web-uploader"]
    page = html.unescape(made.page)
    for value in uploader.values():
        assert f'value="{value}"' in page


def test_the_server_that_obsidian_asks(
    configure: Configure, node_modules: Path, tmp_path: Path
) -> None:
    """The plugin posts {"list": [paths]} to /upload and reads ``result``."""
    picgo = PicGo(tmp_path, node_modules, configure("editors").file("picgo.json"))
    port = free_port()
    process = subprocess.Popen(
        picgo.command("server", "--port", str(port)),
        env=picgo.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until(lambda: process.poll() is not None or listens(port))
        assert process.poll() is None, process.stdout and process.stdout.read()
        answer = requests.post(
            f"http://127.0.0.1:{port}/upload", json={"list": [str(sample("alpha.png"))]}, timeout=20
        )
        assert (
            requests.get(answer.json()["result"][0], timeout=10).content
            == sample("alpha.png").read_bytes()
        )
    finally:
        process.terminate()
        process.wait(10)


def test_the_library_that_vs_code_uses(
    configure: Configure, node_modules: Path, tmp_path: Path
) -> None:
    """The extension makes a PicGo of ``picgo.configPath`` and uploads with it."""
    picgo = PicGo(tmp_path, node_modules, configure("editors").file("picgo.json"))
    script = f"""
        const {{ PicGo }} = require({json.dumps(str(node_modules / "picgo"))});
        const picgo = new PicGo({json.dumps(str(picgo.home / "config.json"))});
        picgo.upload([{json.dumps(str(sample("alpha.png")))}])
            .then((done) => console.log("link", done[0].imgUrl));
    """
    done = subprocess.run(
        [node(), "-e", script], env=picgo.environ, capture_output=True, text=True, timeout=60
    )
    link = next(line.split()[1] for line in done.stdout.splitlines() if line.startswith("link "))
    assert requests.get(link, timeout=10).ok


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
