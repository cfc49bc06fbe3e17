"""The groups in which the pages show all settings."""

from __future__ import annotations

from typing import NamedTuple

from werkzeug.exceptions import NotFound

from blueprints.http.language import lazy as _l

ELSEWHERE = ("LOGO",)  # has a form of its own


class Group(NamedTuple):
    """``slug`` is in the address of its page. ``is_about_access``: the password is asked for again
    before it is changed.
    """

    slug: str
    title: str
    icon: str
    names: tuple[str, ...]
    is_about_access: bool = False


GROUPS = {
    group.slug: group
    for group in (
        Group(
            "general",
            _l("General"),
            "house",
            (
                "SITE_NAME",
                "DESCRIPTION",
                "ACCENT",
                "FOOTER",
                "TIMEZONE",
                "BACKUP_HOUR",
                "RESTORE_WARNING",
            ),
        ),
        Group(
            "people",
            _l("Access"),
            "users",
            ("PRIVATE_SITE", "EXPLORE", "SIGN_UP", "MEMBERS_INVITE", "REQUIRE_SECOND_FACTOR"),
            is_about_access=True,
        ),
        Group(
            "uploads",
            _l("Uploads"),
            "upload",
            (
                "ALLOW_UPLOADS",
                "VISIBILITY",
                "REVIEW",
                "ALLOW_URL_UPLOADS",
                "ALLOW_DUPLICATES",
                "ALLOWED_FORMATS",
                "CAMERA_TAGS",
                "BIN_DAYS",
                "DELETE_URL_TO_BIN",
            ),
        ),
        Group(
            "guests",
            _l("Guests"),
            "user",
            ("GUEST_UPLOADS", "GUEST_MAX_UPLOAD_MB", "GUEST_EXPIRES_DAYS"),
        ),
        Group("privacy", _l("Files and privacy"), "lock", ("STRIP", "FILE_NAMES")),
        Group(
            "limits",
            _l("Limits"),
            "sliders-horizontal",
            (
                "MAX_UPLOAD_MB",
                "MAX_MEGAPIXELS",
                "QUOTA_MB",
                "SITE_QUOTA_MB",
                "FLOOD_PER_MINUTE",
                "FLOOD_PER_HOUR",
                "FLOOD_PER_DAY",
            ),
        ),
    )
}


def parse_group(text: str) -> Group:
    """By its part of an address. Raises NotFound."""
    if text not in GROUPS:
        raise NotFound()
    return GROUPS[text]
