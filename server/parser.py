"""Requests as they arrive, read by waitress' parser."""

from __future__ import annotations

from waitress.parser import HTTPRequestParser


class Parser(HTTPRequestParser):
    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.error:
            self.expect_continue = False  # a refused sender must not be told to go on
        return consumed
