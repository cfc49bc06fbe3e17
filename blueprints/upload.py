"""The upload page, and the address it posts to: the same pipeline as the API's, with a session
instead of a key.
"""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from blueprints.documents import embed_codes, wire
from blueprints.http.arguments import parse_idempotency_key, parse_sha256
from blueprints.http.arrival import arrived_answer
from blueprints.http.context import addresses, guest_browser, person, site, visitor
from blueprints.http.errors import LOGGED_OUT, by_script, wire_error
from blueprints.http.faults import refusal_of
from blueprints.http.guest_browser import remember, sending_browser
from blueprints.http.idempotency import key_hash, unseal
from blueprints.http.parameters import parse_flag, without_default
from blueprints.http.privacy_words import report
from blueprints.http.receive import Uploader, ingest_body, ingest_source, received
from blueprints.http.refusal_words import refused
from blueprints.http.repeats import answered
from blueprints.http.sessions import check_token, is_good_token
from media.errors import UploadError
from models import DatabaseFault, Upload, User, utcnow
from services.bin import offered_back
from services.errors import StillRunning
from services.permission import may_upload

bp = Blueprint("upload", __name__)

RECENT = 24  # pictures shown below the form


def home() -> Any:
    user = person()
    recent = Upload.newest_of(user, RECENT) if user else []
    allowed = may_upload(site().settings, visitor())
    return render_template(
        "upload/home.html",
        may_upload=allowed,
        recent=recent,
        addresses=addresses(),
        is_new=not user and User.none_yet(),
    )


def form() -> str:
    """The form alone: the other pages' script asks for it when files are dropped there."""
    return render_template("upload/_uploader.html")


def elsewhere() -> Any:
    """The path of other hosts' upload page."""
    return redirect(url_for("upload.home"))


def receive() -> Any:
    """One file from the page's script, answered in JSON, or a whole form of files from a browser
    without it.
    """
    if by_script():
        if _has_lost_session():  # before the body is read
            return wire_error(403, 403, LOGGED_OUT)
        return _receive_one()
    user = person()
    with received(request, Uploader(user), takes_several=True) as body:
        check_token(body.fields.get("csrf_token", ""))
        browser = None if user else sending_browser()
        fields = without_default(body.fields, user)
        results = [
            _attempt(
                lambda: ingest_body(body, fields, user, by_post=True, browser=browser),
                body.files["source"].filename if "source" in body.files else "",
            )
        ]
        results += [
            _attempt(
                lambda spool=spool: ingest_source(spool, fields, user, browser), spool.filename
            )
            for spool in body.more
        ]
    failed_all = all(result["error"] for result in results)
    page = render_template("upload/done.html", results=results, addresses=addresses())
    answer = make_response(page, 400 if failed_all else 200)
    return answer if user or failed_all else remember(answer)


def _has_lost_session() -> bool:
    """Whether the page was made for a session that has ended. What a member sends must not become a
    guest's upload.
    """
    was_member = parse_flag(request.headers.get("X-Keepsake-Member", ""), "member flag")
    return (was_member and person() is None) or not is_good_token(
        request.headers.get("X-CSRFToken", "")
    )


def _receive_one() -> Any:
    user = person()
    browser = None if user else sending_browser()
    with received(request, Uploader(user, browser=browser)) as body:
        answer = answered(body, body.fields, user, _answer, by_post=True, browser=browser)
    return answer if user else remember(answer)


def _answer(upload: Upload, token: str) -> Response:
    return jsonify(_document(upload, token))


def _document(upload: Upload, token: str) -> dict[str, Any]:
    where, now = addresses(), utcnow()
    document = wire.document(upload, where, site().settings.zone, now, token)
    return {
        **document,
        **wire.in_bin(offered_back(upload, person()) if token else None),
        "report": report(upload, now),
        "sha256": upload.source_sha256,
        "codes": embed_codes.by_group(upload, where),
        "can_edit": upload.may_edit(visitor()),
    }


def arrived() -> Any:
    """Whether the upload with an Idempotency-Key, whose answer was lost, arrived: ``processing``,
    ``arrived`` with that answer, or ``unknown``. Told to who sent it alone.
    """
    key, user = parse_idempotency_key(request.form.get("key", "")), person()
    hashed = key_hash(key, user, None if user else sending_browser())
    try:
        sealed = arrived_answer(hashed)
    except StillRunning:
        return jsonify(state="processing")
    endpoint, kept = unseal(sealed) if sealed else ("", None)
    if kept is None or endpoint != "upload.receive":  # a program's says nothing to the page
        return jsonify(state="unknown")
    answer = jsonify(state="arrived", **kept.get_json())
    return answer if user else remember(answer)


def same() -> Any:
    """The page of the visitor's own upload of these bytes; ``null`` where they have none."""
    user, sha256 = person(), parse_sha256(request.form.get("sha256", ""))
    found = Upload.of_bytes(sha256, user, None if user else guest_browser(), 1)
    return jsonify(url=addresses().viewer_path(found[0]) if found else None)


def _attempt(work: Any, filename: str) -> dict[str, Any]:
    """One of several files. The result is shown, whatever happens to the others."""
    try:
        upload, token = work()
    except (UploadError, DatabaseFault, OSError) as error:
        refusal = error if isinstance(error, UploadError) else refusal_of(error)
        if refusal is None:
            raise
        return {"filename": filename, "error": refused(refusal).text}
    return {
        "filename": filename,
        "error": "",
        "upload": upload,
        "in_bin": offered_back(upload, person()),
        "delete_url": addresses().delete(upload, token),
        "codes": embed_codes.codes(upload, addresses()),
    }
