"""/check/…: what a check of the public address asks for. Nothing here is kept, and nothing is told
but what the check itself has sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from blueprints.http.checked import Running, facts_of_request, read_away
from blueprints.http.context import site
from services.checks.plan import LONG_PIECE, LONG_PIECES, TEST_CACHE, TEST_FILE

bp = Blueprint("check_target", __name__)


def seen(check: Running) -> Response:
    """The request as Keepsake sees it."""
    answer = jsonify(facts_of_request())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def file(check: Running) -> Response:
    """Served as files are: with ranges, an ETag, and for good."""
    answer = Response(TEST_FILE, mimetype="image/png")
    answer.headers["Cache-Control"] = TEST_CACHE
    answer.set_etag("keepsake-check")
    answer.make_conditional(request, accept_ranges=True, complete_length=len(TEST_FILE))
    return answer


def body(check: Running) -> Any:
    """A body, which is thrown away as it is read."""
    size = read_away(check)
    return jsonify(bytes=size, seconds=round(site().checks.since_head(check.id), 3))


def wait(check: Running, seconds: int) -> Response:
    """An answer that takes its time."""
    if not site().checks.wait(check.id, seconds):
        abort(503)
    return jsonify(seconds=seconds)


def long(check: Running) -> Response:
    """An answer that is longer than what its reader takes."""
    checks = site().checks

    def pieces() -> Iterator[bytes]:
        for number in range(LONG_PIECES):
            yield bytes(LONG_PIECE)
            checks.note_passed_on(check.id, number + 1)

    return Response(pieces(), mimetype="application/octet-stream")
