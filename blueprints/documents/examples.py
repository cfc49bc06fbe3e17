"""A call of the API as curl, Python and JavaScript say it, with this site's address."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from blueprints.documents.shapes import Row

KEY = "YOUR_KEY"
FILE = "photo.jpg"
MULTIPART = "multipart/form-data"
# What examples say for a field; of others, the first that is required.
VALUES: dict[str, Any] = {
    "id": "aB3dE5fG",
    "name": "Rome",
    "title": "Rome at night",
    "tags": ["rome", "night"],
    "uploads": ["aB3dE5fG"],
    "visibility": "unlisted",
}
MOST = 2  # fields of a body


@dataclass(frozen=True)
class Example:
    language: str
    text: str


def examples(
    method: str,
    base: str,
    path: str,
    parameters: Sequence[Row],
    fields: Sequence[Row],
    sent_as: str,
) -> list[Example]:
    url = base.rstrip("/") + path
    for row in parameters:
        if row.where == "path":
            url = url.replace(f"{{{row.name}}}", str(VALUES.get(row.name, row.name)))
    query = [row for row in parameters if row.where == "query" and row.is_required]
    if query:
        url += "?" + "&".join(f"{row.name}=https://example.org/{FILE}" for row in query)
    is_form, body = sent_as == MULTIPART, _body(fields)
    return [
        Example("curl", _curl(method, url, body, is_form=is_form)),
        Example("Python", _python(method, url, body, is_form=is_form)),
        Example("JavaScript", _javascript(method, url, body, is_form=is_form)),
    ]


def _body(fields: Sequence[Row]) -> dict[str, Any]:
    known = [row for row in fields if row.name in VALUES]
    first = [row for row in known if row.is_required] or known
    chosen = first[:MOST]
    return {row.name: VALUES[row.name] for row in chosen}


def _curl(method: str, url: str, body: dict[str, Any], *, is_form: bool) -> str:
    words = ["curl"]
    if method not in ("GET", "POST") or (method == "POST" and not body and not is_form):
        words[0] += f" -X {method}"
    words.append(f"-H 'X-API-Key: {KEY}'")
    if is_form:
        words.append(f"-F source=@{FILE}")
        words += [f"-F {name}='{_text(value)}'" for name, value in body.items()]
    elif body:
        words += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body)}'"]
    return " \\\n  ".join([*words, f"'{url}'"])


def _python(method: str, url: str, body: dict[str, Any], *, is_form: bool) -> str:
    lines = [f'"{url}"', f'headers={{"X-API-Key": "{KEY}"}}']
    if is_form:
        lines.append(f'files={{"source": open("{FILE}", "rb")}}')
        lines += [f"data={json.dumps({name: _text(value) for name, value in body.items()})}"]
    elif body:
        lines.append(f"json={json.dumps(body)}")
    arguments = "".join(f"    {line},\n" for line in lines)
    ends = "print(answer.status_code)" if method == "DELETE" else "print(answer.json())"
    call = f"answer = requests.{method.lower()}(\n{arguments})"
    return f"import requests\n\n{call}\nanswer.raise_for_status()\n{ends}"


def _javascript(method: str, url: str, body: dict[str, Any], *, is_form: bool) -> str:
    before, options = [], [f'  method: "{method}",'] if method != "GET" else []
    headers = [f'"X-API-Key": "{KEY}"']
    if is_form:
        before = ["const body = new FormData();", 'body.append("source", input.files[0]);']
        before += [
            f"body.append({json.dumps(name)}, {json.dumps(_text(value))});"
            for name, value in body.items()
        ]
        options.append("  body,")
    elif body:
        headers.append('"Content-Type": "application/json"')
        options.append(f"  body: JSON.stringify({json.dumps(body)}),")
    options.append(f"  headers: {{ {', '.join(headers)} }},")
    call = [f'const answer = await fetch("{url}", {{', *options, "});"]
    ends = ["console.log(answer.status, await answer.text());"]
    return "\n".join([*before, *call, *ends])


def _text(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)
