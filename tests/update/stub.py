"""A program that does what an update needs of Keepsake, in a hundredth of the time: it has parts
that must be of one version, a database with a revision, locks, `/healthz`, and `set-aside`.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

from services.data_folder import DATABASE
from tests.conftest import ROOT, free_port
from tests.update.project import Project

PARTS = 20
OLD, NEW = "0001", "0002"
PROGRAM = """
from deploy.update import guard

guard.check()

import fcntl, json, os, shutil, signal, sqlite3, sys, tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

here, data = Path(__file__).parent, Path(os.environ["KEEPSAKE_DATA"])
number = tomllib.loads((here / "pyproject.toml").read_text())["project"]["version"]
if {path.read_text() for path in here.glob("part/*.txt")} != {number}:
    (data / "mixed").touch()
    sys.exit("half old, half new")
newest = max(path.name[:4] for path in here.glob("migrations/versions/*.py"))
path = data / "keepsake.sqlite3"
database = sqlite3.connect(path)
revision = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
if revision > newest:
    sys.exit("unknown version")
if revision < newest:
    (data / "before-update").mkdir(exist_ok=True)
    shutil.copy(path, data / f"before-update/{revision}.new")
    os.replace(data / f"before-update/{revision}.new", data / f"before-update/{revision}.sqlite3")
    database.execute("UPDATE alembic_version SET version_num = ?", (newest,))
    database.commit()
(data / "locks").mkdir(exist_ok=True)
lock = (data / "locks" / str(os.getpid())).open("w")
fcntl.flock(lock, fcntl.LOCK_EX)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"status": "ok", "version": number}).encode())

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", int(os.environ["KEEPSAKE_PORT"])), Handler).serve_forever()
"""
SET_ASIDE = 'print("Files set aside: 0.")\n'


def stub_project(folder: Path) -> Project:
    project = Project(folder, free_port())
    shutil.copytree(ROOT / "deploy/update", project.origin / "deploy/update")
    files = {
        "app_DOT_py": PROGRAM, "flask_DOT_py": SET_ASIDE, "cli__set_aside_DOT_py": "",
        "requirements_DOT_lock": "", "pyproject_DOT_toml": '[project]\nversion = ""\n',
        "_DOT_gitignore": ".venv\n.venvs/\n.update/\n__pycache__/\n",
        f"migrations__versions__{OLD}_first_DOT_py": "",
    }  # fmt: skip
    project.git("init", "-q", "-b", "main")
    project.release("1.0.0", **files, **parts("1.0.0"))
    project.release("1.0.1", **parts("1.0.1"), **{f"migrations__versions__{NEW}_more_DOT_py": ""})
    project.clone()
    project.data.mkdir()
    with contextlib.closing(sqlite3.connect(project.data / DATABASE)) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num)")
        database.execute("INSERT INTO alembic_version VALUES (?)", (OLD,))
        for table in ("upload", "album", "user"):
            database.execute(f'CREATE TABLE "{table}" (id)')
    return project


def parts(number: str) -> dict[str, str]:
    return {f"part__{n:02}_DOT_txt": number for n in range(PARTS)}
