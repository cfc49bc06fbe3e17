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
from services.change import Wishes

KEEP_EXPIRATION = "keep"  # the form's choice to leave it unchanged
# "visibility_was" is what the form showed: whoever only changes a title doesn't undo what was made
# private meanwhile.


def parse_wishes(form: Mapping[str, str], now: datetime) -> Wishes:
    """Raises InvalidParameter."""
    wishes = Wishes(nsfw=parse_flag(form.get("nsfw", "0")))
    if "title" in form:
        wishes["title"] = parse_title(form["title"])
    if "description" in form:
        wishes["description"] = parse_text(form["description"])
    if "alt_text" in form:
        wishes["alt_text"] = parse_alt_text(form["alt_text"])
    if "tags" in form:
        wishes["tags"] = parse_tags(form["tags"])
    expiration = form.get("expiration", KEEP_EXPIRATION)
    if expiration != KEEP_EXPIRATION:
        wishes["expires_at"] = parse_expiration(expiration, now)
    visibility = parse_visibility(form.get("visibility", ""), is_guest=False)
    if visibility and visibility != form.get("visibility_was"):
        wishes["visibility"] = visibility
    return wishes
