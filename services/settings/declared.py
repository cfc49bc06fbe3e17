"""Every setting that may change while the site runs, declared once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from config import declarations, setting
from media.formats import FORMATS
from services.settings.footer import check_footer

_LOGO = re.compile(r"([A-Za-z0-9]{16})-([1-9][0-9]{0,2})x([1-9][0-9]{0,2})")
_OF_THIS_MACHINE = ("localtime", "posixrules", "Factory")  # another zone on the next one
MOST_COUNTED = 1_000_000_000  # of what has no other limit


def _check_colour(text: str) -> None:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("must look like #2f6f5e")


def _check_logo(text: str) -> None:
    if text and not _LOGO.fullmatch(text):
        raise ValueError("is set by uploading one on the page of settings")


def _check_zone(text: str) -> None:
    if text in _OF_THIS_MACHINE:
        raise ValueError("must be a zone like Europe/Berlin")
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be a zone like Europe/Berlin") from None


@dataclass(frozen=True)
class Settings:
    """A snapshot of checked values. Sizes are in MB of 1,000,000 bytes."""

    site_name: str = setting(
        "Keepsake", "Name of the site, shown in the header and in link previews.", most=100
    )
    description: str = setting(
        "",
        "What the site is, in a sentence: on the start page, for search engines and in link "
        "previews. Without one, Keepsake's own is shown.",
        most=300,
    )
    footer: str = setting(
        "",
        "Text at the end of every page, in one line, with links like "
        "`[Imprint](https://home.example)` or `[Mail](mailto:me@home.example)`.",
        most=1000,
        check=check_footer,
    )
    logo: str = setting(
        "",
        "Id and size of the logo in place of Keepsake's. Admins upload one on the page of "
        "settings; a reset removes it.",
        most=30,
        check=_check_logo,
    )
    accent: str = setting(
        "#2f6f5e", "Accent colour of the site, as `#rrggbb`.", most=7, check=_check_colour
    )
    timezone: str = setting(
        "UTC",
        "Time zone of the dates shown and of the date folders, such as `Europe/Berlin`.",
        most=60,
        check=_check_zone,
    )
    backup_hour: int = setting(
        3,
        "Hour of the day, in `TIMEZONE`, at which the daily backup begins, where `BACKUP_FOLDER` "
        "names a folder.",
        least=0,
        most=23,
    )
    restore_warning: bool = setting(
        True,
        "Whether a red line tells admins that no restore of the backup was proven for 8 days. Off: "
        "the backup is made, and tried, in another way.",
    )
    private_site: bool = setting(
        False,
        "Whether people have to log in before they see anything, files included. Links of files "
        "and albums that people without an account have, and files embedded on other sites, no "
        "longer open; guests can't upload. Share links, other secret links, such as delete links "
        "and invitations, and API keys go on working. A reverse proxy that serves files by itself "
        "has to be changed first.",
    )
    explore: str = setting(
        "members",
        "Who can list and search public uploads. Links always work for anyone who has them.",
        choices=("members", "everyone"),
    )
    visibility: str = setting(
        "unlisted",
        "Who can open a new upload, by default: `private` (its owner), `members` (people with an "
        "account), `unlisted` (anyone with the link), `public` (also listed under Explore).",
        choices=("private", "members", "unlisted", "public"),
    )
    sign_up: str = setting(
        "off",
        "Who can create an account: `off` (nobody; you create them), `invitation` (people with an "
        "invitation link), `approval` (also others; they wait until an admin approves).",
        choices=("off", "invitation", "approval"),
    )
    members_invite: bool = setting(False, "Whether all members can invite others, not only admins.")
    require_second_factor: str = setting(
        "nobody",
        "Who has to set up a second factor, a code of an app or a passkey, before they can do "
        "anything else. Uploads with an API key go on.",
        choices=("nobody", "admins", "everyone"),
    )
    allow_uploads: bool = setting(True, "Whether uploads are accepted at all, also from members.")
    guest_uploads: bool = setting(False, "Whether people without an account can upload.")
    guest_max_upload_mb: int = setting(
        20,
        "Largest file of a guest, in MB of 1,000,000 bytes; never more than `MAX_UPLOAD_MB`.",
        least=1,
        most=1_000_000,
    )
    guest_expires_days: int = setting(
        30,
        "Days after which a guest's upload is deleted, unless it expires earlier; 0: never.",
        least=0,
        most=3650,
    )
    bin_days: int = setting(
        30,
        "Days that what members delete stays in their bin, from where they can restore it; 0: "
        "there is no bin, and it is deleted for good at once.",
        least=0,
        most=3650,
    )
    delete_url_to_bin: bool = setting(
        False,
        "Whether a delete link puts a member's file in their bin. By default it deletes for good.",
    )
    review: tuple[str, ...] = setting(
        (),
        "Whose uploads wait until a moderator approves them: `guests`, `members` (all but "
        "moderators). Nobody else sees them before. Private ones wait once "
        "their owner shows them to others; what was uploaded before this was chosen doesn't wait. "
        "With none chosen, no uploads wait.",
        choices=("guests", "members"),
    )
    allow_url_uploads: bool = setting(True, "Whether the server fetches files from URLs.")
    allow_duplicates: bool = setting(
        True, "Whether somebody can upload a file again that they uploaded in the last 24 hours."
    )
    flood_per_minute: int = setting(
        0, "Uploads per member or guest in a minute; 0: no limit.", least=0, most=MOST_COUNTED
    )
    flood_per_hour: int = setting(
        0, "Uploads per member or guest in an hour; 0: no limit.", least=0, most=MOST_COUNTED
    )
    flood_per_day: int = setting(
        0, "Uploads per member or guest in a day; 0: no limit.", least=0, most=MOST_COUNTED
    )
    allowed_formats: tuple[str, ...] = setting(
        tuple(FORMATS),
        "Formats that can be uploaded.",
        choices=tuple(FORMATS),
        aliases={word: one.name for one in FORMATS.values() for word in (one.extension, one.other)},
    )
    max_upload_mb: int = setting(
        1000,
        "Largest file, in MB of 1,000,000 bytes: a few minutes of 4K phone video.",
        least=1,
        most=1_000_000,
    )
    quota_mb: int = setting(
        0,
        "Space for each member's uploads, in MB of 1,000,000 bytes, and for those of all guests "
        "together; 0: no limit. Admins can set another one for a member.",
        least=0,
        most=1_000_000_000,
    )
    site_quota_mb: int = setting(
        0,
        "Space for all uploads together, in MB of 1,000,000 bytes; 0: no limit.",
        least=0,
        most=1_000_000_000,
    )
    max_megapixels: int = setting(
        128,
        "Largest photo in megapixels. Fits 108 MP phones; `MEMORY_MB` says what it needs.",
        least=1,
        most=2000,
    )
    strip: str = setting(
        "location",
        "What is removed from the files that are served. `location`: locations, serial numbers and "
        "maker notes; `everything`: everything but orientation and colour profile.",
        choices=("nothing", "location", "everything"),
    )
    file_names: str = setting(
        "original",
        "What files are called in their URLs: `original` (as they were sent), `mixed` (the same, "
        "with 16 random characters), `random` (which hides the original name from others; "
        "`neutral_name` changes that for one upload), `id` (the id of their page).",
        choices=("original", "mixed", "random", "id"),
    )
    camera_tags: bool = setting(
        False, "Whether each new upload gets its camera as a tag, such as `NIKON COOLPIX P6000`."
    )

    @property
    def logo_parts(self) -> tuple[str, int, int]:
        """Its id, width and height, where there is one."""
        found = _LOGO.fullmatch(self.logo)
        return (found[1], int(found[2]), int(found[3])) if found else ("", 0, 0)

    @property
    def hides_names(self) -> bool:
        """Of uploads that don't say it themselves."""
        return self.file_names == "random"

    @property
    def guests_explore(self) -> bool:
        return self.explore == "everyone" and not self.private_site

    @property
    def max_upload_bytes(self) -> int:
        return self.max_upload_mb * 1_000_000

    @property
    def max_guest_bytes(self) -> int:
        """Of a guest's file."""
        return min(self.max_upload_mb, self.guest_max_upload_mb) * 1_000_000

    @property
    def max_body_bytes(self) -> int:
        return body_bytes(self.max_upload_bytes)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def body_bytes(file_bytes: int) -> int:
    """The most that the body of an upload may have: the file as base64 (4/3), percent-encoded (a
    few bytes in a hundred more), with other fields.
    """
    return file_bytes * 3 // 2 + 1_000_000


DECLARED = declarations(Settings)
