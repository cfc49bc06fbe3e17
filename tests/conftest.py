"""Fixtures: an application on a folder of its own, people with keys, real files, a real server, a
real browser.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.security import generate_password_hash

from app import create_app, main
from models import ApiKey, User, db
from models.role import Role
from tests.forks import Fork
from tests.node import node_path
from tests.rules import compile_rules_once

MEMORY = Path("/dev/shm")  # noqa: S108 -- Linux' own folder for files in memory
MUCH = 4_000_000_000  # bytes: a run takes less than one
# What fsync waits for is none of the tests' business, but for those of tests/crash/disk.py.
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MUCH:
    os.environ.setdefault("TMPDIR", str(MEMORY))
    tempfile.tempdir = None  # asked for again
# What is imported is compiled once, not by every server and command that a test starts.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


class TemplatesOnce(BytecodeCache):
    """Compiled templates, for all applications of a run: each would compile them anew."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get(self._name(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[self._name(bucket)] = bucket.code

    @staticmethod
    def _name(bucket: Bucket) -> tuple[str, str, str]:
        """Compiled ones hold their texts in the language of the site."""
        return bucket.key, bucket.checksum, str(bucket.environment.globals.get("language"))


Flask.jinja_options = {"bytecode_cache": TemplatesOnce()}
compile_rules_once()

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "tests" / "samples"
PASSWORD = "correct horse battery"
Row = TypeVar("Row")


LONG = (  # what takes long in one piece comes first, so that no core idles at the end
    "tests/e2e/",
    "tests/soak/",
    "tests/crash/",
    "tests/test_side_doors.py",
    "tests/server/",
    "tests/fuzz/",
    "tests/described/",
    "tests/cleaning/",
)


# What goes over every state of every page, every step of a crash, every way through pictures. On a
# laptop, `make test` leaves it out, as it takes most of the time; CI has the time.
ONLY_IN_CI = (
    "tests/cleaning/test_films.py",
    "tests/cleaning/test_hostile.py",
    "tests/crash/",
    "tests/deploy/test_proxies",
    "tests/described/test_all",
    "tests/media/test_memory.py",
    "tests/media/test_much_metadata.py",
    "tests/server/test_check.py",
    "tests/server/test_memory.py",
    "tests/soak/",
    "tests/update/test_killed_midway.py",
    "tests/update/test_killed_updates.py",
    "tests/update/test_trouble.py",
    "tests/update/test_update.py",
)
# Of these, only what begins so is tried on a laptop: a browser for the pages that everybody sees,
# and every door while what is behind it is private.
SOME = {
    "tests/e2e/": tuple(
        f"tests/e2e/test_{name}.py" for name in ("bin", "mine", "pages", "upload_page")
    ),
    "tests/test_side_doors.py::test_nobody_": tuple(
        f"tests/test_side_doors.py::test_nobody_{rest}[private]"
        for rest in ("is_told_who_may_not_be", "finds_out_that_it_is_there")
    ),
}


def is_only_in_ci(test: str) -> bool:
    """``test`` is an id as pytest prints it."""
    some = next((kept for begin, kept in SOME.items() if test.startswith(begin)), None)
    return test.startswith(ONLY_IN_CI) or (some is not None and not test.startswith(some))


IS_SHORT = "TESTS_ARE_SHORT"


def pytest_configure(config: pytest.Config) -> None:
    """Said by the process that the others are of, which knows how it was called."""
    is_all = config.args_source == pytest.Config.ArgsSource.TESTPATHS
    if is_all and os.environ.get("CI") != "true" and os.environ.get("SOAK") != "1":
        os.environ[IS_SHORT] = "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get(IS_SHORT):
        left_out = [item for item in items if is_only_in_ci(item.nodeid)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not is_only_in_ci(item.nodeid)]

    def place(item: pytest.Item) -> int:
        return next((n for n, path in enumerate(LONG) if item.nodeid.startswith(path)), len(LONG))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What is there now stays until the end: the garbage collector need not go over it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Collect garbage while there is time: pytest does so five times as it ends, and xdist sends
    SIGINT to a process that takes over five seconds for that.
    """
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests of load, time and memory measured (`record_property("measured", text)`)."""
    reports = [report for some in terminalreporter.stats.values() for report in some]
    for report in reports:
        told = [text for name, text in getattr(report, "user_properties", ()) if name == "measured"]
        if told and report.when == "call":
            terminalreporter.section(f"measured by {report.nodeid}", "-")
            terminalreporter.line("\n".join(told))


def pytest_xdist_auto_num_workers() -> int:
    """More than there are cores: many tests wait for a browser or a server."""
    return (os.cpu_count() or 1) * 3 // 2


def sample(name: str) -> Path:
    return SAMPLES / name


