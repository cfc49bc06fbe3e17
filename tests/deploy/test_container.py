"""The container: what goes into it is enough and no more. Where an engine works, it is built, run
as `compose.yaml` says, and used.

``CONTAINER_ENGINE`` is another command than ``docker`` or ``podman``; ``CONTAINER_BASE`` another
image to build on, and ``CONTAINER_BUILD`` and ``CONTAINER_RUN`` are more arguments, for engines
that can't fetch or limit everything.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.conftest import ROOT, free_port, sample, until
from tests.deploy.proxies import DEPLOY

USER = "10001:10001"
TEMP = "/tmp"  # noqa: S108 -- of the container
BASE = os.environ.get("CONTAINER_BASE", "docker.io/library/python:3.13-slim")


def service(name: str) -> dict[str, Any]:
    """Of compose.yaml."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"][name]
    return found


def answers(base: str, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(base + "/healthz", timeout=5).status_code == 200
    return False


# --- without an engine


def test_what_goes_into_the_image_is_enough_to_start(tmp_path: Path) -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    names = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert "*" in lines and not {"instance", "tests", ".git", "."} & set(names)
    copy, port, log = tmp_path / "copy", free_port(), tmp_path / "log"
    copy.mkdir()
    for name in names:
        source = ROOT / name
        (copy / name).parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    settings = {"KEEPSAKE_DATA": str(tmp_path / "data"), "KEEPSAKE_PORT": str(port)}
    environ = {k: v for k, v in os.environ.items() if not k.startswith("KEEPSAKE_")}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=copy,
            env={**environ, **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    base = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(base, process, log), 60, otherwise=log.read_text)
        page = requests.get(base + "/login", timeout=20).text
        script = re.search(r'src="(/static/[^"]+)"', page)
        assert script and requests.get(base + script[1], timeout=20).status_code == 200
    finally:
        process.terminate()
        process.wait(60)


def test_containers_get_no_more_rights_than_they_need() -> None:
    keepsake, caddy = service("keepsake"), service("caddy")
    text = (DEPLOY / "Containerfile").read_text()
    assert f"\nUSER {USER}\n" in text and "VOLUME /data\n" in text
    assert keepsake["read_only"] and keepsake["cap_drop"] == caddy["cap_drop"] == ["ALL"]
    assert "cap_add" not in keepsake and caddy["cap_add"] == ["NET_BIND_SERVICE"]
    assert "ports" not in keepsake and "data:/srv/keepsake:ro" in caddy["volumes"]
    given = set(re.findall(r"\{\$(KEEPSAKE_\w+)", (DEPLOY / "Caddyfile").read_text()))
    assert given == set(caddy["environment"])
    healthcheck = re.search(r"CMD (\[.*?\])\nCMD", text, re.DOTALL)
    assert healthcheck
    assert yaml.safe_load(healthcheck[1]) == keepsake["healthcheck"]["test"][1:]


# --- with one


@pytest.fixture(scope="module")
def engine() -> list[str]:
    """The command; skips where none runs a container. A machine may have no other way to try it."""
    given = os.environ.get("CONTAINER_ENGINE")
    for words in [shlex.split(given)] if given else [["docker"], ["podman"]]:
        run = [
            *words,
            "run",
            "--rm",
            "--network",
            "none",
            *more("RUN"),
            BASE,
            "python3",
            "--version",
        ]
        if shutil.which(words[0]):
            with contextlib.suppress(subprocess.TimeoutExpired):
                if subprocess.run(run, capture_output=True, timeout=120).returncode == 0:
                    return words
    pytest.skip("no container engine works here")


def more(step: str) -> list[str]:
    return shlex.split(os.environ.get(f"CONTAINER_{step}", ""))


@pytest.fixture(scope="module")
def image(engine: list[str]) -> Iterator[str]:
    name = "localhost/keepsake-test"
    command = [*engine, "build", "-f", "deploy/Containerfile", "-t", name, "--build-arg"]
    done = subprocess.run(
        [*command, f"BASE={BASE}", *more("BUILD"), "."], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    yield name
    subprocess.run([*engine, "rmi", "-f", name], capture_output=True, timeout=60)


def test_it_is_built_run_and_keeps_its_data(engine: list[str], image: str, tmp_path: Path) -> None:
    port, volume = free_port(), f"keepsake-test-{os.getpid()}"
    base, log = f"http://127.0.0.1:{port}", tmp_path / "log"
    command = [
        *engine, "run", "--rm", "--name", volume, "--network", "host", "-v", f"{volume}:/data",
        "--read-only", "--tmpfs", TEMP, "--cap-drop", "ALL", *more("RUN"),
        "--security-opt", "no-new-privileges", "-e", f"KEEPSAKE_PORT={port}",
        "-e", "KEEPSAKE_HOST=127.0.0.1", image,
    ]  # fmt: skip

    @contextlib.contextmanager
    def running() -> Iterator[None]:
        with log.open("w") as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            until(lambda: answers(base, process, log), 90, otherwise=log.read_text)
            yield
        finally:
            subprocess.run([*engine, "stop", volume], capture_output=True, timeout=100)
            process.wait(60)

    def flask(*words: str, stdin: str = "") -> str:
        done = subprocess.run(
            [*engine, "exec", "-i", volume, "flask", *words],
            input=stdin, text=True, capture_output=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    try:
        with running():
            assert "/setup/" in log.read_text()
            flask("user", "create", "ann", "--password-stdin", stdin="correct horse battery\n")
            key = re.search(r"chv_\w+", flask("key", "create", "ann"))
            assert key
            for name in ("plain.jpg", "clip.mp4", "iphone.heic"):
                files = {"source": (name, sample(name).read_bytes())}
                headers = {"X-API-Key": key[0]}
                done = requests.post(
                    base + "/api/1/upload", files=files, headers=headers, timeout=90
                )
                assert done.status_code == 200, done.text
            url = done.json()["image"]["image"]["url"]
        with running():
            assert "/setup/" not in log.read_text()
            assert requests.get(url, timeout=20).status_code == 200
    finally:
        subprocess.run([*engine, "volume", "rm", "-f", volume], capture_output=True, timeout=60)
