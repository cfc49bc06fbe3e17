"""Log-in at a real provider as a browser does it: by our content security policy, and with the
cookie that comes back from another site. axe looks at the pages on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import PASSWORD, Server, free_port, key_on
from tests.e2e.conftest import violations_in_both
from tests.oidc.provider import CLIENT, SECRET, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server]) -> Iterator[Server]:
    port = free_port()  # which the provider has to know before
    with (
        running(f"http://127.0.0.1:{port}/login/openid/callback") as issuer,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("tests.conftest.free_port", lambda: port)
        server = make_server(
            OIDC_ISSUER=issuer,
            OIDC_CLIENT_ID=CLIENT,
            OIDC_CLIENT_SECRET=SECRET,
            OIDC_NAME="Authentik",
        )
        key_on(server)
        yield server


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    """Without the fixture ``page``: the provider's pages ask other hosts for letters."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def log_in_there(page: Any, server: Server, name: str) -> None:
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("x")
    page.locator("[type=submit]").click()
    page.wait_for_function(
        "base => location.href.startsWith(base) || !document.querySelector('[name=login]')",
        arg=server.base,
        polling=50,
    )
    if not page.url.startswith(server.base):  # it asks whether Keepsake may know who it is
        page.locator("[type=submit]").click()


def test_connect_and_log_in(phone: Any, server: Server, browser: Any) -> None:
    page = phone
    page.goto(server.base + "/login")
    assert violations_in_both(page) == []
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(server.base + "/")
    page.goto(server.base + "/settings/security")
    page.get_by_role("link", name="Connect or disconnect").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/settings/openid")
    page.get_by_role("button", name="Connect").click()
    log_in_there(page, server, "hanna")
    page.get_by_text(
        "Connected. Who is hanna at Authentik can log in here as you from now on."
    ).wait_for()
    assert page.get_by_text("hanna", exact=True).is_visible()
    assert violations_in_both(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    other = browser.new_context().new_page()
    other.goto(server.base + "/mine")
    other.get_by_role("link", name="Log in with Authentik").click()
    log_in_there(other, server, "hanna")
    other.wait_for_url(server.base + "/mine")
    assert other.locator("body").get_attribute("data-account") == "ann"
    other.context.close()


def test_who_cancels_comes_back(phone: Any, server: Server) -> None:
    phone.goto(server.base + "/login")
    phone.get_by_role("link", name="Log in with Authentik").click()
    phone.get_by_text("Cancel").click()
    phone.get_by_text("Authentik didn't log you in.").wait_for()
    assert phone.get_by_role("link", name="Log in").first.is_visible()
    assert violations_in_both(phone) == []