@pytest.fixture(scope="session")
def blank_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a migrated, empty database, to be copied."""
    data = tmp_path_factory.mktemp("blank")
    close(create_app({"DATA": str(data), "UPKEEP_SECONDS": 0}))
    return data


@contextlib.contextmanager
def applications(blank_data: Path, folder: Path) -> Iterator[Callable[..., Flask]]:
    """Makes applications below ``folder``, with other settings than the default ones."""
    made: list[Flask] = []

    def make(**settings: Any) -> Flask:
        data = folder / f"data{len(made)}"
        shutil.copytree(blank_data, data)
        application = create_app(
            {"DATA": str(data), "TESTING": True, "UPKEEP_SECONDS": 0, **settings}
        )
        made.append(application)
        return application

    yield make
    for application in made:
        close(application)


def close(application: Flask) -> None:
    """Let go of its database."""
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def make_app(blank_data: Path, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    with applications(blank_data, tmp_path) as make:
        yield make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@dataclass
class Person:
    """Somebody with an account and a key, who speaks to one application."""

    app: Flask
    name: str
    key: str
    client: FlaskClient = field(repr=False)

    def upload(
        self, source: str | Path | bytes = "plain.jpg", filename: str | None = None, **fields: Any
    ) -> Any:
        """Uploads by the API; the answer as it came."""
        path = sample(source) if isinstance(source, str) else source
        data = path if isinstance(path, bytes) else path.read_bytes()
        name = filename or (path.name if isinstance(path, Path) else "file.bin")
        import io

        return self.app.test_client().post(
            "/api/1/upload",
            data={**fields, "source": (io.BytesIO(data), name)},
            headers={"X-API-Key": self.key},
        )

    def uploaded(self, *args: Any, **fields: Any) -> dict[str, Any]:
        """Uploads by the API; the answer's ``image``."""
        answer = self.upload(*args, **fields)
        assert answer.status_code == 200, answer.text
        image: dict[str, Any] = answer.json["image"]
        return image


@functools.cache
def password_hash() -> str:
    """Of PASSWORD, with the cost of a moment: a real one is slow on purpose, at every login."""
    return generate_password_hash(PASSWORD, "scrypt:1024:8:1")


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are set meanwhile, too."""
    monkeypatch.setattr(
        "models.user.generate_password_hash",
        lambda password, method: generate_password_hash(password, "scrypt:1024:8:1"),
    )


def make_person(
    application: Flask, name: str = "ann", *, admin: bool = False, role: Role = Role.USER
) -> Person:
    role = Role.ADMIN if admin else role
    with application.app_context():
        user = User(name=name, role=role, password_hash=password_hash())
        db.session.add(user)
        _, key = ApiKey.issue(user, "tests")
        db.session.commit()
    return Person(application, name, key, application.test_client())


@pytest.fixture
def ann(app: Flask) -> Person:
    return make_person(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def existing(row: Row | None) -> Row:
    """A row that has to be there."""
    assert row is not None
    return row


def path_of(url: str) -> str:
    """``/images/…`` of an absolute address."""
    return re.sub(r"^https?://[^/]+", "", url)


def confirm_log_in(client: FlaskClient) -> None:
    """As if the password had been given again, a moment ago."""
    with client.session_transaction() as session:
        session["confirmed"] = int(time.time())


def log_in(client: FlaskClient, name: str = "ann", password: str = PASSWORD) -> Any:
    form = client.get("/login").text
    return client.post(
        "/login", data={"csrf_token": csrf_token(form), "name": name, "password": password}
    )


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page
    return found[1]


def picture_paths(image: dict[str, Any]) -> list[str]:
    """Of an upload that has all of them: the file, thumb, medium, and the tile, which the wire
    doesn't name.
    """
    paths = [path_of(image[size]["url"]) for size in ("image", "thumb", "medium")]
    return [*paths, paths[2].replace(".md.", ".tl.")]


def stored_files(application: Flask) -> list[str]:
    """Every file of every upload, and every temp file, relative to the data folder."""
    data = application.extensions["keepsake"].config.data
    found = [
        path.relative_to(data).as_posix()
        for root in ("public", "private", "tmp", "bin")
        for path in (data / root).rglob("*")
        if path.is_file()
    ]
    return sorted(path for path in found if not path.endswith("/.keepsake"))


def until(
    holds: Callable[[], object],
    seconds: float = 30,
    *,
    every: float = 0.01,
    otherwise: Callable[[], str] = lambda: "it never came to that",
) -> None:
    """Waits for something that another process or thread does; fails with what ``otherwise`` says
    where it doesn't hold after ``seconds`` either.
    """
    deadline = time.monotonic() + seconds
    is_last = False
    while not holds():
        assert not is_last, otherwise()
        time.sleep(every)
        is_last = time.monotonic() >= deadline


# --- a server as it really runs


@dataclass
class Server:
    """A Keepsake in a process of its own. ``log`` is all that it printed."""

    base: str
    data: Path
    process: subprocess.Popen[str] | Fork
    environ: dict[str, str]
    log_path: Path

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def flask(self, *words: str, stdin: str = "") -> str:
        """Run a command beside it, in a process of its own; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), *words],
            input=stdin,
            text=True,
            capture_output=True,
            env=self.environ,
            cwd=ROOT,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def command(self, *words: str, stdin: str = "") -> str:
        """The same in this process, as it takes a second to start one."""
        with pytest.MonkeyPatch.context() as patch:
            for name in filter(is_setting, {**os.environ, **self.environ}):
                patch.delenv(name, raising=False)
                if name in self.environ:
                    patch.setenv(name, self.environ[name])
            application = create_app()
            done = application.test_cli_runner().invoke(args=words, input=stdin)
        close(application)
        application.extensions["keepsake"].running.leave()
        assert done.exit_code == 0, done.output
        return done.stdout.strip()

    def answers(self) -> bool:
        """Whether it has started; fails where it ended instead."""
        assert self.process.poll() is None, self.log
        try:
            requests.get(self.base + "/healthz", timeout=5)
        except requests.ConnectionError:
            return False
        return True

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)  # it ends what it is at


