"""Every route of the site map × every kind of visitor × every kind of upload that not everybody may
see.

The side door is the commonest hole of all: a page, a code or a listing that tells of an upload what
its own address would not. Each route says here who may be told; nobody else may find a word of the
upload in any answer, nor find out that it is there. A route that isn't in this table fails.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Unpack
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blueprints import SITE_MAP
from media.metadata.containers.block import MAX_BLOCK_BYTES
from models import ApiKey, SecondFactor, Upload, User, Visitor, db, utcnow
from models.api_key import KeyLimits, Scope
from models.role import Role, State
from services.changes import begin, work_a_while
from services.keys import issue_guest_key, issue_key, revoke_key
from tests.bins import throw_away
from tests.conftest import (
    PASSWORD,
    Person,
    applications,
    existing,
    log_in,
    make_person,
    path_of,
    sample,
)

SOAK = os.environ.get("SOAK") == "1"

# --- who asks, and of what

# "opened": an admin who has said that the upload shall be opened, and is written down
ADMINS = frozenset({"admin", "opened"})
MODERATORS = ADMINS | {"manager"}
MEMBERS = frozenset({"owner", "other"}) | MODERATORS
# three of them still have the cookie of a session that is over
# "half": whose password was right, and who has not given the second factor
# "another guest" has the cookie by which a browser's own uploads are known
# a key, the owner's own for managing, opens the managing API alone; one that has expired nothing
KEY_HOLDERS = frozenset({"key", "expired key"})
STRANGERS = KEY_HOLDERS | {"guest", "another guest", "banned", "waiting", "logged out", "half"}
VISITORS = MEMBERS | STRANGERS
REFUSED = {"banned": State.BANNED, "waiting": State.PENDING}
NOBODY: frozenset[str] = frozenset()

OPENED_BY = {
    "unlisted": VISITORS,
    "members": MEMBERS,
    "private": {"owner", "opened"},
    "uncleanable": {"owner", "opened"},
    "expiring": VISITORS,
    "expired": NOBODY,
    "deleted": NOBODY,
    # in its owner's bin: but for the routes of the bin, as if it had never been there
    "binned": NOBODY,
    # a private one that its owner merged with another one, to which they alone are led
    "merged": NOBODY,
    # until a moderator approves it
    "unapproved": {"owner"} | MODERATORS,
}
LISTED_TO = {
    **OPENED_BY,
    "unlisted": MODERATORS | {"owner"},
    "private": {"owner"},
    "uncleanable": {"owner"},
    "expiring": {"owner"},
    "unapproved": {"owner"},
}
IN_BIN = ("binned", "merged")
GONE = ("expired", "deleted", *IN_BIN)
FILES = ("{file}", "{thumb}", "{tile}", "{frame}", "{preview}")
LIVE = ("/live/{id}.jpg", "/live/{id}.th.jpg", "/live/{id}.x")
KEPT_PRIVATE = ("private", "uncleanable")


def openers(state: str) -> set[str]:
    return set(OPENED_BY[state])


def viewers(state: str) -> set[str]:
    """The same, of an answer without a page that could say more."""
    return openers(state)


def givers(state: str) -> set[str]:
    """Of hearts: who has an account and may open it."""
    return openers(state) & MEMBERS


def listed(state: str) -> set[str]:
    return set(LISTED_TO[state])


def shown(state: str) -> set[str]:
    """On the page of the person whose it is: what is theirs alone isn't there for them, either."""
    return {"members": set(MEMBERS)}.get(state, set())


def owner(state: str) -> set[str]:
    return openers(state) & {"owner"}


def shareable(state: str) -> set[str]:
    """What couldn't be cleaned is nothing for others."""
    return owner(state) if state != "uncleanable" else set()


def editors(state: str) -> set[str]:
    return openers(state) & (MODERATORS | {"owner"})


def moderators(state: str) -> set[str]:
    return set() if state in GONE else set(MODERATORS)


def logged(state: str) -> set[str]:
    """Admins see which private file was opened, by its id, and by whom."""
    return set(ADMINS) if state in KEPT_PRIVATE else set()


def whoever(state: str) -> set[str]:
    """What is told to one is told to all."""
    return openers(state) if OPENED_BY[state] == VISITORS else set()


def reviewers(state: str) -> set[str]:
    return set(MODERATORS) if state == "unapproved" else set()


def reporters(state: str) -> set[str]:
    """Whoever opens it, but for its owner."""
    return openers(state) - {"owner"}


def sender(state: str) -> set[str]:
    """Of what is here; a moderator is not told of what others sent."""
    return set() if state in GONE else {"owner"}


def named_gone(state: str) -> set[str]:
    """Whose act on what is no longer there fails, by its name."""
    return {"owner"} if state in (*IN_BIN, "expired") else set()


def changer(state: str) -> set[str]:
    """Who acted on it before, as this table asks its routes in their order; what is gone for good
    is named by nothing.
    """
    return set() if state == "deleted" else {"owner"}


def binner(state: str) -> set[str]:
    return {"owner"} if state in IN_BIN else set()


def no_one(state: str) -> set[str]:
    return set()


# --- what every route answers


@dataclass(frozen=True)
class Door:
    """How a route is asked about an upload. ``told`` are those who may get something of it, in an
    answer of status ``ok``; members among the others get ``refused``, strangers ``stranger``.
    ``ends`` says that it ends the upload.
    """

    paths: tuple[str, ...]
    told: Callable[[str], set[str]] = no_one
    ok: tuple[int, ...] = (200,)
    refused: int = 404
    stranger: int | None = None
    data: dict[str, str] = field(default_factory=dict)
    ends: bool = False
    another_guest: int | None = None  # the same, of who has sent something else
    moderators: int | None = None  # what they get instead of being refused
    admins: int | None = None  # the same, of admins alone
    keyed: int | None = None  # the same, of the owner's key
    is_json: bool = False  # what is sent
    program: int | None = None  # what who doesn't accept pages gets
    script: int | None = None  # what a member's script gets, which accepts JSON
    moved: bool = False  # whether it leads to the one that a merged one was merged with
    binned: bool = False  # whether programs that could open it are told that it is gone
    half: int | None = None  # what who is between two steps gets that other strangers don't

    def refusal(self, visitor: str, state: str) -> int:
        if visitor == "half" and self.half is not None:
            return self.half
        if self.says_private(visitor, state):
            return 403
        if self.keyed is not None and visitor == "key":
            return self.keyed
        if self.admins is not None and visitor in ADMINS:
            return self.admins
        if self.another_guest is not None and visitor == "another guest":
            return self.another_guest
        if self.moderators is not None and visitor in MODERATORS:
            return self.moderators
        return self.stranger if visitor in STRANGERS and self.stranger is not None else self.refused

    def says_private(self, visitor: str, state: str) -> bool:
        """A moderator is told that it is there, and nothing else, where a page can say so."""
        is_page = self.told in (openers, editors, reporters, givers) and "{file}" not in self.paths
        return is_page and visitor in ("admin", "manager") and state in KEPT_PRIVATE


def owners_key(state: str) -> set[str]:
    return set() if state in GONE else {"key"}


