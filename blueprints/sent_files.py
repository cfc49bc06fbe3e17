"""/links/<id>/sent: what people sent by a share link, and by whom, for its owner. What waits for
them comes first.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request

from blueprints.http import review_words, sent_words
from blueprints.http.arguments import parse_approval, parse_ids, parse_row
from blueprints.http.context import addresses, site, time_zone
from blueprints.http.parameters import parse_flag
from models import ShareLink
from models.sent_files import (
    PAGE_OF_SENT,
    SentFile,
    count_of_waiting,
    shown_to_owner,
    those_waiting,
    waiting_for_owner,
)
from services import sent_files

bp = Blueprint("sent_files", __name__)

MOST_AT_ONCE = 1_000  # of all: more than are decided on in the time of one request


def index(link: ShareLink) -> str:
    return _page(link, parse_row(request.args.get("after", "")))


def decide(link: ShareLink) -> Any:
    """On those that are chosen, or on all that wait. Refusing deletes for good, so it is asked
    first, once for all.
    """
    is_approved = parse_approval(request.form.get("answer", ""))
    is_sure = parse_flag(request.form.get("sure", ""), "answer")
    is_of_all = parse_flag(request.form.get("all", ""), "answer")
    chosen = parse_ids(",".join(request.form.getlist("upload")))[:PAGE_OF_SENT]
    if not (chosen or is_of_all):
        return _page(link, said=[str(review_words.NOTHING_CHOSEN)]), 400
    if is_of_all:
        files = waiting_for_owner(link, limit=MOST_AT_ONCE)
    else:
        files = those_waiting(link, chosen)
    if files and not (is_approved or is_sure):
        return _asked(link, files, is_of_all)
    done = sent_files.decide(site(), files, is_approved=is_approved)
    missing = 0 if is_of_all else len(chosen) - len(files)
    return _page(link, said=sent_words.said_of_decisions(done, missing))


def _asked(link: ShareLink, files: list[SentFile], is_of_all: bool) -> str:
    return render_template(
        "adding/refuse.html", link=link, files=files, is_of_all=is_of_all, addresses=addresses()
    )


def _page(link: ShareLink, after: int | None = None, said: list[str] | None = None) -> str:
    shown = shown_to_owner(link, after, PAGE_OF_SENT + 1)
    page = shown[:PAGE_OF_SENT]
    is_first = after is None
    return render_template(
        "adding/sent.html",
        link=link,
        waiting=waiting_for_owner(link) if is_first else [],
        how_many_wait=count_of_waiting(link) if is_first else 0,
        groups=[list(some) for _, some in groupby(page, key=_sender)],
        next=page[-1].row if len(shown) > PAGE_OF_SENT else None,
        is_first=is_first,
        said=said or [],
        addresses=addresses(),
        zone=time_zone(),
    )


def _sender(sent: SentFile) -> tuple[str, str]:
    """Two of the same name are two."""
    return sent.how.browser, sent.how.name
