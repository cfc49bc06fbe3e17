"""What a proxy does to requests on their way to Keepsake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.checks.client import Client, Unreached
from services.checks.findings import Finding, bad, good, hint, unknown
from services.checks.plan import Plan, facts_of

FORGED = "198.51.100.77"  # nobody's (RFC 5737)
# Limits that proxies have by default or are often set to, in bytes.
LIMITS = [n * 1_000_000 for n in (1, 2, 8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 500, 1000)]
HEARD_SECONDS = 0.5  # that a body takes after its head, where half of it comes a second later
REFUSED_SECONDS = 1.5  # within which a body is refused by its length


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


def forged(plan: Plan) -> Finding:
    """A header that anybody can send must not say who they are."""
    answer = plan.client.ask(f"{plan.path}/seen", headers={"X-Forwarded-For": FORGED})
    return (
        bad("forged", "believed", trusted=plan.trusted)
        if facts_of(answer).get("client") == FORGED
        else good("forged")
    )


def body_limit(plan: Plan) -> Finding:
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


def request_buffering(plan: Plan) -> Finding:
    """Whether Keepsake hears of a body while it is sent: it may refuse early."""
    answer = plan.client.send_part(f"{plan.path}/body", 1_500_000, 300_000, 1, 0.1)
    facts = facts_of(answer) if answer else {}
    if "seconds" not in facts:
        return unknown("requests", "stopped", why="closed")
    if facts.get("bytes") != 1_500_000:
        return bad("requests", "cut", bytes=facts.get("bytes", 0))
    return good("requests") if facts["seconds"] > HEARD_SECONDS else hint("requests", "kept")