def by_key(path: str, *more: str, **how: Any) -> Door:
    """A route of the managing API: cookies say nothing there."""
    return Door((path, *more), **{"told": owners_key, "refused": 401, "keyed": 404, **how})


def says(status: int, *paths: str, stranger: int | None = None, **data: str) -> Door:
    """A route that tells nobody of any upload."""
    return Door(paths, refused=status, stranger=stranger, data=data)


SEEN = (200, 302)  # the page, or where it is now
WRONG = "/image/{id}/delete/" + "0" * 48
DOORS: dict[str, Door] = {
    # without a key, whatever cookie comes along
    "GET /api/1/upload": says(
        400, "/api/1/upload?source=x&album_id={id}", "/api/1/upload?key=chv_{key}_0"
    ),
    "POST /api/1/upload": says(400, "/api/1/upload", "/api/1/upload?key=chv_{key}_0"),
    "OPTIONS /api/1/upload": says(204, "/api/1/upload"),
    "GET /1/upload": says(400, "/1/upload?key={key}"),
    "POST /1/upload": says(400, "/1/upload"),
    "OPTIONS /1/upload": says(204, "/1/upload"),
    "GET /api": Door(("/api",), refused=200, program=400),
    **{f"{method} /api": says(400, "/api") for method in ("POST", "PUT", "PATCH", "DELETE")},
    **{
        f"{method} /api/<old:rest>": says(400, "/api/1/{id}", "/api/{id}")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    },
    "OPTIONS /api": says(204, "/api"),
    "OPTIONS /api/<old:rest>": says(204, "/api/1/{id}"),
    **{
        f"{method} /api/2/upload": says(400, "/api/2/upload?source={id}")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    },
    "OPTIONS /api/2/upload": says(204, "/api/2/upload"),
    "GET /api/openapi.json": says(200, "/api/openapi.json"),
    # other keys: tests/test_key_doors.py
    "GET /api/2/uploads": by_key(
        "/api/2/uploads", "/api/2/uploads?q=sesame", "/api/2/uploads?tag=stray", keyed=200
    ),
    "POST /api/2/uploads": by_key("/api/2/uploads", told=no_one, keyed=400),
    "GET /api/2/uploads/<public_id>": by_key("/api/2/uploads/{id}", binned=True),
    "PATCH /api/2/uploads/<public_id>": by_key(
        "/api/2/uploads/{id}", data={"title": "Sesame quarry"}, is_json=True, binned=True
    ),
    **{
        f"{method} /api/2/{kind}{which}": by_key(
            f"/api/2/{kind}{'/nothing' if which else ''}", told=no_one, keyed=status, is_json=True
        )
        for kind, which, methods in (
            ("albums", "", {"GET": 200, "POST": 400}),
            ("albums", "/<public_id>", {"GET": 404, "PATCH": 404, "DELETE": 404}),
            ("tags", "", {"POST": 400}),
            ("tags", "/<name>", {"GET": 404, "PATCH": 404, "DELETE": 404}),
        )
        for method, status in methods.items()
    },
    "GET /api/2/tags": by_key("/api/2/tags", told=no_one, keyed=200),
    "DELETE /api/2/uploads/<public_id>": by_key(
        "/api/2/uploads/{id}", ok=(204,), ends=True, binned=True
    ),
    "GET /images/<path:relative>": Door(FILES, openers, moved=True, binned=True),
    "GET /original/<public_id>": Door(("/original/{id}",), owner),
    "GET /live/<string(length=8):public_id>.<rest>": Door(
        LIVE, openers, SEEN, moved=True, binned=True
    ),
    **{
        f"GET /{section}/<slug>": Door(
            (f"/{section}/{{slug}}", f"/{section}/{{id}}"), openers, SEEN, moved=True, binned=True
        )
        for section in ("image", "clip")
    },
    "POST /viewed/<public_id>": Door(("/viewed/{id}",), viewers, (204,)),
    "GET /video/<slug>": Door(("/video/{id}",), openers, SEEN, moved=True, binned=True),
    **{
        f"{method} /{section}/<public_id>/delete/<token>": says(
            404, WRONG.replace("image", section), f"/{section}/{{id}}/delete/x"
        )
        for method in ("GET", "POST", "DELETE")
        for section in ("image", "clip")
    },
    **{
        f"GET /manage/<public_id>/{action}": Door(
            (f"/manage/{{id}}/{action}",), editors, stranger=302
        )
        for action in ("edit", "delete")
    },
    "POST /manage/<public_id>/edit": Door(
        ("/manage/{id}/edit",), editors, (303,), stranger=302, data={"title": "Sesame quarry"}
    ),
    "GET /manage/<public_id>/albums": Door(("/manage/{id}/albums",), owner, stranger=302),
    "POST /manage/<public_id>/albums": Door(
        ("/manage/{id}/albums",), owner, (303,), stranger=302, data={"name": "Sesame"}
    ),
    "POST /manage/<public_id>/delete": Door(
        ("/manage/{id}/delete",), editors, (303,), stranger=302, ends=True
    ),
    "POST /manage/<public_id>/delete-link": Door(
        ("/manage/{id}/delete-link",), editors, (303,), stranger=302
    ),
    "GET /manage/<public_id>/stranger": Door(("/manage/{id}/stranger",), editors, stranger=302),
    "POST /manage/<public_id>/open": Door(("/manage/{id}/open",), moderators, (303,), stranger=302),
    # what was replaced, and who has its bytes: tests/test_version_doors.py
    "GET /manage/<public_id>/versions": Door(("/manage/{id}/versions",), owner, stranger=302),
    "POST /manage/<public_id>/replace": Door(
        ("/manage/{id}/replace",),
        owner,
        (400,),
        stranger=302,  # without the form's token
    ),
    "POST /manage/<public_id>/rotate": Door(
        ("/manage/{id}/rotate",), owner, (303, 400), stranger=302
    ),
    **{
        f"{method} /manage/<public_id>/versions/<version_id>{rest}": says(
            404, f"/manage/{{id}}/versions/{{id}}{rest.replace('<which>', 'file')}", stranger=302
        )
        for method, rest in (
            ("GET", ""),
            ("GET", "/file/<which>"),
            ("POST", "/restore"),
            ("GET", "/delete"),
            ("POST", "/delete"),
        )
    },
    "GET /manage/<public_id>/report": Door(("/manage/{id}/report",), reporters, binned=True),
    "POST /manage/<public_id>/report": Door(
        ("/manage/{id}/report",),
        reporters,
        (303, 429),
        data={"reason": "other", "text": "x"},
        binned=True,
    ),
    "GET /heart/<public_id>": Door(("/heart/{id}",), givers, stranger=302, binned=True),
    "POST /heart/<public_id>": Door(
        ("/heart/{id}",), givers, (303,), stranger=302, data={"heart": "1"}, binned=True
    ),
    # what is not theirs is not there; the owner's own: tests/blueprints/test_select_files.py
    "POST /select/zip": says(400, "/select/zip", stranger=302),
    "POST /select/share": says(400, "/select/share", stranger=302),
    "POST /select/<act>": Door(
        ("/select/tags",),
        named_gone,
        (303,),
        refused=303,
        stranger=302,
        script=200,
        data={"ids": "{id}", "add": "x"},
    ),
    "GET /changes/<public_id>": says(404, "/changes/{id}", stranger=302),
    "POST /changes/<public_id>/undo": says(404, "/changes/{id}/undo", stranger=302),
    "POST /changes/<public_id>/go-on": says(404, "/changes/{id}/go-on", stranger=302),
    "GET /changes": Door(("/changes",), changer, refused=200, stranger=302),
    "GET /liked": says(200, "/liked", stranger=302),
    "GET /oembed": Door(
        ("/oembed?url=/image/{id}", "/oembed?url=http://localhost{viewer}"), whoever, binned=True
    ),
    "GET /qr/<public_id>.svg": Door(("/qr/{id}.svg",), openers, moved=True, binned=True),
    "GET /qr/<public_id>": Door(("/qr/{id}",), openers, moved=True, binned=True),
    "GET /explore": Door(("/explore",), listed, refused=200, stranger=302),
    "GET /explore/popular": Door(("/explore/popular",), shown, refused=200, stranger=302),
    "GET /explore/videos": says(200, "/explore/videos", stranger=302),
    "GET /explore/animations": says(200, "/explore/animations", stranger=302),
    "GET /explore/random": Door(("/explore/random?begin=0",), shown, refused=200, stranger=302),
    "GET /search": Door(("/search?q=sesame", "/search?q=stray"), listed, refused=200, stranger=302),
    "GET /search/suggestions": Door(
        ("/search/suggestions?q=sesa", "/search/suggestions?q=quarr"),
        listed,
        refused=200,
        stranger=302,
    ),
    "GET /tag/<name>": Door(("/tag/stray",), listed, refused=200, stranger=302),
    "GET /people": says(200, "/people", stranger=302),
    "GET /user/<name>": Door(("/user/ann",), shown, refused=200, stranger=302),
    "GET /user/<name>/feed": says(200, "/user/ann/feed", stranger=302),
    "GET /tag/<name>/feed": says(200, "/tag/stray/feed", stranger=302),
    "GET /album/<slug>/feed": says(404, "/album/{id}/feed"),
    "GET /feed/<secret>/<kind>/<name>": says(
        404,
        f"/feed/1.{'0' * 32}/user/ann",
        f"/feed/1.{'0' * 32}/notifications/ann",
        "/feed/x/tag/stray",
    ),
    "GET /sitemap.xml": says(404, "/sitemap.xml"),
    "GET /sitemap/pages.xml": says(404, "/sitemap/pages.xml"),
    "GET /sitemap/<letter>.xml": says(404, "/sitemap/0.xml"),
    # which tags there are: test_tags_tell_of_no_more_than_a_listing
    "GET /categories": says(200, "/categories", stranger=302),
    "POST /categories": Door(("/categories",), stranger=302, moderators=200),
    # what is in one: tests/blueprints/test_categories.py
    "GET /category/<url_key>": says(404, "/category/nothing", stranger=302),
    **{
        f"{method} /category/<url_key>/{action}": says(
            404, f"/category/nothing/{action}", stranger=302
        )
        for method in ("GET", "POST")
        for action in ("edit", "delete")
    },
    "GET /tags": says(200, "/tags", stranger=302),
    "GET /tags/suggestions": says(200, "/tags/suggestions?q=st", stranger=302),
    **{
        f"{method} /tag/<name>/{action}": says(404, f"/tag/nothing/{action}", stranger=302)
        for method in ("GET", "POST")
        for action in ("edit", "delete")
    },
    "GET /mine": Door(
        ("/mine", "/mine?sort=name", "/mine?sort=largest"),
        owner,
        refused=200,
        stranger=302,
        another_guest=200,
    ),
    # which of their own there are twice: tests/blueprints/test_duplicates.py
    "GET /duplicates": says(200, "/duplicates", stranger=302),
    "POST /duplicates/keep": Door(
        ("/duplicates/keep",), owner, (303,), refused=404, stranger=302, data={"keep": "{id}"}
    ),
    "POST /duplicates/keep-all": says(303, "/duplicates/keep-all", stranger=302),
    "GET /bin": Door(("/bin",), binner, refused=200, stranger=302),
    "POST /bin/restore": Door(
        ("/bin/restore",), binner, (303,), 400, 302, data={"ids": "{id}"}, ends=True
    ),
    "POST /bin/delete": Door(
        ("/bin/delete",), binner, (303,), 400, 302, data={"ids": "{id}", "sure": "1"}, ends=True
    ),
    "GET /bin/empty": Door(("/bin/empty",), binner, refused=303, stranger=302),
    "POST /bin/empty": Door(("/bin/empty",), binner, (303,), 303, 302, ends=True),
    # their own, of whose bytes there is nothing in the bin: tests/blueprints/test_bin.py
    "POST /bin/instead/<public_id>": Door(("/bin/instead/{id}",), owner, (404,), stranger=302),
    "GET /bin/<public_id>/thumb": Door(("/bin/{id}/thumb",), binner, stranger=302),
    "POST /mine/guest": says(303, "/mine/guest", stranger=302),
    # what they tell: tests/blueprints/test_notices.py
    "GET /notifications": says(200, "/notifications", stranger=302),
    "POST /notifications/seen": Door(
        ("/notifications/seen",), refused=303, stranger=302, script=200
    ),
    # what albums open has a matrix of its own: tests/test_album_doors.py
    "POST /mine/refused": says(303, "/mine/refused", last="1"),
    "GET /admin/review": Door(("/admin/review",), reviewers, stranger=302, moderators=200),
    "POST /admin/review": Door(
        ("/admin/review",),
        reviewers,
        stranger=302,
        moderators=200,
        data={"upload": "{id}", "answer": "refuse"},
    ),
    # what is reported: tests/blueprints/test_reports.py
    "GET /admin/review/reports": Door(("/admin/review/reports",), stranger=302, moderators=200),
    "POST /admin/review/reports": Door(
        ("/admin/review/reports",),
        stranger=302,
        moderators=303,
        data={"answer": "dismiss", "report": "0"},
    ),
    # what share links open has a matrix of its own: tests/test_link_doors.py
    "GET /s/<token>": says(404, "/s/{id}", "/s/{key}"),
    "POST /s/<token>/open": says(404, "/s/{id}/open"),
    "POST /s/<token>/password": says(404, "/s/{id}/password", password="sesame"),
    "GET /s/<token>/<upload_id>": says(404, "/s/{key}/{id}"),
    "GET /s/<token>/file/<upload_id>/<which>": says(404, "/s/{key}/file/{id}/file"),
    "GET /albums": says(200, "/albums", "/albums?of=others", "/albums?of=shared", stranger=302),
    "GET /albums/new": says(200, "/albums/new", stranger=302),
    "POST /albums/new": says(400, "/albums/new", stranger=302, name=""),
    "GET /album/<slug>": says(404, "/album/{id}", "/album/{slug}"),
    "GET /album/<slug>/<upload_id>": says(404, "/album/{key}/{id}"),
    "GET /album/<slug>/<upload_id>/heart": says(404, "/album/{key}/{id}/heart", stranger=302),
    "POST /album/<slug>/<upload_id>/heart": says(
        404, "/album/{key}/{id}/heart", stranger=302, heart="1"
    ),
    "GET /album/<slug>/<upload_id>/report": says(404, "/album/{key}/{id}/report"),
    "POST /album/<slug>/<upload_id>/remove": says(404, "/album/{key}/{id}/remove", stranger=302),
    "POST /album/<slug>/<upload_id>/report": says(404, "/album/{key}/{id}/report", reason="other"),
    "GET /album/<album_id>/file/<upload_id>/<which>": says(404, "/album/{key}/file/{id}/file"),
    "POST /album/<slug>/password": says(404, "/album/{id}/password", password="sesame"),
    "POST /album/<slug>/open": says(404, "/album/{id}/open", stranger=302),
    "POST /album/<slug>/add": says(404, "/album/{id}/add", stranger=302),
    "GET /album/<slug>/members": says(404, "/album/{id}/members", stranger=302),
    "POST /album/<slug>/members": says(404, "/album/{id}/members", stranger=302),
    "POST /album/<slug>/members/change": says(404, "/album/{id}/members/change", stranger=302),
    "GET /album/<slug>/leave": says(404, "/album/{id}/leave", stranger=302),
    "POST /album/<slug>/leave": says(404, "/album/{id}/leave", stranger=302),
    "GET /album/<slug>/edit": says(404, "/album/{id}/edit", stranger=302),
    "POST /album/<slug>/edit": says(404, "/album/{id}/edit", stranger=302),
    "GET /album/<slug>/arrange": says(404, "/album/{id}/arrange", stranger=302),
    "POST /album/<slug>/arrange": says(404, "/album/{id}/arrange", stranger=302),
    "GET /album/<slug>/delete": says(404, "/album/{id}/delete", stranger=302),
    "POST /album/<slug>/delete": says(404, "/album/{id}/delete", stranger=302),
    # what share links open has a matrix of its own: tests/test_link_doors.py
    "GET /album/<slug>/zip": says(404, "/album/{id}/zip"),
    "GET /album/<slug>/frame": says(404, "/album/{id}/frame"),
    "GET /album/<slug>/frame/files": says(404, "/album/{id}/frame/files"),
    "GET /s/<token>/zip": says(404, "/s/{key}/zip"),
    # of whoever's links: tests/blueprints/test_share_links.py
    "GET /links": says(200, "/links", stranger=302),
    "GET /links/new": Door(("/links/new?uploads={id}",), shareable, stranger=302),
    "POST /links/new": Door(
        ("/links/new",), shareable, (400,), stranger=302, data={"uploads": "{id}", "ends": "x"}
    ),
    **{
        f"{method} /links/<public_id>{what}": says(
            404, f"/links/{{id}}{what}", f"/links/{{key}}{what}", stranger=302
        )
        for method, whats in (
            ("GET", ("", "/print", "/edit", "/delete")),
            ("POST", ("/edit", "/revoke", "/restore", "/delete")),
        )
        for what in whats
    },
    "GET /select": Door(
        ("/select?act=tags&ids={id}",), owner, refused=400, stranger=302, script=200
    ),
    "POST /select/codes": Door(
        ("/select/codes",),
        owner,
        refused=400,
        stranger=302,
        data={"ids": "{id}", "kind": "viewer-links"},
    ),
    "GET /s/<token>/frame": says(404, "/s/{key}/frame"),
    "GET /s/<token>/frame/files": says(404, "/s/{key}/frame/files"),
    "GET /": Door(("/",), owner, refused=200),
    "GET /upload": says(302, "/upload"),
    "POST /upload": says(400, "/upload", stranger=302, title="x"),
    # told to who sends the key that came with the upload: tests/blueprints/test_arrived.py
    "POST /upload/arrived": says(200, "/upload/arrived", key="x"),
    "POST /upload/same": Door(("/upload/same",), sender, refused=200, data={"sha256": "{sha256}"}),
    "GET /upload/form": says(200, "/upload/form", stranger=302),
    # of a link that works: tests/blueprints/test_sent_files.py
    **{
        f"{method} /links/<public_id>/sent": says(
            404, "/links/{id}/sent", "/links/{key}/sent", stranger=302, answer="approve", all="1"
        )
        for method in ("GET", "POST")
    },
    # by a link that works: tests/blueprints/test_adding.py
    **{
        f"{method} /s/<token>/add{more}": says(404, f"/s/{'x' * 22}/add{path}", "/s/{id}/add")
        for method, more, path in (
            ("GET", "", ""),
            ("POST", "", ""),
            ("POST", "/arrived", "/arrived"),
            ("GET", "/<upload_id>/take-back", "/{id}/take-back"),
            ("POST", "/<upload_id>/take-back", "/{id}/take-back"),
        )
    },
    "GET /upload/popup": says(200, "/upload/popup", stranger=302),
    "GET /sdk/pup.js": says(200, "/sdk/pup.js"),
    "GET /setup/<token>": says(404, "/setup/", "/setup/{id}"),
    "POST /setup/<token>": says(404, "/setup/{id}"),
    "GET /login": says(302, "/login", stranger=200),
    "POST /login": says(302, "/login", stranger=200, name=""),
    "GET /reset/<token>": says(404, "/reset/x", "/reset/{id}"),
    "POST /reset/<token>": says(404, "/reset/x", password="another good one"),
    "GET /login/second": Door(("/login/second",), refused=303, half=200),
    "POST /login/second": Door(("/login/second",), refused=303, half=400),
    "GET /admin/invitations": Door(("/admin/invitations",), stranger=302, admins=200),
    "POST /admin/invitations": Door(
        ("/admin/invitations",), stranger=302, admins=400, data={"uses": "0"}
    ),
    "POST /admin/invitations/allow": Door(("/admin/invitations/allow",), stranger=302, admins=303),
    "POST /admin/invitations/<public_id>/revoke": says(
        404, "/admin/invitations/{id}/revoke", stranger=302
    ),
    "GET /admin": Door(("/admin",), stranger=302, admins=200),
    "GET /admin/backup": Door(("/admin/backup",), stranger=302, admins=200),
    "POST /admin/backup": Door(("/admin/backup",), stranger=302, admins=303),
    "GET /admin/health": Door(("/admin/health",), stranger=302, admins=200),
    "POST /admin/health/repair": Door(("/admin/health/repair",), stranger=302, admins=303),
    "GET /admin/jobs": Door(("/admin/jobs",), stranger=302, admins=200),
    "POST /admin/jobs/retry": Door(("/admin/jobs/retry",), stranger=302, admins=303),
    "POST /admin/jobs/<job_id>/retry": says(404, "/admin/jobs/{id}/retry", stranger=302),
    "GET /admin/log": Door(("/admin/log",), logged, stranger=302, admins=200),
    "GET /sign-up": says(404, "/sign-up"),  # off, as by default
    "POST /sign-up": says(404, "/sign-up", name="eve"),
    "GET /join/<token>": says(404, "/join/x", "/join/{id}"),
    "POST /join/<token>": says(404, "/join/x", name="eve"),
    "GET /settings/phone": says(200, "/settings/phone", stranger=302),
    "GET /forgot": says(404, "/forgot"),  # this site sends no mail
    "POST /forgot": says(404, "/forgot", login="ann"),
    "GET /email/<token>": says(404, "/email/x", "/email/{id}"),
    "POST /email/<token>": says(404, "/email/x"),
    "GET /settings/email": says(303, "/settings/email", stranger=302),  # the password again
    "POST /settings/email": says(303, "/settings/email", stranger=302),
    "POST /login/passkey/options": says(200, "/login/passkey/options"),
    "POST /login/passkey": says(303, "/login/passkey", answer='{"id": "{id}"}'),
    "POST /login/second/options": Door(("/login/second/options",), refused=303, half=200),
    "POST /login/second/passkey": says(303, "/login/second/passkey", answer="{}"),
    "POST /logout": says(302, "/logout"),
    # where there is a provider: tests/oidc
    **{f"GET {path}": says(404, path) for path in ("/login/openid", "/login/openid/callback")},
    "GET /settings/openid": says(404, "/settings/openid"),
    "POST /settings/openid": says(404, "/settings/openid"),
    "POST /settings/openid/<public_id>/remove": says(404, "/settings/openid/{id}/remove"),
    "GET /settings": says(200, "/settings", stranger=302),
    "POST /settings": says(303, "/settings", stranger=302, profile="shown"),
    "GET /settings/data": says(303, "/settings/data", stranger=302),  # the password again
    "GET /settings/data/delete": says(303, "/settings/data/delete", stranger=302),
    "POST /settings/data/delete": says(303, "/settings/data/delete", stranger=302, name="ann"),
    "GET /settings/data/give": says(303, "/settings/data/give", stranger=302),
    "POST /settings/data/give": says(303, "/settings/data/give", stranger=302, taker="boss"),
    "POST /settings/data/take-back": says(303, "/settings/data/take-back", stranger=302),
    **{
        f"POST /settings/offers/<name>/{answer}": says(
            404, f"/settings/offers/ann/{answer}", stranger=302
        )
        for answer in ("accept", "decline")
    },
    "POST /settings/data/export": says(303, "/settings/data/export", stranger=302),
    "GET /portrait/<public_id>": says(404, "/portrait/{id}", "/portrait/x.y"),
    "POST /settings/portrait": says(400, "/settings/portrait", stranger=302, title="x"),
    "POST /settings/portrait/remove": says(303, "/settings/portrait/remove", stranger=302),
    "GET /settings/uploads": says(200, "/settings/uploads", stranger=302),
    "POST /settings/uploads": says(303, "/settings/uploads", stranger=302, visibility="public"),
    "GET /settings/security": says(200, "/settings/security", stranger=302),
    "POST /settings/security": says(400, "/settings/security", stranger=302, old="x"),
    "POST /join/<token>/options": says(404, "/join/{id}/options", name="bob"),
    "POST /join/<token>/passkey": says(404, "/join/{id}/passkey", name="bob", answer="{}"),
    "GET /settings/second-factor": says(303, "/settings/second-factor", stranger=302),
    "GET /settings/confirm": says(200, "/settings/confirm", stranger=302),
    "POST /settings/confirm": says(400, "/settings/confirm", stranger=302),
    "GET /settings/codes": says(303, "/settings/codes", stranger=302),
    "POST /settings/codes": says(303, "/settings/codes", stranger=302, code="000000"),
    "POST /settings/confirm/options": says(200, "/settings/confirm/options", stranger=302),
    "POST /settings/confirm/passkey": says(303, "/settings/confirm/passkey", stranger=302),
    "GET /settings/passkeys/new": says(303, "/settings/passkeys/new", stranger=302),
    "POST /settings/passkeys/new": says(303, "/settings/passkeys/new", stranger=302, name="x"),
    "POST /settings/passkeys/second": says(303, "/settings/passkeys/second", stranger=302),
    "GET /settings/passkeys/<public_id>/remove": says(
        303, "/settings/passkeys/{id}/remove", stranger=302
    ),
    "POST /settings/passkeys/<public_id>/remove": says(
        303, "/settings/passkeys/{id}/remove", stranger=302
    ),
    "GET /settings/codes/off": says(303, "/settings/codes/off", stranger=302),
    "POST /settings/codes/off": says(303, "/settings/codes/off", stranger=302, code="000000"),
    "POST /settings/recovery-codes": says(303, "/settings/recovery-codes", stranger=302),
    "POST /settings/sessions/end": says(303, "/settings/sessions/end", stranger=302),
    "POST /settings/sessions/<public_id>/end": says(
        404, "/settings/sessions/{id}/end", stranger=302
    ),
    "POST /settings/feeds": says(303, "/settings/feeds", stranger=302),
    "GET /settings/api": says(200, "/settings/api", stranger=302),
    "POST /settings/api": says(400, "/settings/api", stranger=302),
    "POST /settings/api/try": says(201, "/settings/api/try", stranger=302),
    **{
        f"{method} /settings/api/<public_id>/edit": says(
            404, "/settings/api/{id}/edit", "/settings/api/x/edit", stranger=302
        )
        for method in ("GET", "POST")
    },
    "GET /settings/api/<public_id>/revoke": says(404, "/settings/api/{id}/revoke", stranger=302),
    "POST /settings/api/<public_id>/revoke": says(
        302, "/settings/api/{id}/revoke", "/settings/api/{key}/revoke"
    ),
    "GET /settings/uploaders": says(200, "/settings/uploaders", stranger=302),
    "GET /settings/uploaders/<slug>": says(200, "/settings/uploaders/sharex", stranger=302),
    "POST /settings/uploaders/<slug>": says(
        303, "/settings/uploaders/sharex", stranger=302, album_id=""
    ),
    "POST /settings/uploaders/<slug>/<name>": says(
        400, "/settings/uploaders/sharex/sharex.sxcu", stranger=302, key="chv_{key}_0"
    ),
    "GET /settings/trial/<public_id>": Door(("/settings/trial/{key}",), owner, stranger=302),
    "GET /static/<digest>/<path:name>": says(200, "/static/0/js/main.js"),
    "GET /account": says(200, "/account"),
    "GET /admin/people": Door(("/admin/people",), stranger=302, admins=200),
    "GET /admin/people/<name>": Door(("/admin/people/bob",), stranger=302, admins=200),
    "POST /admin/people/<name>/quota": Door(
        ("/admin/people/bob/quota",), stranger=302, admins=303, data={"quota": "500"}
    ),
    # the password again
    **{
        f"{method} /admin/people/<name>/{what}": Door(
            (f"/admin/people/bob/{what}",), stranger=302, admins=303, data={"role": "user"}
        )
        for method in ("GET", "POST")
        for what in ("role", "reset-link", "reset-factors", "disconnect", "ban", "delete")
    },
    # that doesn't wait
    "GET /admin/settings": Door(("/admin/settings",), stranger=302, admins=200),
    "GET /admin/settings/<group>": Door(("/admin/settings/general",), stranger=302, admins=200),
    "GET /logo/<public_id>": says(404, "/logo/{id}", "/logo/x.y"),
    "POST /admin/logo": Door(("/admin/logo",), stranger=302, admins=400, data={"title": "x"}),
    "POST /admin/logo/remove": Door(("/admin/logo/remove",), stranger=302, admins=303),
    "POST /admin/settings/<group>": Door(("/admin/settings/general",), stranger=302, admins=400),
    "POST /admin/people/<name>/approve": Door(
        ("/admin/people/bob/approve",), stranger=302, admins=409
    ),
    "POST /admin/people/<name>/refuse": Door(
        ("/admin/people/bob/refuse",), stranger=302, admins=409
    ),
    "POST /admin/people/<name>/unban": Door(("/admin/people/bob/unban",), stranger=302, admins=303),
    "GET /admin/check": Door(("/admin/check",), stranger=302, admins=200),
    "POST /admin/check": Door(
        ("/admin/check",), stranger=302, admins=400, data={"wait": "x", "upload": "{id}"}
    ),
    **{
        f"GET /check/<token>/{what}": says(404, f"/check/{{key}}/{what}")
        for what in ("seen", "file", "long")
    },
    "POST /check/<token>/body": says(404, "/check/{key}/body"),
    "GET /check/<token>/wait/<int:seconds>": says(404, "/check/{key}/wait/1"),
    "GET /healthz": says(200, "/healthz"),
    "GET /metrics": says(404, "/metrics"),
    "GET /robots.txt": says(200, "/robots.txt"),
    "GET /styleguide": says(404, "/styleguide"),
}
# a heart is answered by how many there are, as is the question whether to empty the bin
WITHOUT_WORDS = {
    "/bin/empty",
    "/bin/instead/{id}",
    "/bin/{id}/thumb",
    "/qr/{id}.svg",
    *FILES,
    "/original/{id}",
    "/heart/{id}",
    "/manage/{id}/replace",
    "/manage/{id}/rotate",
    *LIVE,
}


