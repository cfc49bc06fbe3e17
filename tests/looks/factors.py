"""Dora, who has a second factor: ann, whose the other states are, has none."""

from __future__ import annotations

import html
import re
from typing import Any

import pyotp
import requests

from tests.conftest import PASSWORD, csrf_token, existing
from tests.looks.scene import Scene, post
from tests.sessions import session_on

_COOKIES: dict[str, list[dict[str, Any]]] = {}  # of Dora, by server


def confirm(page: Any, scene: Scene) -> None:
    page.goto(scene.server.base + "/settings/confirm")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/settings/security")


def set_up_app(page: Any, scene: Scene) -> None:
    confirm(page, scene)
    page.goto(scene.server.base + "/settings/codes")


def recovery_codes(page: Any, scene: Scene) -> None:
    page.context.add_cookies(_dora(scene))
    confirm(page, scene)
    page.click("text=New recovery codes")
    page.locator(".codes").wait_for()


def is_on(page: Any, scene: Scene) -> None:
    page.context.add_cookies(_dora(scene))
    page.goto(scene.server.base + "/settings/security")


def turn_off(page: Any, scene: Scene) -> None:
    page.context.add_cookies(_dora(scene))
    page.goto(scene.server.base + "/settings/codes/off")


def second_step(page: Any, scene: Scene) -> None:
    _dora(scene)
    page.goto(scene.server.base + "/login")
    page.fill("[name=name]", "dora")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/login/second")


def _dora(scene: Scene) -> list[dict[str, Any]]:
    base = scene.server.base
    if base not in _COOKIES:
        scene.server.command("user", "create", "dora", "--password-stdin", stdin=PASSWORD)
        session = session_on(base, "dora")
        post(session, base + "/settings/confirm", {"password": PASSWORD})
        _switch_on(session, base + "/settings/codes")
        _COOKIES[base] = [
            {"name": cookie.name, "value": cookie.value, "url": base, "httpOnly": True}
            for cookie in session.cookies
        ]
    return _COOKIES[base]


def _switch_on(session: requests.Session, url: str) -> None:
    page = session.get(url, timeout=60).text
    address = html.unescape(existing(re.search(r'href="(otpauth:[^"]+)"', page))[1])
    code = pyotp.TOTP(pyotp.parse_uri(address).secret).now()
    answer = session.post(url, data={"csrf_token": csrf_token(page), "code": code}, timeout=60)
    assert "recovery-codes.txt" in answer.text
