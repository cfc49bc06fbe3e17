"""What embeds or links an upload elsewhere: oEmbed, a QR code."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask import Blueprint, Response, abort, jsonify, render_template, request

from blueprints.documents import oembed as oembed_documents
from blueprints.http.addresses import viewed_id
from blueprints.http.arguments import parse_oembed_format, parse_side
from blueprints.http.binned import gone
from blueprints.http.context import addresses, site
from blueprints.http.moved import kept_for
from models import Upload, Visitor

bp = Blueprint("embed", __name__)


def oembed() -> Any:
    """oEmbed 1.0 for the address of a media page: photo or video, within ``maxwidth`` ×
    ``maxheight``.
    """
    parse_oembed_format(request.args.get("format", "json"))
    max_width, max_height = (
        parse_side(request.args.get(name, "")) for name in ("maxwidth", "maxheight")
    )
    where = addresses()
    public_id = viewed_id(request.args.get("url", ""), where)
    upload = Upload.find(public_id, Visitor.GUEST) if public_id else None
    upload = upload or kept_for(public_id, Visitor.GUEST)
    # NSFW is never embedded unasked
    if upload is None or upload.nsfw:
        return gone(public_id, Visitor.GUEST) or abort(404)
    answer = jsonify(
        oembed_documents.document(upload, where, site().settings.site_name, max_width, max_height)
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def qr(upload: Upload) -> Response:
    """A QR code of the media page's address."""
    buffer = io.BytesIO()
    segno.make(addresses().viewer(upload), error="m").save(
        buffer, kind="svg", scale=6, border=3, light="#fff", dark="#000", nl=False
    )
    return Response(
        buffer.getvalue(),
        content_type="image/svg+xml",
        headers={"Content-Security-Policy": "default-src 'none'; sandbox"},
    )


def qr_page(upload: Upload) -> str:
    """The same on a page, to be held before a phone."""
    return render_template("viewer/qr.html", upload=upload, addresses=addresses())