def test_every_route_has_an_expectation() -> None:
    routes = {f"{method} {route.rule}" for route in SITE_MAP for method in route.methods.split()}
    assert routes == set(DOORS)


# --- the matrix


@dataclass
class Hidden:
    """An upload, and what would tell somebody of it: words, names, the id, bytes of its files."""

    image: dict[str, Any]
    names: dict[str, str]
    marks: list[str]
    files: list[bytes]

    def asked(self, template: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self.names[found[1]], template)

    def told_by(self, answer: TestResponse, asked: str) -> list[str]:
        """What an answer tells that the question didn't hold already."""
        text = unquote(answer.get_data().decode("latin-1") + str(answer.headers)).casefold()
        told = [
            mark
            for mark in self.marks
            if mark.casefold() in text and mark.casefold() not in unquote(asked).casefold()
        ]
        return told + [
            f"bytes of file {number}"
            for number, data in enumerate(self.files)
            if data in answer.get_data()
        ]


class Scenario:
    """One site, its visitors, and uploads of one state."""

    def __init__(self, app: Flask, state: str) -> None:
        app.config["WTF_CSRF_ENABLED"] = False  # a form's token keeps other sites out, not visitors
        self.app, self.state, self.count = app, state, 0
        self.ann = make_person(app, "ann")
        for name in ("bob", "banned", "waiting"):
            make_person(app, name)
        make_person(app, "meg", role=Role.MANAGER)
        for name in ("boss", "chief"):
            make_person(app, name, admin=True)
        self.clients = {visitor: self.client_of(visitor) for visitor in sorted(VISITORS)}

    def client_of(self, visitor: str) -> FlaskClient:
        client = self.app.test_client()
        name = {
            "owner": "ann",
            "other": "bob",
            "admin": "boss",
            "opened": "chief",
            "manager": "meg",
            "banned": "banned",
            "waiting": "waiting",
            "logged out": "ann",
        }.get(visitor)
        if visitor == "half":
            self.log_in_halfway(client)
        if visitor in KEY_HOLDERS:
            client.environ_base["HTTP_X_API_KEY"] = self.key_of(visitor)
        if visitor == "another guest":
            client.set_cookie("guest", "0a" * 32)
        if visitor in REFUSED:
            self.set_state(visitor, State.ACTIVE)
        if name:
            assert log_in_without_token(client, name).status_code == 302
        if visitor in REFUSED:
            self.set_state(visitor, REFUSED[visitor])
        if visitor == "logged out":
            cookie = client.get_cookie("session")
            assert cookie
            client.post("/logout")
            client.set_cookie("session", cookie.value)
        return client

    def key_of(self, visitor: str) -> str:
        """The owner's."""
        ends = utcnow() - timedelta(seconds=1) if visitor == "expired key" else None
        return self.new_key(scope=Scope.MANAGE, expires_at=ends)[0]

    def log_in_halfway(self, client: FlaskClient) -> None:
        """As the owner, who has a second factor for a moment."""
        self.set_second_factor(True)
        assert log_in_without_token(client, "ann").headers["Location"] == "/login/second"
        self.set_second_factor(False)

    def set_second_factor(self, is_on: bool) -> None:
        with self.app.app_context():
            owner = User.by_name("ann")
            assert owner
            if is_on:
                SecondFactor.turn_on(owner, None)
            else:
                SecondFactor.turn_off(owner)
            db.session.commit()

    def set_state(self, name: str, state: State) -> None:
        with self.app.app_context():
            user = User.by_name(name)
            assert user
            user.state = state
            db.session.commit()

    def hide(self) -> Hidden:
        """A fresh upload of this state, which came with a key of its own."""
        self.count += 1
        key, key_id = self.new_key()
        source = self.source()
        name = f"grotto{self.count}.{'mp4' if self.state == 'uncleanable' else 'jpg'}"
        fields = {
            "title": "Sesame quarry",
            "description": "Bluebeard",
            "alt_text": "Rapunzel",
            "tags": "stray",
        }
        if self.state in ("expiring", "expired"):
            fields["expiration"] = "P1D"
        if self.state == "merged":
            fields["visibility"] = "private"
        if self.state in ("unlisted", "members", "private"):
            fields["visibility"] = self.state
        if self.state == "unapproved":
            fields["visibility"] = "public"
        image = Person(self.app, "ann", key, self.app.test_client()).uploaded(
            source, name, **fields
        )
        preview = self.give_preview(image)
        files = self.bytes_of(image)
        sha256 = self.reach(image)
        if self.state in KEPT_PRIVATE:
            self.clients["opened"].post(f"/manage/{image['id_encoded']}/open")
        file, frame = path_of(image["url"]), path_of(image["url_frame"] or image["thumb"]["url"])
        names = {
            "id": image["id_encoded"],
            "slug": image["path_viewer"].rpartition("/")[2],
            "viewer": image["path_viewer"],
            "file": file,
            "thumb": path_of(image["thumb"]["url"]),
            "tile": path_of(image["thumb"]["url"].replace(".th.", ".tl.")),
            "frame": frame,
            "preview": preview,
            "sha256": sha256,
            "key": key_id,
            "section": image["path_viewer"].split("/")[1],
        }
        marks = ["sesame", "quarry", "bluebeard", "rapunzel", "grotto", image["id_encoded"]]
        if self.state != "merged":  # the one that is kept has the same
            marks += [image["checksum"], sha256]
        return Hidden(image, names, marks, files)

    def delete(self, hidden: Hidden) -> None:
        self.app.test_client().delete(path_of(hidden.image["delete_url"]))

    def source(self) -> bytes:
        """No two are of the same bytes, but for who merges one: each has a comment of its own."""
        if self.state == "uncleanable":
            return film_that_stays_private() + self.count.to_bytes(4)
        photo = sample("odd-exif.jpg").read_bytes()
        return photo[:2] + b"\xff\xfe\x00\x06" + self.count.to_bytes(4) + photo[2:]

    def new_key(self, **limits: Unpack[KeyLimits]) -> tuple[str, str]:
        with self.app.app_context():
            user = User.by_name("ann")
            assert user
            key, text = ApiKey.issue(user, "side door", **limits)
            db.session.commit()
            return text, key.public_id

    def give_preview(self, image: dict[str, Any]) -> str:
        """As the job does for a large file; its path."""
        with self.app.app_context():
            upload = Upload.find(image["id_encoded"], Visitor(User.by_name("ann")))
            assert upload
            data = bytes(self.count + n & 255 for n in range(500))
            path = f"images/{upload.folder}/{upload.derivative('pv')}"
            (self.app.extensions["keepsake"].config.data / upload.root / path).write_bytes(data)
            upload.preview_size = len(data)
            db.session.commit()
            return f"/{path}"

    def bytes_of(self, image: dict[str, Any]) -> list[bytes]:
        """Something of each file, which no other file has."""
        with self.app.app_context():
            upload = Upload.find(image["id_encoded"], Visitor(User.by_name("ann")))
            assert upload
            data = self.app.extensions["keepsake"].config.data
            return [
                (data / root / path).read_bytes()[-400:-300] for path, root in upload.places.items()
            ]

    def reach(self, image: dict[str, Any]) -> str:
        """Bring an upload that was just made into this state; the SHA-256 of what was sent."""
        with self.app.app_context():
            upload = Upload.find(image["id_encoded"], Visitor(User.by_name("ann")))
            assert upload
            sha256 = upload.source_sha256
            if self.state == "expired":
                upload.expires_at = utcnow() - timedelta(milliseconds=1)
                db.session.commit()
        if self.state == "binned":
            with self.app.test_request_context():
                owner = existing(User.by_name("ann"))
                rows = Upload.row_ids_of(owner, [image["id_encoded"]])
                assert throw_away(self.app.extensions["keepsake"], owner, rows).done
        if self.state == "merged":
            self.merge(image["id_encoded"])
        if self.state == "deleted":
            assert self.app.test_client().delete(path_of(image["delete_url"])).status_code == 200
        assert sha256
        return sha256

    def merge(self, public_id: str) -> None:
        """With one that has other words, and no tag."""
        texts = dict.fromkeys(("title", "description", "alt_text"), "Kept")
        image = self.ann.uploaded(self.source(), "kept.jpg", visibility="private", **texts)
        with self.app.test_request_context():
            owner = existing(User.by_name("ann"))
            kept = existing(Upload.find_own(image["id_encoded"], owner.id))
            rows = Upload.row_ids_of(owner, [public_id])
            begun = begin(owner, "merge", {"keep": kept.id}, rows)
            assert work_a_while(self.app.extensions["keepsake"], begun, 60).done == 1
            kept.set_tags([])
            db.session.commit()


