"""Cookies of a share link: of its own path, so that they open nothing else, and no script reads
them.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request

from blueprints.http.share_address import under
from models import ShareLink


def keep(answer: Response, link: ShareLink, name: str, value: str, lasts: timedelta) -> Response:
    """``value`` is signed by whoever calls."""
    answer.set_cookie(
        name,
        value,
        max_age=lasts,
        path=under(link).link_path,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer
