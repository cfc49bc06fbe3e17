"""An Upload as the API's JSON document (contract, *image, key by key*): a pure function, no
request.
"""

from __future__ import annotations

import html
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import quote

from blueprints.http.addresses import Addresses
from media.formats import MIME_BY_EXTENSION
from models import Upload

# the bits of ``chain``; 8 is Chevereto's original, never ours
FRAME, IMAGE, MEDIUM, THUMB = 16, 4, 2, 1
LOADER_BYTES = 5_000_000
TITLE_SHOWN, TITLE_CUT = 28, 25  # characters
_UNITS = (
    ("year", 31_536_000),
    ("month", 2_592_000),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3600),
    ("minute", 60),
)


def document(
    upload: Upload,
    addresses: Addresses,
    zone: tzinfo,
    now: datetime,
    token: str,
    *,
    imgbb: bool = False,
    message: str = "file uploaded",
) -> dict[str, Any]:
    """The whole answer to an upload. ``imgbb`` puts it under ``data``, with the keys that imgbb's
    clients read. ``token`` "": of one that was there already, whose delete link nobody knows.
    """
    image = image_document(upload, addresses, zone, now, token)
    if not token:
        del image["delete_url"]
    success = {"message": message, "code": 200}
    if not imgbb:
        return {"status_code": 200, "success": success, "image": image, "status_txt": "OK"}
    life = upload.expires_at - upload.received_at if upload.expires_at else None
    image |= {
        "id": upload.public_id,
        "time": int(upload.received_at.timestamp()),
        "expiration": round(life.total_seconds()) if life else 0,
    }
    return {
        "status_code": 200,
        "success": success,
        "data": image,
        "status_txt": "OK",
        "status": 200,
    }


def in_bin(older: Upload | None) -> dict[str, Any]:
    """Beside the answer's own keys: the id of what the sender has in the bin of the same bytes."""
    return {"in_bin": older.public_id} if older else {}


def image_document(
    upload: Upload, addresses: Addresses, zone: tzinfo, now: datetime, token: str
) -> dict[str, Any]:
    url = addresses.file(upload, upload.filename)
    thumb = _file(upload, addresses, upload.derivative("th"), upload.thumb_size)
    medium = (
        _file(upload, addresses, upload.derivative("md"), upload.medium_size)
        if upload.medium_size
        else _no_file()
    )
    frame = (
        _file(upload, addresses, upload.derivative("fr"), upload.frame_size)
        if upload.frame_size
        else None
    )
    shown_url, shown_width, shown_height = _display(upload, url, medium, frame)
    title_short = truncated(upload.title or "")
    return {
        "name": upload.name,
        "extension": upload.extension,
        "size": upload.size,
        "width": upload.width,
        "height": upload.height,
        "date": _date(upload.created_at, zone),
        "date_gmt": _date(upload.created_at, UTC),
        "title": upload.title,
        "tags": [_tag(tag.name, addresses) for tag in upload.tags],
        "description": upload.description,
        "nsfw": int(upload.nsfw),
        "storage_mode": "datefolder",
        "checksum": upload.checksum,
        "source_checksum": upload.source_md5 if upload.source_md5 != upload.checksum else None,
        "original_filename": upload.original_filename,
        "original_exifdata": upload.exifdata,
        "views": upload.views,
        "category_id": upload.category_id,
        "chain": _chain(upload),
        "thumb_size": upload.thumb_size,
        "medium_size": upload.medium_size,
        "frame_size": upload.frame_size,
        "expiration_date_gmt": _date(upload.expires_at, UTC) if upload.expires_at else None,
        "likes": upload.likes,
        "is_animated": int(upload.is_animated),
        "is_approved": int(not upload.waits),
        "is_360": int(upload.is_360),
        "duration": upload.duration,
        "type": upload.kind,
        "tags_string": ", ".join(tag.name for tag in upload.tags),
        "file": {"resource": {"type": "url"}},
        "id_encoded": upload.public_id,
        "filename": upload.filename,
        "mime": upload.mime,
        "url": url,
        "ratio": upload.width / upload.height,
        "size_formatted": size_formatted(upload.size),
        **({"frame": frame} if frame else {}),
        "image": {
            "filename": upload.filename,
            "name": upload.name,
            "mime": upload.mime,
            "extension": upload.extension,
            "url": url,
            "size": upload.size,
        },
        "thumb": thumb,
        "url_frame": frame["url"] if frame else "",
        "medium": medium,
        "duration_time": duration_time(upload.duration) if upload.is_video else "",
        "url_viewer": addresses.viewer(upload),
        "path_viewer": addresses.viewer_path(upload),
        "url_short": addresses.short(upload),
        "display_url": shown_url,
        "display_width": shown_width,
        "display_height": shown_height,
        "views_label": "view" if upload.views == 1 else "views",
        "likes_label": "like" if upload.likes == 1 else "likes",
        "how_long_ago": how_long_ago(upload.created_at, now),
        "date_fixed_peer": _date(upload.created_at, UTC),
        "title_truncated": title_short,
        "title_truncated_html": html.escape(title_short),
        "is_use_loader": upload.size > LOADER_BYTES,
        "display_title": upload.title or upload.filename,
        "delete_url": addresses.delete(upload, token),
    }


def _file(upload: Upload, addresses: Addresses, filename: str, size: int) -> dict[str, Any]:
    name, extension = filename.rsplit(".", 1)
    return {
        "filename": filename,
        "name": name,
        "mime": MIME_BY_EXTENSION[extension],
        "extension": extension,
        "url": addresses.file(upload, filename),
        "size": size,
    }


def _no_file() -> dict[str, Any]:
    return dict.fromkeys(("filename", "name", "mime", "extension", "url"))


def _display(
    upload: Upload, url: str, medium: dict[str, Any], frame: dict[str, Any] | None
) -> tuple[str, int, int]:
    if medium["url"]:
        return medium["url"], upload.medium_width, upload.medium_height
    return (frame["url"] if frame else url), upload.width, upload.height


def _chain(upload: Upload) -> int:
    return (
        IMAGE + THUMB + (MEDIUM if upload.medium_size else 0) + (FRAME if upload.frame_size else 0)
    )


def _tag(name: str, addresses: Addresses) -> dict[str, str]:
    url_key = quote(name, safe="")
    return {
        "name": name,
        "name_safe_html": html.escape(name),
        "url_key": url_key,
        "url": addresses.tag(url_key),
    }


def _date(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def size_formatted(size: int) -> str:
    """Bytes for people: powers of 1000, one decimal, no trailing ``.0``: ``512 B``, ``19.8 KB``,
    ``3 MB``.
    """
    number, units = float(size), ["B", "KB", "MB", "GB", "TB", "PB"]
    while round(number, 1) >= 1000 and len(units) > 1:
        number /= 1000
        units.pop(0)
    return f"{number:.1f}".removesuffix(".0") + f" {units[0]}"


def duration_time(seconds: int) -> str:
    """``01:13``; minutes may pass 59."""
    return f"{seconds // 60:02}:{seconds % 60:02}"


def how_long_ago(moment: datetime, now: datetime) -> str:
    """The largest unit only: ``moments ago``, ``5 minutes ago``, ``1 week ago``."""
    seconds = int((now - moment).total_seconds())
    for unit, length in _UNITS:
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "moments ago"


def truncated(title: str) -> str:
    return title if len(title) <= TITLE_SHOWN else title[:TITLE_CUT].strip() + "..."