def log_in_without_token(client: FlaskClient, name: str) -> TestResponse:
    return client.post("/login", data={"name": name, "password": PASSWORD})


def film_that_stays_private() -> bytes:
    """With a block too large to be looked through, behind its end."""
    return (
        sample("clip.mp4").read_bytes()
        + (8 + MAX_BLOCK_BYTES + 1).to_bytes(4)
        + b"mdat"
        + b"x" * (MAX_BLOCK_BYTES + 1)
    )


@pytest.fixture(scope="module", params=sorted(OPENED_BY))
def scenario(
    request: pytest.FixtureRequest, blank_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scenario]:
    """One site for all tests of a state: each hides an upload of its own."""
    with applications(blank_data, tmp_path_factory.mktemp(request.param)) as make:
        settings = {"REVIEW": "members"} if request.param == "unapproved" else {}
        yield Scenario(make(**settings), request.param)


def ask(
    client: FlaskClient, method: str, hidden: Hidden, path: str, door: Door, **headers: str
) -> tuple[TestResponse, str]:
    """The answer, and all that the question held."""
    target, data = (
        hidden.asked(path),
        {name: hidden.asked(value) for name, value in door.data.items()},
    )
    sent = {"json": data} if door.is_json else {"data": data or None}
    answer = client.open(target, method=method, headers=headers, **sent)
    return answer, " ".join([target, *data.values()])


