"""A check of the site from outside, put together from what the server and this browser got."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request

from blueprints.http.check_form import CheckForm
from blueprints.http.checked import facts_of_request, most_body_bytes, new_run, parse_run
from blueprints.http.context import addresses, site
from blueprints.http.site_host import parse_host
from models import Upload, Visitor
from services.checks.client import Client, Unreached
from services.checks.embeds import Preview, previews
from services.checks.findings import Finding, Verdict, unknown
from services.checks.outside import look
from services.checks.plan import Photo, Plan
from services.checks.requests import seen_as

MOST_SECONDS = 60  # of all that the server asks, besides the slow answer


@dataclass(frozen=True)
class Report:
    """``browser`` is how this browser's own request came here. ``upload`` is the one previewed;
    ``token`` and ``megabytes`` are for tests that the browser itself makes.
    """

    base: str
    outside: list[Finding]
    browser: list[Finding]
    upload: Upload | None
    previews: list[Preview]
    token: str
    megabytes: int

    @property
    def wrong(self) -> int:
        """How many things are wrong."""
        found = [one for one in (*self.outside, *self.browser) if one.verdict is Verdict.BAD]
        return len(found) + sum(len(one.problems) for one in self.previews)


def checked(form: CheckForm) -> Report:
    base, wait = public_base(), int(form.wait.data)
    token = new_run()
    outside, upload, shown = [unknown("reach", "no_url")], None, []
    if base:
        client = Client(base, time.monotonic() + MOST_SECONDS + wait)
        upload = _upload(form.upload_id)
        outside = sorted(look(_plan(client, token, wait, upload)), key=_weight)
        shown = _previews(client, upload)
    megabytes = most_body_bytes() // 1_000_000
    return Report(base, outside, _of_browser(), upload, shown, token, megabytes)


def _plan(client: Client, token: str, wait: int, upload: Upload | None) -> Plan:
    checks, run = site().checks, parse_run(token) or ""
    return Plan(
        client,
        f"/check/{token}",
        site().config.trusted_proxies,
        most_body_bytes(),
        lambda: checks.passed_on(run),
        wait,
        _photo(client, upload),
        site().settings.private_site,
    )


def _photo(client: Client, upload: Upload | None) -> Photo | None:
    if upload is None:
        return None
    path = urlsplit(addresses().file(upload, upload.filename)).path
    return Photo(path.removeprefix(client.prefix), upload.mime)


def _weight(finding: Finding) -> int:
    """What is wrong comes first."""
    return [Verdict.BAD, Verdict.UNKNOWN, Verdict.HINT, Verdict.GOOD].index(finding.verdict)


def public_base() -> str:
    """PUBLIC_URL, which only the owner of the server sets; empty where it isn't. What a request
    calls the site may be anything, also another machine of the home network.
    """
    return site().config.public_url.rstrip("/")


def browser_base() -> str:
    """What the browser calls the site: its scheme may be another than Keepsake knows. Only with the
    host that the request came to. It is compared, and never asked.
    """
    parts = urlsplit(request.headers.get("Origin", ""))
    try:
        host = parse_host(parts.netloc)
    except ValueError:
        return ""
    own = urlsplit(addresses().base)
    is_own = parts.scheme in ("http", "https") and host.partition(":")[0] == own.hostname
    return f"{parts.scheme}://{host}{own.path}" if is_own else ""


def _of_browser() -> list[Finding]:
    origin = browser_base()
    if not origin:
        return []
    return list(seen_as(facts_of_request(), origin, site().config.trusted_proxies))


def _upload(public_id: str | None) -> Upload | None:
    """One that strangers may open."""
    if public_id:
        return Upload.find(public_id, Visitor.GUEST)
    stranger = Visitor(None, frozenset(), True, None)
    return next(iter(Upload.page(stranger, limit=1)), None)


def _previews(client: Client, upload: Upload | None) -> list[Preview]:
    if upload is None or site().settings.private_site:  # nobody is shown anything
        return []
    try:
        return previews(client, addresses().viewer_path(upload).removeprefix(client.prefix))
    except Unreached:
        return []
