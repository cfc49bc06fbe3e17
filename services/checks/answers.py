"""What a proxy does to answers on their way to who asked."""

from __future__ import annotations

from services.checks.client import Answer, Unreached
from services.checks.findings import Finding, bad, good, hint, unknown
from services.checks.plan import LONG_PIECES, TEST_CACHE, TEST_FILE, Plan

STALL_SECONDS = 1.5


def answer_buffering(plan: Plan) -> Finding:
    """Nobody reads; a proxy that takes all of it keeps it, in memory or on its disk."""
    if plan.client.stall(f"{plan.path}/long", STALL_SECONDS) != 200 or not plan.passed_on():
        return unknown("answers", "stopped", why="closed")
    return hint("answers", "kept") if plan.passed_on() == LONG_PIECES else good("answers")


def _file(plan: Plan, method: str = "GET", **headers: str) -> Answer:
    return plan.client.ask(f"{plan.path}/file", method, headers)


def ranges(plan: Plan) -> Finding:
    answer = _file(plan, Range="bytes=100-199")
    is_part = answer.status == 206 and answer.body == TEST_FILE[100:200]
    if is_part and answer.headers.get("content-range") == f"bytes 100-199/{len(TEST_FILE)}":
        return good("ranges")
    return bad("ranges", "none", status=answer.status)


def head(plan: Plan) -> Finding:
    answer = _file(plan, "HEAD")
    is_right = answer.status == 200 and answer.headers.get("content-length") == str(len(TEST_FILE))
    return good("head") if is_right else bad("head", "wrong", status=answer.status)


def types(plan: Plan) -> Finding:
    headers = _file(plan).headers
    if headers.get("content-type") != "image/png":
        return bad("types", "type", seen=headers.get("content-type", ""))
    if headers.get("x-content-type-options", "").lower() != "nosniff":
        return bad("types", "nosniff")
    return good("types")


def pages_packed(plan: Plan) -> Finding:
    answer = plan.client.ask("/login", headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
    packed = answer.headers.get("content-encoding", "")
    if packed in ("gzip", "br", "zstd"):
        return good("pages", how=packed)
    return bad("pages", "twice", how=packed) if packed else hint("pages", "plain")


def files_packed(plan: Plan) -> Finding:
    answer = _file(plan, Accept_Encoding="gzip, br, zstd")
    packed = answer.headers.get("content-encoding", "")
    if packed and packed != "identity":
        return bad("files", "packed", how=packed)
    if answer.body != TEST_FILE:
        return bad("files", "changed")
    return good("files")


def cache(plan: Plan) -> Finding:
    answer = _file(plan)
    tag = answer.headers.get("etag", "")
    if answer.headers.get("cache-control") != TEST_CACHE:
        return bad("cache", "changed", seen=answer.headers.get("cache-control", ""))
    if not tag or _file(plan, If_None_Match=tag).status != 304:
        return hint("cache", "tag")
    return good("cache")


def photos(plan: Plan) -> Finding:
    """Real files, which a proxy may serve by itself: with what keeps them harmless, and all others
    handed on to Keepsake.
    """
    others = plan.client.ask("/images/2000/01/01/keepsake-check.png")
    if "x-request-id" not in others.headers:
        return bad("photos", "others", status=others.status)
    if plan.photo is None:
        return unknown("photos", "no_photo")
    answer = plan.client.ask(plan.photo.path, headers={"Range": "bytes=0-99"})
    is_open, headers = answer.status in (200, 206), answer.headers
    if plan.is_private:
        return bad("photos", "open") if is_open else good("photos")
    if not is_open:
        return bad("photos", "missing", status=answer.status)
    if headers.get("content-type") != plan.photo.mime:
        return bad("photos", "type", seen=headers.get("content-type", ""), kind=plan.photo.mime)
    if headers.get("x-content-type-options", "").lower() != "nosniff":
        return bad("photos", "nosniff")
    if "sandbox" not in headers.get("content-security-policy", ""):
        return bad("photos", "sandbox")
    if answer.status != 206:
        return bad("photos", "ranges")
    if "immutable" not in headers.get("cache-control", ""):
        return hint("photos", "cache", seen=headers.get("cache-control", ""))
    return good("photos")


def wait(plan: Plan) -> Finding:
    """An upload may wait a minute for its turn."""
    try:
        answer = plan.client.ask(f"{plan.path}/wait/{plan.wait}", seconds=plan.wait + 10)
    except Unreached as error:
        return bad("wait", "cut", seconds=plan.wait, why=error.reason)
    if answer.status != 200:
        return bad("wait", "cut", seconds=plan.wait, why=str(answer.status))
    return good("wait", seconds=plan.wait)