def routes() -> Iterator[tuple[str, str, Door]]:
    for route, door in DOORS.items():
        yield route, route.partition(" ")[0], door


def test_nobody_is_told_who_may_not_be(scenario: Scenario) -> None:
    hidden = scenario.hide()
    for route, method, door in routes():
        for visitor in sorted(VISITORS - door.told(scenario.state)):
            client = scenario.client_of(visitor) if "logout" in route else scenario.clients[visitor]
            for path in door.paths:
                for verb, accept in ways(method):
                    is_script = (route, accept) == ("POST /upload", "application/json")
                    if is_script and visitor in STRANGERS:
                        continue  # the script's own refusal, below
                    answer, asked = ask(client, verb, hidden, path, door, Accept=accept)
                    case = (verb, asked, visitor, accept)
                    # a script brings its form's token in a header; this one has none
                    expected = 403 if is_script else door.refusal(visitor, scenario.state)
                    if door.program and accept != "text/html":
                        expected = door.program
                    is_program = accept != "text/html" or door.told == owners_key
                    if is_program and was_open(scenario.state, visitor, door):
                        expected = 410
                    if leads_on(scenario.state, visitor, door):
                        expected = 302
                    if door.script and accept == "application/json" and expected == door.refused:
                        expected = door.script
                    assert answer.status_code == expected, case
                    assert hidden.told_by(answer, asked) == [], case


