"""The managing API in tests: keys, and requests with them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from models import Album, ApiKey, User, db
from models.api_key import Scope
from tests.conftest import existing, sample


@dataclass(frozen=True)
class Program:
    """What has a key."""

    app: Flask
    key: str

    def ask(self, method: str, path: str, *, match: str = "", **sent: Any) -> TestResponse:
        headers = {"X-API-Key": self.key, **({"If-Match": match} if match else {})}
        headers |= sent.pop("headers", {})
        return self.app.test_client().open(f"/api/2/{path}", method=method, headers=headers, **sent)

    def get(self, path: str, **sent: Any) -> Any:
        """What is answered, with all that it needs to be well."""
        answer = self.ask("GET", path, **sent)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def upload(self, name: str = "pixel.png", **fields: Any) -> dict[str, Any]:
        source = (io.BytesIO(sample(name).read_bytes()), name)
        answer = self.ask("POST", "uploads", data={**fields, "source": source})
        assert answer.status_code == 201, answer.text
        document: dict[str, Any] = answer.get_json()
        return document

    def refusal(self, method: str, path: str, **sent: Any) -> tuple[int, str]:
        """The status and the message, in the wire's shape."""
        answer = self.ask(method, path, **sent)
        document = answer.get_json()
        assert set(document) == {"status_code", "error", "status_txt"}
        assert document["status_code"] == answer.status_code
        return answer.status_code, document["error"]["message"]


def program(app: Flask, name: str = "ann", scope: Scope = Scope.MANAGE, **limits: Any) -> Program:
    with app.app_context():
        user = existing(User.by_name(name))
        _, key = ApiKey.issue(user, "a program", scope=scope, **limits)
        db.session.commit()
    return Program(app, key)


def new_album(
    app: Flask, name: str = "ann", title: str = "Rome", visibility: str = "private"
) -> str:
    """Its public id."""

    with app.app_context():
        album = Album.create(existing(User.by_name(name)), title, visibility)
        db.session.commit()
        return album.public_id
