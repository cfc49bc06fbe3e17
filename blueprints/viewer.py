"""The page of one upload, and the link that ends it."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, unquote

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for

from blueprints.documents import embed_codes, json_ld
from blueprints.http.addresses import slug_and_id
from blueprints.http.context import addresses, site, visitor
from blueprints.http.errors import page, wire_error
from models import Upload
from services.remove import remove

bp = Blueprint("viewer", __name__)

# Programs that fetch every address that they see in a message: they must not delete by it, and do not count as a view.
_PREVIEW_BOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|facebookexternalhit|facebot|whatsapp|telegram|discord|slack|skype|teams|"
    r"linkedin|pinterest|embedly|vkshare|viber|signal|mastodon|pleroma|misskey|lemmy|matrix|synapse|iframely|"
    r"google|bing|yahoo|yandex|baidu|duckduck|applebot|bitly|safelinks|barracuda|proofpoint|mimecast|scanner|headless",
    re.IGNORECASE)
# What the camera panel shows, in this order: the label, and ExifRead's names for it.
CAMERA_PANEL = [("Lens", ("LensModel",)), ("Exposure", ("ExposureTime",)), ("Aperture", ("FNumber",)),
                ("ISO", ("ISOSpeedRatings", "PhotographicSensitivity")), ("Focal length", ("FocalLength",))]
UNITS = {"Exposure": ("", " s"), "Aperture": ("f/", ""), "Focal length": ("", " mm")}


def image(slug: str) -> Any:
    return _show(slug)


def clip(slug: str) -> Any:
    return _show(slug)


def _show(slug: str) -> Any:
    upload = Upload.find(slug.rpartition(".")[2], visitor())
    if upload is None:
        return page(404, "There is no such picture.")
    section = "clip" if upload.is_video else "image"
    if request.path != f"/{section}/{unquote(slug_and_id(upload))}":
        return redirect(addresses().viewer_path(upload), 302)  # not for good: a title may change
    _count(upload)
    return render_upload(upload)


def render_upload(upload: Upload, *, delete_link: str = "") -> str:
    where = addresses()
    return render_template(
        "viewer/show.html", upload=upload, addresses=where, zone=site().settings.zone, may_edit=upload.may_edit(visitor()),
        is_owner=upload.is_owner(visitor()),
        views=upload.views + site().views.waiting(upload.id), camera=camera_panel(upload), codes=embed_codes.codes(upload, where),
        spacer=spacer(upload), json_ld=json_ld.document(upload, where), delete_link=delete_link)


def spacer(upload: Upload) -> str:
    """A picture of the upload's size, as a data: address: it holds the place, and a few blurred pixels of what will come."""
    inside = f'<image href="{upload.placeholder}" width="100%" height="100%" preserveAspectRatio="none"/>' if upload.placeholder else ""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{upload.width}" height="{upload.height}">{inside}</svg>'
    return "data:image/svg+xml," + quote(svg)


def camera_panel(upload: Upload) -> list[tuple[str, str]]:
    """(label, value) of what the served file says of how it was taken; never of where."""
    told: dict[str, str] = json.loads(upload.exifdata) if upload.exifdata else {}
    rows = [("Camera", upload.camera)] if upload.camera else []
    for label, names in CAMERA_PANEL:
        value = next((told[name] for name in names if told.get(name)), "")
        if value:
            before, after = UNITS.get(label, ("", ""))
            rows.append((label, before + (value if label == "Exposure" else _decimal(value)) + after))
    return rows


def _decimal(value: str) -> str:
    """EXIF's fractions for people: ``11/5`` → ``2.2``."""
    found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", value)
    return f"{int(found[1]) / int(found[2]):.3g}" if found and int(found[2]) else value


def _count(upload: Upload) -> None:
    """A look by a person who is not the owner."""
    agent = request.headers.get("User-Agent", "")
    if request.method != "GET" or _only_looks() or not agent or upload.may_edit(visitor()):
        return
    site().views.count(upload.id, f"{request.remote_addr} {agent}")


def delete(public_id: str, token: str) -> Any:
    """Contract, *Delete*: a program's GET deletes at once, a browser's asks first, a preview's never deletes."""
    upload = Upload.deletable(public_id, token)
    if upload is None:
        return _not_found()
    if request.method in ("GET", "HEAD") and (request.method == "HEAD" or _is_browser() or _only_looks()):
        answer = Response(render_template("viewer/delete.html", upload=upload, addresses=addresses()))
        answer.headers["X-Robots-Tag"] = "noindex"
        answer.headers["Cache-Control"] = "no-store"
        return answer
    if not remove(site(), upload):
        return _not_found()
    if _is_browser():
        flash("It is gone: the picture and every file of it were deleted.")
        return redirect(url_for("upload.home"), 303)
    return jsonify(status_code=200, success={"message": "file deleted", "code": 200}, status_txt="OK")


def _not_found() -> Any:
    if _is_browser():
        return page(404, "That delete link is wrong, or what it deletes is gone already.")
    return wire_error(404, 404, "Not found")


def _is_browser() -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _only_looks() -> bool:
    """Whether the request is a browser's guess at what will be clicked, or a chat's preview of a link."""
    purpose = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    if re.search(r"prefetch|preview|prerender", purpose, re.IGNORECASE):
        return True
    return bool(_PREVIEW_BOTS.search(request.headers.get("User-Agent", "")))
