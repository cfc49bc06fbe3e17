"""Each setting that an admin changes in one process is in force in another, without a
restart. That this takes less than a second is said with a clock: tests/services/test_settings.py.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from blueprints.http.setting_words import value_text
from blueprints.http.settings_form import CHOICES, LABELS
from blueprints.http.settings_groups import GROUPS, Group
from config import as_text
from services.settings import DECLARED, Settings
from tests.conftest import PASSWORD, Server, csrf_token, key_on, until

TEXTS = {
    "SITE_NAME": "Ours & theirs",
    "DESCRIPTION": "Holidays & more",
    "FOOTER": "By [Ann](mailto:ann@home.example)",
    "ACCENT": "#123456",
    "TIMEZONE": "Asia/Tokyo",
}


@pytest.fixture(scope="module")
def two(
    make_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory
) -> list[Server]:
    data = tmp_path_factory.mktemp("everywhere") / "data"
    servers = [make_server(data) for _ in range(2)]
    key_on(servers[0], admin=True)
    return servers


@pytest.fixture(scope="module")
def admins(two: list[Server]) -> list[requests.Session]:
    """Ann, logged in at each."""
    sessions = []
    for server in two:
        session = requests.Session()
        token = csrf_token(session.get(server.base + "/login", timeout=30).text)
        form = {"csrf_token": token, "name": "ann", "password": PASSWORD}
        assert session.post(server.base + "/login", data=form, timeout=30).url == server.base + "/"
        token = csrf_token(session.get(server.base + "/settings/confirm", timeout=30).text)
        form = {"csrf_token": token, "password": PASSWORD}
        assert session.post(server.base + "/settings/confirm", data=form, timeout=30).ok
        sessions.append(session)
    return sessions


def another(name: str) -> Any:
    """A value that is not the default."""
    declared, default = DECLARED[name], DECLARED[name].default
    if isinstance(default, bool):
        return not default
    if isinstance(default, int):
        return default + 1
    if isinstance(default, tuple):
        return default[:-1] or declared.choices[:1]
    return next((one for one in declared.choices if one != default), None) or TEXTS[name]


def save(server: Server, session: requests.Session, group: Group, values: dict[str, Any]) -> None:
    """As its page does."""
    address = f"{server.base}/admin/settings/{group.slug}"
    form: dict[str, Any] = {"csrf_token": csrf_token(session.get(address, timeout=30).text)}
    for name, value in values.items():
        form[f"shown-{name.lower()}"] = as_text(getattr(Settings(), name.lower()))
        if value is not False:
            form[name.lower()] = value if isinstance(value, tuple) else as_text(value)
    answer = session.post(address, data=form, timeout=30, allow_redirects=False)
    assert answer.status_code == 303, answer.text


def shown(server: Server, session: requests.Session) -> dict[str, str]:
    """All values by their labels, as this process has them."""
    page = session.get(server.base + "/admin/settings", timeout=30).text
    found = re.findall(r"<dt>([^<]+)</dt>\s*<dd>([^<]*)", page)
    return {html.unescape(label): html.unescape(value).strip() for label, value in found}


SEEN = {  # by a guest: a path, and what its answer has in it when the setting is changed
    "SITE_NAME": ("/", "<title>Ours &amp; theirs</title>"),
    "DESCRIPTION": ("/", "Holidays &amp; more"),
    "FOOTER": ("/", '<a href="mailto:ann@home.example"'),
    "ACCENT": ("/", "app-123456.css"),
    "PRIVATE_SITE": ("/", "Not found\n"),
    "EXPLORE": ("/robots.txt", "Sitemap:"),
    "GUEST_UPLOADS": ("/", 'class="uploader"'),
}


@pytest.mark.parametrize("name", SEEN)
def test_a_guest_sees_it_at_another_process(two: list[Server], name: str) -> None:
    path, mark = SEEN[name]

    def is_seen() -> bool:
        return mark in requests.get(two[1].base + path, timeout=30).text

    assert not is_seen()
    two[0].command("settings", "set", name, as_text(another(name)))
    until(is_seen)
    two[0].command("settings", "reset", name)
    until(lambda: not is_seen())


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_each_is_in_force_in_another_process(
    two: list[Server], admins: list[requests.Session], group: Group
) -> None:
    values = {name: another(name) for name in group.names if name != "REQUIRE_SECOND_FACTOR"}
    texts = {
        str(LABELS[name]): value_text(DECLARED[name], value, CHOICES)
        for name, value in values.items()
    }
    assert not texts.items() & shown(two[1], admins[1]).items()
    rest = {name: DECLARED[name].default for name in group.names if name not in values}
    save(two[0], admins[0], group, values | rest)
    until(lambda: texts.items() <= shown(two[1], admins[1]).items())


def test_a_second_factor_is_required_in_another_process(
    two: list[Server], admins: list[requests.Session]
) -> None:
    """Which shuts the admin out of the other tests."""
    two[0].command("settings", "set", "REQUIRE_SECOND_FACTOR", "admins")
    page = two[1].base + "/admin/settings"
    until(lambda: admins[1].get(page, timeout=30).url.endswith("/settings/second-factor"))
