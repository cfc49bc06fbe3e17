"""Pages that have one address: others, such as those with an older title, lead there."""

from __future__ import annotations

from urllib.parse import unquote

from flask import request

from blueprints.http.context import addresses


def is_here(path: str) -> bool:
    """Whether ``path``, of one of `Addresses`, is what was asked for. A site below a path of its
    host gets requests without that (``PUBLIC_URL``, ``X-Forwarded-Prefix``).
    """
    return request.path == unquote(path.removeprefix(addresses().base_path))
