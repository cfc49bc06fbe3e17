"""Passkeys in a real browser, with Chromium's virtual authenticator, and codes of an app: from the
settings to a log-in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from tests.conftest import PASSWORD, Server

pytestmark = pytest.mark.browser


@pytest.fixture
def base(server: Server, server_key: str) -> str:
    """By its name: an IP address has no passkeys."""
    return server.base.replace("127.0.0.1", "localhost")


@pytest.fixture
def device(page: Any) -> Any:
    """The browser's own authenticator; a finger is on it at once."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def say(command: str, **values: Any) -> Any:
        return devtools.send(f"WebAuthn.{command}", {**added, **values})

    return say


def give_password(page: Any, base: str) -> None:
    page.goto(base + "/login")
    page.fill("[name=name]", "ann")
    page.fill("[name=password]", PASSWORD)
    page.click("main form:has([name=password]) button")


def log_out(page: Any, base: str) -> None:
    page.goto(base + "/settings/security")
    page.locator("details.menu summary").click()
    page.locator(".entry:has-text('Log out')").click()
    page.wait_for_url(base + "/")


def confirm(page: Any) -> None:
    page.wait_for_url("**/settings/confirm**")
    page.fill("main [name=password]", PASSWORD)
    page.click("main form:has([name=password]) button")


def test_a_passkey_from_the_first_to_the_last_day(page: Any, base: str, device: Any) -> None:
    give_password(page, base)
    page.wait_for_url(base + "/")
    page.goto(base + "/settings/security")
    page.click("text=Add a passkey")
    confirm(page)
    page.fill("main [name=name]", "My laptop")
    page.click("main button:has-text('Add')")
    page.wait_for_url("**/settings/security")
    assert page.locator("text=My laptop").is_visible()
    assert len(device("getCredentials")["credentials"]) == 1

    log_out(page, base)
    page.goto(base + "/login?next=/mine")
    page.click("text=Log in with a passkey")
    page.wait_for_url(base + "/mine")

    page.goto(base + "/settings/confirm?next=/settings/security")  # as where that was long ago
    page.click("text=Use a passkey instead")
    page.wait_for_url(base + "/settings/security")
    page.click("text=Ask for a passkey with the password")
    page.locator(".codes li").last.wait_for()
    assert page.locator(".codes li").count() == 10

    log_out(page, base)
    give_password(page, base)
    page.wait_for_url("**/login/second")
    page.goto(base + "/mine")  # still a guest
    page.wait_for_url("**/login?**")
    give_password(page, base)
    page.wait_for_url("**/login/second")
    page.click("text=Use a passkey")
    page.wait_for_url(base + "/")

    page.goto(base + "/settings/security")
    page.click("[aria-label='Remove: My laptop']")
    page.wait_for_url("**/remove")
    page.click("main button:has-text('Remove')")
    page.wait_for_url("**/settings/security")
    assert not page.locator("text=My laptop").is_visible()
    log_out(page, base)
    page.goto(base + "/login")
    page.click("text=Log in with a passkey")
    page.locator("text=This passkey was not accepted").wait_for()
    give_password(page, base)
    page.wait_for_url(base + "/")


def test_who_gives_no_passkey_is_told_and_may_go_on(page: Any, base: str, device: Any) -> None:
    device("setUserVerified", isUserVerified=False)
    page.goto(base + "/login")
    page.click("text=Log in with a passkey")
    page.locator("[data-problem]:visible").wait_for()
    assert "No passkey was used" in page.inner_text("[data-problem]")
    give_password(page, base)
    page.wait_for_url(base + "/")


def test_an_authenticator_app(page: Any, base: str, device: Any) -> None:
    give_password(page, base)
    page.wait_for_url(base + "/")
    page.goto(base + "/settings/security")
    page.click("text=Set up an authenticator app")
    confirm(page)
    app = pyotp.TOTP(page.locator("#secret").input_value().replace(" ", ""))
    page.fill("main [name=code]", app.now())
    page.click("text=Switch on")
    page.locator(".codes li").last.wait_for()
    codes = page.locator(".codes code").all_inner_texts()
    with page.expect_download() as download:
        page.click("text=Download")
    kept = download.value.path().read_text()
    assert download.value.suggested_filename == "recovery-codes.txt"
    assert all(code in kept for code in codes) and "ann" in kept

    log_out(page, base)
    give_password(page, base)
    page.wait_for_url("**/login/second")
    page.click("text=Use a recovery code")
    page.fill("[name=recovery]", codes[0])
    page.click("text=Log in with it")
    page.wait_for_url(base + "/settings/security")
    assert page.get_by_text("That recovery code is used up.").is_visible()

    page.goto(base + "/settings/confirm?next=/settings/codes/off")
    page.fill("main [name=password]", PASSWORD)
    page.fill("main [name=code]", codes[1])
    page.click("text=Continue")
    page.wait_for_url("**/settings/codes/off")
    page.click("main button:has-text('Switch off')")
    page.wait_for_url("**/settings/security")
    assert page.locator("text=Set up an authenticator app").is_visible()


def test_joining_with_a_passkey_on_a_phone(
    page: Any, make_server: Callable[..., Server], device: Any
) -> None:
    server = make_server(SIGN_UP="invitation")
    server.command("user", "create", "ann", "--password-stdin", stdin=PASSWORD)
    path = server.command("user", "invite").split()[-1]
    page.set_viewport_size({"width": 390, "height": 844})
    base = server.base.replace("127.0.0.1", "localhost")
    page.goto(base + path[path.index("/join/") :])
    page.click("text=Use a passkey instead")
    page.locator("[data-problem]:visible").wait_for()  # a name is needed first
    page.problems.clear()  # the browser says so of every answer of 400
    page.fill("main [name=name]", "Grandma")
    page.click("text=Use a passkey instead")
    page.wait_for_url(base + "/settings/phone")
    log_out(page, base)
    page.goto(base + "/login")
    page.click("text=Log in with a passkey")
    page.wait_for_url(base + "/")
