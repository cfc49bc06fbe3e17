"""Who may use a route of a share link. A guard puts the link in the place of its secret. One that
was revoked, has expired or was never there is answered the same.
"""

from __future__ import annotations

from typing import Any

from flask import abort

from blueprints.http import words
from blueprints.http.arguments import parse_id, parse_share_token
from blueprints.http.context import me
from blueprints.http.error_page import page
from blueprints.http.guards import member
from blueprints.http.link_page import ask_page, ended_page
from blueprints.http.link_pass import is_let_in
from blueprints.http.share_address import under
from models import MovedAddress, ShareLink, Upload, contents_of


def link_asked(values: dict[str, Any]) -> Any:
    """Whoever has the link, before it has let them in."""
    values["link"] = _link(values)
    return ended_page() if values["link"] is None else None


def link_opener(values: dict[str, Any]) -> Any:
    """Whom the link has let in; others are asked, without a word of what it opens."""
    if refusal := link_asked(values):
        return refusal
    link = values["link"]
    return None if is_let_in(link) else ask_page(link)


def link_viewer(values: dict[str, Any]) -> Any:
    """The same, of a file under it."""
    if refusal := link_opener(values):
        return refusal
    return None if _has_upload(values) else page(404, words.NO_SUCH_FILE)


def link_script(values: dict[str, Any]) -> Any:
    """Whom the link has let in. Others get no page, as a script or an image asks."""
    link = _link(values)
    if link is None or not is_let_in(link):
        abort(404)
    values["link"] = link


def link_file(values: dict[str, Any]) -> Any:
    """The same of a file under it, by its addresses of the link."""
    link_script(values)
    if not _has_upload(values):
        abort(404)


def link_owner(values: dict[str, Any]) -> Any:
    """Whose link it is, also when it has ended."""
    if refusal := member(values):
        return refusal
    public_id = parse_id(values.pop("public_id"))
    link = ShareLink.find_of(me(), public_id) if public_id else None
    if link is None:
        return page(404, words.NO_SUCH_LINK)
    values["link"] = link
    return None


def _link(values: dict[str, Any]) -> ShareLink | None:
    token = parse_share_token(values.pop("token"))
    return ShareLink.find(token) if token else None


def _has_upload(values: dict[str, Any]) -> bool:
    """Put a file under the link in the place of what it is called there, if it is one."""
    row = under(values["link"]).ids.row(values.pop("upload_id"))
    upload = _find_under(values["link"], row)
    values["upload"] = upload
    return upload is not None


def _find_under(link: ShareLink, row: int) -> Upload | None:
    """Of a file that was merged with another one, that."""
    contents = contents_of(link)
    if upload := contents.find(row):
        return upload
    kept = MovedAddress.row_for(row)
    return contents.find(kept) if kept else None
