"""waitress is subclassed in parts that it doesn't promise to keep."""

from __future__ import annotations

import hashlib
import inspect
from importlib.metadata import version

import pytest
from waitress import buffers, channel, parser, server, task, wasyncore

PARTS = [
    (
        channel.HTTPChannel,
        "aa3da44fa1741b69",
        (
            "server/channel.py: received() and recv() are replaced; service(), readable(), send(), "
            "handle_write() and handle_close() are added to; one request at a time, so that "
            "`requests` holds one at the most"
        ),
    ),
    (
        parser.HTTPRequestParser,
        "f2b09de756c11493",
        (
            "server/parser.py: what received() and parse_header() raise and set (error, completed, "
            "chunked, body_rcv, header_plus, body_bytes_received)"
        ),
    ),
    (
        task.Task,
        "407d67e516390fb5",
        (
            "server/public_files.py, server/body_task.py: build_response_header(), "
            "set_close_on_finish(), what service() does with exceptions"
        ),
    ),
    (
        task.WSGITask,
        "9d14cf12c73aa868",
        (
            "server/body_task.py: get_environment(), and that a BaseException of the application "
            "passes execute()"
        ),
    ),
    (task.ErrorTask, "50756541cbe4e25b", "server/refusal.py: execute()"),
    (
        task.ThreadedTaskDispatcher,
        "541f30c57f083fdf",
        "server/lanes.py: add_task(), queue, set_thread_count(), shutdown()",
    ),
    (
        server.BaseWSGIServer,
        "82ab2f37dc852df3",
        "server/listener.py: readable(), handle_accept(), and that maintenance() isn't called",
    ),
    (server.TcpWSGIServer, "b2cb32f191a17310", "server/listener.py: the base class"),
    (
        wasyncore.dispatcher,
        "4d74dc7e94b4be53",
        "server/channel.py, server/connections.py: recv(), send(), close(), accept()",
    ),
    (
        wasyncore.poll2,
        "f2ea2bd150ff2600",
        "server/listener.py: the loop, and that closing between two polls is safe",
    ),
    (
        buffers.ReadOnlyFileBasedBuffer,
        "05800fcb876d6467",
        "server/public_files.py: prepare(), close(), what write_soon() does with it",
    ),
]


def test_the_minor_version_is_pinned() -> None:
    assert version("waitress").startswith("3.0."), (
        "pyproject.toml pins waitress to 3.0; see PARTS before you raise it"
    )


@pytest.mark.parametrize(
    ("part", "digest", "where"), PARTS, ids=lambda value: getattr(value, "__name__", "")
)
def test_parts_that_are_built_upon(part: type, digest: str, where: str) -> None:
    now = hashlib.sha256(inspect.getsource(part).encode()).hexdigest()[:16]
    assert now == digest, (
        f"{part.__name__} of waitress has changed. Read what changed, look at {where}; then "
        f"write {now} here."
    )
