"""The wire: /api/1/upload as Chevereto's clients speak it, and imgbb's dialect of it (contract)."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request

from blueprints.documents import wire
from blueprints.http import errors
from blueprints.http.api_keys import authenticate_sender, key_in_headers, key_in_query
from blueprints.http.arguments import parse_format, parse_version
from blueprints.http.body import Body
from blueprints.http.context import addresses, site
from blueprints.http.parameters import merged, query_fields
from blueprints.http.receive import Uploader, has_head_only, received
from blueprints.http.refusals import InvalidAction, InvalidVersion
from blueprints.http.repeats import answered
from media.errors import UploadError
from models import ApiKey, Upload, utcnow
from services.bin import offered_back
from services.errors import StillRunning
from services.keys import note_refusal

bp = Blueprint("api", __name__)


def upload() -> Any:
    return _upload()


def upload_imgbb() -> Any:
    return _upload(at_imgbb=True)


def _upload(*, at_imgbb: bool = False) -> Any:
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Access-Control-Max-Age": "86400"})
    in_headers = key_in_headers()
    in_head = in_headers or (key_in_query() if has_head_only(request) else "")
    key = authenticate_sender(in_head) if in_head else None  # before the body is read
    uploader = Uploader(key.user if key else None, key) if in_head else None
    format = None
    try:
        with received(request, uploader) as body:
            fields = merged(query_fields(), body.fields)
            format = parse_format(fields.get("format", ""))
            if not in_headers:
                key = authenticate_sender(fields.get("key", ""))
            imgbb = uses(body, fields, "image") or (at_imgbb and not uses(body, fields, "source"))
            answer = partial(_answer, key=key, format=format, imgbb=imgbb)
            user, by_post = key.user if key else None, request.method == "POST"
            return answered(body, fields, user, answer, by_post=by_post, key=key)
    except Exception as error:
        if key and isinstance(error, UploadError) and not isinstance(error, StillRunning):
            note_refusal(key, error.message)
        return errors.answer(error, format)


def _answer(row: Upload, token: str, *, key: ApiKey | None, format: str, imgbb: bool) -> Response:
    """A key for one album isn't told what is in the bin, which is in no album."""
    if format == "txt":
        return Response(
            addresses().file(row, row.filename), content_type="text/plain; charset=utf-8"
        )
    if format == "redirect":
        return Response(status=302, headers={"Location": addresses().viewer_path(row)})
    zone, message = site().settings.zone, "file uploaded" if token else "file uploaded before"
    if row.waits:
        message += ", waiting for approval"
    if token and row.leftovers:
        message = f"file uploaded, and kept private: it still holds {row.leftovers}"
    document = wire.document(row, addresses(), zone, utcnow(), token, imgbb=imgbb, message=message)
    is_told = key and token and not key.album_id
    older = offered_back(row, key.user) if key and is_told else None
    return jsonify({**document, **wire.in_bin(older)})


def uses(body: Body, fields: dict[str, str], name: str) -> bool:
    """Whether the request came with this source field."""
    return name in body.files or name in body.decoded or name in fields


def unknown(rest: str = "") -> Response:
    if request.method == "OPTIONS":
        return Response(status=204)
    raise InvalidAction() if parse_version(rest) == "1" else InvalidVersion()
