"""How long `flask doctor` takes for ten thousand files, against `sha256sum` of the same.

    .venv/bin/python -m benchmarks.doctor [FILES]

Memory is the most that the process held; it must not grow with the number of files.
"""

from __future__ import annotations

import contextlib
import io
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app import create_app
from models import ApiKey, User, db
from models.base import add_functions
from models.role import Role
from services.data_folder import DATABASE
from services.doctor import How, SoFar, go_on

SAMPLE = Path(__file__).parent.parent / "tests/samples/gps-nikon.jpg"


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA": folder, "UPKEEP_SECONDS": 0})
        paths = _filled(app, Path(folder), wanted)
        begun = time.monotonic()
        for at in range(0, len(paths), 500):
            subprocess.run(["sha256sum", *paths[at : at + 500]], check=True, capture_output=True)
        plain = time.monotonic() - begun
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        so_far, cpu, begun = SoFar(), time.process_time(), time.monotonic()
        with app.app_context():
            go_on(app.extensions["keepsake"], so_far, How())
        taken, cpu = time.monotonic() - begun, time.process_time() - cpu
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{so_far.files} files, {so_far.bytes / 1e6:.0f} MB, {len(so_far.findings)} findings")
    print(f"sha256sum {plain:.1f} s, doctor {taken:.1f} s ({cpu:.1f} s of CPU), {grown} kB more")


def _filled(app: Any, data: Path, wanted: int) -> list[str]:
    """One real upload, and copies of it under other names; the paths of all files."""
    with app.app_context():
        db.session.add(user := User(name="ann", role=Role.ADMIN, password_hash="x"))  # noqa: S106
        _, key = ApiKey.issue(user, "benchmark")
        db.session.commit()
    source = io.BytesIO(SAMPLE.read_bytes())
    fields = {"source": (source, "first.jpg")}
    app.test_client().post("/api/1/upload", data=fields, headers={"X-API-Key": key})
    files = [path for path in data.glob("p*/images/**/first*") if path.is_file()]
    with contextlib.closing(sqlite3.connect(data / DATABASE)) as database:
        add_functions(database)
        info = database.execute("PRAGMA table_xinfo(upload)").fetchall()
        columns = [row[1] for row in info if not row[6] and row[1] != "id"]
        names = ", ".join(columns)
        for number in range(wanted // len(files) - 1):
            changed = {
                "name": f"'copy{number}'",
                "public_id": f"'id{number}'",
                "rank": str(number + 9),
            }
            values = ", ".join(changed.get(name, name) for name in columns)
            database.execute(
                f"INSERT INTO upload ({names}) SELECT {values} FROM upload WHERE id = 1"
            )
            for path in files:
                shutil.copy2(path, path.with_name(path.name.replace("first", f"copy{number}")))
        database.execute(
            "INSERT INTO scrubbing SELECT id, (SELECT originals FROM scrubbing) FROM upload "
            "WHERE id > 1 AND EXISTS (SELECT 1 FROM scrubbing)"
        )
        database.commit()
    return sorted(str(path) for path in data.glob("p*/images/**/*") if path.is_file())


if __name__ == "__main__":
    main()
