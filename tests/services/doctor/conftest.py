"""A site with files of all kinds, and a doctor for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from models import Album, db
from services.site import Site
from tests.conftest import Person, applications, make_person

Look = Callable[..., dict[str, Any]]


@dataclass
class Ward:
    """A site, its data folder, and who sent what."""

    ann: Person
    data: Path
    images: dict[str, dict[str, Any]]

    def doctor(self, *words: str, status: int | None = None) -> dict[str, Any]:
        """What ``flask doctor --json`` prints."""
        done = self.ann.app.test_cli_runner().invoke(args=["doctor", "--json", *words])
        found: dict[str, Any] = json.loads(done.stdout) if done.exit_code < 2 else {}
        assert status is None or done.exit_code == status, done.output
        return found

    def found(self, *words: str) -> list[tuple[str, str]]:
        """Damage and path of each finding."""
        findings = self.doctor(*words)["findings"]
        return sorted((one["damage"], one["path"]) for one in findings)

    @property
    def site(self) -> Site:
        site: Site = self.ann.app.extensions["keepsake"]
        return site

    def files(self) -> list[Path]:
        """Of all uploads."""
        found = [self.data / root / "images" for root in ("public", "private")]
        return [path for one in found for path in one.rglob("*") if path.is_file()]

    def album(self) -> None:
        """With one file."""
        with self.ann.app.app_context():
            album = Album(user_id=1, name="Sea", public_id="sea")
            db.session.add(album)
            db.session.flush()
            Album.append(album.id, [1])
            db.session.commit()

    def file(self, name: str, kind: str = "image") -> Path:
        """Of an upload by the name of its sample; ``kind`` as in the answer of the API."""
        path: str = self.images[name][kind]["url"].partition("/images/")[2]
        places = [self.data / root / "images" / path for root in ("public", "private")]
        return next((one for one in places if one.exists()), places[0])

    def sent_file(self, name: str) -> Path:
        """What was sent, where another file is served."""
        served = self.file(name)
        folder = self.data / "private" / served.parent.relative_to(self.data).relative_to("public")
        return next(folder.glob(f"{served.stem}.or.*"))

    def name(self, path: Path) -> str:
        return path.relative_to(self.data).as_posix()

    def sums(self) -> dict[str, str]:
        """SHA-256 of everything in the data folder but the log that SQLite keeps."""
        return {
            self.name(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.data.rglob("*"))
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        }


SENT = (  # untouched, blanked (a still and a video), converted, shown by a medium, with a frame
    "plain.jpg", "gps-nikon.jpg", "phone-rotated-gps.mov", "still.bmp", "iphone.heic", "clip.mp4",
)  # fmt: skip


@pytest.fixture(scope="session")
def sent(blank_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """Uploaded once: each test gets a copy."""
    with applications(blank_data, tmp_path_factory.mktemp("ward")) as make:
        app = make()
        ann = make_person(app, admin=True)
        images = {name: ann.uploaded(name, tags="sea, dog") for name in SENT}
        yield Ward(ann, app.extensions["keepsake"].config.data, images)


@pytest.fixture
def ward(sent: Ward, tmp_path: Path) -> Iterator[Ward]:
    with applications(sent.data, tmp_path) as make:
        app = make()
        ann = Person(app, sent.ann.name, sent.ann.key, app.test_client())
        yield Ward(ann, app.extensions["keepsake"].config.data, sent.images)
