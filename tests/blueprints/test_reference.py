"""GET /api: a page for people, the error of always for programs."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.documents.openapi import openapi
from blueprints.documents.reference import sections
from blueprints.documents.shapes import rows, type_of
from blueprints.reference import marked
from models import User
from models.api_key import Scope
from services.keys import issue_key
from tests.conftest import Person, csrf_token, log_in

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
DOCUMENT = openapi("https://pics.example.org/p", "Pics")


def test_a_program_gets_the_error_that_it_always_got(client: FlaskClient) -> None:
    for accept in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        answer: Any = client.get("/api", headers=accept)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, 110)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for path, code in (("/api/1/x", 120), ("/api/3", 110)):
        other: Any = client.get(path, headers=BROWSER)
        assert (other.status_code, other.json["error"]["code"]) == (400, code)


def test_a_browser_gets_a_page_with_every_operation(client: FlaskClient) -> None:
    answer = client.get("/api", headers=BROWSER)
    assert answer.status_code == 200 and answer.mimetype == "text/html"
    assert "Access-Control-Allow-Origin" not in answer.headers
    for item in DOCUMENT["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                assert f'id="{operation["operationId"]}"' in answer.text
    assert "http://localhost/api/2/uploads" in answer.text  # this site's own address
    assert "data-trial" not in answer.text


def test_who_is_logged_in_may_try_it(ann: Person) -> None:
    log_in(ann.client)
    page = ann.client.get("/api", headers=BROWSER).text
    assert page.count("data-trial") == sum(len(one.operations) for one in sections(DOCUMENT))
    assert ann.key not in page and 'autocomplete="off"' in page


def test_a_key_to_try_ends_by_itself(ann: Person) -> None:
    log_in(ann.client)
    token = csrf_token(ann.client.get("/settings/api").text)
    answer: Any = ann.client.post("/settings/api/try", data={"csrf_token": token})
    assert answer.status_code == 201 and answer.headers["Cache-Control"] == "no-store"
    listed = ann.client.get("/api/2/tags", headers={"X-API-Key": answer.json["key"]})
    assert listed.status_code == 200
    assert "Tried on the page of the API" in ann.client.get("/settings/api").text
    assert ann.client.post("/settings/api/try").status_code == 400  # from another site


@pytest.mark.parametrize("scope", Scope)
def test_which_key_a_call_needs(ann: Person, app: Flask, scope: Scope) -> None:
    """The page says what the guards do."""
    with app.app_context():
        user = User.by_name("ann")
        assert user
        key = issue_key(user, scope=scope)[1]
    for section in sections(DOCUMENT):
        for one in section.operations:
            if one.path == "/api/1/upload":  # the wire has no 403
                assert one.scopes == [Scope.UPLOAD, Scope.MANAGE]
                continue
            path = "/api" + one.path.rpartition("/api")[2].replace("{id}", "x" * 8)
            answer = ann.client.open(
                path.replace("{name}", "x"), method=one.method, headers={"X-API-Key": key}
            )
            assert (answer.status_code == 403) == (scope not in one.scopes), (scope, one.id)


def test_examples_have_what_is_required() -> None:
    for section in sections(DOCUMENT):
        for operation in section.operations:
            texts = [example.text for example in operation.examples]
            assert [example.language for example in operation.examples] == [
                "curl", "Python", "JavaScript",
            ]  # fmt: skip
            for text in texts:
                assert "https://pics.example.org/p/api/" in text and "{id}" not in text
                required = [row.name for row in operation.fields if row.is_required]
                assert all(name in text for name in required), (operation.id, required)
            compile(texts[1], operation.id, "exec")


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "maxLength": 5000}, "text, up to 5,000"),
        ({"type": ["string", "null"], "format": "date-time"}, "time or null"),
        ({"type": "string", "format": "binary"}, "file"),
        ({"type": "integer", "minimum": 16, "maximum": 20000}, "number, 16 to 20,000"),
        ({"type": "integer"}, "number"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Tag"}}, "list of Tag"),
        ({"enum": ["a", "b"]}, "a | b"),
        ({"const": 200}, "200"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text or null"),
        ({"type": "boolean"}, "true | false"),
        ({}, "object"),
    ],
)
def test_a_type_in_words(schema: dict[str, Any], said: str) -> None:
    assert type_of(DOCUMENT, schema) == said


def test_of_several_kinds_all_fields_and_what_each_requires() -> None:
    name: dict[str, Any] = {"name": {"type": "string"}}
    a = {"required": ["name"], "properties": name}
    b = {"required": ["name", "x"], "properties": {**name, "x": {}}}
    found = {row.name: row.is_required for row in rows(DOCUMENT, {"anyOf": [a, b]})}
    assert found == {"name": True, "x": False}


def test_descriptions_are_escaped() -> None:
    assert str(marked("*a* `<b>` <i>")) == "<em>a</em> <code>&lt;b&gt;</code> &lt;i&gt;"


def test_it_is_linked(ann: Person, app: Flask) -> None:
    log_in(ann.client)
    for path in ("/settings/api", "/settings/uploaders"):
        assert 'href="/api"' in ann.client.get(path).text
