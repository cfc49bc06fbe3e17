"""How an upload is put elsewhere: embed codes in all of Chevereto's forms, oEmbed, JSON-LD, a QR code."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import Blueprint, Response, abort, jsonify, request

from blueprints.addresses import Addresses
from blueprints.context import addresses, person, site
from media.pixels.derive import THUMB_SIZE
from models import Upload

bp = Blueprint("embed", __name__)

_VIEWER = re.compile(r"/(?:image|clip|video)/(?:[^/]*\.)?([A-Za-z0-9]{8})/?")
MIN_SIDE, MAX_SIDE = 1, 100_000  # pixels that a consumer may ask for


@dataclass(frozen=True)
class Codes:
    """A group of codes: its name, and (label, code) each."""

    name: str
    codes: list[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """A file as it can be embedded, with its pixels."""

    label: str
    url: str
    width: int
    height: int


def sizes(upload: Upload, where: Addresses) -> list[Shown]:
    """The upload's pictures, largest first: its frame, if it is a video."""
    found = []
    if upload.frame_size:
        found.append(Shown("frame", where.file(upload, upload.derivative("fr")), upload.width, upload.height))
    elif upload.is_playable:
        found.append(Shown("full", where.file(upload, upload.filename), upload.width, upload.height))
    if upload.medium_size:
        found.append(Shown("medium", where.file(upload, upload.derivative("md")), upload.medium_width, upload.medium_height))
    return [*found, Shown("thumbnail", where.file(upload, upload.derivative("th")), THUMB_SIZE, THUMB_SIZE)]


def codes(upload: Upload, where: Addresses) -> list[Codes]:
    direct, viewer = where.file(upload, upload.filename), where.viewer(upload)
    alt = upload.alt_text or upload.title or upload.filename
    pictures = sizes(upload, where)
    links = [("Viewer", viewer), ("Direct", direct), *((shown.label.capitalize(), shown.url) for shown in pictures if shown.url != direct)]
    linked = [(f"{'Full' if shown.label == 'frame' else shown.label.capitalize()} linked", shown) for shown in pictures]
    whole = pictures[0]
    if upload.is_video:
        video_html = f'<video src="{_e(direct)}" poster="{_e(whole.url)}" width="{upload.width}" height="{upload.height}" controls></video>'
        embeds = (video_html, f"[{_md(alt)}]({direct})", f"[video]{direct}[/video]")
    else:
        embeds = (_img(whole, alt), f"![{_md(alt)}]({whole.url})", f"[img]{whole.url}[/img]")
    return [
        Codes("Links", links),
        Codes("HTML", [("Embed", embeds[0]), *((name, f'<a href="{_e(viewer)}">{_img(shown, alt)}</a>') for name, shown in linked)]),
        Codes("Markdown", [("Embed", embeds[1]), *((name, f"[![{_md(alt)}]({shown.url})]({viewer})") for name, shown in linked)]),
        Codes("BBCode", [("Embed", embeds[2]), *((name, f"[url={viewer}][img]{shown.url}[/img][/url]") for name, shown in linked)]),
    ]


def _e(text: str) -> str:
    return html.escape(text)


def _img(shown: Shown, alt: str) -> str:
    return f'<img src="{_e(shown.url)}" alt="{_e(alt)}" width="{shown.width}" height="{shown.height}">'


def _md(text: str) -> str:
    return re.sub(r"([\\\[\]`*_<>!])", r"\\\1", " ".join(text.split()))


def oembed() -> Any:
    """oEmbed 1.0 for the address of a media page: photo or video, within ``maxwidth`` × ``maxheight``."""
    if request.args.get("format", "json") != "json":
        abort(501)
    where = addresses()
    public_id = viewed_id(request.args.get("url", ""), where)
    upload = Upload.find(public_id, None) if public_id else None
    if upload is None or upload.nsfw:  # what is not for everybody's eyes is not put before them unasked
        abort(404)
    answer = jsonify(oembed_document(upload, where, _side("maxwidth"), _side("maxheight")))
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def viewed_id(url: str, where: Addresses) -> str | None:
    """The id of the upload whose page ``url`` is; None where it is none of ours, or no address at all."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.netloc not in ("", urlsplit(where.base).netloc):
        return None
    found = _VIEWER.fullmatch(parts.path.removeprefix(where.base_path))
    return found[1] if found else None


def _side(name: str) -> int:
    text = request.args.get(name, "")
    if text and not re.fullmatch(r"[0-9]{1,6}", text):
        abort(400)
    return max(MIN_SIDE, int(text)) if text else MAX_SIDE


def oembed_document(upload: Upload, where: Addresses, max_width: int, max_height: int) -> dict[str, Any]:
    pictures = sizes(upload, where)
    thumb = pictures[-1]
    document: dict[str, Any] = {
        "version": "1.0", "title": upload.title or upload.filename, "provider_name": site().settings.site_name, "provider_url": where.base + "/",
        "author_name": upload.user.name if upload.user else "a guest", "cache_age": 0 if upload.expires_at else 3600,
        "thumbnail_url": thumb.url, "thumbnail_width": thumb.width, "thumbnail_height": thumb.height,
    }
    if upload.is_video and upload.is_playable:
        scale = min(1.0, max_width / upload.width, max_height / upload.height)
        width, height = max(1, int(upload.width * scale)), max(1, int(upload.height * scale))
        frame, direct = pictures[0].url, where.file(upload, upload.filename)
        code = f'<video src="{_e(direct)}" poster="{_e(frame)}" width="{width}" height="{height}" controls></video>'
        return {**document, "type": "video", "html": code, "width": width, "height": height}
    fitting = [shown for shown in pictures if shown.width <= max_width and shown.height <= max_height]
    shown = fitting[0] if fitting else thumb
    scale = min(1.0, max_width / shown.width, max_height / shown.height)
    alt = {"alt_text": upload.alt_text} if upload.alt_text else {}
    return {**document, "type": "photo", "url": shown.url, "width": max(1, int(shown.width * scale)),
            "height": max(1, int(shown.height * scale)), **alt}


def json_ld(upload: Upload, where: Addresses) -> dict[str, Any]:
    """schema.org's ImageObject or VideoObject."""
    direct, thumb = where.file(upload, upload.filename), where.file(upload, upload.derivative("th"))
    document: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "VideoObject" if upload.is_video else "ImageObject", "name": upload.title or upload.filename,
        "url": where.viewer(upload), "contentUrl": direct, "thumbnailUrl": thumb, "uploadDate": upload.created_at.isoformat(),
        "width": upload.width, "height": upload.height, "encodingFormat": upload.mime, "contentSize": str(upload.size),
    }
    if upload.description:
        document["description"] = upload.description
    if upload.alt_text:
        document["caption"] = upload.alt_text
    if upload.user:
        document["author"] = {"@type": "Person", "name": upload.user.name}
    if upload.is_video:
        document["duration"] = f"PT{upload.duration}S"
    return document


def qr(public_id: str) -> Response:
    """A QR code of the media page's address."""
    upload = Upload.find(public_id, person())
    if upload is None:
        abort(404)
    buffer = io.BytesIO()
    segno.make(addresses().viewer(upload), error="m").save(buffer, kind="svg", scale=6, border=3, light="#fff", dark="#000", nl=False)
    return Response(buffer.getvalue(), content_type="image/svg+xml", headers={"Content-Security-Policy": "default-src 'none'; sandbox"})
