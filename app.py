"""Keepsake: an image and video host for a server at home. ``python app.py`` serves it."""

from __future__ import annotations

from deploy.update import guard

guard.check()  # before what may be half old and half new

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import click
from flask import Flask

import blueprints
import cli
import logs
import server
from blueprints.clients import rendering
from blueprints.http import errors, headers, language, log_line, sessions, site_host, templates
from blueprints.http.context import settings_of_this_context
from blueprints.http.request import Request
from config import Config, ConfigError
from media.storage.running import Occupied
from models import DatabaseFault, Setting, connector, db
from models.base import BUSY_SECONDS
from models.faults import fault_of
from models.migrate import StillInUse, UnknownVersion
from server.auth_header import hear
from server.reverse_proxy import stand_behind
from services.backup.folder import InBackup
from services.data_folder import DATABASE, MIGRATIONS
from services.restore.unfinished import HalfRestored
from services.settings import Defaults, SettingStore, load
from services.settings.load import KNOWN
from services.site import Site
from services.start import open_site, starting

MAX_FORM_BYTES = 1_000_000  # of every form but an upload, which has a limit of its own
OTHER_CONNECTIONS = 7  # to the database: of two workers with their heartbeats, of settings
SESSION_LIFETIME = timedelta(days=30)
# why no site can be opened, as the message says
FAULTS = (
    ConfigError, OSError, DatabaseFault, Occupied, StillInUse, UnknownVersion, HalfRestored,
    InBackup,
)  # fmt: skip


class StartError(click.ClickException):
    """Why the application can't start: one line for whoever started it. Commands print it as their
    own errors.
    """


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application. ``config`` holds settings by their upper-case name, and Flask's own
    (``TESTING``).

    Raises StartError for a setting that is unknown or malformed, and for a fault of the machine.
    ``BUSY_SECONDS``, one of Flask's, is how long a writer waits for the database.
    """
    given = dict(config or {})
    with _start_errors():
        settled, defaults = load({name: value for name, value in given.items() if name in KNOWN})
    logs.settle(settled.log_format, settled.log_level, settled.secrets)

    app = Flask(__name__, instance_path=str(settled.data), static_folder=None)
    database = settled.data / DATABASE
    app.request_class = Request
    app.config.from_mapping(
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{database}",
        SQLALCHEMY_ENGINE_OPTIONS={
            "hide_parameters": True,  # an error in the log tells no title and no hash
            "creator": connector(database, given.get("BUSY_SECONDS", BUSY_SECONDS)),
            # one for each thread, so that none waits for another's
            "pool_size": settled.threads + server.upload_threads(settled) + OTHER_CONNECTIONS,
        },
        REMEMBER_COOKIE_NAME=";",  # no cookie's: Flask-Login would read one that we never set
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a page may stay open for days
    )
    app.config.from_mapping({name: value for name, value in given.items() if name not in KNOWN})
    app.url_map.merge_slashes = False  # that would be a redirect, and a POST's body would be lost
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the wire's keys have an order

    db.init_app(app)
    _teach_migrations(app)
    sessions.register(app)
    language.register(app)
    templates.register(app)
    rendering.teach(app)
    errors.register(app)
    headers.register(app)
    log_line.register(app)
    blueprints.register(app)
    cli.register(app)
    site_host.register(app)
    stand_behind(app, settled)
    hear(app, settled)

    if cli.needs_site():
        with _start_errors():
            app.extensions["keepsake"] = _open(app, settled, defaults)
    return app


def _teach_migrations(app: Flask) -> None:
    """For ``flask db``, and under commands only: a server has no use for what takes so long to
    import.
    """
    if click.get_current_context(silent=True):
        import flask_migrate

        flask_migrate.Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)


def _open(app: Flask, config: Config, defaults: Defaults) -> Site:
    """What the data folder holds, ready to be served."""
    with starting(config) as started:
        app.config["SECRET_KEY"] = app.config.get("SECRET_KEY") or started.secret_key
        with app.app_context():
            store = SettingStore(defaults, partial(Setting.values, db.engine))
            return open_site(started, store, partial(settings_of_this_context, store))


@contextmanager
def _start_errors() -> Iterator[None]:
    """Turn bad settings and faults of the machine into StartError."""
    try:
        yield
    except FAULTS as error:
        text = (
            f"{error.filename}: {error.strerror}"
            if isinstance(error, OSError) and error.filename
            else str(error)
        )
        raise StartError(text) from error
    except Exception as error:
        fault = fault_of(error)
        if not fault:
            raise
        raise StartError(str(fault)) from error


def main() -> None:
    """The command: serve with the settings of the environment and config.toml."""
    logs.begin()
    try:
        application = create_app()
    except StartError as error:
        logs.settle("people", "info", ())
        sys.exit(f"keepsake: {error}")
    try:
        server.serve(application)
    except OSError as error:
        sys.exit(f"keepsake: can't listen: {error}")


if __name__ == "__main__":
    main()
