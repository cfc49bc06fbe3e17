"""Parsers for paths, queries and small forms: numbers, ids, cursors, words, paths.

Parsing is where bad input dies: a value comes out that the rest may use as it is, or BadRequest. An
id that can't be one is None, as nothing has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from werkzeug import exceptions
from werkzeug.datastructures import Authorization
from werkzeug.exceptions import BadRequest, NotFound

from blueprints.http import words
from blueprints.http.refusals import InvalidParameter
from models import Job
from models.audit import Act
from models.job import JobPlace
from models.limits import MAX_CATEGORY, MAX_KEY_MB, MAX_QUERY, MAX_TAG, MAX_USER
from models.one_time_link import TOKEN_LENGTH
from models.role import Role
from models.upload.library import Place
from models.user import NAME_PATTERN
from services.audit import COMMAND, PROVIDER

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_TAG_KEY = 3 * MAX_TAG + 4  # characters; case folding may make three of one
MAX_CATEGORY_KEY = 4 * MAX_CATEGORY  # characters; small letters may be three of one
MAX_NEXT = 2000  # characters of a path to go back to
# to another host, also for a proxy that makes such a path shorter
_LEADS_AWAY = re.compile(r"//|\\|/\.{1,2}(?:/|$)")
MAX_AGENT = 1000  # characters of a program's name
MAX_KNOWN = 500  # ids in one list
MIN_SIDE, MAX_SIDE = 1, 100_000  # pixels that a consumer of oEmbed may ask for
MIN_FRAME, FRAME, MAX_FRAME = 3, 8, 60  # seconds of a slide: to load it, to look, to stay awake

_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9]{1,200}")
_SHARE_TOKEN = re.compile(r"[A-Za-z0-9]{22}")
_KEY = re.compile(r"chv_[A-Za-z0-9]{1,20}_[A-Za-z0-9]{1,200}")
_ASSET = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]{0,99}")
_DIGEST = re.compile(r"[0-9a-f]{12}")
_KNOWN = re.compile(r"[0-9a-f]{64}(\.[0-9a-f]{32}){1,8}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,255}")  # visible characters (RFC 5234, VCHAR)
# Behind the rank, addresses of earlier versions had a row id, too.
_CURSOR = re.compile(r"([0-9]{1,18})(?:-[0-9]{1,18})?")
_FEED_SECRET = re.compile(r"([1-9][0-9]{0,15})\.([0-9a-f]{32})")
_SHOWN_PLACE = re.compile(r"([0-9]{1,18})\.([A-Za-z0-9]{1,18})")
_SHOWN_FILE = re.compile(r"([A-Za-z0-9]{1,32})=([0-9a-f]{32})")
_ROW = re.compile(r"[0-9]{1,18}")
_QUOTA = re.compile(r"[0-9]{1,9}")
_MEGABYTES = re.compile(r"[0-9]{1,7}")
_JOB_PLACE = re.compile(r"([0-9]{1,16})\.([0-9]{1,18})")
_SIDE = re.compile(r"[0-9]{1,6}")
_SECONDS = re.compile(r"[0-9]{1,4}")
_FILE = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}/[A-Za-z0-9_.-]+\.[a-z0-9]+")


def parse_id(text: str) -> str | None:
    """The public id of an upload, an album or a key."""
    return text if _ID.fullmatch(text) else None


def parse_megabytes(text: str) -> int | None:
    """Of a file; None for none, or for what is no such number."""
    number = int(text) if _MEGABYTES.fullmatch(text.strip()) else 0
    return number if 1 <= number <= MAX_KEY_MB else None


def parse_quota(text: str) -> int | None:
    """In MB; None for none of their own."""
    text = text.strip()
    if text and not _QUOTA.fullmatch(text):
        raise BadRequest()
    return int(text) if text else None


def parse_act(text: str) -> Act | None:
    """A kind of act of the audit log; None for all of them."""
    return Act(text) if text in list(Act) else None


def parse_actor(text: str) -> str:
    """Who did something, as the audit log has them; "" for everybody."""
    return text if text in (COMMAND, PROVIDER) else parse_user_name(text) or ""


def parse_job_id(text: str) -> int | None:
    """In a path."""
    return int(text) if _ROW.fullmatch(text) else None


def parse_row(text: str) -> int | None:
    """A row id, with which a page ends; None for the first page."""
    if text and not _ROW.fullmatch(text):
        raise BadRequest(words.BAD_CURSOR)
    return int(text) if text else None


def parse_chart_days(text: str) -> int:
    """How many days a chart has: 30 by default, or 90."""
    return 90 if text == "90" else 30


def parse_job_place(text: str) -> JobPlace | None:
    """Where a page of jobs ends: microseconds since 1970 and a row id. None for the first page."""
    if not text:
        return None
    found = _JOB_PLACE.fullmatch(text)
    if not found:
        raise BadRequest(words.BAD_CURSOR)
    return JobPlace(EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))


def job_place(job: Job) -> str:
    """The same, as it stands in an address."""
    assert job.run_at is not None  # such a one waits for nothing
    return f"{(job.run_at - EPOCH) // timedelta(microseconds=1)}.{job.id}"


def parse_role(text: str) -> Role | None:
    return Role(text) if text in list(Role) else None


def parse_slug(text: str) -> str | None:
    """The id at the end of a media page's address: ``Rome-at-night.aB3dE5fG``."""
    return parse_id(text.rpartition(".")[2])


