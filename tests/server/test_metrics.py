"""``/metrics``: who may read it, and what it says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from config.version import version
from models import utcnow
from models.job import Job
from services.measures import BOUNDS, Measures
from tests.conftest import Server, free_port, key_on, sample, until
from tests.server.nginx import nginx

TOKEN = "a-token-of-28-characters-or-so"


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(METRICS_LOCAL=True)


@pytest.fixture(scope="module")
def behind(make_server: Callable[..., Server]) -> Server:
    return make_server(
        TRUSTED_PROXIES=1,
        PUBLIC_URL="https://home.example/pics",
        METRICS_TOKEN=TOKEN,
        METRICS_LOCAL=True,
    )


def status(of: Server, path: str = "/metrics", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(of.base + path, headers=named, timeout=30).status_code


def read(server: Server, **headers: str) -> dict[tuple[Any, ...], float]:
    """Samples by their name and the values of their labels."""
    answer = requests.get(server.base + "/metrics", headers=headers, timeout=30)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
    return {
        (one.name, *(one.labels[name] for name in sorted(one.labels))): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


FORWARDED = [
    "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP",
    "x-forwarded-for", "CF-Connecting-IP",
]  # fmt: skip


@pytest.mark.parametrize("header", FORWARDED)
def test_no_proxy_brings_a_stranger_there(server: Server, behind: Server, header: str) -> None:
    for value in ("127.0.0.1", "203.0.113.7", "", "for=127.0.0.1"):
        found = {status(of, **{header: value}) for of in (server, behind)}
        assert found <= {404, 400}  # a host or scheme that is none


@pytest.mark.parametrize("host", ["home.example", "192.168.1.5:8000", "localhost.evil.example"])
def test_nor_does_another_name(server: Server, behind: Server, host: str) -> None:
    assert status(server, Host=host) == status(behind, Host=host) == 404


def test_a_program_on_this_machine_may_read(server: Server, behind: Server) -> None:
    assert (
        status(server) == status(server, Host="localhost:1") == status(server, Host="[::1]") == 200
    )
    assert status(behind, "/pics/metrics") == 200


def test_a_proxy_that_is_not_trusted_may_tell_nothing_of_itself(
    make_server: Callable[..., Server],
) -> None:
    assert status(make_server(PUBLIC_URL="https://home.example", METRICS_LOCAL=True)) == 404


def test_nobody_reads_it_unless_the_owner_says_so(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    """Also through nginx as it comes, which says nothing of who asks it."""
    plain = make_server()
    assert status(plain) == 404
    if not shutil.which("nginx"):
        return
    headers = ("Host", "X-Forwarded-For", "X-Forwarded-Proto")
    port = free_port()
    with nginx(plain, port, tmp_path, **{f"proxy_set_header__{one}": "" for one in headers}):
        for host in ("localhost", "127.0.0.1", "home.example"):
            url = f"http://127.0.0.1:{port}/metrics"
            assert requests.get(url, headers={"Host": host}, timeout=30).status_code == 404


def test_a_token_opens_it_from_everywhere(server: Server, behind: Server) -> None:
    there = {"Host": "home.example", "X-Forwarded-For": "203.0.113.7"}
    assert status(behind, Authorization=f"Bearer {TOKEN}", **there) == 200
    for wrong in (f"Bearer {TOKEN}x", "Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN, "Bearer é"):
        assert status(behind, Authorization=wrong.encode().decode("latin-1"), **there) == 404
    assert status(server, Authorization="Bearer ", **there) == 404
    assert status(behind, f"/metrics?token={TOKEN}&key={TOKEN}", **there) == 404


def test_it_counts(server: Server) -> None:
    key = key_on(server)
    before = read(server)

    def upload(data: bytes) -> requests.Response:
        return requests.post(
            server.base + "/api/1/upload",
            files={"source": ("a.jpg", data)},
            headers={"X-API-Key": key},
            timeout=30,
        )

    image = upload(sample("plain.jpg").read_bytes()).json()["image"]
    assert upload(b"nothing").status_code == 400
    for path in (image["url"], image["thumb"]["url"], server.base + "/image/no-such"):
        requests.get(path, timeout=30)
    requests.request("BREW", server.base + "/a/b?c", timeout=30)

    def added(*of: str) -> float:
        return now.get(of, 0) - before.get(of, 0)

    public, after = "/images/<path:relative>", ("keepsake_requests_total", "(other)")
    until(lambda: any(key[:2] == after for key in read(server)))  # counted after the answer
    now = read(server)
    assert added("keepsake_requests_total", "GET", public, "2xx") == 2
    assert added("keepsake_requests_total", "POST", "/api/1/upload", "2xx") == 1
    assert added("keepsake_requests_total", "POST", "/api/1/upload", "4xx") == 1
    assert added("keepsake_requests_total", "GET", "/image/<slug>", "4xx") == 1
    assert added("keepsake_request_seconds_count", public) == 2
    assert added("keepsake_request_seconds_bucket", "+Inf", public) == 2
    assert added("keepsake_body_bytes_total", "out") >= image["size"] + image["thumb"]["size"]
    assert added("keepsake_body_bytes_total", "in") >= image["size"]
    assert added("keepsake_uploads_total", "jpg", "stored") == 1
    assert added("keepsake_uploads_total", "", "Unreadable") == 1
    assert added("keepsake_kept_uploads") == 1 and added("keepsake_kept_bytes") > image["size"]
    assert now["keepsake_people", "user", "active"] == 1
    assert now["keepsake_connections",] >= 1 and now["keepsake_lane_busy", "pages"] >= 1
    assert now["keepsake_lane_threads", "uploads"] > 0 == now["keepsake_lane_waiting", "uploads"]
    assert now["keepsake_disk_bytes", "free"] > 0 and now["keepsake_database_bytes",] > 0
    assert now["keepsake_info", version()] == now["keepsake_database_up",] == 1
    assert now["process_resident_memory_bytes",] > 10_000_000
    labels = {key[1:] for key in now}
    assert not any("no-such" in str(label) or image["id_encoded"] in str(label) for label in labels)


def test_jobs_are_told_by_their_state(app: Any) -> None:
    from models import measured
    from models.base import db

    with app.app_context():
        given: list[dict[str, Any]] = [{}, {"run_at": None}, {"reason": "no"}]
        for number, values in enumerate(given):
            Job.add("mail", key=str(number))
            db.session.flush()
            job = db.session.query(Job).filter_by(key=str(number)).one()
            for name, value in values.items():
                setattr(job, name, value)
        db.session.add(
            Job(
                kind="tiles", payload={}, run_at=utcnow(), claimed_until=utcnow().replace(year=2999)
            )
        )
        db.session.commit()
        found = set(measured.jobs())
    assert {("mail", "due", 1), ("mail", "failed", 1), ("mail", "failing", 1)} <= found
    assert ("tiles", "running", 1) in found


def test_durations_have_classes() -> None:
    measures = Measures()
    for seconds in (0.0, 0.005, 0.006, 1.0, 1e9):
        measures.answered("GET", "/", 2, seconds, 1, 2)
    timed = measures.requests["GET", "/", 2]
    assert timed.times == sum(timed.classes) == 5 and len(timed.classes) == len(BOUNDS) + 1
    assert timed.classes[0] == 2 and timed.classes[1] == timed.classes[4] == timed.classes[-1] == 1
    assert (measures.received_bytes, measures.sent_bytes) == (5, 10)
