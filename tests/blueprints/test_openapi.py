"""The description of the API: of every route, with the limits that hold."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask

from blueprints import SITE_MAP
from models.limits import MAX_PAGE, MAX_TITLE

# The page about the API, the description itself, and what answers that there is nothing.
NOT_DESCRIBED = {"/api", "/api/openapi.json", "/api/<old:rest>", "/api/2/upload"}


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/api/openapi.json")
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    document: dict[str, Any] = answer.get_json()
    return document


def test_every_route_is_described_and_no_other(described: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?\w+>", "{}", route.rule), method.lower())
        for route in SITE_MAP
        if route.rule.startswith("/api") and route.rule not in NOT_DESCRIBED
        for method in route.methods.split()
        if method != "OPTIONS"
    }
    paths = {
        (re.sub(r"{\w+}", "{}", path), method)
        for path, item in described["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert paths == routes


def test_it_has_the_limits_that_hold(described: dict[str, Any]) -> None:
    change = described["components"]["schemas"]["UploadChange"]["properties"]
    assert change["title"]["maxLength"] == MAX_TITLE
    parameters = described["paths"]["/api/2/uploads"]["get"]["parameters"]
    (limit,) = [one["schema"] for one in parameters if one["name"] == "limit"]
    assert limit["maximum"] == MAX_PAGE


def test_it_refers_to_what_it_has(described: dict[str, Any]) -> None:
    for path in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(described)):
        part = described
        for name in path.split("/"):
            part = part[name]
        assert part


def test_operations_have_names_of_their_own(described: dict[str, Any]) -> None:
    operations = [
        operation
        for item in described["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    known = {tag["name"] for tag in described["tags"]}
    assert all(operation["summary"] and set(operation["tags"]) <= known for operation in operations)


def test_one_who_has_it_is_told_so(app: Flask) -> None:
    client = app.test_client()
    tag = client.get("/api/openapi.json").headers["ETag"]
    assert client.get("/api/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_pages_of_other_sites_may_ask_for_all_of_it(app: Flask, described: dict[str, Any]) -> None:
    """By a preflight, too; the page that explains it stays ours."""
    client = app.test_client()
    for path in (*described["paths"], "/api/openapi.json"):
        wanted = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
        answer = client.options(re.sub(r"{\w+}", "abcdefgh", path), headers=wanted)
        assert answer.headers["Access-Control-Allow-Origin"] == "*", path
        assert "X-API-Key" in answer.headers["Access-Control-Allow-Headers"], path
    page = client.get("/api", headers={"Accept": "text/html"})
    assert page.status_code == 200 and "Access-Control-Allow-Origin" not in page.headers
