"""HTTP: read the request, call one thing, answer. This file is the site map."""

from __future__ import annotations

from flask import Flask

from blueprints import api, auth, embed, files, gallery, health, look, manage, plugin, settings, upload, uploaders, viewer

SITE_MAP = [
    # the wire
    (api.bp, "/api/1/upload", api.upload, "GET POST OPTIONS"),
    (api.bp, "/1/upload", api.upload_imgbb, "GET POST OPTIONS"),
    (api.bp, "/api", api.unknown, "GET POST PUT PATCH DELETE OPTIONS"),
    (api.bp, "/api/<path:rest>", api.unknown, "GET POST PUT PATCH DELETE OPTIONS"),
    # bytes
    (files.bp, "/images/<path:relative>", files.stored, "GET"),
    (files.bp, "/original/<public_id>", files.original, "GET"),
    # pages of one upload
    (viewer.bp, "/image/<slug>", viewer.image, "GET"),
    (viewer.bp, "/clip/<slug>", viewer.clip, "GET"),
    (viewer.bp, "/video/<slug>", viewer.clip, "GET"),
    (viewer.bp, "/image/<public_id>/delete/<token>", viewer.delete, "GET POST DELETE"),
    (viewer.bp, "/clip/<public_id>/delete/<token>", viewer.delete, "GET POST DELETE"),
    (manage.bp, "/manage/<public_id>/edit", manage.edit, "POST"),
    (manage.bp, "/manage/<public_id>/delete", manage.delete, "POST"),
    (manage.bp, "/manage/<public_id>/delete-link", manage.delete_link, "POST"),
    (embed.bp, "/oembed", embed.oembed, "GET"),
    (embed.bp, "/qr/<public_id>.svg", embed.qr, "GET"),
    # listings
    (gallery.bp, "/explore", gallery.explore, "GET"),
    (gallery.bp, "/search", gallery.search, "GET"),
    (gallery.bp, "/tag/<name>", gallery.tag, "GET"),
    # the upload page
    (upload.bp, "/", upload.home, "GET"),
    (upload.bp, "/upload", upload.elsewhere, "GET"),
    (upload.bp, "/upload", upload.receive, "POST"),
    (upload.bp, "/upload/arrived", upload.arrived, "POST"),
    (plugin.bp, "/upload/popup", plugin.popup, "GET"),
    (plugin.bp, "/sdk/pup.js", plugin.script, "GET"),
    # people
    (auth.bp, "/setup/<token>", auth.setup, "GET POST"),
    (auth.bp, "/login", auth.login, "GET POST"),
    (auth.bp, "/logout", auth.logout, "POST"),
    (settings.bp, "/settings/api", settings.keys, "GET POST"),
    (settings.bp, "/settings/api/<public_id>/revoke", settings.revoke_key, "POST"),
    (uploaders.bp, "/settings/uploaders", uploaders.index, "GET"),
    (uploaders.bp, "/settings/uploaders/<slug>", uploaders.setup, "GET POST"),
    (uploaders.bp, "/settings/uploaders/<slug>/<name>", uploaders.download, "POST"),
    (uploaders.bp, "/settings/trial/<public_id>", uploaders.trial, "GET"),
    # operations
    (look.bp, "/theme.css", look.theme, "GET"),
    (health.bp, "/healthz", health.check, "GET"),
    (health.bp, "/robots.txt", health.robots, "GET"),
]

_TAKE_UPLOADS = (api.upload, api.upload_imgbb, upload.receive)
_UPLOADS = {(method, rule) for _, rule, view, methods in SITE_MAP if view in _TAKE_UPLOADS for method in [*methods.split(), "HEAD"]
            if method != "OPTIONS"}


def takes_upload(method: str, path: str) -> bool:
    """Whether a request is an upload, which may take seconds and bring a large body."""
    return (method, path.rstrip("/")) in _UPLOADS


for _blueprint, _rule, _view, _methods in SITE_MAP:
    # The wire's clients drop the body when they are redirected, so a trailing slash is as good as none.
    _blueprint.add_url_rule(_rule, view_func=_view, methods=_methods.split(), strict_slashes=False)


def register(app: Flask) -> None:
    for blueprint in dict.fromkeys(entry[0] for entry in SITE_MAP):
        app.register_blueprint(blueprint)
