"""What other sites ask for to put an upload elsewhere: oEmbed, a QR code."""

from __future__ import annotations

import io
import re
from typing import Any

import segno
from flask import Blueprint, Response, abort, jsonify, request

from blueprints.documents import oembed as oembed_documents
from blueprints.http.addresses import viewed_id
from blueprints.http.context import addresses, site, visitor
from models import Upload, Visitor

bp = Blueprint("embed", __name__)

MIN_SIDE, MAX_SIDE = 1, 100_000  # pixels that a consumer may ask for


def oembed() -> Any:
    """oEmbed 1.0 for the address of a media page: photo or video, within ``maxwidth`` × ``maxheight``."""
    if request.args.get("format", "json") != "json":
        abort(501)
    where = addresses()
    public_id = viewed_id(request.args.get("url", ""), where)
    upload = Upload.find(public_id, Visitor.GUEST) if public_id else None
    if upload is None or upload.nsfw:  # what is not for everybody's eyes is not put before them unasked
        abort(404)
    answer = jsonify(oembed_documents.document(upload, where, site().settings.site_name, _side("maxwidth"), _side("maxheight")))
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _side(name: str) -> int:
    text = request.args.get(name, "")
    if text and not re.fullmatch(r"[0-9]{1,6}", text):
        abort(400)
    return max(MIN_SIDE, int(text)) if text else MAX_SIDE


def qr(public_id: str) -> Response:
    """A QR code of the media page's address."""
    upload = Upload.find(public_id, visitor())
    if upload is None:
        abort(404)
    buffer = io.BytesIO()
    segno.make(addresses().viewer(upload), error="m").save(buffer, kind="svg", scale=6, border=3, light="#fff", dark="#000", nl=False)
    return Response(buffer.getvalue(), content_type="image/svg+xml", headers={"Content-Security-Policy": "default-src 'none'; sandbox"})
