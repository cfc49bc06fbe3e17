"""/settings/uploaders: pick a tool, get its configuration with this site's address and a fresh key,
see the first upload arrive.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.http import dump_options_header
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from blueprints.clients.rendering import Given, files_of, render
from blueprints.clients.tools import GROUPS, Tool, parse_file_of, parse_tool
from blueprints.clients.words import GROUP_WORDS, TOOL_WORDS
from blueprints.http import words
from blueprints.http.arguments import parse_id, parse_key
from blueprints.http.context import addresses, me, site
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.once import show_once, shown_once
from blueprints.http.reach import warning
from blueprints.http.visibility import key_choices
from models import Album, ApiKey, Upload, User
from services.keys import issue_key

bp = Blueprint("uploaders", __name__)

LINKS = [SelectChoice("url", _l("Image link")), SelectChoice("url_viewer", _l("Page link"))]
_CONFIGURATION = "configuration"
SECRET = {"Cache-Control": "no-store"}


class OptionsForm(Form):
    link = SelectField(_l("Link to copy"), choices=LINKS, default="url")
    album_id = SelectField(_l("Album"), default="")
    expiration = SelectField(
        _l("Expires"),
        choices=[SelectChoice(value, _l(text)) for value, text in words.EXPIRATIONS.items()],
        default="",
    )

    visibility = SelectField(_l("Who can see its uploads"), default="")

    def __init__(self, user: User, chosen: Mapping[str, str] | None = None) -> None:
        """``chosen``: what was sent before, where this request only shows it."""
        super().__init__(data=chosen)  # type: ignore[no-untyped-call]
        self.album_id.choices = [
            SelectChoice("", _l("None")),
            *(SelectChoice(album.public_id, album.name) for album in Album.of(user)),
        ]
        self.visibility.choices = key_choices(user)

    @property
    def chosen(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in ("link", "album_id", "expiration")}

    def given(self, key: str) -> Given:
        fields = {name: self[name].data for name in ("album_id", "expiration") if self[name].data}
        return Given(addresses().base, site().settings.site_name, key, self.link.data, fields)


class FileForm(OptionsForm):
    """Asks again for a file of a configuration that was just shown; only that page knows the
    key.
    """

    key = HiddenField()


def index() -> Any:
    return render_template(
        "uploaders/index.html", groups=GROUPS, of_group=GROUP_WORDS, of_tool=TOOL_WORDS
    )


def setup(slug: str) -> Any:
    """Asks for the options of a tool, then shows its configuration. A new key is on the page that
    the form leads to, the first time that it is opened, and nowhere else ever again.
    """
    tool, user = parse_tool(slug) or abort(404), me()
    if not tool.has_key:
        return _ready(tool, OptionsForm(user), "")
    if made := shown_once(_CONFIGURATION, tool.slug):
        configuration = json.loads(made)
        return _ready(tool, OptionsForm(user, configuration["chosen"]), configuration["key"])
    form = OptionsForm(user)
    if form.validate_on_submit():
        _, text = issue_key(user, str(TOOL_WORDS[tool.slug].name), form.visibility.data)
        show_once(_CONFIGURATION, json.dumps({"key": text, "chosen": form.chosen}), tool.slug)
        return redirect(url_for("uploaders.setup", slug=tool.slug), 303)
    about = TOOL_WORDS[tool.slug]
    return render_template(
        "uploaders/setup.html", tool=tool, about=about, form=form, warning=warning()
    )


def _ready(tool: Tool, form: OptionsForm, text: str) -> Any:
    given = form.given(text)
    return (
        render_template(
            "uploaders/ready.html",
            tool=tool,
            about=TOOL_WORDS[tool.slug],
            form=form,
            given=given,
            files=files_of(tool, given),
            key=ApiKey.find(text),
            warning=warning(),
            upload=None,
        ),
        200,
        SECRET,
    )


def download(slug: str, name: str) -> Any:
    """One file of a configuration that was just shown, as an attachment."""
    file = parse_file_of(parse_tool(slug) or abort(404), name) or abort(404)
    form = FileForm(me())
    text = parse_key(form.key.data or "")
    key = ApiKey.find(text) if text else None
    if not form.validate_on_submit() or not text or key is None or key.user_id != me().id:
        abort(400, words.KEY_NOT_KEPT)
    made = render(file, form.given(text))
    disposition = dump_options_header("attachment", {"filename": made.filename})
    return Response(
        made.text,
        content_type=made.mimetype,
        headers={**SECRET, "Content-Disposition": disposition},
    )


def trial(public_id: str) -> Any:
    """Whether an upload with this key has arrived, or why one was refused. The page asks every few
    seconds.
    """
    key_id = parse_id(public_id)
    key = ApiKey.find_of(me(), key_id) if key_id else None
    if key is None:
        abort(404)
    return (
        render_template(
            "uploaders/trial.html",
            key=key,
            upload=Upload.first_with(key, me()),
            addresses=addresses(),
        ),
        200,
        SECRET,
    )
