"""The addresses of what is in its owner's bin: for everybody as if it had never been there. Only a
program that could open it is told that it is gone (410), so that it forgets the address; nobody
learns of what they never saw.
"""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.http import words
from blueprints.http.askers import is_browser
from blueprints.http.context import visitor
from blueprints.http.error_page import page
from models import Upload, Visitor

GONE = 410


def gone(public_id: str | None, who: Visitor | None = None) -> Any:
    """The answer to a program, ``who`` by default being the visitor; None where it is none of these
    cases. It may come back, so nobody keeps the answer.
    """
    if not public_id or is_browser() or not Upload.was_open_to(who or visitor(), public_id):
        return None
    return page(GONE, words.NO_SUCH_FILE)[0], GONE, {"Cache-Control": "no-store"}


def gone_file(path: str) -> Response | None:
    """The same of a file by its path."""
    if is_browser() or not Upload.was_open_at(visitor(), path):
        return None
    return Response(status=GONE, headers={"Cache-Control": "no-store"})
