"""The wire's `image`, key by key, as a schema."""

from __future__ import annotations

from blueprints.documents.openapi.parts import Part, nullable, one_of, text, whole

FLAG: Part = {"type": "integer", "enum": [0, 1]}
FILE: Part = {
    "type": "object",
    "required": ["filename", "name", "mime", "extension", "url"],
    "properties": {
        **{name: nullable(text()) for name in ("filename", "name", "mime", "extension", "url")},
        "size": whole(),
    },
}
TAG_OF_IMAGE: Part = {
    "type": "object",
    "required": ["name", "name_safe_html", "url_key", "url"],
    "properties": {name: text() for name in ("name", "name_safe_html", "url_key", "url")},
}
IMAGE: Part = {
    "name": text(), "extension": text(), "size": whole(about="Bytes"),
    "width": whole(), "height": whole(),
    "date": text(about="When, in the site's time zone"), "date_gmt": text(),
    "title": nullable(text()), "tags": {"type": "array", "items": TAG_OF_IMAGE},
    "description": nullable(text()), "nsfw": FLAG, "storage_mode": text(),
    "checksum": text(about="MD5 of the file that `url` serves"),
    "source_checksum": nullable(text(about="MD5 of the file as it was sent, if it is another")),
    "original_filename": text(), "original_exifdata": nullable(text()), "views": whole(),
    "category_id": nullable(whole()), "chain": whole(), "thumb_size": whole(),
    "medium_size": whole(), "frame_size": whole(), "expiration_date_gmt": nullable(text()),
    "likes": whole(), "is_animated": FLAG, "is_approved": FLAG, "is_360": FLAG,
    "duration": whole(about="Seconds"), "type": one_of(("image", "video")),
    "tags_string": text(), "file": {"type": "object"}, "id_encoded": text(),
    "filename": text(), "mime": text(), "url": text(about="The file"),
    "ratio": {"type": "number"}, "size_formatted": text(), "image": FILE, "thumb": FILE,
    "url_frame": text(), "medium": FILE, "duration_time": text(),
    "url_viewer": text(about="Its page"), "path_viewer": text(), "url_short": text(),
    "display_url": text(), "display_width": whole(), "display_height": whole(),
    "views_label": text(), "likes_label": text(), "how_long_ago": text(),
    "date_fixed_peer": text(), "title_truncated": text(), "title_truncated_html": text(),
    "is_use_loader": {"type": "boolean"}, "display_title": text(),
}  # fmt: skip
FRAME: Part = {"frame": {**FILE, "description": "Of a video: a still picture"}}
DELETE_URL = text(about="Deletes it without a key. Shown only now: keep it, or do without")
