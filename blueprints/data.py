"""A member's data: all of it as a ZIP, and its end."""

from __future__ import annotations

from typing import IO, Any, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask_login import logout_user
from werkzeug.wsgi import wrap_file
from wtforms import StringField
from wtforms.validators import InputRequired

from blueprints.documents.export import WaysIn, about, of_upload
from blueprints.http import account_words, words
from blueprints.http.context import addresses, me, site, time_zone
from blueprints.http.file_response import as_download
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from models import Album, ApiKey, Email, Identity, Offer, Passkey, User, UserSession, utcnow
from models.accounts import uses
from models.album_listing import all_shared
from models.link_listing import all_links
from services.delete_account import Receiving, delete_account
from services.errors import NoLongerThere
from services.export import export as make_export
from services.roles import LastAdmin

bp = Blueprint("data", __name__)


class DeleteForm(Form):
    name = StringField(_l("Your name, to be sure"), [InputRequired(words.REQUIRED)])


def show() -> str:
    return render_template("settings/data.html", offer=Offer.of(me()))


def delete_form() -> Any:
    return _delete_page(DeleteForm())


def delete() -> Any:
    """The second time that it is asked, behind the password."""
    form, user = DeleteForm(), me()
    if not form.validate_on_submit():
        return _delete_page(form), 400
    if form.name.data.strip().lower() != user.name.lower():
        form.name.errors = (words.NOT_YOUR_NAME,)
        return _delete_page(form), 400
    try:
        delete_account(site(), user, user.name)
    except LastAdmin:
        form.name.errors = (account_words.LAST_ADMIN,)
        return _delete_page(form), 409
    except Receiving:
        form.name.errors = (words.RECEIVING,)
        return _delete_page(form), 409
    except NoLongerThere:
        pass  # what was wanted
    logout_user()
    session.clear()
    flash(str(words.ACCOUNT_DELETED))
    return redirect(url_for("upload.home"), 303)


def _delete_page(form: DeleteForm) -> str:
    has = uses([me()])[me().id]
    return render_template("settings/delete.html", form=form, has=has, albums=len(Album.of(me())))


def _ways_in(user: User) -> WaysIn:
    return WaysIn(ApiKey.of(user), Passkey.of(user), Identity.of(user), UserSession.of(user))


def export() -> Any:
    """The server's loop sends it, as it does files: a slow reader holds no thread."""
    user, where, now = me(), addresses(), utcnow()
    file = make_export(
        site(),
        user,
        about(
            user,
            Email.of(user),
            Album.of(user),
            all_shared(user),
            all_links(user),
            _ways_in(user),
            where,
            now,
        ),
        lambda upload, name: of_upload(upload, name, where),
    )
    response = Response(
        wrap_file(request.environ, cast(IO[bytes], file)),
        mimetype="application/zip",
        headers={"Cache-Control": "no-store", "Content-Length": str(file.size)},
        direct_passthrough=True,
    )
    name = f"keepsake-{user.name}-{now.astimezone(time_zone()):%Y-%m-%d}.zip"
    return as_download(response, name)
