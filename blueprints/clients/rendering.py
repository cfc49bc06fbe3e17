"""The files of a tool, made from their templates. Every value is quoted in the language that it
stands in.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import NAMESPACE_URL, uuid5

import segno
from flask import Flask, render_template

from blueprints.clients.tools import File, Tool
from blueprints.http.addresses import UPLOAD_API


@dataclass(frozen=True)
class Given:
    """What a configuration is made of. ``fields`` are parameters sent with every upload; ``link``
    is the key of the answer whose link is copied.
    """

    base: str
    site_name: str
    key: str = ""
    link: str = "url"
    fields: Mapping[str, str] | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc

    @property
    def api(self) -> str:
        return f"{self.base}{UPLOAD_API}"

    @property
    def parameters(self) -> dict[str, str]:
        return dict(self.fields or {})

    @property
    def query(self) -> str:
        """The parameters as a query, for bodies that are the file itself."""
        return f"?{urlencode(self.fields)}" if self.fields else ""

    @property
    def name(self) -> str:
        return f"{as_one_line(self.site_name)} ({self.host})"

    def uuid(self, what: str) -> str:
        """An id that stays the same for this site, so that a second import replaces the first."""
        return str(uuid5(NAMESPACE_URL, f"{self.base}#{what}"))

    def short(self, what: str) -> str:
        """The same as 16 hexadecimal characters, as Node-RED has them."""
        return self.uuid(what).replace("-", "")[:16]

    def number(self, what: str) -> str:
        """The same as ten digits, for a tool that uses a time as id."""
        return str(10**9 + int(self.short(what), 16) % 10**9)


@dataclass(frozen=True)
class Rendered:
    name: str
    text: str
    filename: str
    mimetype: str
    qr: str = ""  # as a data: address


def render(file: File, given: Given) -> Rendered:
    """One file from its template, with its name for a download and, where it is one, its QR
    code.
    """
    text = render_template(f"uploaders/files/{file.template}", given=given)
    filename = file.filename.format(host=re.sub(r"[^A-Za-z0-9.-]", "-", given.host))
    qr = (
        segno.make(text, error="m").svg_data_uri(scale=5, border=3, light="#fff", dark="#000")
        if file.is_qr
        else ""
    )
    return Rendered(file.template, text, filename, file.mimetype, qr)


def files_of(tool: Tool, given: Given) -> dict[str, Rendered]:
    """All files of a tool, by the name of their template."""
    return {file.template: render(file, given) for file in tool.files}


def teach(app: Flask) -> None:
    """Register the quoting filters."""
    app.jinja_env.filters.update(
        as_json=as_json,
        as_js=as_js,
        as_shell=shlex.quote,
        as_python=repr,
        as_powershell=as_powershell,
        as_sharex=as_sharex,
        as_jinja=as_jinja,
        as_one_line=as_one_line,
    )


def as_json(value: Any, indent: int | None = None) -> str:
    """Also valid YAML: JSON is a subset of YAML 1.2."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def as_js(value: Any) -> str:
    """JSON, safe inside a script element too."""
    return json.dumps(value).replace("<", "\\u003c")


def as_powershell(text: str) -> str:
    """In single quotes, which are the only special character inside. PowerShell accepts curly ones,
    too.
    """
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"


def as_sharex(text: str) -> str:
    r"""ShareX reads ``{…}`` as its own functions, ``|`` as their end; ``\`` takes that away."""
    return re.sub(r"([\\{}|])", r"\\\1", text)


def as_jinja(text: str) -> str:
    """Text that a Jinja template (Home Assistant's) outputs unchanged."""
    return "".join(_jinja_pieces(text))


def _jinja_pieces(text: str) -> Iterator[str]:
    for piece in re.split(r"(\{\{|\{%|\{#)", text):
        yield f"{{{{ '{piece}' }}}}" if piece in ("{{", "{%", "{#") else piece


def as_one_line(text: str) -> str:
    return " ".join(text.split())
