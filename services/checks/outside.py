"""What stands between the Internet and Keepsake, by what it does to requests and answers.

Each check asks a test address (`blueprints/check_target.py`) through the public one, as anybody
could, and compares the answer with what Keepsake sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from services.checks.client import Answer, Client, Unreached
from services.checks.findings import Finding, bad, good, hint, unknown

TEST_BYTES = 40_000
TEST_FILE = hashlib.sha256(b"Keepsake").hexdigest().encode() * (TEST_BYTES // 64)
TEST_CACHE = "public, max-age=31536000, immutable"
FORGED = "198.51.100.77"  # nobody's (RFC 5737)
# A long answer, 40 MB: more than waitress (16 MB) and sockets keep of one that nobody reads.
LONG_PIECE, LONG_PIECES = 64 * 1024, 610
STALL_SECONDS = 1.5
# Limits that proxies have by default or are often set to, in bytes.
LIMITS = [n * 1_000_000 for n in (1, 2, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 500, 1000)]
HEARD_SECONDS = 0.5  # that a body takes after its head, where half of it comes a second later
REFUSED_SECONDS = 1.5  # within which a body is refused by its length


@dataclass(frozen=True)
class Plan:
    """``path`` is where the test addresses are; ``trusted`` is TRUSTED_PROXIES; ``body_bytes`` the
    most that an upload may send; ``passed_on`` how many pieces of the long answer are out; ``wait``
    how long an answer may take, 0: not looked at.
    """

    client: Client
    path: str
    trusted: int
    body_bytes: int
    passed_on: Callable[[], int]
    wait: int = 0


def look(plan: Plan) -> Iterator[Finding]:
    """All findings, in the order of the page."""
    try:
        seen = plan.client.ask(f"{plan.path}/seen")
    except Unreached as error:
        yield unknown("reach", error.reason, base=plan.client.base)
        return
    facts = _facts(seen)
    if "scheme" not in facts:
        yield bad("reach", "another", base=plan.client.base, status=seen.status)
        return
    yield good("reach", base=plan.client.base)
    yield from _https(plan)
    yield from seen_as(facts, plan.client.base, plan.trusted)
    checks: tuple[tuple[str, Callable[[Plan], Finding]], ...] = (
        ("forged", _forged), ("body", _body_limit), ("requests", _request_buffering),
        ("answers", _answer_buffering), ("ranges", _ranges), ("head", _head), ("types", _types),
        ("pages", _pages_packed), ("files", _files_packed), ("cache", _cache), ("wait", _wait),
    )  # fmt: skip
    for about, check in checks:
        if about == "wait" and not plan.wait:
            continue
        try:
            yield check(plan)
        except Unreached as error:
            yield unknown(about, "stopped", why=error.reason)


def _facts(answer: Answer) -> dict[str, Any]:
    """What a test address says; empty where a proxy answers in its place, such as with a page."""
    try:
        facts = json.loads(answer.body) if answer.status == 200 else None
    except ValueError:  # also of bytes that are no text
        facts = None
    return facts if isinstance(facts, dict) else {}


def seen_as(facts: dict[str, Any], base: str, trusted: int) -> Iterator[Finding]:
    """How Keepsake sees a request to ``base``."""
    client = Client(base)
    scheme = "https" if client.is_secure else "http"
    forwarded = facts["forwarded"]
    chain = [one for one in forwarded.get("X-Forwarded-For", "").split(",") if one.strip()]
    if facts["scheme"] == scheme:
        yield good("scheme", scheme=scheme)
    elif "X-Forwarded-Proto" not in forwarded:
        yield bad("scheme", "no_header", seen=facts["scheme"], scheme=scheme)
    else:
        reason = "wrong" if trusted else "not_trusted"
        yield bad("scheme", reason, seen=facts["scheme"], scheme=scheme, hops=len(chain) or 1)
    if facts["host"] == default_port_off(client.netloc, scheme):
        yield good("host", host=facts["host"])
    else:
        yield bad("host", "another", seen=facts["host"], host=client.netloc)
    if len(chain) > trusted:
        yield bad("proxies", "too_few", hops=len(chain), trusted=trusted)
    elif len(chain) < trusted:
        yield bad("proxies", "too_many", hops=len(chain), trusted=trusted)
    else:
        yield good("proxies", trusted=trusted)


def default_port_off(netloc: str, scheme: str) -> str:
    return netloc.lower().removesuffix({"http": ":80", "https": ":443"}[scheme])


def _https(plan: Plan) -> Iterator[Finding]:
    client = plan.client
    if not client.is_secure:
        yield hint("https", "plain")
        return
    yield good("https")
    plain = Client(f"http://{client.host}{client.prefix}", client.until, client.seconds)
    try:
        answer = plain.ask("/")
    except Unreached:
        yield hint("redirect", "closed")
        return
    leads = answer.headers.get("location", "")
    if answer.status in (301, 302, 307, 308) and leads.lower().startswith("https://"):
        yield good("redirect")
    else:
        yield bad("redirect", "none", status=answer.status)


def _forged(plan: Plan) -> Finding:
    """A header that anybody can send must not say who they are."""
    answer = plan.client.ask(f"{plan.path}/seen", headers={"X-Forwarded-For": FORGED})
    return (
        bad("forged", "believed", trusted=plan.trusted)
        if _facts(answer).get("client") == FORGED
        else good("forged")
    )


def _body_limit(plan: Plan) -> Finding:
    """By what is announced: a proxy with a limit refuses that before the body."""

    def is_refused(length: int) -> bool:
        try:
            answer = plan.client.send_part(f"{plan.path}/body", length, 1000, REFUSED_SECONDS)
        except Unreached as error:
            if error.reason != "closed":
                raise
            return True
        return answer is not None and answer.status >= 400

    if not is_refused(plan.body_bytes):
        return good("body", bytes=plan.body_bytes)
    passed = 0
    for limit in LIMITS:
        if limit >= plan.body_bytes or is_refused(limit):
            break
        passed = limit
    return bad("body", "limit", bytes=passed, wanted=plan.body_bytes)


def _request_buffering(plan: Plan) -> Finding:
    """Whether Keepsake hears of a body while it is sent: it may refuse early."""
    answer = plan.client.send_part(f"{plan.path}/body", 1_500_000, 300_000, 1, 0.1)
    facts = _facts(answer) if answer else {}
    if "seconds" not in facts:
        return unknown("requests", "stopped", why="closed")
    if facts.get("bytes") != 1_500_000:
        return bad("requests", "cut", bytes=facts.get("bytes", 0))
    return good("requests") if facts["seconds"] > HEARD_SECONDS else hint("requests", "kept")


def _answer_buffering(plan: Plan) -> Finding:
    """Nobody reads; a proxy that takes all of it keeps it, in memory or on its disk."""
    if plan.client.stall(f"{plan.path}/long", STALL_SECONDS) != 200 or not plan.passed_on():
        return unknown("answers", "stopped", why="closed")
    return hint("answers", "kept") if plan.passed_on() == LONG_PIECES else good("answers")


def _file(plan: Plan, method: str = "GET", **headers: str) -> Answer:
    return plan.client.ask(f"{plan.path}/file", method, headers)


def _ranges(plan: Plan) -> Finding:
    answer = _file(plan, Range="bytes=100-199")
    is_part = answer.status == 206 and answer.body == TEST_FILE[100:200]
    if is_part and answer.headers.get("content-range") == f"bytes 100-199/{len(TEST_FILE)}":
        return good("ranges")
    return bad("ranges", "none", status=answer.status)


def _head(plan: Plan) -> Finding:
    answer = _file(plan, "HEAD")
    is_right = answer.status == 200 and answer.headers.get("content-length") == str(len(TEST_FILE))
    return good("head") if is_right else bad("head", "wrong", status=answer.status)


def _types(plan: Plan) -> Finding:
    headers = _file(plan).headers
    if headers.get("content-type") != "image/png":
        return bad("types", "type", seen=headers.get("content-type", ""))
    if headers.get("x-content-type-options", "").lower() != "nosniff":
        return bad("types", "nosniff")
    return good("types")


def _pages_packed(plan: Plan) -> Finding:
    answer = plan.client.ask("/login", headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
    packed = answer.headers.get("content-encoding", "")
    if packed in ("gzip", "br", "zstd"):
        return good("pages", how=packed)
    return bad("pages", "twice", how=packed) if packed else hint("pages", "plain")


def _files_packed(plan: Plan) -> Finding:
    answer = _file(plan, Accept_Encoding="gzip, br, zstd")
    packed = answer.headers.get("content-encoding", "")
    if packed and packed != "identity":
        return bad("files", "packed", how=packed)
    if answer.body != TEST_FILE:
        return bad("files", "changed")
    return good("files")


def _cache(plan: Plan) -> Finding:
    answer = _file(plan)
    tag = answer.headers.get("etag", "")
    if answer.headers.get("cache-control") != TEST_CACHE:
        return bad("cache", "changed", seen=answer.headers.get("cache-control", ""))
    if not tag or _file(plan, If_None_Match=tag).status != 304:
        return hint("cache", "tag")
    return good("cache")


def _wait(plan: Plan) -> Finding:
    """An upload may wait a minute for its turn."""
    try:
        answer = plan.client.ask(f"{plan.path}/wait/{plan.wait}", seconds=plan.wait + 10)
    except Unreached as error:
        return bad("wait", "cut", seconds=plan.wait, why=error.reason)
    if answer.status != 200:
        return bad("wait", "cut", seconds=plan.wait, why=str(answer.status))
    return good("wait", seconds=plan.wait)
