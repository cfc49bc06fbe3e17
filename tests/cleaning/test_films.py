"""As test_stills.py, for films: no mark is left, pictures and sound are the same to the bit, and
the original comes back.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from media.metadata.containers import nal
from media.metadata.containers.block import MAX_BLOCK_BYTES
from media.privacy import patch, scrub
from tests.cleaning.films import films
from tests.cleaning.stills import MARK, RAW, Place
from tests.cleaning.test_stills import FORMS, POLICY, TELLING, looked_at
from tests.conftest import sample

needs_programs = pytest.mark.skipif(
    not (shutil.which("exiftool") and shutil.which("ffmpeg")) and os.environ.get("CI") != "true",
    reason="no exiftool or ffmpeg here",
)

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
        sent, public = (
            root / "sent" / f"{number:03}.{format}",
            root / "public" / f"{number:03}.{format}",
        )
        sent.write_bytes(data)
        public.write_bytes(data)
        changes = scrub.changes(public, format, POLICY)
        patch.apply(public, changes)
        found[f"{format}: {name}"] = (place, sent, public, patch.pack(changes))
    return found


def streams(paths: Sequence[Path], folder: Path, *, decoded: bool) -> list[str]:
    """Of each film, a hash of each stream that is seen or heard: as it is coded, or as it is
    shown.
    """
    words = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y"]
    for path in paths:
        words += ["-i", str(path)]
    for number in range(len(paths)):
        words += ["-map", f"{number}:v:0", "-map", f"{number}:a?"]
        words += [] if decoded else ["-c", "copy"]
        words += ["-f", "streamhash", str(folder / f"{number}.hashes")]
    subprocess.run(words, capture_output=True, check=True, timeout=120)
    return [(folder / f"{number}.hashes").read_text() for number in range(len(paths))]


@needs_programs
def test_the_public_file_has_no_mark_and_a_way_back(cleaned: Cleaned) -> None:
    assert len(cleaned) > 50
    for name, ((_, format, data), _, public, originals) in cleaned.items():
        served = public.read_bytes()
        assert len(served) == len(data) and served != data, name
        assert not [form for form in FORMS if form in served], name
        assert patch.PatchedFile(FileIO(public), originals).read() == data, name
        assert scrub.uncleanable(public, format, POLICY) == [], name


@needs_programs
def test_pictures_and_sound_are_the_same(cleaned: Cleaned, tmp_path: Path) -> None:
    broken = {"mov: sv3d in avc1"}  # as it is sent
    pairs: dict[bool, list[tuple[str, Path, Path]]] = {False: [], True: []}
    for number, (name, (_, sent, public, _)) in enumerate(cleaned.items()):
        decoded = "message" in name or "frames" in name  # which stand inside the coded pictures
        if name in broken or (number % 5 and not decoded):  # it takes a while
            continue
        pairs[decoded].append((name, sent, public))
    for decoded, of_a_kind in pairs.items():
        served = streams([public for _, _, public in of_a_kind], tmp_path, decoded=decoded)
        original = streams([sent for _, sent, _ in of_a_kind], tmp_path, decoded=decoded)
        for (name, _, _), one, other in zip(of_a_kind, served, original, strict=True):
            assert one == other and one, name


@needs_programs
def test_exiftool_and_ffprobe_find_it_before_and_not_after(cleaned: Cleaned) -> None:
    before = after = None
    for number, (name, ((_, _, data), sent, public, _)) in enumerate(cleaned.items()):
        before, after = before or looked_at(sent.parent), after or looked_at(public.parent)
        assert MARK in json.dumps(before[sent.name]) or MARK.encode() in data, name
        assert MARK not in json.dumps(after[public.name]), name
        assert not {
            tag: value
            for tag, value in after[public.name].items()
            if TELLING.search(tag) and str(value).strip("\0 0")
        }, name
        if number % 6:  # it takes a while, and the bytes have been searched
            continue
        probed = subprocess.run([
            "ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of",
            "json", str(public),
        ], capture_output=True,
                                text=True, check=True, timeout=60).stdout  # fmt: skip
        assert MARK not in probed, name


@needs_programs
def test_a_track_of_data_in_pieces_is_blanked(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(f"1\n00:00:00,000 --> 00:00:00,500\nSerial 123 {MARK}\n")
    path = tmp_path / "a.mp4"
    subprocess.run(
        [
            "ffmpeg",
            "-loglevel",
            "error",
            "-i",
            str(sample("clip.mp4")),
            "-i",
            str(tmp_path / "a.srt"),
            "-map",
            "0",
            "-map",
            "1",
            "-c",
            "copy",
            "-c:s",
            "mov_text",
            "-movflags",
            "frag_keyframe+empty_moov",
            str(path),
        ],
        check=True,
        timeout=60,
    )
    assert MARK.encode() in path.read_bytes()
    patch.apply(path, scrub.changes(path, "mp4", POLICY))
    assert MARK.encode() not in path.read_bytes() and not scrub.uncleanable(path, "mp4", POLICY)


@pytest.mark.parametrize("broken", [b"stsc", b"stco", b"stsz", b"avcC"])
def test_data_that_can_not_be_found_makes_a_film_private(broken: bytes, tmp_path: Path) -> None:
    """Nothing says where its samples are, or how its pictures are put together: what stands between
    them can't be known.
    """
    film, path = sample("clip.mp4").read_bytes(), tmp_path / "a.mp4"
    at = film.index(broken)
    path.write_bytes(
        film[: at + 8] + b"\xff\xff\xff\xff" + film[at + 12 :]
        if broken[:2] == b"st"
        else film.replace(broken, b"acme")
    )
    assert scrub.uncleanable(path, "mp4", POLICY)


def test_a_film_that_can_not_be_cleaned_is_private(tmp_path: Path, ann: Any) -> None:
    film, path = sample("clip.mp4").read_bytes(), tmp_path / "a.mp4"
    path.write_bytes(
        film
        + (8 + MAX_BLOCK_BYTES + 1).to_bytes(4)
        + b"mdat"
        + RAW
        + b"x" * (MAX_BLOCK_BYTES + 1 - len(RAW))
    )
    with path.open("rb") as file:
        image = ann.client.post("/api/1/upload", data={"source": file, "key": ann.key}).get_json()[
            "image"
        ]
    assert ann.app.test_client().get(image["url"]).status_code == 404


@pytest.mark.parametrize("codec", ["avc", "hevc"])
def test_a_message_keeps_its_length_and_its_escapes(codec: str) -> None:
    """Whatever it says: it is blanked, without a start code, and the message behind it is found
    where it was.
    """
    for said in (
        bytes(40),
        bytes(range(256)) * 2,
        b"\0\0\0" * 30,
        b"\0\0\1" + RAW + b"\0\0\2\0\0",
        RAW,
    ):
        size = b"\xff" * (len(said) // 255) + bytes([len(said) % 255])
        plain = b"\x05" + size + said + b"\x04\x04" + b"\xb5\0\0\0" + b"\x06\x01\x88" + b"\x80"
        escaped = re.sub(
            rb"\x00\x00(?=[\x00-\x03])",
            b"\\0\\0\\3".replace(b"\\0", b"\0").replace(b"\\3", b"\x03"),
            plain,
        )
        unit = bytearray((b"\x06" if codec == "avc" else b"\x4e\x01") + escaped)
        for at, length in nal.private_of_unit(bytes(unit), codec):
            unit[at : at + length] = b" " * length
        after = bytes(unit).replace(b"\0\0\x03", b"\0\0")[1 if codec == "avc" else 2 :]
        assert (
            len(after) == len(plain)
            and after.endswith(b"\x06\x01\x88\x80")
            and after.startswith(b"\x05" + size)
        )
        assert RAW not in unit and not re.search(rb"\x00\x00[\x00-\x02]", unit)


def test_captions_stay_and_what_stands_behind_them_goes() -> None:
    captions = b"\xb5\0\x31GA94\x03\xc1\xff\xfc\x94\x2c\xff"
    unit = b"\x06\x04" + bytes([len(captions) + len(RAW)]) + captions + RAW + b"\x80"
    assert list(nal.private_of_unit(unit, "avc")) == [(3 + len(captions), len(RAW))]
