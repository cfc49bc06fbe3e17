"""Keepsake: an image and video host for a server at home. ``python app.py`` serves it."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import click
import flask_migrate
from flask import Flask, g, has_app_context, url_for
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

import blueprints
import cli
import server
from blueprints.clients import rendering
from blueprints.documents import wire
from blueprints.http import context, errors, headers, sessions, site_host
from blueprints.http.parameters import EXPIRATIONS
from blueprints.http.request import Request
from config import Config, ConfigError
from media.errors import UploadError
from media.storage.disk import DiskStorage
from media.storage.durable import write_whole
from media.storage.running import Occupied, Running
from models import Category, DatabaseFault, Setting, SiteFact, Upload, connector, db
from models.base import BUSY_SECONDS
from models.faults import fault_of
from models.migrate import StillInUse, UnknownVersion, close_to_others, is_current, migrate
from services import upkeep
from services.permission import may_upload
from services.settings import Defaults, Settings, SettingStore, load
from services.settings.load import KNOWN
from services.site import Site

log = logging.getLogger("keepsake")

MIGRATIONS = Path(__file__).parent / "migrations"
DATABASE = "keepsake.sqlite3"  # in the data folder
MAX_FORM_BYTES = 1_000_000  # of every form but an upload, which has a limit of its own
OTHER_CONNECTIONS = 5  # to the database: of the worker, of settings, of a backup
SESSION_LIFETIME = timedelta(days=30)


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

    app = Flask(__name__, instance_path=str(settled.data))
    database = settled.data / DATABASE
    app.request_class = Request
    app.config.from_mapping(
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{database}",
        SQLALCHEMY_ENGINE_OPTIONS={
            "creator": connector(database, given.get("BUSY_SECONDS", BUSY_SECONDS)),
            # one for each thread, so that none waits for another's
            "pool_size": settled.threads + server.upload_threads(settled) + OTHER_CONNECTIONS,
        },
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a page may stay open for days
    )
    app.config.from_mapping({name: value for name, value in given.items() if name not in KNOWN})
    app.url_map.merge_slashes = False  # that would be a redirect, and a POST's body would be lost
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the wire's keys have an order
    _teach_templates(app)
    app.jinja_env.filters.update(
        size_formatted=wire.size_formatted, duration_time=wire.duration_time
    )
    rendering.teach(app)

    db.init_app(app)
    flask_migrate.Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    sessions.register(app)
    errors.register(app)
    headers.register(app)
    blueprints.register(app)
    cli.register(app)
    site_host.register(app)
    _stand_behind(app, settled)

    with _start_errors():
        app.extensions["keepsake"] = _start(app, settled, defaults)
    return app


def _start(app: Flask, config: Config, defaults: Defaults) -> Site:
    """Create or repair the data folder before anything is served, one process at a time."""
    storage, running = DiskStorage(config.data), Running(config.data)
    database = config.data / DATABASE
    with running.exclusive():
        storage.prepare()
        app.config.setdefault("SECRET_KEY", None)
        app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or _secret_key(
            config.data / "secret_key"
        )
        if not is_current(database, MIGRATIONS):
            if running.others():
                raise StillInUse(
                    "The database must be changed for this version, and another Keepsake process "
                    "is using it. "
                    "Stop it, then start again."
                )
            migrate(database, MIGRATIONS)
        close_to_others(database)
        running.enter()
        with app.app_context():
            store = SettingStore(defaults, partial(Setting.values, db.engine))
            site = Site(
                config, store, partial(_snapshot, store), storage, SiteFact.site_id(), running
            )
            storage.mark(site.id, Upload.one_file_of_each_root())
            try:
                upkeep.settle_at_start(site)
            except UploadError as error:
                log.warning("%s. Uploads are refused until it is.", error.message)
    return site


def _snapshot(store: SettingStore) -> Settings:
    """The same all through an application context, which each request, command and job has of its
    own.
    """
    if not has_app_context():
        return store.current()
    if "settings" not in g:
        g.settings = store.current()
    return cast(Settings, g.settings)


@contextmanager
def _start_errors() -> Iterator[None]:
    """Turn bad settings and faults of the machine into StartError."""
    try:
        yield
    except (ConfigError, OSError, DatabaseFault, Occupied, StillInUse, UnknownVersion) as error:
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


def _teach_templates(app: Flask) -> None:
    """What every template may ask for: files that change their address when they change, and who
    may upload.
    """

    def static(filename: str) -> str:
        path = Path(app.static_folder or "") / filename
        return url_for("static", filename=filename, v=f"{int(path.stat().st_mtime):x}")

    def may_upload_here() -> bool:
        return may_upload(context.site().settings, context.visitor())

    app.jinja_env.globals.update(
        static=static,
        may_upload_here=may_upload_here,
        expirations=EXPIRATIONS,
        settings=LocalProxy(lambda: context.site().settings),
    )

    @app.context_processor
    def categories() -> dict[str, Any]:
        return {"categories": Category.ordered() if may_upload_here() else []}


def _secret_key(path: Path) -> str:
    """The key that signs sessions, made at the first start; readable by its owner only. An empty
    one is none.
    """
    key = path.read_text().strip() if path.exists() else ""
    if not key:
        key = secrets.token_hex(32)
        write_whole(path, key)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)  # with it, one can log in as anybody
    return key


def _stand_behind(app: Flask, config: Config) -> None:
    """Reverse proxies: trusted headers, and a path that the site lives under, whether the proxy
    strips it or not.
    """
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]
    prefix = urlsplit(config.public_url).path.rstrip("/")
    if prefix:
        inner = app.wsgi_app

        def below_prefix(environ: dict[str, Any], start_response: Any) -> Any:
            path = environ.get("PATH_INFO", "")
            if path == prefix or path.startswith(prefix + "/"):
                environ["PATH_INFO"] = path[len(prefix) :] or "/"
            environ["SCRIPT_NAME"] = prefix
            return inner(environ, start_response)

        app.wsgi_app = below_prefix  # type: ignore[method-assign]


def main() -> None:
    """The command: serve with the settings of the environment and config.toml."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("waitress").setLevel(logging.WARNING)
    try:
        application = create_app()
    except StartError as error:
        sys.exit(f"keepsake: {error}")
    try:
        server.serve(application)
    except OSError as error:
        sys.exit(f"keepsake: can't listen: {error}")


if __name__ == "__main__":
    main()
