"""The check of the site from outside finds what a wrong configuration of nginx does."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.conftest import PASSWORD, Server, csrf_token, free_port, key_on, sample
from tests.server.nginx import nginx

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx")


class Site:
    """A server that believes one proxy, at an address where nginx will be."""

    def __init__(self, make: Callable[..., Server]) -> None:
        self.port = free_port()
        self.server = make(
            TRUSTED_PROXIES=1,
            PUBLIC_URL=f"http://127.0.0.1:{self.port}",
            MAX_UPLOAD_MB=100,
            VISIBILITY="public",
        )
        self.key = key_on(self.server, admin=True)
        self.session = requests.Session()
        form = self.get("/login").text
        token = {"csrf_token": csrf_token(form), "name": "ann", "password": PASSWORD}
        self.session.post(self.server.base + "/login", data=token, timeout=30)
        answer = requests.post(
            self.server.base + "/api/1/upload",
            files={"source": sample("plain.jpg").open("rb")},
            headers={"X-API-Key": self.key},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.server.base + path, timeout=60)

    def check(self, **fields: str) -> str:
        token = csrf_token(self.get("/admin/check").text)
        data = {"csrf_token": token, "wait": "0", **fields}
        answer = self.session.post(self.server.base + "/admin/check", data=data, timeout=120)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture(scope="module")
def site(make_server: Callable[..., Server]) -> Site:
    return Site(make_server)


def findings(page: str) -> dict[str, str]:
    """Verdicts by the title of what was looked at, from outside."""
    part = page.partition('id="outside"')[2].partition("</section>")[0]
    rows = re.findall(r'<li class="(\w+)">.*?<strong>([^<]*)</strong>', part, re.DOTALL)
    return {title: verdict for verdict, title in rows}


def test_a_right_configuration_has_nothing_wrong(site: Site, tmp_path: Path) -> None:
    with nginx(site.server, site.port, tmp_path):
        page = site.check()
    found = findings(page)
    assert found.pop("HTTPS") == "hint"  # the test has none
    assert len(found) == 15 and set(found.values()) == {"good"}, found
    assert page.count("Everything it reads is there.") == 5, page


CASES: list[tuple[str, dict[str, str], str, str]] = [
    ("Large uploads", {"client_max_body_size": "8m"}, "bad", "client_max_body_size 151m;"),
    ("Large uploads", {"client_max_body_size": ""}, "bad", "about 1 MB"),
    ("Trusted proxies", {"proxy_set_header__X-Forwarded-For": ""}, "bad", "trusted_proxies = 0"),
    ("Host", {"proxy_set_header__Host": "$proxy_host"}, "bad", "proxy_set_header Host $http_host;"),
    (
        "IP addresses",
        {"proxy_set_header__X-Forwarded-For": "$http_x_forwarded_for"},
        "bad",
        "X-Forwarded-For $proxy_add_x_forwarded_for;",
    ),
    (
        "Scheme",
        {"proxy_set_header__X-Forwarded-Proto": "https"},
        "bad",
        "X-Forwarded-Proto $scheme;",
    ),
    ("Passing on uploads", {"proxy_request_buffering": "on"}, "hint", "request_buffering off;"),
    ("Passing on downloads", {"proxy_buffering": "on"}, "hint", "proxy_buffering off;"),
    (
        "Unchanged files",
        {"gzip": "on", "gzip_types": "*", "gzip_proxied": "any"},
        "bad",
        "gzip_types text/css",
    ),
    ("Parts of files", {"proxy_set_header__Range": '""', "max_ranges": "0"}, "bad", "Range"),
    ("File types", {"proxy_hide_header": "X-Content-Type-Options"}, "bad", "proxy_hide_header"),
    ("Caching", {"proxy_hide_header": "Cache-Control"}, "bad", "expires off;"),
    ("Compressed pages", {"proxy_set_header__Accept-Encoding": '""'}, "hint", "Accept-Encoding"),
    (
        "Photos",
        {"location__/images/": "{ root /nowhere; } #"},
        "bad",
        "serve /images as deploy/nginx.conf has it",
    ),
    ("HEAD", {"limit_except": "GET POST { deny all; } #"}, "good", ""),
]


@pytest.mark.parametrize(("title", "changed", "verdict", "line"), CASES)
def test_what_is_wrong_is_found(
    site: Site, tmp_path: Path, title: str, changed: dict[str, str], verdict: str, line: str
) -> None:
    with nginx(site.server, site.port, tmp_path, **changed):
        page = site.check()
    assert findings(page)[title] == verdict, findings(page)
    assert line in page.replace("&#34;", '"')


def test_a_short_time_out_is_found(site: Site, tmp_path: Path) -> None:
    with nginx(site.server, site.port, tmp_path, proxy_read_timeout="2s"):
        page = site.check(wait="5")
    assert findings(page)["Slow answers"] == "bad" and "proxy_read_timeout 120s" in page


def test_nobody_there(site: Site) -> None:
    page = site.check()
    assert findings(page) == {"Public URL": "unknown"} and "check from another network" in page
    assert "no preview" in page
