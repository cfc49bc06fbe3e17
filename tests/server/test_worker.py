"""The worker of a server as it really runs."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import closing

import requests

from models import connector
from services.data_folder import DATABASE
from tests.conftest import Server, sample, until


def test_a_server_works_in_the_background_and_ends_in_order(
    make_server: Callable[..., Server],
) -> None:
    server = make_server(UPKEEP_SECONDS=1)
    server.command("user", "create", "ann", "--password-stdin", stdin="correct horse\n")
    key = server.command("key", "create", "ann")
    with sample("alpha.png").open("rb") as source:
        requests.post(
            server.base + "/api/1/upload",
            data={"expiration": "PT5M"},
            files={"source": source},
            headers={"X-API-Key": key},
            timeout=10,
        ).raise_for_status()
    with closing(connector(server.data / DATABASE)()) as database:
        with database:
            database.execute("UPDATE upload SET expires_at = '2020-01-01 00:00:00.000000'")
        until(
            lambda: database.execute("SELECT count(*) FROM upload").fetchone() == (0,),
            otherwise=lambda: server.log,
        )
        until(lambda: "expire\twaiting" in server.command("jobs", "list"))  # it has been running
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0, server.log
        jobs = database.execute("SELECT kind, claimed_by, reason FROM job ORDER BY kind").fetchall()
    kinds = [
        "audit",
        "backup",
        "doctor",
        "drill",
        "expire",
        "guests",
        "idempotency_keys",
        "key_addresses",
        "leaving",
        "leftovers",
        "old_changes",
        "orphans",
        "previews",
        "purge",
        "settle",
        "tags",
    ]
    assert jobs == [(kind, None, None) for kind in kinds]
    assert "Traceback" not in server.log
