"""Configurations as a person gets them from the page, and the real programs to use them with."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.conftest import Server, csrf_token, lacks
from tests.node import Missing, installed, node_path
from tests.sessions import session_on

CLIENTS = Path(__file__).parent / "clients"


@dataclass
class Made:
    """A configuration that was just made: its page, its key, and its files by the name of their
    template.
    """

    session: requests.Session
    base: str
    slug: str
    page: str
    key: str

    @property
    def files(self) -> dict[str, str]:
        found = re.findall(
            r'<textarea id="file-([^"]+)"[^>]*>\n(.*?)</textarea>', self.page, re.DOTALL
        )
        return {name: html.unescape(text) for name, text in found}

    def file(self, name: str) -> str:
        return self.files[name.replace(".", "-")]

    def download(self, name: str) -> requests.Response:
        """Presses the button of one file."""
        form = re.search(
            rf'<form method="post" action="[^"]*/{re.escape(name)}">(.*?)</form>',
            self.page,
            re.DOTALL,
        )
        assert form, name
        fields = {
            key: html.unescape(value)
            for key, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[1])
        }
        return self.session.post(
            f"{self.base}/settings/uploaders/{self.slug}/{name}", data=fields, timeout=10
        )

    def trial(self) -> str:
        """What *Test it* says now."""
        found = re.search(r'data-trial="([^"]+)"', self.page)
        assert found
        answer = self.session.get(self.base + found[1], timeout=10)
        assert answer.status_code == 200
        return html.unescape(
            re.sub(r"<[^>]+>", " ", answer.text[answer.text.index("data-trial=") :])
        )


@pytest.fixture(scope="module")
def ann_session(server: Server, server_key: str) -> requests.Session:
    return session_on(server.base)


@pytest.fixture
def configure(server: Server, ann_session: requests.Session) -> Callable[..., Made]:
    """Makes a configuration on the page of a tool."""

    def make(slug: str, **options: str) -> Made:
        address = f"{server.base}/settings/uploaders/{slug}"
        form = ann_session.get(address, timeout=10).text
        answer = ann_session.post(
            address,
            data={
                "csrf_token": csrf_token(form),
                "link": "url",
                "album_id": "",
                "expiration": "",
                **options,
            },
            timeout=10,
        )
        assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"], (
            answer.text
        )
        key = re.search(r"chv_[A-Za-z0-9]{6}_[A-Za-z0-9]{128}", html.unescape(answer.text))
        return Made(ann_session, server.base, slug, answer.text, key[0] if key else "")

    return make


def needed(program: str) -> str:
    """The path of a program; the test is skipped without it, but not in CI."""
    return shutil.which(program) or lacks(program)


def node() -> str:
    return node_path() or lacks("libatomic1")


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The programs of clients/package.json."""
    try:
        return installed(CLIENTS) / "node_modules"
    except Missing as missing:
        lacks(str(missing))
