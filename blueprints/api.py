"""The wire: /api/1/upload as Chevereto's clients speak it, and imgbb's dialect of it (contract)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from blueprints.documents import wire
from blueprints.http.arguments import parse_key
from blueprints.http.body import Body
from blueprints.http.context import addresses, site
from blueprints.http.errors import (
    InvalidAction,
    InvalidKey,
    InvalidVersion,
    NoKey,
    RequestDenied,
    wanted_format,
)
from blueprints.http.receive import HEAD_ONLY, ingest_body, received
from media.errors import UploadError
from models import ApiKey, SiteFact, utcnow
from models.site_fact import GUEST_KEY
from services.keys import note_refusal, use_key

bp = Blueprint("api", __name__)


def upload() -> Response:
    return _upload()


def upload_imgbb() -> Response:
    return _upload(at_imgbb=True)


def _upload(*, at_imgbb: bool = False) -> Response:
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Access-Control-Max-Age": "86400"})
    header = key_in_headers()
    in_head = header or (
        request.args.get("key", "").strip() if HEAD_ONLY in request.environ else ""
    )
    key = authenticate(in_head) if in_head else None  # before the body is read
    try:
        with received(request) as body:
            fields = {**request.args.to_dict(), **body.fields}
            request.wire_fields = fields  # type: ignore[attr-defined]  # the format of an error, too
            if not header:
                key = authenticate(fields.get("key", ""))
            uploaded, token = ingest_body(
                body, fields, key.user if key else None, by_post=request.method == "POST", key=key
            )
            imgbb = uses(body, fields, "image") or (at_imgbb and not uses(body, fields, "source"))
    except UploadError as error:
        if key:
            note_refusal(key, error.message)
        raise
    if wanted_format() == "txt":
        return Response(
            addresses().file(uploaded, uploaded.filename), content_type="text/plain; charset=utf-8"
        )
    if wanted_format() == "redirect":
        return Response(status=302, headers={"Location": addresses().viewer_path(uploaded)})
    zone, message = site().settings.zone, "file uploaded"
    if uploaded.leftovers:
        message = f"file uploaded, and kept private: it still holds {uploaded.leftovers}"
    return jsonify(
        wire.document(uploaded, addresses(), zone, utcnow(), token, imgbb=imgbb, message=message)
    )


def uses(body: Body, fields: dict[str, str], name: str) -> bool:
    """Whether the request came with this source field."""
    return name in body.files or name in body.decoded or name in fields


def key_in_headers() -> str:
    """``X-API-Key``; else, for programs without such a header, a bearer token or the password of
    basic authentication.
    """
    if key := request.headers.get("X-API-Key", "").strip():
        return key
    try:
        authorization = request.authorization
    # Werkzeug doesn't expect letters beyond ASCII in the base64 of a basic log-in
    except ValueError:
        return ""
    if authorization is None:
        return ""
    return (authorization.token or authorization.password or "").strip()


def authenticate(key: str) -> ApiKey | None:
    """The key with this text; None for the site's guest key. Raises NoKey, InvalidKey or
    RequestDenied.
    """
    if not key.strip():
        raise NoKey()
    text = parse_key(key)
    if text is None:
        raise InvalidKey()
    api_key = use_key(text)
    if api_key:
        return api_key
    if not SiteFact.matches(GUEST_KEY, text):
        raise InvalidKey()
    if not site().settings.guest_uploads:
        raise RequestDenied()
    return None


def unknown(rest: str = "") -> Response:
    if request.method == "OPTIONS":
        return Response(status=204)
    raise InvalidAction() if rest.partition("/")[0] == "1" else InvalidVersion()
