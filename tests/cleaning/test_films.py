"""As test_stills.py, for films: no mark is left, pictures and sound are the same to the bit, and the original comes back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from media import patch, scrub
from tests.cleaning.films import films
from tests.cleaning.stills import MARK, Place
from tests.cleaning.test_stills import FORMS, POLICY, TELLING, looked_at
from tests.conftest import sample

needs_programs = pytest.mark.skipif(not (shutil.which("exiftool") and shutil.which("ffmpeg")) and os.environ.get("CI") != "true",
                                    reason="no exiftool or ffmpeg here")

Cleaned = dict[str, tuple[Place, Path, Path, bytes]]


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Cleaned:
    """By name: the place, the file as it was sent, as it is served, and what was blanked."""
    root = tmp_path_factory.mktemp("films")
    for folder in ("made", "sent", "public"):
        (root / folder).mkdir()
    found: Cleaned = {}
    for number, place in enumerate(films(root / "made")):
        name, format, data = place
        sent, public = root / "sent" / f"{number:03}.{format}", root / "public" / f"{number:03}.{format}"
        sent.write_bytes(data)
        public.write_bytes(data)
        changes = scrub.changes(public, format, POLICY)
        patch.apply(public, changes)
        found[f"{format}: {name}"] = (place, sent, public, patch.pack(changes))
    return found


def streams(path: Path) -> str:
    """A hash of each coded stream that is seen or heard."""
    return subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-i", str(path), "-map", "0:v:0", "-map", "0:a?", "-c", "copy", "-f", "streamhash", "-"],
                          capture_output=True, text=True, check=True, timeout=60).stdout


@needs_programs
def test_the_public_file_has_no_mark_and_a_way_back(cleaned: Cleaned) -> None:
    assert len(cleaned) > 50
    for name, ((_, format, data), _, public, originals) in cleaned.items():
        served = public.read_bytes()
        assert len(served) == len(data) and served != data, name
        assert not [form for form in FORMS if form in served], name
        assert patch.PatchedFile(public, originals).read() == data, name
        assert scrub.uncleanable(public, format, POLICY) == [], name


@needs_programs
def test_pictures_and_sound_are_the_same(cleaned: Cleaned) -> None:
    for name, (_, sent, public, _) in cleaned.items():
        assert streams(public) == streams(sent), name


@needs_programs
def test_exiftool_and_ffprobe_find_it_before_and_not_after(cleaned: Cleaned) -> None:
    before = after = None
    for name, ((_, _, data), sent, public, _) in cleaned.items():
        before, after = before or looked_at(sent.parent), after or looked_at(public.parent)
        assert MARK in json.dumps(before[sent.name]) or MARK.encode() in data, name
        assert MARK not in json.dumps(after[public.name]), name
        assert not {tag: value for tag, value in after[public.name].items() if TELLING.search(tag) and str(value).strip("\0 0")}, name
        probed = subprocess.run(["ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json", str(public)], capture_output=True,
                                text=True, check=True, timeout=60).stdout
        assert MARK not in probed, name


@needs_programs
def test_subtitles_that_say_nothing_of_a_place_stay(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:00,500\nIt is 12.5 degrees, he said.\n")
    for name, codec in (("a.mp4", "mov_text"), ("a.mkv", "srt")):
        path = tmp_path / name
        subprocess.run(["ffmpeg", "-loglevel", "error", "-i", str(sample("clip.mp4")), "-i", str(tmp_path / "a.srt"), "-map", "0", "-map", "1", "-c", "copy",
                        "-c:s", codec, str(path)], check=True, timeout=60)
        patch.apply(path, scrub.changes(path, name[2:], POLICY))
        assert b"It is 12.5 degrees, he said." in path.read_bytes()


@needs_programs
def test_data_that_can_not_be_found_makes_a_film_private(tmp_path: Path, ann: Any) -> None:
    """A data track in pieces: nothing says cheaply where its samples are."""
    (tmp_path / "a.srt").write_text(f"1\n00:00:00,000 --> 00:00:00,500\n{MARK}\n")
    path = tmp_path / "a.mp4"
    subprocess.run(["ffmpeg", "-loglevel", "error", "-i", str(sample("clip.mp4")), "-i", str(tmp_path / "a.srt"), "-map", "0", "-map", "1", "-c", "copy",
                    "-c:s", "mov_text", "-movflags", "frag_keyframe+empty_moov", str(path)], check=True, timeout=60)
    assert scrub.uncleanable(path, "mp4", POLICY)
    with path.open("rb") as file:
        image = ann.client.post("/api/1/upload", data={"source": file, "key": ann.key}).get_json()["image"]
    assert ann.app.test_client().get(image["url"]).status_code == 404
