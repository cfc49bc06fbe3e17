"""Lines of the log: their forms, and that nothing from outside makes one."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import logs
from logs import handler
from logs.hiding import Hiding
from logs.lines import FORMATS

NASTY = "a\r\n2026-01-01 00:00:00,000 INFO keepsake forged\x1b[2J\x9b1m\u2028b\u202ec\x00\x7f\udc80"


def line(form: str, *args: Any, **options: Any) -> str:
    stream = io.StringIO()
    to = logging.StreamHandler(stream)
    to.setFormatter(FORMATS[form](Hiding()))
    log = logging.Logger("keepsake")
    log.addHandler(to)
    log.warning(*args, **options)
    return stream.getvalue()


def test_people_get_a_line() -> None:
    with logs.of_job("expire 3"):
        text = line("people", "%s is %s", "this", "it")
    assert text.endswith(" WARNING keepsake this is it (job expire 3)\n")


def test_programs_get_an_object() -> None:
    before = logs.request.set("12ab34cd")
    document = json.loads(line("json", "GET %s", "/", extra={"status": 200, "user": None}))
    logs.request.reset(before)
    assert document.pop("time").endswith("+00:00")
    assert document == {
        "level": "warning", "logger": "keepsake", "message": "GET /", "request": "12ab34cd",
        "status": 200, "user": None,
    }  # fmt: skip


def test_extras_replace_nothing() -> None:
    document = json.loads(line("json", "it", extra={"level": "x", "time": "x", "logger": "x"}))
    assert document["level"] == "warning" and document["logger"] == "keepsake"


@pytest.mark.parametrize("write", [lambda: ("%s", NASTY), lambda: (NASTY,)])
def test_nothing_from_outside_ends_a_line(write: Callable[[], tuple[str, ...]]) -> None:
    people = line("people", *write())
    assert people.isascii() and people[:-1].isprintable() and "\\r\\n2026" in people
    assert json.loads(line("json", *write()))["message"] == NASTY
    assert line("json", *write()).isascii() and line("json", *write())[:-1].isprintable()


def test_no_line_of_a_traceback_can_be_taken_for_one_of_the_log() -> None:
    try:
        raise ValueError(NASTY)
    except ValueError:
        people, document = line("people", "it", exc_info=True), line("json", "it", exc_info=True)
    first, *rest = people.splitlines()
    assert first.endswith("keepsake it") and all(one.startswith("    ") for one in rest)
    assert "".join([first, *rest]).isprintable()
    assert "ValueError" in json.loads(document)["exception"] and document.count("\n") == 1


@pytest.fixture
def own_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything that `logs.begin` changes is as before afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("keepsake")
    before = root.handlers[:], root.level, ours.level
    monkeypatch.setattr(handler, "installed", None)
    monkeypatch.setattr("sys.excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", threading.excepthook)
    with warnings.catch_warnings():
        yield
        logging.captureWarnings(False)
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


@pytest.mark.usefixtures("own_process")
def test_what_is_logged_before_the_settings_are_known_is_written_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.begin()
    logging.getLogger("keepsake.config").warning("early %s", "key=abcdef")
    assert not capsys.readouterr().err
    logs.settle("json", "warning", ["hunter22"])
    logging.getLogger("keepsake").info("not this")
    logging.getLogger("keepsake").error("hunter22")
    early, late = map(json.loads, capsys.readouterr().err.splitlines())
    assert early["message"] == "early key=[hidden]" and late["message"] == "[hidden]"


@pytest.mark.usefixtures("own_process")
def test_what_ends_a_process_or_a_thread_is_hidden_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.begin()
    try:
        raise ValueError("key=abcdef")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    thread = threading.Thread(target=int, args=("password=abcdef",))
    thread.start()
    thread.join()
    said = capsys.readouterr().err
    assert "abcdef" not in said and said.count("[hidden]") >= 2 and "A thread ended" in said


@pytest.mark.usefixtures("own_process")
def test_commands_hide_secrets_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert logging.lastResort
    monkeypatch.setattr(logging.lastResort, "formatter", None)
    logging.getLogger().handlers[:] = []
    logs.settle("json", "info", ["hunter22"])
    logging.getLogger("keepsake").error("hunter22 is %s\x1b", "key=abcdef")
    assert capsys.readouterr().err == "[hidden] is key=[hidden]\n"


@pytest.mark.usefixtures("own_process")
def test_libraries_say_nothing_more_in_debug(capsys: pytest.CaptureFixture[str]) -> None:
    logs.begin()
    logs.settle("people", "debug", [])
    logging.getLogger("urllib3").debug("no")
    logging.getLogger("keepsake.request").debug("yes")
    assert "no" not in capsys.readouterr().err.replace("keepsake", "")


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("4bf92f3577b34da6a3ce929d0e0e4736", True), ("0af7651916cd43dd-8448.eb_2", True),
        ("short", False), ("a" * 65, False), ("", False), ("-bcdefghij", False),
        ("abc def ghij", False), ("abcdefgh\n", False),
        ("<script>alert", False), ("abcdéfghi", False),
    ],
)  # fmt: skip
def test_ids_of_proxies(text: str, is_good: bool) -> None:
    assert logs.parse_id(text) == (text if is_good else None)
