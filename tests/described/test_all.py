"""Every value at its limits and beyond, requests at random, and operations in a row, with all
checks.
"""

from __future__ import annotations

from tests.conftest import Server
from tests.described.run import schemathesis


def test_everything_is_as_described(server: Server) -> None:
    schemathesis(server, "--max-examples", "5")
