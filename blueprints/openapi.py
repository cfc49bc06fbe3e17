"""The description of the API for programs (OpenAPI)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request

from blueprints.documents.openapi import openapi
from blueprints.http.context import addresses, site

bp = Blueprint("openapi", __name__)


def show() -> Any:
    answer = jsonify(openapi(addresses().base, site().settings.site_name))
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)
