"""Who may use a route: each has one guard in the site map, enforced by `guarded`.

A guard gets the variables of the route. It answers for the view where the visitor may not, else
None. A guard of an upload puts the upload in the place of its id: a view that forgot to look can't
have one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for

from blueprints.http import words
from blueprints.http.arguments import parse_id, parse_slug, parse_token, parse_user_name
from blueprints.http.askers import is_browser
from blueprints.http.binned import gone
from blueprints.http.confirmed import is_confirmed
from blueprints.http.context import person, site, visitor
from blueprints.http.error_page import page
from blueprints.http.errors import LOGGED_OUT, by_script, wire_error
from blueprints.http.first_step import first_step
from blueprints.http.openid import is_offered
from blueprints.http.private_site import is_closed, shut_out
from blueprints.http.required_factor import is_missing, way_to_it
from blueprints.http.sessions import login_manager
from models import MovedAddress, SiteFact, Upload, User
from models.people import profile_of
from models.site_fact import SETUP_TOKEN
from services.invitations import may_invite
from services.permission import may_anybody_upload, may_ask

View = Callable[..., Any]
Guard = Callable[[dict[str, Any]], Any]


def guarded(
    view: View, guard: Guard, *, needs_factor: bool = True, needs_log_in: bool = True
) -> View:
    """Wrap a view in its guard. ``needs_factor``: members who have to set up a second factor don't
    get there before. ``needs_log_in``: on a private site nobody gets there who isn't logged in.
    """

    @functools.wraps(view)
    def admitted(**values: Any) -> Any:
        if needs_factor and is_missing():
            return way_to_it()
        if needs_log_in and is_closed():
            return shut_out()
        refusal = guard(values)
        return view(**values) if refusal is None else refusal

    return admitted


def anyone(values: dict[str, Any]) -> Any:
    """Everybody."""


def key_holder(values: dict[str, Any]) -> Any:
    """Whoever has an API key. It may stand in the body, so the view looks for it while it reads
    (`api.authenticate`).
    """


def member(values: dict[str, Any]) -> Any:
    """Who is logged in."""
    return login_manager.unauthorized() if person() is None else None


def confirmed(values: dict[str, Any]) -> Any:
    """Who is logged in and has given the password again, a moment ago."""
    if refusal := member(values):
        return refusal
    if is_confirmed():
        return None
    path = request.path if request.method in ("GET", "HEAD") else url_for("security.show")
    return redirect(url_for("factors.ask_again", next=path), 303)


def by_provider(values: dict[str, Any]) -> Any:
    """Whoever comes from the log-in page, where the site has a provider of OpenID Connect."""
    if not is_offered():
        abort(404)


def connecting(values: dict[str, Any]) -> Any:
    """Who may connect their account with that provider."""
    return by_provider(values) or confirmed(values)


def halfway(values: dict[str, Any]) -> Any:
    """Whose password was right, and who has to give a second factor."""
    if person():
        return redirect(url_for("upload.home"), 303)
    first = first_step()
    if first is None:
        return redirect(url_for("auth.login"), 303)
    values["first"] = first
    return None


def developer(values: dict[str, Any]) -> Any:
    """Whoever asks a server in development (``FLASK_DEBUG=1``); elsewhere there is no such page."""
    if not current_app.debug:
        abort(404)


def explorer(values: dict[str, Any]) -> Any:
    """Who may browse the site: everybody or members, by `EXPLORE`."""
    return None if visitor().may_explore else member(values)


def acquaintance(values: dict[str, Any]) -> Any:
    """Who may see this person's page. One that is private and one that isn't there are the same."""
    if refusal := explorer(values):
        return refusal
    name = parse_user_name(values.pop("name"))
    person = profile_of(name, visitor()) if name else None
    if person is None:
        return page(404, words.NO_SUCH_PERSON)
    values["person"] = person
    return None


def sender(values: dict[str, Any]) -> Any:
    """Who may use the upload page, which itself says when uploads are off."""
    settings = site().settings
    if may_ask(settings, visitor()):
        return None
    if request.method in ("GET", "HEAD"):
        return login_manager.unauthorized() if may_anybody_upload(settings) else None
    if by_script():
        return wire_error(403, 403, LOGGED_OUT)
    return redirect(url_for("auth.login"))


def uploader(values: dict[str, Any]) -> Any:
    """Who may have sent something: members, guests who have, and others where they may."""
    who = visitor()
    return None if who.is_member or who.guest else sender(values)


def opener(values: dict[str, Any]) -> Any:
    """Who may open this upload."""
    public_id = (
        parse_slug(values.pop("slug")) if "slug" in values else parse_id(values.pop("public_id"))
    )
    upload = _find(public_id)
    if upload is None:
        return _said_to_be_private(public_id) or gone(public_id) or page(404, words.NO_SUCH_FILE)
    values["upload"] = upload
    return None


def reporter(values: dict[str, Any]) -> Any:
    """Who may open an upload of somebody else, and so report it."""
    if refusal := opener(values):
        return refusal
    if values["upload"].is_owner(visitor()):
        return page(404, words.NO_SUCH_FILE)
    return None


def owner(values: dict[str, Any]) -> Any:
    """Who has the original of an upload: its owner. No moderator, and no guest."""
    upload = _find(parse_id(values.pop("public_id")))
    if upload is None or not upload.has_original_for(visitor()):
        abort(404)
    values["upload"] = upload


def bin_owner(values: dict[str, Any]) -> Any:
    """Whose bin this upload is in."""
    if refusal := member(values):
        return refusal
    public_id, who = parse_id(values.pop("public_id")), person()
    upload = Upload.find_binned(public_id, who.id) if public_id and who else None
    if upload is None:
        abort(404)
    values["upload"] = upload
    return None


def editor(values: dict[str, Any]) -> Any:
    """Who may change this upload: its owner, who may be a guest in the browser that sent it, and
    moderators.
    """
    public_id = parse_id(values.pop("public_id"))
    upload = _find(public_id)
    is_own = upload is not None and upload.is_owner(visitor())
    if not is_own and (refusal := member(values)):
        return refusal
    if upload is None and (refusal := _said_to_be_private(public_id)):
        return refusal
    if upload is None or not upload.may_edit(visitor()):
        abort(404)
    values["upload"] = upload
    return None


def upload_moderator(values: dict[str, Any]) -> Any:
    """A moderator, of any upload: only to say that it shall be opened."""
    if refusal := member(values):
        return refusal
    upload = _find_to_moderate(parse_id(values.pop("public_id")))
    if upload is None:
        abort(404)
    values["upload"] = upload
    return None


def moderator(values: dict[str, Any]) -> Any:
    """Who moderates: a manager or an admin. For all others there is no such page."""
    if refusal := member(values):
        return refusal
    if not visitor().is_moderator:
        abort(404)
    return None


def admin(values: dict[str, Any]) -> Any:
    """An admin; for all others there is no such page."""
    if refusal := member(values):
        return refusal
    if not visitor().is_admin:
        abort(404)
    return None


def inviter(values: dict[str, Any]) -> Any:
    """Who may invite: admins, and other members where MEMBERS_INVITE says so."""
    if refusal := member(values):
        return refusal
    if not may_invite(site().settings, person()):
        abort(404)
    return None


def link_holder(values: dict[str, Any]) -> Any:
    """Who has this upload's delete link."""
    public_id, token = parse_id(values.pop("public_id")), parse_token(values.pop("token"))
    upload = Upload.deletable(public_id or "", token)
    if upload is None or MovedAddress.row_for(upload.id) is not None:  # it stands for no other
        return wrong_link()
    values["upload"] = upload
    return None


def wrong_link() -> Any:
    """The answer to a delete link that is wrong or no longer works."""
    if is_browser():
        return page(404, words.WRONG_DELETE_LINK)
    return wire_error(404, 404, "Not found")


def first_comer(values: dict[str, Any]) -> Any:
    """Who has the set-up link, while there is no account."""
    if not User.none_yet():
        return page(404, words.ALREADY_SET_UP, offers_log_in=True)
    if not SiteFact.matches(SETUP_TOKEN, parse_token(values.pop("token"))):
        return page(404, words.OLD_SETUP_LINK)
    return None


def _find(public_id: str | None) -> Upload | None:
    return Upload.find(public_id, visitor()) if public_id else None


def _find_to_moderate(public_id: str | None) -> Upload | None:
    return Upload.find_any(public_id) if public_id and visitor().is_moderator else None


def _said_to_be_private(public_id: str | None) -> Any:
    """What a moderator gets of somebody's private upload instead, until it was opened on purpose;
    None for everybody else.
    """
    upload = _find_to_moderate(public_id)
    if upload is None:
        return None
    owner = upload.user.shown_name if upload.user else ""
    return render_template("viewer/private.html", public_id=public_id, owner=owner), 403
