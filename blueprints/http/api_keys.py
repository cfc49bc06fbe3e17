"""The API key of a request: in its headers, its query or its body."""

from __future__ import annotations

from flask import request

from blueprints.http.arguments import parse_authorization, parse_key
from blueprints.http.context import site
from blueprints.http.log_line import note_user
from blueprints.http.refusals import InvalidKey, NoKey, RequestDenied
from models import ApiKey, SiteFact, Visitor
from models.site_fact import GUEST_KEY
from services.keys import use_key
from services.permission import may_ask


def key_in_headers() -> str:
    """``X-API-Key``; else what programs without such a header send: a bearer token, or the password
    of basic authentication.
    """
    key = request.headers.get("X-API-Key", "").strip()
    return key or parse_authorization(request.headers.get("Authorization", ""))


def key_in_query() -> str:
    return request.args.get("key", "").strip()


def authenticate(key: str) -> ApiKey | None:
    """The key with this text; None for the site's guest key. Raises NoKey, InvalidKey or
    RequestDenied.
    """
    if not key.strip():
        raise NoKey()
    text = parse_key(key)
    if text is None:
        raise InvalidKey()
    api_key = use_key(text, request.remote_addr or "")
    if api_key:
        note_user(api_key.user_id)
        return api_key
    if not SiteFact.matches(GUEST_KEY, text):
        raise InvalidKey()
    if not may_ask(site().settings, Visitor.GUEST):
        raise RequestDenied()
    return None


def authenticate_sender(key: str) -> ApiKey | None:
    """The same, of a key that uploads: else it is denied."""
    api_key = authenticate(key)
    if api_key and not api_key.may_upload:
        raise RequestDenied()
    return api_key
