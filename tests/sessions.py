"""Logged in on a server that runs, without a browser: how a browser does it is tested once, in
tests/e2e/test_pages.py.
"""

from __future__ import annotations

from typing import Any

import requests

from tests.conftest import PASSWORD, csrf_token


def session_on(base: str, name: str = "ann") -> requests.Session:
    session = requests.Session()
    page = session.get(base + "/login", timeout=30).text
    form = {"csrf_token": csrf_token(page), "name": name, "password": PASSWORD}
    answer = session.post(base + "/login", data=form, timeout=30)
    assert answer.url == base + "/", answer.text
    return session


def browser_cookies(base: str, name: str = "ann") -> list[dict[str, Any]]:
    """What a browser holds in which somebody has logged in, for Playwright's ``add_cookies``."""
    return [
        {"name": cookie.name, "value": cookie.value, "url": base, "httpOnly": True}
        for cookie in session_on(base, name).cookies
    ]
