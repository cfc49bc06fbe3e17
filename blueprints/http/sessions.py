"""Log-in sessions, and tokens of forms (CSRF)."""

from __future__ import annotations

from flask import Flask, Request, abort, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect, validate_csrf
from wtforms import ValidationError

from blueprints.http import words
from blueprints.http.context import site
from blueprints.http.header_log_in import follow_header, names_another, user_by_header
from blueprints.http.log_line import note_user
from models import User, UserSession

# What others may cache, or knows no cookies. Who asks is known there, too.
WITHOUT_SESSION = ("api", "assets", "files", "health", "indexing", "metrics", "check_target")

login_manager = LoginManager()
login_manager.login_view = "auth.login"
login_manager.login_message = words.LOG_IN_FIRST
login_manager.localize_callback = str
csrf = CSRFProtect()


class SessionInterface(SecureCookieSessionInterface):
    def get_cookie_secure(self, app: Flask) -> bool:
        """The same site may be reached by HTTPS from outside and by plain HTTP in the home; each
        gets a cookie that works.
        """
        return request.is_secure

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """An open tab that asks who is logged in brings no older session over that of another tab,
        and is no visit that keeps one alive.
        """
        is_question = request.endpoint == "auth.account" and not session.modified
        return not is_question and super().should_set_cookie(app, session)


def is_good_token(token: str) -> bool:
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True


def check_token(token: str) -> None:
    """Of a form whose body the view reads itself."""
    if not is_good_token(token):
        abort(400, words.UPLOAD_FORM_EXPIRED)


def register(app: Flask) -> None:
    app.session_interface = SessionInterface()
    login_manager.init_app(app)
    app.before_request(_follow_header)
    csrf.init_app(app)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_user(token: str) -> User | None:
    """The header of a trusted proxy comes first."""
    session = UserSession.find(token)
    if session is None:
        return None
    if names_another(session.user_id):
        return user_by_header()
    if request.endpoint != "auth.account":  # an open tab asks, whether anybody is there or not
        site().last_uses.note(session)
    note_user(session.user_id)
    return session.user


@login_manager.request_loader  # type: ignore[untyped-decorator]
def load_user_of_request(_request: Request) -> User | None:
    return user_by_header()


def _follow_header() -> None:
    if request.blueprint not in WITHOUT_SESSION:
        follow_header()