def is_setting(name: str) -> bool:
    """Of an environment variable."""
    return name.startswith("KEEPSAKE_")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


AS_IT_RUNS = ("app.py",)


def start_server(
    data: Path,
    how: Callable[[], None] | Sequence[str] = main,
    *,
    is_development: bool = False,
    **settings: Any,
) -> Server:
    """``how`` is what a forked process does, as another function may serve with limits of its own;
    or what Python is given that is started anew. ``{port}`` in a setting is the server's own.
    """
    port = free_port()
    environ = {k: v for k, v in os.environ.items() if not is_setting(k)}
    environ |= {
        "KEEPSAKE_PORT": str(port),
        "KEEPSAKE_DATA": str(data),
        "PYTHONUNBUFFERED": "1",
        "FLASK_DEBUG": str(int(is_development)),
        **{
            f"KEEPSAKE_{name}": str(value).replace("{port}", str(port))
            for name, value in settings.items()
        },
    }
    data.mkdir(parents=True, exist_ok=True)
    log_path = data.parent / f"{data.name}-server-{port}.log"
    process = (
        run(how, environ, log_path) if isinstance(how, Sequence) else Fork(how, environ, log_path)
    )
    server = Server(f"http://127.0.0.1:{port}", data, process, environ, log_path)
    until(server.answers, otherwise=lambda: server.log)
    return server


def run(command: Sequence[str], environ: dict[str, str], log_path: Path) -> subprocess.Popen[str]:
    with log_path.open("w") as log:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environ,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture(scope="module")
def make_server(
    blank_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Server]]:
    """Starts servers with other settings than the default ones; they end with the module."""
    started = []

    def make(
        data: Path | None = None, how: Callable[[], None] | Sequence[str] = main, **settings: Any
    ) -> Server:
        if data is None:
            data = Path(shutil.copytree(blank_data, tmp_path_factory.mktemp("server") / "data"))
        server = start_server(data, how, **settings)
        started.append(server)
        return server

    yield make
    for server in started:
        server.process.terminate()
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server]) -> Server:
    return make_server()


def key_on(server: Server, *, admin: bool = False) -> str:
    """A key of ann's, who gets an account: made in this process, as two commands take seconds."""
    application = create_app({"DATA": str(server.data), "UPKEEP_SECONDS": 0})
    key = make_person(application, admin=admin).key
    close(application)
    return key


@pytest.fixture(scope="module")
def server_key(server: Server) -> str:
    """A key of ann's, who is an admin of the running server."""
    return key_on(server, admin=True)


# --- a browser


def chromium_path() -> str | None:
    """Without its windows where that is installed: it draws the same and takes less to start."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


POLLING = 50  # ms between looks of wait_for_function, which would have a frame drawn for each
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP keepsake.test 127.0.0.1",
]


def lacks(what: str) -> NoReturn:
    """Skips a test for want of a program; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI needs {what}")
    pytest.skip(f"no {what} here")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = chromium_path() or lacks("Chromium")
    if node_path() is None:
        lacks("libatomic1")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


# Tests of a module send the same files to one server, of which the upload page would ask each time.
NOTHING_KNOWN = """(() => {
  const { fetch } = window;
  const none = () => Promise.resolve(new Response('{"url": null}'));
  const isOff = (address) => /upload.same$/.test(address) && !window.asksAboutFiles;
  window.fetch = (address, ...more) => (isOff(address) ? none() : fetch(address, ...more));
})()"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page at 1440 pixels; every console error and every request to another host fails the test,
    in windows that it opens too.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    context.add_init_script(NOTHING_KNOWN)
    problems: list[str] = []
    context.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on(
        "request",
        lambda request: (
            problems.append(request.url)
            if not request.url.startswith(
                ("http://127.0.0.1", "http://localhost", "data:", "blob:")
            )
            else None
        ),
    )
    page = context.new_page()
    page.problems = problems
    yield page
    context.close()
    assert not problems, problems
