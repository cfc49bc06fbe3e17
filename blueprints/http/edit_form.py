"""The form that edits an upload. What a program leaves out stays as it is; a checkbox can't say
that it is off but by being left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from blueprints.http.parameters import (
    parse_alt_text,
    parse_expiration,
    parse_flag,
    parse_tags,
    parse_text,
    parse_title,
    parse_visibility,
)
from models import Upload, Visibility
from services.change import Wishes

KEEP_EXPIRATION = "keep"  # the form's choice to leave it unchanged


def parse_wishes(form: Mapping[str, str], upload: Upload, now: datetime) -> Wishes:
    """Raises InvalidParameter."""
    expiration = form.get("expiration", KEEP_EXPIRATION)
    return Wishes(
        title=parse_title(form.get("title", upload.title or "")),
        description=parse_text(form.get("description", upload.description or "")),
        alt_text=parse_alt_text(form.get("alt_text", upload.alt_text or "")),
        tags=parse_tags(form["tags"]) if "tags" in form else [tag.name for tag in upload.tags],
        nsfw=parse_flag(form.get("nsfw", "0")),
        expires_at=upload.expires_at
        if expiration == KEEP_EXPIRATION
        else parse_expiration(expiration, now),
        visibility=parse_visibility(form.get("visibility", ""), is_guest=False)
        or Visibility(upload.visibility),
    )