def parse_token(text: str) -> str:
    """The secret of a delete link or the set-up link; "" for anything that can't be one."""
    return text if _SECRET.fullmatch(text) else ""


def parse_link_token(text: str) -> str:
    """The secret of a one-time link or an invitation; "" for anything that can't be one."""
    return text if len(text) == TOKEN_LENGTH and _SECRET.fullmatch(text) else ""


def parse_share_token(text: str) -> str:
    """The secret of a share link; "" for anything that can't be one."""
    return text if _SHARE_TOKEN.fullmatch(text) else ""


def parse_key(text: str) -> str | None:
    """An API key as it was issued, without white space around it."""
    text = text.strip()
    return text if _KEY.fullmatch(text) else None


def parse_authorization(text: str) -> str:
    """What an Authorization header (RFC 9110, 11.6.2) holds of a key: a bearer token, or the
    password of basic authentication; "" for anything else.
    """
    try:
        authorization = Authorization.from_header(text)
    # Werkzeug doesn't expect letters beyond ASCII in the base64 of a basic log-in
    except ValueError:
        return ""
    if authorization is None:
        return ""
    return (authorization.token or authorization.password or "").strip()


def parse_format(text: str) -> str:
    """The form of an API answer: ``json``, ``txt`` or ``redirect``."""
    return text if text in ("txt", "redirect") else "json"


def parse_version(text: str) -> str:
    """The version of the API in the path behind ``/api/``."""
    return text.partition("/")[0]


def parse_file(text: str) -> str | None:
    """The relative path of a stored file, from what follows ``/images/``."""
    return f"images/{text}" if _FILE.fullmatch(text) else None


def parse_live(text: str) -> tuple[str, str]:
    """Of what follows a live link's id: ``th`` or ``md``, or "" for the file; and the text itself,
    to be compared.
    """
    size = text.partition(".")[0]
    return (size if size in ("th", "md") else "", text)


def parse_agent(text: str) -> str:
    """A User-Agent header."""
    return _whole(text)[:MAX_AGENT]


def parse_cursor(text: str) -> int | None:
    """The rank that the page before ended with; None for the first page."""
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if not found:
        raise BadRequest(words.BAD_CURSOR)
    return int(found[1])


def parse_shown_place(text: str) -> Place | None:
    """Where a page of Explore goes on: the rank of an upload, and the number that orders the page.
    None for the first page.
    """
    place = parse_place_by_id(text)
    if place and not str(place.value).isdigit():
        raise BadRequest(words.BAD_CURSOR)
    return place and Place(int(place.value), place.rank)  # type: ignore[arg-type]


def parse_place_by_id(text: str) -> Place | None:
    """The same of a page that is ordered by ids."""
    if not text:
        return None
    found = _SHOWN_PLACE.fullmatch(text)
    if not found:
        raise BadRequest(words.BAD_CURSOR)
    return Place(found[2], int(found[1]))


def parse_query(text: str) -> str:
    """The words of a search."""
    return parse_whole_query(text)[:MAX_QUERY]


def parse_whole_query(text: str) -> str:
    """The same, however long it is: for who says so where it is too long."""
    return _whole(text).strip()


def parse_tag(text: str) -> str:
    """The name of a tag."""
    return _whole(text)[:MAX_TAG_KEY]


def parse_tag_key(text: str) -> str:
    """The key of a tag: its name in any case."""
    return _whole(text).casefold()[:MAX_TAG_KEY]


def parse_user_name(text: str) -> str | None:
    """The name of an account, in any case."""
    return text if len(text) <= MAX_USER and NAME_PATTERN.fullmatch(text) else None


def parse_feed_secret(text: str) -> tuple[int, str]:
    """The id of a member and their secret; (0, "") for what can be none."""
    found = _FEED_SECRET.fullmatch(text)
    return (int(found[1]), found[2]) if found else (0, "")


