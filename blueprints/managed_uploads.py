"""The managing API's uploads: what a person sent, for programs with a key of theirs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from blueprints.http import errors
from blueprints.http.context import site
from blueprints.http.managing.answers import a_page, created, described, gone, one, unchanged
from blueprints.http.managing.asker import Asker
from blueprints.http.managing.listing import UPLOAD_FIELDS, page_of, parse_fields, parse_list_query
from blueprints.http.managing.patch import read_object
from blueprints.http.managing.upload_patch import CHANGEABLE, parse_upload_patch
from blueprints.http.parameters import merged, query_fields
from blueprints.http.receive import Uploader, received
from blueprints.http.repeats import answered
from media.errors import UploadError
from models import Upload, utcnow
from services.bin import delete_own
from services.change import change
from services.errors import Busy, StillRunning
from services.keys import note_refusal

bp = Blueprint("managed_uploads", __name__)


def index(asker: Asker) -> Any:
    fields = parse_fields(request.args, UPLOAD_FIELDS)
    uploads, more = page_of(parse_list_query(fields, asker), asker)
    return a_page("uploads", [described(upload, asker) for upload in uploads], fields, more)


def create(asker: Asker) -> Any:
    """As the wire's upload."""
    key = asker.key
    try:
        with received(request, Uploader(asker.user, key)) as body:
            fields, answer = merged(query_fields(), body.fields), partial(_created, asker)
            return answered(body, fields, asker.user, answer, by_post=True, key=key)
    except UploadError as error:
        if not isinstance(error, StillRunning):
            note_refusal(key, error.message)
        return errors.answer(error, "json")


def _created(asker: Asker, upload: Upload, token: str) -> Response:
    """200 for one that was there already, whose delete link nobody has any more."""
    Upload.load_details([upload])
    document = described(upload, asker, token)
    return created(document, "uploads", upload.public_id, status=201 if token else 200)


def show(asker: Asker, upload: Upload) -> Any:
    return one(described(upload, asker))


def edit(asker: Asker, upload: Upload) -> Any:
    wishes = parse_upload_patch(read_object(request, CHANGEABLE), asker, upload, utcnow())
    public_id = upload.public_id  # which can't be asked of a row that is gone
    try:
        change(site(), upload, wishes, condition=_unchanged(asker, upload))
    except Busy:
        asker.find_upload(public_id)
        raise
    return one(described(asker.find_upload(public_id), asker))


def delete(asker: Asker, upload: Upload) -> Any:
    condition = _unchanged(asker, upload)
    if condition:
        condition()  # before the files are moved, too
    delete_own(site(), upload, asker.user, condition or _anyhow)
    return gone()


def _anyhow() -> None:
    """Whatever it is by now."""


def _unchanged(asker: Asker, upload: Upload) -> Callable[[], None] | None:
    public_id = upload.public_id
    return unchanged(lambda: described(asker.find_upload(public_id), asker))
