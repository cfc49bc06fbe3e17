"""The page of one upload, as the visitor gets it."""

from __future__ import annotations

from flask import render_template

from blueprints.documents import camera, embed_codes, json_ld
from blueprints.documents.spacer import spacer
from blueprints.http.context import addresses, site, visitor
from models import Upload


def media_page(upload: Upload, *, delete_link: str = "") -> str:
    """``delete_link`` is a new one, shown this once."""
    where = addresses()
    return render_template(
        "viewer/show.html",
        upload=upload,
        addresses=where,
        zone=site().settings.zone,
        may_edit=upload.may_edit(visitor()),
        is_owner=upload.is_owner(visitor()),
        views=upload.views + site().views.waiting(upload.public_id),
        camera=camera.panel(upload),
        codes=embed_codes.codes(upload, where),
        spacer=spacer(upload),
        json_ld=json_ld.document(upload, where),
        delete_link=delete_link,
    )
