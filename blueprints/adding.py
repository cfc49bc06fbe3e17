"""/s/<token>/add: who has a share link sends files by it, through the pipeline of all uploads, and
takes them back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request

from blueprints.documents.sent import document
from blueprints.http import idempotency, words
from blueprints.http.arguments import parse_idempotency_key, parse_row
from blueprints.http.arrival import arrived_answer
from blueprints.http.body import Body
from blueprints.http.context import site
from blueprints.http.error_page import page
from blueprints.http.errors import LOGGED_OUT, by_script, wire_error
from blueprints.http.faults import refusal_of
from blueprints.http.receive import Uploader, check_may_upload, max_file_bytes, received
from blueprints.http.refusal_words import refused
from blueprints.http.repeats import answered_once
from blueprints.http.sending_browser import (
    known_name,
    parse_sender,
    remember_sender,
    sender_of,
    sending_browser,
)
from blueprints.http.sent_words import said_of
from blueprints.http.sessions import check_token, is_good_token
from blueprints.http.share_address import under
from media.errors import EmptySource, UploadError
from media.intake.spool import Spool
from models import Contribution, DatabaseFault, ShareLink, Upload
from models.sent_files import PAGE_OF_SENT, SentFile, sent_from
from services.adding import take_back as take_back_file
from services.adding import upload_request
from services.errors import (
    AccountEnded,
    LinkEnded,
    NameMissing,
    OwnerFull,
    QuotaReached,
    SiteQuotaReached,
    StillRunning,
)
from services.ingest import ingest
from services.intake import Sender
from services.sent_key import KeyClaim

bp = Blueprint("adding", __name__)


def form(link: ShareLink) -> Any:
    """With what this browser sent below it."""
    return _page(link, parse_row(request.args.get("after", "")))


def add(link: ShareLink) -> Any:
    """One file from the page's script, answered in JSON, or a whole form of files from a browser
    without it.
    """
    if by_script() and not is_good_token(request.headers.get("X-CSRFToken", "")):
        return wire_error(403, 403, LOGGED_OUT)  # before the body is read
    uploader = Uploader(link.user, browser=sending_browser(link), link=link)
    with (
        _as_told_to_senders(link),
        received(request, uploader, takes_several=not by_script()) as body,
    ):
        if not by_script():
            check_token(body.fields.get("csrf_token", ""))
        check_may_upload(link.user)
        name = parse_sender(body.fields.get("sender", ""))
        if not name:
            raise NameMissing()
        sender = sender_of(link, name)
        answer = _add_one(body, sender) if by_script() else _add_several(body, sender)
    return remember_sender(answer, link, name)


def _add_one(body: Body, sender: Sender) -> Response:
    source = body.files.get("source")
    if source is None:  # no URL: nobody without an account lets the server fetch
        raise EmptySource()

    def store(claim: KeyClaim | None) -> tuple[Upload, str]:
        return ingest(site(), upload_request(site().settings, sender, source, claim))

    def answer(upload: Upload, _token: str) -> Response:
        return jsonify(_document(sender.link, upload))

    sent_key = idempotency.sent_key(body, body.fields, None, sender.browser)
    return answered_once(sent_key, store, answer, answer)


def _document(link: ShareLink, upload: Upload) -> dict[str, Any]:
    how = Contribution.of(upload.id)
    assert how is not None  # in the same transaction
    sent = SentFile(how, upload)
    where = under(link)
    return document(sent, where.ids.of(upload), where, said_of(sent, link))


def _add_several(body: Body, sender: Sender) -> Response:
    first = body.files.get("source")
    results = [_attempt(spool, sender) for spool in [first, *body.more] if spool]
    if not results:
        raise EmptySource()
    status = 200 if any(not one["error"] for one in results) else 400
    return make_response(_page(sender.link, results=results, name=sender.name), status)


def _attempt(source: Spool, sender: Sender) -> dict[str, Any]:
    """One of several files. The result is shown, whatever happens to the others."""
    filename = source.filename
    try:
        with _as_told_to_senders(sender.link):
            ingest(site(), upload_request(site().settings, sender, source))
    except (UploadError, DatabaseFault, OSError) as error:
        refusal = error if isinstance(error, UploadError) else refusal_of(error)
        if refusal is None:
            raise
        return {"filename": filename, "error": refused(refusal).text}
    return {"filename": filename, "error": ""}


@contextmanager
def _as_told_to_senders(link: ShareLink) -> Iterator[None]:
    """How much space somebody has is theirs to know, and whether they are still here."""
    try:
        yield
    except (QuotaReached, SiteQuotaReached) as error:
        raise OwnerFull(link.user.shown_name) from error
    except AccountEnded as error:
        raise LinkEnded() from error


def arrived(link: ShareLink) -> Any:
    """As `upload.arrived`: told to the browser that sent it by this link alone."""
    key = parse_idempotency_key(request.form.get("key", ""))
    hashed = idempotency.key_hash(key, None, sending_browser(link))
    try:
        sealed = arrived_answer(hashed)
    except StillRunning:
        return jsonify(state="processing")
    if sealed is None:
        return jsonify(state="unknown")
    return jsonify(state="arrived", **idempotency.unseal(sealed)[1].get_json())


def take_back_form(link: ShareLink, sent: SentFile) -> Any:
    return render_template("adding/take_back.html", link=link, sent=sent, where=under(link))


def take_back(link: ShareLink, sent: SentFile) -> Any:
    is_done = take_back_file(site(), sent, sending_browser(link))
    if by_script():
        return jsonify(ok=True)  # gone it is, by whomever
    return (
        redirect(f"{under(link).link_path}/add", 303) if is_done else page(404, words.NOT_SENT_HERE)
    )


def _page(
    link: ShareLink,
    after: int | None = None,
    results: list[dict[str, Any]] | None = None,
    name: str = "",
) -> str:
    sent = sent_from(link, sending_browser(link), after, PAGE_OF_SENT + 1)
    page_of_sent = sent[:PAGE_OF_SENT]
    return render_template(
        "adding/add.html",
        link=link,
        where=under(link),
        name=name or known_name(),
        owner=link.user.shown_name,
        max_bytes=max_file_bytes(link.user),
        sent=[(one, said_of(one, link)) for one in page_of_sent],
        next=page_of_sent[-1].row if len(sent) > PAGE_OF_SENT else None,
        results=results or [],
    )
