"""What the server itself refuses, before the application sees it."""

from __future__ import annotations

import json

from waitress.task import ErrorTask

from blueprints.errors import error_document
from media.errors import FileTooBig


class RefusalTask(ErrorTask):
    """Waitress' own refusals; of a body over the limit, as the wire says it (contract, *Answers*)."""

    max_upload_bytes = 0  # set by `serve`

    def execute(self) -> None:
        if self.request.error.code != 413:
            super().execute()
            return
        too_big = FileTooBig(self.max_upload_bytes)
        body = json.dumps(error_document(413, too_big.code, too_big.message)).encode()
        self.status = "413 Request Entity Too Large"
        self.response_headers += [("Content-Type", "application/json"), ("Access-Control-Allow-Origin", "*")]
        self.set_close_on_finish()
        self.content_length = len(body)  # type: ignore[assignment]
        self.write(body)
