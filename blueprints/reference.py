"""GET /api: a page about the API for who opens it in a browser, made from its description for
programs.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, render_template
from markupsafe import Markup, escape

from blueprints.documents.openapi import openapi
from blueprints.documents.reference import schemas, sections
from blueprints.http.askers import is_browser
from blueprints.http.context import addresses, site
from blueprints.http.key_form import SCOPES
from blueprints.http.private_site import is_closed, shut_out
from blueprints.http.refusals import InvalidVersion

bp = Blueprint("reference", __name__)
_CODE = re.compile(r"`([^`]+)`")
_EMPHASIS = re.compile(r"\*([^*]+)\*")


def show() -> Any:
    """A program gets the error that it always got (contract, *Answers*), a private site's too."""
    if not is_browser():
        raise InvalidVersion()
    if is_closed():
        return shut_out()
    document = openapi(addresses().base, site().settings.site_name)
    return render_template(
        "reference/show.html",
        about=document["info"]["description"],
        sections=sections(document),
        schemas=schemas(document),
        marked=marked,
        scopes=SCOPES,
    )


def marked(text: str) -> Markup:
    """The little Markdown that descriptions have."""
    found = _CODE.sub(r"<code>\1</code>", str(escape(text)))
    return Markup(_EMPHASIS.sub(r"<em>\1</em>", found))  # noqa: S704  # escaped above
