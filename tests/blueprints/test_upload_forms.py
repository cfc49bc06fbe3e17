"""What the upload page's script and its form without a script get."""

from __future__ import annotations

import errno
import json
import re
from typing import Any

import pytest

from media.storage.disk import DiskStorage
from models import DatabaseFault, Upload, db
from tests.conftest import Person, csrf_token, log_in, sample, stored_files
from tests.media.make import film


def test_the_scripts_answer(ann: Person) -> None:
    log_in(ann.client)
    token = csrf_token(ann.client.get("/").text)
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    import hashlib

    sent = sample("gps-nikon.jpg")
    answer = ann.client.post(
        "/upload",
        data={"source": sent.open("rb"), "title": "t", "alt_text": "alt"},
        headers=headers,
    )
    document = answer.get_json()
    assert document["sha256"] == hashlib.sha256(sent.read_bytes()).hexdigest()
    removed, kept = re.findall(r"(?:Removed|Kept): ([^.]*)\.", document["report"]["privacy"])
    assert {"location", "maker notes", "embedded thumbnail"} <= set(removed.split(", "))
    assert set(kept.split(", ")) == {"camera", "date"} and document["can_edit"]
    assert list(document["codes"]) == ["Links", "HTML", "Markdown", "BBCode"]
    bad = ann.client.post(
        "/upload", data={"source": sample("text-as.jpg").open("rb")}, headers=headers
    )
    assert (bad.status_code, bad.get_json()["error"]["code"]) == (400, 610)
    text = "This isn't a photo or video, or it is damaged."
    assert bad.get_json()["words"] == {"text": text, "may_help": False}
    forged = ann.client.post(
        "/upload",
        data={"source": sent.open("rb")},
        headers={"Accept": "application/json", "X-CSRFToken": "x"},
    )
    assert forged.status_code == 403
    out = ann.app.test_client().post(
        "/upload", data={"source": sent.open("rb")}, headers={"Accept": "application/json"}
    )
    assert out.status_code == 403 and json.loads(out.text)["error"]["message"] == "Please log in."


def test_a_form_of_several_files(ann: Person) -> None:
    log_in(ann.client)
    token = csrf_token(ann.client.get("/").text)
    files = [sample(name).open("rb") for name in ("plain.jpg", "text-as.jpg", "alpha.png")]
    answer = ann.client.post(
        "/upload", data={"csrf_token": token, "source": files, "tags": "batch"}
    )
    assert answer.status_code == 200 and answer.text.count("/delete/") == 2
    assert "text-as.jpg" in answer.text and "This isn&#39;t a photo or video" in answer.text
    assert len(stored_files(ann.app)) == 6


def test_a_fault_of_the_machine_is_one_file_s_alone(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the disk or the database fails under one of several files, the others are kept,
    and their links shown.
    """
    log_in(ann.client)
    token = csrf_token(ann.client.get("/").text)
    publish = DiskStorage.publish
    faults = iter(
        [
            None,
            OSError(errno.EIO, "Input/output error"),
            None,
            DatabaseFault("database is locked"),
            None,
        ]
    )

    def publish_or_fail(*args: Any) -> None:
        if fault := next(faults):
            raise fault
        publish(*args)

    monkeypatch.setattr(DiskStorage, "publish", publish_or_fail)
    files = [
        sample(name).open("rb")
        for name in ("plain.jpg", "still.webp", "alpha.png", "pixel.png", "gps-nikon.jpg")
    ]
    answer = ann.client.post("/upload", data={"csrf_token": token, "source": files})
    assert answer.status_code == 200 and answer.text.count("/delete/") == 3
    assert (
        "This site&#39;s storage isn&#39;t available." in answer.text
        and "still.webp" in answer.text
        and "pixel.png" in answer.text
    )
    assert {path.rpartition("/")[2].partition(".")[0] for path in stored_files(ann.app)} == {
        "plain",
        "alpha",
        "gps-nikon",
    }


def test_the_report_of_a_video(ann: Person, tmp_path: Any) -> None:
    path = film(tmp_path / "a.mov", frames=5, metadata={"location": "+52.5200+013.4050/"})
    ann.uploaded(path)
    with ann.app.app_context():
        assert (db.session.get_one(Upload, 1).removed, db.session.get_one(Upload, 1).kept) == (
            "place",
            "",
        )
