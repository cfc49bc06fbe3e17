"""The form that edits an upload. What a program leaves out stays as it is; a checkbox can't say
that it is off but by being left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from blueprints.http.expiration import parse_end
from blueprints.http.parameters import (
    find_category,
    parse_alt_text,
    parse_flag,
    parse_tags,
    parse_taken,
    parse_text,
    parse_title,
    parse_visibility,
)
from services.change import Wishes

KEEP_EXPIRATION = "keep"  # the form's choice to leave it unchanged
# "visibility_was" and "taken_was" are what the form showed: whoever only changes a title doesn't
# undo what was made private meanwhile, nor take the seconds from a date.


def parse_wishes(
    form: Mapping[str, str], zone: tzinfo, now: datetime, *, is_guest: bool = False
) -> Wishes:
    """``zone`` is that of the date taken. Raises InvalidParameter or InvalidDate."""
    wishes = Wishes(nsfw=parse_flag(form.get("nsfw", "0")))
    if "title" in form:
        wishes["title"] = parse_title(form["title"])
    if "description" in form:
        wishes["description"] = parse_text(form["description"])
    if "alt_text" in form:
        wishes["alt_text"] = parse_alt_text(form["alt_text"])
    if "tags" in form:
        wishes["tags"] = parse_tags(form["tags"])
    if "category_id" in form:
        wishes["category_id"] = find_category(form["category_id"])
    expiration = form.get("expiration", KEEP_EXPIRATION)
    if expiration != KEEP_EXPIRATION:
        wishes["expires_at"], wishes["unused_days"] = parse_end(expiration, now)
    taken = form.get("taken_date", "").strip(), form.get("taken_time", "").strip()
    if "taken_date" in form and "T".join(filter(None, taken)) != form.get("taken_was"):
        wishes["taken_at"] = parse_taken(*taken, zone, now)
    visibility = parse_visibility(form.get("visibility", ""), is_guest=is_guest)
    if visibility and visibility != form.get("visibility_was"):
        wishes["visibility"] = visibility
    return wishes
