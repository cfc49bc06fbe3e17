"""Schemathesis against a server as it really runs, by the description that it gives of itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app import create_app
from tests.blueprints.managing import program
from tests.conftest import ROOT, Server, close, make_person

CONFIG = Path(__file__).with_name("schemathesis.toml")


def key_on(server: Server) -> str:
    application = create_app({"DATA": str(server.data), "UPKEEP_SECONDS": 0})
    make_person(application)
    key = program(application).key
    close(application)
    return key


def schemathesis(server: Server, *how: str) -> None:
    """Fails with its report."""
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run",
            f"{server.base}/api/openapi.json", "-H", f"X-API-Key: {key_on(server)}", *how,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in server.log, server.log
