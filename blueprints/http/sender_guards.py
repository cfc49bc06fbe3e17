"""Who may send files by a share link, and take them back."""

from __future__ import annotations

from typing import Any

from blueprints.http import words
from blueprints.http.error_page import page
from blueprints.http.errors import LOGGED_OUT, by_script, wire_error
from blueprints.http.link_guards import link_asked, link_opener
from blueprints.http.link_pass import is_let_in
from blueprints.http.sending_browser import sending_browser
from blueprints.http.share_address import under
from models import Contribution
from models.sent_files import find_sent
from services.errors import LinkEnded


def link_adder(values: dict[str, Any]) -> Any:
    """Whom a link that takes files has let in. Who has sent some comes back to take them back, also
    when it takes no more.
    """
    if refusal := _let_in(values):
        return refusal
    link = values["link"]
    if link.may_add or Contribution.has_sent(link, sending_browser(link)):
        return None
    if by_script():
        raise LinkEnded()
    return page(404, words.LINK_TAKES_NOTHING)


def link_sender(values: dict[str, Any]) -> Any:
    """Who sent a file by the link, from the same browser. It stands in the place of its id."""
    if refusal := _let_in(values):
        return refusal
    link = values["link"]
    row = under(link).ids.row(values.pop("upload_id"))
    sent = find_sent(link, sending_browser(link), row)
    if sent is None:
        return page(404, words.NOT_SENT_HERE)
    values["sent"] = sent
    return None


def _let_in(values: dict[str, Any]) -> Any:
    """A script that isn't let in any more learns so, and keeps its files."""
    if not by_script():
        return link_opener(values)
    if link_asked(values):
        raise LinkEnded()
    return None if is_let_in(values["link"]) else wire_error(403, 403, LOGGED_OUT)
