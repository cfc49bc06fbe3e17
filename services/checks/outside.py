"""What stands between the Internet and Keepsake, by what it does to requests and answers.

Each check asks a test address (`blueprints/check_target.py`) through the public one, as anybody
could, and compares the answer with what Keepsake sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from services.checks import answers, requests
from services.checks.client import Client, Unreached
from services.checks.findings import Finding, bad, good, hint, unknown
from services.checks.plan import Plan, facts_of


def look(plan: Plan) -> Iterator[Finding]:
    """All findings, in the order of the page."""
    try:
        seen = plan.client.ask(f"{plan.path}/seen")
    except Unreached as error:
        yield unknown("reach", error.reason, base=plan.client.base)
        return
    facts = facts_of(seen)
    if "scheme" not in facts:
        yield bad("reach", "another", base=plan.client.base, status=seen.status)
        return
    yield good("reach", base=plan.client.base)
    yield from _https(plan)
    yield from requests.seen_as(facts, plan.client.base, plan.trusted)
    checks: tuple[tuple[str, Callable[[Plan], Finding]], ...] = (
        ("forged", requests.forged), ("body", requests.body_limit),
        ("requests", requests.request_buffering), ("answers", answers.answer_buffering),
        ("ranges", answers.ranges), ("head", answers.head), ("types", answers.types),
        ("pages", answers.pages_packed), ("files", answers.files_packed),
        ("cache", answers.cache), ("photos", answers.photos), ("wait", answers.wait),
    )  # fmt: skip
    for about, check in checks:
        if about == "wait" and not plan.wait:
            continue
        try:
            yield check(plan)
        except Unreached as error:
            yield unknown(about, "stopped", why=error.reason)


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