def was_open(state: str, visitor: str, door: Door) -> bool:
    """Whether a program may learn that it is gone: what is put in the bin here is unlisted, what is
    merged private. The API is the owner's.
    """
    is_asked = door.stranger is None or visitor in MEMBERS
    if state == "merged":
        is_asked = visitor == "owner" and door.told != whoever  # oEmbed tells what all may know
    is_told = visitor == "key" if door.told == owners_key else is_asked
    return state in IN_BIN and door.binned and is_told


def leads_on(state: str, visitor: str, door: Door) -> bool:
    """Whether somebody may open the one that is kept."""
    return state == "merged" and door.moved and visitor == "owner"


def ways(method: str) -> list[tuple[str, str]]:
    """Each with what it accepts. A HEAD, of which the headers come alone, accepts both in ``make
    soak``.
    """
    both = ("text/html", "application/json")
    head = [("HEAD", accept) for accept in (both if SOAK else both[:1]) if method == "GET"]
    return [(method, accept) for accept in both] + head


def test_nobody_finds_out_that_it_is_there(scenario: Scenario) -> None:
    """An id that is hidden is answered as one that never was."""
    hidden = scenario.hide()
    for route, method, door in routes():
        for visitor in sorted(VISITORS - door.told(scenario.state)):
            for path in door.paths:
                is_said = door.says_private(visitor, scenario.state)
                is_said |= was_open(scenario.state, visitor, door)
                is_said |= leads_on(scenario.state, visitor, door)
                if "{id}" not in path or "logout" in route or is_said:
                    continue
                one, _ = ask(scenario.clients[visitor], method, hidden, path, door)
                other, _ = ask(scenario.clients[visitor], method, nothing(hidden), path, door)
                assert without_chance(one, hidden.names["id"]) == without_chance(
                    other, "Nothing0"
                ), (route, visitor)


