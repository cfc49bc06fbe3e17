"""A real provider: `oidc-provider`, certified by the OpenID Foundation, run by Node.js. Whoever
gives a name there is that person.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import requests

from tests.conftest import free_port, lacks, until
from tests.node import Missing, installed, node_path

HERE = Path(__file__).resolve().parent
CLIENT, SECRET = "keepsake", "a secret of the tests, of many letters"
GROUPS = {"ann": ["admins", "family"], "bob": ["family"]}


@contextmanager
def running(*redirect_uris: str) -> Iterator[str]:
    """Its issuer."""
    try:
        home = installed(HERE)
    except Missing as missing:
        lacks(str(missing))
    node, port = node_path() or lacks("libatomic1"), free_port()
    shutil.copy(HERE / "provider.mjs", home)
    settings = {
        "port": port,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uris": redirect_uris,
        "groups": GROUPS,
    }
    issuer = f"http://127.0.0.1:{port}"
    environ = {**os.environ, "PROVIDER": json.dumps(settings)}
    with subprocess.Popen(
        [node, home / "provider.mjs"], env=environ, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            until(lambda: answers(issuer))
            yield issuer
        finally:
            process.terminate()


def answers(issuer: str) -> bool:
    try:
        return requests.get(issuer + "/jwks", timeout=5).ok
    except requests.ConnectionError:
        return False


def log_in_there(url: str, name: str, *, cancels: bool = False) -> str:
    """What a person does at the provider who is sent to ``url``; where the provider sends them."""
    issuer = "/".join(url.split("/")[:3])
    with requests.Session() as session:
        answer = session.get(url, allow_redirects=False, timeout=10)
        while True:
            if answer.is_redirect:
                url = urljoin(answer.url, answer.headers["Location"])
                if not url.startswith(issuer):
                    return url
                answer = session.get(url, allow_redirects=False, timeout=10)
                continue
            assert answer.ok, answer.text
            (form,) = re.findall(r'<form[^>]* action="([^"]+)"', answer.text)
            if cancels:
                answer = session.get(form + "/abort", allow_redirects=False, timeout=10)
                continue
            (prompt,) = re.findall(r'name="prompt" value="([^"]+)"', answer.text)
            data = {"prompt": prompt, "login": name, "password": "x"}
            answer = session.post(form, data=data, allow_redirects=False, timeout=10)