def parse_feed_kind(text: str) -> str:
    """What a feed is of."""
    if text not in ("user", "tag", "album", "notifications"):
        raise NotFound()
    return text


def parse_letter(text: str) -> str:
    """The first of an id, in the name of a file of the site map."""
    if len(text) != 1 or not _ID.fullmatch(text):
        raise NotFound()
    return text


def parse_category_key(text: str) -> str:
    """The address of a category: small letters, digits and dashes."""
    return _whole(text)[:MAX_CATEGORY_KEY].lower()


def parse_side(text: str) -> int:
    """A limit in pixels; MAX_SIDE by default."""
    if text and not _SIDE.fullmatch(text):
        raise BadRequest()
    return max(MIN_SIDE, int(text)) if text else MAX_SIDE


def parse_turns(text: str) -> int:
    """Quarter turns clockwise: 1, 2 or 3; 1 for anything else."""
    return int(text) if text in ("1", "2", "3") else 1


def parse_frame_seconds(text: str) -> int:
    """How long a slideshow shows each file."""
    if text and not _SECONDS.fullmatch(text):
        raise BadRequest()
    return max(MIN_FRAME, min(int(text), MAX_FRAME)) if text else FRAME


def parse_is_random(text: str) -> bool:
    """Whether a slideshow goes by chance; "": in the album's order."""
    if text not in ("", "album", "random"):
        raise BadRequest()
    return text == "random"


def parse_oembed_format(text: str) -> str:
    """JSON; for any other the standard wants 501 (oEmbed 1.0, 2.3.4)."""
    if text != "json":
        raise exceptions.NotImplemented()
    return text


def parse_asset_name(text: str) -> str:
    """The path of a script, a style sheet or an icon; "" for what can be none."""
    return text if _ASSET.fullmatch(text) else ""


def parse_digest(text: str) -> str:
    """The hash in the address of such a file; "" for what can be none."""
    return text if _DIGEST.fullmatch(text) else ""


def parse_sha256(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise BadRequest()
    return text


def parse_idempotency_key(text: str) -> str:
    if not _IDEMPOTENCY_KEY.fullmatch(text):
        raise InvalidParameter("Idempotency-Key")
    return text


def parse_guest(text: str) -> str | None:
    """The secret of a guest's browser."""
    return text if _SHA256.fullmatch(text) else None


def parse_known_browser(text: str) -> tuple[str, list[str]]:
    """A browser's secret and its marks, of accounts; "" and none where it has no such cookie."""
    return ("", []) if not _KNOWN.fullmatch(text) else (text[:64], text.split(".")[1:])


def parse_ids(text: str) -> list[str]:
    """The ids among comma separated texts."""
    return [one for one in text.split(",")[:MAX_KNOWN] if parse_id(one)]


def parse_chosen(texts: Iterable[str]) -> list[str]:
    """The ids in comma separated texts, each once, however many: for who says so where they are too
    many.
    """
    return list(dict.fromkeys(one for text in texts for one in text.split(",") if parse_id(one)))


def parse_shown_files(texts: Iterable[str]) -> dict[str, str]:
    """The checksums of the files that somebody was shown, by the ids of their uploads, of texts
    like ``aB3dE5fG=0123…``. Raises BadRequest for any other: nothing may be decided without it.
    """
    found = [_SHOWN_FILE.fullmatch(text) for text in texts]
    if not all(found):
        raise BadRequest(words.BAD_CURSOR)
    return {one[1]: one[2] for one in found if one}


def parse_approval(text: str) -> bool:
    """Whether a moderator approves. Raises BadRequest for what no button says."""
    if text not in ("approve", "refuse"):
        raise BadRequest(words.BAD_CURSOR)
    return text == "approve"


def parse_heart(text: str) -> bool:
    """Whether a heart is given, or taken back. Raises BadRequest for what no button says."""
    if text not in ("1", "0"):
        raise BadRequest(words.BAD_CURSOR)
    return text == "1"


def parse_hiding(text: str) -> bool:
    """Whether a moderator hides what was reported. Raises BadRequest for what no button says."""
    if text not in ("hide", "dismiss"):
        raise BadRequest(words.BAD_CURSOR)
    return text == "hide"


def path_of_ours(text: str) -> str:
    """Where to go after the log-in: a path of our own, "" for anything that may lead elsewhere."""
    path = text.partition("?")[0]
    is_path = path.startswith("/") and not _LEADS_AWAY.search(path)
    return text if is_path and text.isprintable() and len(text) <= MAX_NEXT else ""


def _whole(text: str) -> str:
    """``text`` without lone surrogates, which can't be stored or sent."""
    return text.encode("utf-8", "replace").decode()