def nothing(hidden: Hidden) -> Hidden:
    names = {**hidden.names, "id": "Nothing0"}
    return Hidden(hidden.image, names, hidden.marks, hidden.files)


CHANCE = re.compile(
    r'<div class="notices".*?</div>|(?:name="csrf[_-]token"|data-token=)[^>]*>|\b[0-9a-f]{8}\b',
    re.DOTALL,
)


def without_chance(answer: TestResponse, public_id: str) -> tuple[int, str, str]:
    """An answer without its id, without what is random in every answer, and without notices that
    earlier answers left.
    """
    text = CHANCE.sub("", answer.text.replace(public_id, ""))
    return (
        answer.status_code,
        answer.headers.get("Location", "").replace(public_id, ""),
        " ".join(text.split()),
    )


def test_who_may_be_told_is(scenario: Scenario) -> None:
    hidden = scenario.hide()
    for route, method, door in routes():
        for visitor in sorted(door.told(scenario.state)):
            if door.ends:
                hidden = scenario.hide()
            for path in door.paths:
                answer, asked = ask(
                    scenario.clients[visitor], method, hidden, path, door, Accept="text/html"
                )
                assert answer.status_code in door.ok, (route, visitor, path)
                is_silent = path in WITHOUT_WORDS or answer.status_code in (204, *range(300, 400))
                assert is_silent or hidden.told_by(answer, asked), (route, visitor, path)
                if path in FILES and path != "{frame}":
                    assert any(data in answer.data for data in hidden.files), (route, visitor, path)
            if door.ends:
                scenario.delete(hidden)  # what came back from the bin
                hidden = scenario.hide()


