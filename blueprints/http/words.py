"""The texts of pages that don't stand in a template or a form: in English, marked for translation.

``N_`` only marks: templates put such a text through ``_()``. ``_l`` gives a text that is translated
when it is shown, ``_ln`` one with a number. The API's answers stay English (`media.errors`).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from blueprints.documents.link_kinds import Kind
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import lazy_plural as _ln
from blueprints.http.language import month_names, weekday
from blueprints.http.search_dates import DateWords
from models.account_faults import (
    AccountFault,
    BadName,
    BadPassword,
    CommonPassword,
    NameAsPassword,
    NameTaken,
)
from models.category import CategoryExists, CategoryFault
from models.limits import (
    MAX_PASSWORD,
    MAX_TAG,
    MAX_USER,
    MIN_ALBUM_PASSWORD,
    MIN_PASSWORD,
    MIN_USER,
)


def N_(text: str) -> str:
    return text


NOTIFICATIONS = _l("Notifications")
NEWS_ICONS = {
    "added": "album", "sent": "link", "invited": "album", "heart": "heart",
    "drill": "triangle-alert",
}  # fmt: skip

# --- pages of errors: by HTTP status

ERROR_TITLES = {
    400: _l("That didn't work"), 403: _l("No access"), 404: _l("Page not found"),
    405: _l("This page can't be opened"), 410: _l("No longer here"), 413: _l("File too large"),
    429: _l("Too many attempts"), 500: _l("Something went wrong"),
    503: _l("Temporarily unavailable"), 507: _l("No space left"),
}  # fmt: skip
ERROR_ADVICE = {
    400: _l("Go back, check what you entered, and try again."),
    403: _l("This page is not for your account. Log in with another one, or ask its owner."),
    404: _l("The URL may be mistyped, or the file was deleted or has expired."),
    405: _l("It only takes what a form sends. Go back to the form, or to the start page."),
    410: _l("The file was deleted or has expired."),
    413: _l("Try a smaller file."),
    429: _l("Wait a while, then try again."),
    500: _l("Try again. If it happens again, tell the person who runs this site."),
    503: _l("The server is busy, or its storage is not available. Try again in a minute."),
    507: _l("Nothing was stored. Tell the person who runs this site."),
}
FORM_EXPIRED = _l("This page was open too long, or cookies are off. Reload it and try again.")
SEND_AGAIN = _l(
    "This page was open too long, or cookies are off. What you typed is still here, but for "
    "passwords. Send it again."
)
NO_SUCH_FILE = _l("This file doesn't exist, or it is not for you.")
WRONG_DELETE_LINK = _l("This delete link is wrong, or its file was already deleted.")
ALREADY_SET_UP = _l("This site is already set up. Log in with your account.")
OLD_SETUP_LINK = _l("This set-up link no longer works. Keepsake prints the latest when it starts.")
LINK_ENDED = _l(
    "This link doesn't work: it was used, has expired or isn't complete. Ask whoever gave it to "
    "you for a new one."
)
LINK_TAKES_NOTHING = _l(
    "This link takes no more files. Ask whoever gave it to you for another one."
)
NOT_SENT_HERE = _l("This browser didn't send that file, or it was already taken back.")
# Of a BadRequest, which the API answers in English.
UPLOAD_FORM_EXPIRED = N_(
    "This page was open too long. Reload it and try again; nothing was uploaded."
)
MALFORMED_HOST = N_("The host name in this URL is malformed.")
BAD_CURSOR = N_("This page of the list doesn't exist. Start at the top of the list.")
KEY_NOT_KEPT = N_("Create the configuration again: its key is shown only once.")

# of a link with a number of views: to its owner, and to whoever is about to open it
VIEW_OF_LINK = _l("Each browser that opens it counts once, and is let in for a day.")
NO_SUCH_ALBUM = _l("This album doesn't exist, or it is not for you.")
NO_SUCH_LINK = _l("You have no such link.")
NO_DOWNLOAD = _l("The files here can be seen, not downloaded. Ask whoever gave you the link.")
NOTHING_FOR_ZIP = _l("There is nothing to download here yet.")
SOME_ARE_GONE = _l("Some of the files are no longer here. Reload the page and select again.")
TOO_MANY_FOR_ZIP = _l("These are too many files for one ZIP. Download them from their pages.")
TOO_MANY_ZIPS = _l("Many people are downloading now. Try again in a minute.")
NO_MEMBER = _l("This person is no member of the album any more.")

# --- notices and answers to forms

LOG_IN_FIRST = _l("Log in to open this page.")
ACCOUNT_READY = _l("Your account is ready.")
SIGNED_UP = _l("Your account is created. You can log in once an admin has approved it.")
WRONG_LOGIN = _l("Wrong name or password.")
SAVED = _l("Saved.")
REPLACED = _l("File replaced. The old one is among its versions.")
REPLACED_PRIVATE = _l(
    "File replaced, and private now: some private data in it couldn't be removed."
)
ROTATED = _l("Rotated.")
ROLLED_BACK = _l("This version is in place again.")
VERSION_DELETED = _l("Version deleted.")
PORTRAIT_REMOVED = _l("Profile photo removed.")
NOT_YOUR_NAME = _l("This is not the name that you log in with.")
RECEIVING = _l("Files of somebody else are being moved to your account. Try again in a minute.")
ACCOUNT_DELETED = _l("Your account is deleted. Its files go within minutes.")
NO_SUCH_MEMBER = _l("No active account has this name. Ask them for the name that they log in with.")
OWNS_ALBUM = _l("This is your own name, and the album is yours. Enter the name of somebody else.")
OUT_OF_ALBUM = _l("The file is out of the album. It stays in the files of whoever added it.")
ALREADY_MEMBER = _l("This person is a member already. Change what they may do below.")
TOO_MANY_MEMBERS = _l(
    "There are too many members in this album, or too many albums of this person. Remove a member, "
    "or let everyone with an account open the album."
)
NO_TAKER = _l("There is nobody else of this name who can log in. Enter the name of a member.")
OFFERED = _l("Offered. Nothing changes until they accept.")
OFFER_WITHDRAWN = _l("The offer is withdrawn.")
OFFER_ACCEPTED = _l("You have accepted the files. They arrive within minutes.")
OFFER_DECLINED = _l("You have declined the files.")
NO_SUCH_OFFER = _l("There is no such offer any more. It may have been withdrawn.")
NO_ROOM_FOR_OFFER = _l(
    "You don't have the space for these files. Ask an admin for more, or decline."
)
OFFER_NOT_NOW = _l("This can't be done now. Ask an admin of this site.")
CALLED_SO = _l("Somebody else uses this name. Choose another name.")
FILE_DELETED = _l("File deleted.")
NO_SIZE = _l("Enter a whole number of MB, such as 20, or nothing.")
KEY_TO_TRY = _l("Tried on the page of the API")
KEY_REVOKED = _l("Key revoked. Programs that use it can no longer upload.")
PASSWORD_CHANGED = _l("Password changed. All other devices are logged out.")
NO_SUCH_INVITATION = _l("This invitation doesn't exist or is revoked already.")
INVITATION_REVOKED = _l("Invitation revoked. Its link no longer works.")
ONE_ADMIN = _l("A link for an admin works once.")
LINK_SENT = _l(
    "If there is such an account and its e-mail address is known, a link is on its way. It works "
    "for a day."
)
TOO_MUCH_MAIL = _l("That was a lot of mail. Look for it, or wait an hour, then try again.")
BAD_EMAIL = _l("Enter an e-mail address such as ann@example.org.")
EMAIL_CONFIRMED = _l("Your e-mail address is confirmed.")
PASSWORD_RESET = _l("Your password is changed. Log in with it.")
WRONG_CODE = _l("Wrong code, or it was used already. Wait until the app shows the next one.")
RECOVERY_CODE_USED = _l(
    "That recovery code is used up. If your phone is lost, set up the app on another one here."
)
WRONG_RECOVERY_CODE = _l("Wrong recovery code, or it was used already.")
BAD_PASSKEY = _l("This passkey was not accepted. Try again.")
TOO_MANY_PASSKEYS = _l("You have as many passkeys as one can have. Remove one first.")
PASSKEY_ADDED = _l("Passkey added. You can log in with it.")
PASSKEY_REMOVED = _l("Passkey removed. It no longer works here; delete it on your device, too.")
LAST_WAY_IN = _l("This passkey is all that lets you in. Set a password first, or add another one.")
PASSWORD_SET = _l("You have a password now. All other devices are logged out.")
NO_SUCH_PASSKEY = _l("This passkey was removed already.")
SET_UP_FIRST = _l("Set up a second factor first: this site asks for one.")
FACTORS_RESET = _l("Log-in asks for the password alone. All devices are logged out.")
SECOND_FACTOR_OFF = _l("Log-in no longer asks for a second factor.")
SESSION_ENDED = _l("That device is logged out.")
SESSIONS_ENDED = _l("All other devices are logged out.")
NO_SUCH_SESSION = _l("That device is no longer logged in.")
UNKNOWN_DEVICE = _l("Unknown device")
NEW_FEED_ADDRESSES = _l("Feeds have new addresses. The old ones no longer work.")
NO_SUCH_PERSON = _l("There is no such person here, or their profile is private.")
BAD_TAG = _ln(
    'Use at most %(num)s letter, and none of / \\ , # ? & %% < > ".',
    'Use at most %(num)s letters, and none of / \\ , # ? & %% < > ".',
    MAX_TAG,
)
NO_CATEGORY_NAME = _l("Enter a name with letters or digits.")
CATEGORY_EXISTS = _l("There is such a category already.")
NO_SUCH_KEY = _l("This key doesn't exist.")
REQUIRED = _l("Fill in this field.")
OF_WTFORMS = (N_("Not a valid choice."), N_("Not a valid integer value."))
NAME_TAKEN = _l("This name is taken.")
NAME_FORM = _ln(
    "Use %(least)s to %(num)s letter, digit, dot, dash or underscore. Start with a letter or "
    "digit.",
    "Use %(least)s to %(num)s letters, digits, dots, dashes or underscores. Start with a letter "
    "or digit.",
    MAX_USER,
    least=MIN_USER,
)
PASSWORD_LENGTH = _ln(
    "Use %(least)s to %(num)s character.",
    "Use %(least)s to %(num)s characters.",
    MAX_PASSWORD,
    least=MIN_PASSWORD,
)
PASSWORD_COMMON = _l("This is one of the most common passwords. Use a few words instead.")
PASSWORD_IS_NAME = _l("Your name or the name of this site can't be the password.")
_ACCOUNT_FAULTS: dict[type[AccountFault], object] = {
    BadName: NAME_FORM, NameTaken: NAME_TAKEN, BadPassword: PASSWORD_LENGTH,
    CommonPassword: PASSWORD_COMMON, NameAsPassword: PASSWORD_IS_NAME,
}  # fmt: skip
ONLY_THIS_COMPUTER = _l(
    "This URL works on this computer only. For another computer or a phone, open this page at the "
    "URL they use, or set PUBLIC_URL."
)
NOT_ENCRYPTED = _l(
    "Uploads and the key are not encrypted on their way to this URL. That is fine at home. From "
    "outside, use HTTPS."
)

CHECK_FIELDS = _l("Enter a name, and choose who can see it.")
BAD_PARENT = _l("The album can't be in that one. Choose another.")
WRONG_PASSWORD = _l("Wrong password.")
ALBUM_PASSWORD_LENGTH = _ln(
    "Use %(least)s to %(num)s character.",
    "Use %(least)s to %(num)s characters.",
    MAX_PASSWORD,
    least=MIN_ALBUM_PASSWORD,
)


def being_deleted(name: str) -> str:
    return _("“%(name)s” is being deleted with its files. This takes a while.", name=name)


def deleted(name: str) -> str:
    return _("“%(name)s” deleted.", name=name)


def album_of(name: str, owner: str) -> str:
    return _("%(album)s by %(name)s", album=name, name=owner)


def is_member_now(name: str) -> str:
    return _("Added: %(name)s, who is told so.", name=name)


def is_no_member(name: str) -> str:
    return _("Removed: %(name)s. The files that they added are out of the album, too.", name=name)


def left_album(name: str) -> str:
    return _("You have left “%(name)s”. The files that you added are out, too.", name=name)


def confirmation_sent(address: str) -> str:
    return _(
        "A link is on its way to %(address)s. Open it to confirm the address.", address=address
    )


def number_from(least: int, most: int) -> str:
    return _ln(
        "Use a number from %(least)s to %(num)s.", "Use a number from %(least)s to %(num)s.", most,
        least=least,
    )  # fmt: skip


def too_long(most: int) -> str:
    return _ln("Use at most %(num)s character.", "Use at most %(num)s characters.", most)


def account_fault(fault: AccountFault) -> str:
    return str(_ACCOUNT_FAULTS[type(fault)])


# --- titles of listings

POPULAR, RANDOM = _l("Popular"), _l("Random")
VIDEOS, ANIMATIONS = _l("Videos"), _l("Animations")
EXPLORE = _l("Explore")


def search_title(query: str) -> str:
    return _("Search: %(query)s", query=query) if query else _("Search")


def search_too_long(most: int) -> str:
    return str(
        _ln(
            "A search can have up to %(num)s character. Make it shorter.",
            "A search can have up to %(num)s characters. Make it shorter.",
            most,
        )
    )


def too_many_tries(seconds: int) -> str:
    """How long to wait, rather too long than too short."""
    if seconds < 100:
        return str(
            _ln(
                "Too many attempts. Try again in %(num)s second.",
                "Too many attempts. Try again in %(num)s seconds.",
                seconds,
            )
        )
    if seconds < 100 * 60:
        return str(
            _ln(
                "Too many attempts. Try again in %(num)s minute.",
                "Too many attempts. Try again in %(num)s minutes.",
                -(-seconds // 60),
            )
        )
    return str(
        _ln(
            "Too many attempts. Try again in %(num)s hour.",
            "Too many attempts. Try again in %(num)s hours.",
            -(-seconds // 3600),
        )
    )


def too_many_terms(most: int) -> str:
    return str(
        _ln(
            "A search can have up to %(num)s word or option. Remove some.",
            "A search can have up to %(num)s words and options. Remove some.",
            most,
        )
    )


def category_title(name: str) -> str:
    return _("Category: %(name)s", name=name)


def category_deleted(name: str) -> str:
    return _("Category “%(name)s” deleted.", name=name)


def category_fault(fault: CategoryFault) -> str:
    return str(CATEGORY_EXISTS if isinstance(fault, CategoryExists) else NO_CATEGORY_NAME)


def tag_deleted(name: str) -> str:
    return _("Tag “%(name)s” deleted.", name=name)


def tag_title(tag: str) -> str:
    return _("Tag: %(tag)s", tag=tag)


def heading(day: date, today: date) -> str:
    """Of the uploads of a day."""
    if (today - day).days in (0, 1):
        return _("Yesterday") if day < today else _("Today")
    return weekday(day, with_year=day.year != today.year)


def date_words() -> DateWords:
    return DateWords(
        _("today").lower(), _("yesterday").lower(), _("last week").lower(), month_names()
    )


# --- my pictures

ORDERS = {
    "newest": N_("Uploaded, newest first"), "oldest": N_("Uploaded, oldest first"),
    "taken-newest": N_("Taken, newest first"), "taken-oldest": N_("Taken, oldest first"),
    "name": N_("Name, A to Z"), "views": N_("Most viewed"), "largest": N_("Largest"),
}  # fmt: skip
KINDS = {"photo": N_("Photos"), "animation": N_("Animations"), "video": N_("Videos")}


# --- search

SEARCH_FIELDS = {  # what the language of searches has, and what it is for
    "words": N_("Words or parts of them"), "exact": N_("Exactly these words"),
    "without": N_("None of these words"), "tag": N_("Tag"), "album": N_("Album"),
    "user": N_("Uploaded by"),
    "camera": N_("Camera"), "after": N_("From"), "until": N_("Before"), "taken": N_("Taken"),
}  # fmt: skip
SEARCH_EXAMPLES = {
    "words": N_("harbor.jpg"), "exact": N_("red sea"), "without": N_("night"),
    "tag": N_("holiday"), "album": N_("A week at the lake"), "user": N_("ann"),
    "camera": N_("canon"),
}  # fmt: skip


# --- what is known of a file

CAMERA = {
    "camera": N_("Camera"), "lens": N_("Lens"), "exposure": N_("Exposure"),
    "aperture": N_("Aperture"), "iso": N_("ISO"), "focal length": N_("Focal length"),
}  # fmt: skip
BADGES = {"gif": N_("GIF"), "animated": N_("Animated"), "360": N_("360°")}


# --- options of an upload, links and codes

OPTIONS = {
    "title": N_("Title"), "expiration": N_("Expires"), "width": N_("Resize to width"),
    "visibility": N_("Visibility"), "shift": N_("Shift"), "time zone": N_("Time zone"),
}  # fmt: skip
EXPIRATIONS = {
    "": N_("Never"), "PT5M": N_("In 5 minutes"), "PT15M": N_("In 15 minutes"),
    "PT30M": N_("In 30 minutes"), "PT1H": N_("In 1 hour"), "PT6H": N_("In 6 hours"),
    "PT12H": N_("In 12 hours"), "P1D": N_("In 1 day"), "P3D": N_("In 3 days"),
    "P1W": N_("In 1 week"), "P1M": N_("In 1 month"), "P6M": N_("In 6 months"),
    "P1Y": N_("In 1 year"),
    "unused:P30D": N_("When nobody has looked for 30 days"),
    "unused:P90D": N_("When nobody has looked for 90 days"),
    "unused:P365D": N_("When nobody has looked for a year"),
}  # fmt: skip
EXPIRES = {  # the same, as it is said of a file
    "": "", "PT5M": N_("Expires in 5 minutes"), "PT15M": N_("Expires in 15 minutes"),
    "PT30M": N_("Expires in 30 minutes"), "PT1H": N_("Expires in 1 hour"),
    "PT6H": N_("Expires in 6 hours"), "PT12H": N_("Expires in 12 hours"),
    "P1D": N_("Expires in 1 day"), "P3D": N_("Expires in 3 days"),
    "P1W": N_("Expires in 1 week"), "P1M": N_("Expires in 1 month"),
    "P6M": N_("Expires in 6 months"), "P1Y": N_("Expires in 1 year"),
    "unused:P30D": N_("Deleted when nobody has looked for 30 days"),
    "unused:P90D": N_("Deleted when nobody has looked for 90 days"),
    "unused:P365D": N_("Deleted when nobody has looked for a year"),
}  # fmt: skip


class LinkWords(NamedTuple):
    label: str
    copy: str
    copied: str


LINK_KINDS = {  # by the name of the kind
    "viewer": LinkWords(N_("Page link"), N_("Copy page link"), N_("Page link copied")),
    "direct": LinkWords(N_("Image link"), N_("Copy image link"), N_("Image link copied")),
    "markdown": LinkWords(N_("Markdown"), N_("Copy Markdown"), N_("Markdown copied")),
    "html": LinkWords(N_("HTML"), N_("Copy HTML"), N_("HTML copied")),
    "bbcode": LinkWords(N_("BBCode"), N_("Copy BBCode"), N_("BBCode copied")),
    "thumbnail": LinkWords(
        N_("Thumbnail link"), N_("Copy thumbnail link"), N_("Thumbnail link copied")
    ),
}
PLUGIN_KINDS = {  # by the end of the kind's name
    "viewer-links": N_("Page links"), "direct-links": N_("Image links"),
    "-full": N_("%(language)s, full size, linked to the page"),
    "-medium": N_("%(language)s, medium size, linked to the page"),
    "-thumbnail": N_("%(language)s, thumbnail, linked to the page"),
}  # fmt: skip
CODES = {  # by the label of the code
    "Viewer": N_("Page link"), "Direct": N_("Image link"), "Full": N_("Full size link"),
    "Medium": N_("Medium size link"), "Thumbnail": N_("Thumbnail link"),
    "Frame": N_("Still picture link"), "Embed": N_("Embed code"),
    "Full linked": N_("Full size, linked to the page"),
    "Medium linked": N_("Medium size, linked to the page"),
    "Thumbnail linked": N_("Thumbnail, linked to the page"),
    "HTML": N_("HTML"), "Markdown": N_("Markdown"), "BBCode": N_("BBCode"),
}  # fmt: skip


def plugin_kind(kind: Kind) -> str:
    if kind.name.endswith("-embed"):
        return kind.group
    text = next(text for end, text in PLUGIN_KINDS.items() if kind.name.endswith(end))
    return _(text, language=kind.group)
