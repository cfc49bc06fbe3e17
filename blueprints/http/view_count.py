"""Views of an upload by people."""

from __future__ import annotations

from flask import request

from blueprints.http.askers import agent, only_looks
from blueprints.http.context import site


def count_view(public_id: str) -> None:
    """Count it, unless a program only looks; whoever asks for a part of a page isn't one who reads.
    The owner's own view is none: don't call it then.
    """
    is_whole = request.method != "HEAD" and "Range" not in request.headers
    if is_whole and agent() and not only_looks():
        site().views.count(public_id, f"{request.remote_addr} {agent()}")
