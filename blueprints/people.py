"""Who is logged in, forms that only our own pages may send, and a slow-down for those who guess passwords."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from blueprints.context import network_address
from models import User

login_manager = LoginManager()
login_manager.login_view = "auth.login"
login_manager.login_message = "Log in first."
csrf = CSRFProtect()


def account_name() -> str:
    return "name " + request.form.get("name", "").lower()[:64]


def failed(answer: Response) -> bool:
    return answer.status_code == 401


limiter = Limiter(network_address, storage_uri="memory://", headers_enabled=True)


class SessionInterface(SecureCookieSessionInterface):
    def get_cookie_secure(self, app: Flask) -> bool:
        """The same site may be reached by HTTPS from outside and by plain HTTP in the home; each gets a cookie that works."""
        return request.is_secure


def register(app: Flask) -> None:
    app.session_interface = SessionInterface()
    login_manager.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_user(session_id: str) -> User | None:
    return User.by_session(session_id)
