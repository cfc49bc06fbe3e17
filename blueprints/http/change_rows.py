"""Changes as pages show them: what was done, to which files, and whether it can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import url_for

from blueprints.documents.timeline import picture
from blueprints.http import change_words
from blueprints.http.addresses import Addresses
from blueprints.http.change_details import details
from models import Change, ChangeItem, Upload
from services.changes import given_up

MOST_PICTURES = 4  # of one change


class Picture(NamedTuple):
    upload: Upload
    path: str


class ChangeRow(NamedTuple):
    """``detail`` is what it was about. ``file`` and its ``path`` are of a change of one file, or
    "". ``is_given_up``: its job has failed too often, and goes on when somebody says so.
    """

    change: Change
    title: str
    detail: str
    state: str
    file: str
    path: str
    pictures: Sequence[Picture]
    is_given_up: bool


class Failure(NamedTuple):
    """``path`` is that of the file's page, or of the bin; "" where it is gone."""

    name: str
    reason: str
    path: str


def rows(changes: Sequence[Change], addresses: Addresses) -> list[ChangeRow]:
    ids = Change.first_files(changes, MOST_PICTURES) if changes else {}
    uploads = _loaded([row for some in ids.values() for row in some])
    stuck, about = given_up(changes), details(changes)
    made = []
    for change in changes:
        own = [uploads[row] for row in ids[change.id] if row in uploads]
        own = [upload for upload in own if upload.user_id == change.user_id]
        one = own[0] if own and change.total == 1 else None
        made.append(
            ChangeRow(
                change,
                change_words.title(change),
                about[change.public_id],
                change_words.state(change),
                _name(one) if one else "",
                _path(one, addresses) if one else "",
                [Picture(upload, _picture_path(upload, addresses)) for upload in own],
                change.public_id in stuck,
            )
        )
    return made


def failures(change: Change, items: Sequence[ChangeItem], addresses: Addresses) -> list[Failure]:
    uploads = _loaded([item.upload_id for item in items if item.upload_id])
    return [_failure(change, item, uploads.get(item.upload_id or 0), addresses) for item in items]


def _failure(
    change: Change, item: ChangeItem, upload: Upload | None, addresses: Addresses
) -> Failure:
    name, error = item.name or "", item.error or ""
    if upload is None or upload.user_id != change.user_id:
        return Failure(name, change_words.reason(error, change, None), "")
    reason = change_words.reason(error, change, upload)
    return Failure(_name(upload), reason, _path(upload, addresses))


def _name(upload: Upload) -> str:
    return upload.title or upload.filename


def _path(upload: Upload, addresses: Addresses) -> str:
    return url_for("bin.index") if upload.is_binned else addresses.viewer_path(upload)


def _loaded(row_ids: Sequence[int]) -> Mapping[int, Upload]:
    return {one.id: one for one in Upload.load(row_ids)} if row_ids else {}


def _picture_path(upload: Upload, addresses: Addresses) -> str:
    """Of what is in the bin, another one, which its owner alone gets."""
    if upload.is_binned:
        return url_for("bin.thumb", public_id=upload.public_id)
    return addresses.shown(upload, picture(upload))
