"""The page of one upload, as the visitor gets it."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, session

from blueprints.documents import camera, embed_codes, json_ld
from blueprints.documents.spacer import spacer
from blueprints.documents.stage import stage
from blueprints.http.context import addresses, site, visitor
from models import Upload

_NEW_LINK = "delete_link"  # in the session: the id of an upload, and its new delete link


def media_page(upload: Upload) -> Response:
    where, layout = addresses(), stage(upload)
    delete_link = _new_link(upload)
    answer = make_response(
        render_template(
            "viewer/show.html",
            upload=upload,
            addresses=where,
            zone=site().settings.zone,
            may_edit=upload.may_edit(visitor()),
            is_owner=upload.is_owner(visitor()),
            views=upload.views + site().views.waiting(upload.public_id),
            camera=camera.panel(upload),
            codes=embed_codes.codes(upload, where),
            stage=layout,
            spacer=spacer(upload, layout.scale),
            json_ld=json_ld.document(upload, where),
            delete_link=delete_link,
        )
    )
    if delete_link:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def show_once(upload: Upload, delete_link: str) -> None:
    """The next time that this visitor opens the upload's page: only its hash is stored."""
    session[_NEW_LINK] = [upload.public_id, delete_link]


def _new_link(upload: Upload) -> str:
    public_id, link = session.get(_NEW_LINK, ("", ""))
    if public_id != upload.public_id or request.method != "GET":
        return ""
    del session[_NEW_LINK]
    return str(link)
