"""Refusals of the server itself, before the application sees a request."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from waitress.task import ErrorTask
from waitress.utilities import Error

from blueprints.http.addresses import is_api_path
from blueprints.http.errors import error_document
from blueprints.http.log_line import HEADER
from media.errors import FileTooBig, UploadError
from server.answered import note, number


class Refusal(Error):
    """Replaces waitress' own errors. ``code`` is the HTTP status, ``wire_code`` the contract's."""

    def __init__(
        self,
        status: int,
        message: str = "",
        wire_code: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message or HTTPStatus(status).phrase)  # type: ignore[no-untyped-call]
        self.code = status
        self.reason = HTTPStatus(status).phrase
        self.wire_code = wire_code if wire_code is not None else status
        self.retry_after = retry_after

    @classmethod
    def of(cls, error: UploadError, status: int | None = None) -> Refusal:
        return cls(status or error.status, error.message, error.code, error.retry_after)


class RefusalTask(ErrorTask):
    """Answers in the contract's form under the API and to our own scripts, otherwise in plain text
    (contract, *Answers*).
    """

    def service(self) -> None:
        self.response_headers.append((HEADER, number(self.channel, self.asked)))
        super().service()  # type: ignore[no-untyped-call]
        note(self)

    @property
    def asked(self) -> Any:
        """The request that came; waitress makes a bare one for a 500."""
        return self.request if self.request.target else self.channel.requests[0]

    def execute(self) -> None:
        error = self._in_our_words(self.request.error)
        self.status = f"{error.code} {error.reason}"
        if self._wants_json():
            body = json.dumps(error_document(error.code, error.wire_code, error.body)).encode()
            self.response_headers += [
                ("Content-Type", "application/json"),
                ("Access-Control-Allow-Origin", "*"),
            ]
        else:
            body = f"{error.code} {error.reason}\n\n{error.body}\n".encode()
            self.response_headers += [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("X-Content-Type-Options", "nosniff"),
            ]
        if error.retry_after is not None:
            self.response_headers.append(("Retry-After", str(error.retry_after)))
        self.set_close_on_finish()
        self.content_length = len(body)  # type: ignore[assignment]
        self.write(b"" if self.request.command == "HEAD" else body)

    def _in_our_words(self, error: Error) -> Refusal:
        if isinstance(error, Refusal):
            return error
        if error.code == 413:
            return Refusal.of(FileTooBig(self.channel.server.max_upload_bytes), 413)
        return Refusal(error.code, error.body if error.code == 400 else "")

    def _wants_json(self) -> bool:
        target: str = self.channel.server.path_of(self.asked)
        return is_api_path(target) or bool(self.asked.headers.get("ACCEPT") == "application/json")
