"""A few requests at random for each operation: whether what it answers is as described."""

from __future__ import annotations

from tests.conftest import Server
from tests.described.run import schemathesis


def test_answers_are_as_described(server: Server) -> None:
    schemathesis(server, "--phases", "fuzzing", "--max-examples", "2")
