"""Dora, who has a second factor and a passkey: ann, whose the other states are, has none. Passkeys
need a name of the site, which an IP address isn't.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pyotp
import requests

from tests.authenticator import Authenticator
from tests.conftest import PASSWORD, csrf_token, existing
from tests.looks.scene import Scene, post
from tests.sessions import session_on

_COOKIES: dict[str, list[dict[str, Any]]] = {}  # of Dora, by server


def base_of(scene: Scene) -> str:
    return scene.server.base.replace("127.0.0.1", "localhost")


def log_in(page: Any, scene: Scene) -> None:
    page.goto(base_of(scene) + "/login")


def is_it_you(page: Any, scene: Scene) -> None:
    page.context.add_cookies(_dora(scene))
    page.goto(base_of(scene) + "/settings/confirm")


def set_up_app(page: Any, scene: Scene) -> None:
    page.goto(scene.server.base + "/settings/confirm")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/settings/security")
    page.goto(scene.server.base + "/settings/codes")


def recovery_codes(page: Any, scene: Scene) -> None:
    is_on(page, scene)
    page.click("text=New recovery codes")
    page.locator(".codes").wait_for()


def is_on(page: Any, scene: Scene) -> None:
    page.context.add_cookies(_dora(scene))
    page.goto(base_of(scene) + "/settings/security")


def new_passkey(page: Any, scene: Scene) -> None:
    is_on(page, scene)
    page.click("text=Add a passkey")
    page.locator("[data-new-passkey]").wait_for()


def remove_passkey(page: Any, scene: Scene) -> None:
    is_on(page, scene)
    page.click("[aria-label='Remove: Phone']")
    page.wait_for_url("**/remove")


def join(page: Any, scene: Scene) -> None:
    page.goto(base_of(scene) + scene.server.command("user", "invite"))


def no_password(page: Any, scene: Scene) -> None:
    """Of Eve, who has joined with a passkey."""
    page.context.add_cookies(_eve(scene))
    page.goto(base_of(scene) + "/settings/security")


def turn_off(page: Any, scene: Scene) -> None:
    page.context.add_cookies(_dora(scene))
    page.goto(base_of(scene) + "/settings/codes/off")


def second_step(page: Any, scene: Scene) -> None:
    _dora(scene)
    page.goto(base_of(scene) + "/login")
    page.fill("[name=name]", "dora")
    page.fill("[name=password]", PASSWORD)
    page.click("main form:has([name=password]) button")
    page.wait_for_url("**/login/second")


def _dora(scene: Scene) -> list[dict[str, Any]]:
    base = base_of(scene)
    if base not in _COOKIES:
        scene.server.command("user", "create", "dora", "--password-stdin", stdin=PASSWORD)
        session = session_on(base, "dora")
        post(session, base + "/settings/confirm", {"password": PASSWORD})
        _add_passkey(session, base)
        _switch_on(session, base + "/settings/codes")
        _COOKIES[base] = _cookies(session, base)
    return _COOKIES[base]


def _eve(scene: Scene) -> list[dict[str, Any]]:
    base = base_of(scene)
    known = f"{base} eve"
    if known not in _COOKIES:
        url = base + scene.server.command("user", "invite")
        session = requests.Session()
        form = {"csrf_token": csrf_token(session.get(url, timeout=60).text), "name": "eve"}
        options = session.post(url + "/options", data=form, timeout=60).json()
        form["answer"] = Authenticator(origin=base).create(options)
        assert session.post(url + "/passkey", data=form, timeout=60).url == base + "/settings/phone"
        _COOKIES[known] = _cookies(session, base)
    return _COOKIES[known]


def _cookies(session: requests.Session, base: str) -> list[dict[str, Any]]:
    return [
        {"name": cookie.name, "value": cookie.value, "url": base, "httpOnly": True}
        for cookie in session.cookies
    ]


def _add_passkey(session: requests.Session, base: str) -> None:
    url = base + "/settings/passkeys/new"
    page = session.get(url, timeout=60).text
    options = html.unescape(existing(re.search(r'data-new-passkey="([^"]+)"', page))[1])
    answer = Authenticator(origin=base).create(json.loads(options))
    form = {"csrf_token": csrf_token(page), "name": "Phone", "answer": answer}
    assert "Passkey added" in session.post(url, data=form, timeout=60).text


def _switch_on(session: requests.Session, url: str) -> None:
    page = session.get(url, timeout=60).text
    address = html.unescape(existing(re.search(r'href="(otpauth:[^"]+)"', page))[1])
    code = pyotp.TOTP(pyotp.parse_uri(address).secret).now()
    answer = session.post(url, data={"csrf_token": csrf_token(page), "code": code}, timeout=60)
    assert "recovery-codes.txt" in answer.text