def test_tags_tell_of_no_more_than_a_listing(scenario: Scenario) -> None:
    for _ in range(2):  # the same tag, of more files
        scenario.hide()
    for visitor in sorted(VISITORS):
        client = scenario.clients[visitor]
        # what has expired counts for its owner until it is deleted
        is_own = scenario.state == "expired" and visitor == "owner"
        may_know = is_own or visitor in listed(scenario.state)
        for path in ("/tags", "/tags/suggestions?q=s", "/search/suggestions?q=str"):
            answer = client.get(path)
            assert answer.status_code == (302 if visitor in STRANGERS else 200)
            assert ("stray" in answer.text) == may_know, (path, visitor)
        may_edit = may_know and visitor in MODERATORS
        for path in ("/tag/stray/edit", "/tag/stray/delete"):
            refused = 302 if visitor in STRANGERS else 404
            assert client.get(path).status_code == (200 if may_edit else refused), visitor


def test_a_delete_link_opens_what_is_there_to_whoever_has_it(scenario: Scenario) -> None:
    for visitor in sorted(VISITORS):
        hidden = scenario.hide()
        target = path_of(hidden.image["delete_url"])
        is_gone = scenario.state in GONE and scenario.state != "binned"
        for wrong in (target[:-1], target[:-1] + ("0" if target[-1] != "0" else "1"), target + "0"):
            answer = scenario.clients[visitor].delete(wrong)
            assert answer.status_code == 404 and not hidden.told_by(answer, wrong), visitor
        assert scenario.clients[visitor].get(
            target, headers={"Accept": "text/html"}
        ).status_code == (404 if is_gone else 200)
        assert scenario.clients[visitor].delete(target).status_code == (404 if is_gone else 200)


def test_a_script_of_the_upload_page_is_refused_in_its_words(scenario: Scenario) -> None:
    for visitor in sorted(STRANGERS):
        answer = scenario.clients[visitor].post(
            "/upload",
            headers={"Accept": "application/json"},
            data={"source": (io.BytesIO(b"x"), "a.png")},
        )
        assert answer.status_code == 403 and answer.is_json


KEYS = {
    "none": ("", "No key provided"),
    "no key at all": ("x", "Invalid API key."),
    "another secret": ("chv_{id}_" + "0" * 128, "Invalid API key."),
    "cut short": ("{key}", "Invalid API key."),
    "revoked": ("{revoked}", "Invalid API key."),
    "expired": ("{expired}", "Invalid API key."),
    "banned": ("{banned}", "Invalid API key."),
    "waiting": ("{waiting}", "Invalid API key."),
    "guest": ("{guest}", "Request denied"),
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("at", ["header", "query", "form", "bearer"])
def test_keys_that_open_nothing(kind: str, at: str, ann: Person) -> None:
    text, message = KEYS[kind]
    key = text.format(id=ann.key.split("_")[1], key=ann.key[:-1], **keys_that_ended(ann.app))
    headers = {"header": {"X-API-Key": key}, "bearer": {"Authorization": f"Bearer {key}"}}.get(
        at, {}
    )
    query, form = ({"key": key} if at == place else {} for place in ("query", "form"))
    data = {**form, "source": (sample("pixel.png").open("rb"), "a.png")}
    answer = ann.app.test_client().post(
        "/api/1/upload", query_string=query, headers=headers, data=data
    )
    assert answer.status_code == 400 and answer.get_json()["error"]["message"] == message
    log_in(ann.client)
    assert '<li class="p' not in ann.client.get("/").text


def keys_that_ended(app: Flask) -> dict[str, str]:
    keys = {name: make_person(app, name).key for name in ("revoked", "expired", *REFUSED)}
    with app.app_context():
        revoke_key(keys["revoked"].split("_")[1])
        expired = ApiKey.find(keys["expired"])
        assert expired
        expired.expires_at = utcnow() - timedelta(seconds=1)
        for name, state in REFUSED.items():
            user = User.by_name(name)
            assert user
            user.state = state
        db.session.commit()
        return {**keys, "guest": issue_guest_key()}


def test_each_scope_uploads_but_the_one_that_reads(ann: Person) -> None:
    for scope in Scope:
        with ann.app.app_context():
            _, key = issue_key(existing(User.by_name("ann")), scope=scope)
        answer = Person(ann.app, "ann", key, ann.client).upload("pixel.png")
        assert answer.status_code == (400 if scope == Scope.READ else 200)
