"""Asks the application with a request's head alone whether it wants the body."""

from __future__ import annotations

import io
from typing import Any

from waitress.task import WSGITask

from blueprints.http.receive import HEAD_ONLY, BodyWanted
from server.answered import environment, note
from server.refusal import RefusalTask


class BodyTask(WSGITask):
    """For a body too large for a form. Where the application answers without having asked for the
    body, that is the answer, and nothing more is read. The rules of who may upload, and the form of
    a refusal, so stand in the views alone.
    """

    def service(self) -> None:
        self.set_close_on_finish()
        try:
            super().service()  # type: ignore[no-untyped-call]
        except BodyWanted:
            self._grant()
        else:
            note(self)

    def get_environment(self) -> dict[str, Any]:
        environ = environment(self, super().get_environment())  # type: ignore[no-untyped-call]
        environ["CONTENT_LENGTH"] = str(self.request.size)
        environ["wsgi.input"] = io.BytesIO()
        environ[HEAD_ONLY] = True
        return environ

    def _grant(self) -> None:
        refusal = self.channel.server.why_not_now(self.request)
        if refusal is None:
            self.request.is_granted = True
            self.close_on_finish = False
            return
        self.request.refuse(refusal)
        RefusalTask(self.channel, self.request).service()
