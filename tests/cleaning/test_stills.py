"""What is served of a picture says nothing of where, by whom and with which camera, wherever the
format could hold it.

exiftool, which knows more than we do, looks at every file twice: as it was sent, when it has to
have the mark, and cleaned.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageSequence

from media.metadata import second
from media.privacy import patch, scrub
from media.privacy.policy import Policy
from tests.cleaning.hidden import hidden, in_srgb, profile_of
from tests.cleaning.stills import MARK, Place, places

PLACES: list[Place] = [*places(), *hidden()]
NAMES = [f"{format}: {name}" for name, format, _ in PLACES]
POLICY = Policy(location=True, metadata=False)
FORMS = [
    MARK.encode(),
    MARK.encode("utf-16-le"),
    MARK.encode("utf-16-be"),
    base64.b64encode(MARK.encode())[:10],
]
TELLING = re.compile(
    r"GPS|Serial|Owner|MakerNote|UniqueID|Latitude|Longitude|GeoTiff", re.IGNORECASE
)

needs_exiftool = pytest.mark.skipif(
    not shutil.which("exiftool") and os.environ.get("CI") != "true", reason="no exiftool here"
)


def looked_at(folder: Path) -> dict[str, dict[str, Any]]:
    """What exiftool says of each file in a folder, by file name: embedded files, duplicates and
    unknown tags, too.
    """
    done = subprocess.run([
        "exiftool", "-j", "-ee", "-a", "-U", "-G1", "-b", "-api", "largefilesupport=1", str(folder),
    ], capture_output=True, timeout=300)  # fmt: skip
    found = json.loads(done.stdout.decode("utf-8", "replace"))
    return {
        Path(entry["SourceFile"]).name: {
            k: v
            for k, v in entry.items()
            if not k.startswith(("System:", "File:", "ExifTool:", "SourceFile"))
        }
        for entry in found
    }


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two folders: ``sent`` and ``public``, with the same names."""
    root = tmp_path_factory.mktemp("cleaning")
    for folder in ("sent", "public"):
        (root / folder).mkdir()
    for number, (_, format, data) in enumerate(PLACES):
        name = f"{number:03}.{format}"
        (root / "sent" / name).write_bytes(data)
        path = root / "public" / name
        path.write_bytes(data)
        changes = scrub.changes(path, format, POLICY)
        patch.apply(path, changes)
        (root / f"{name}.originals").write_bytes(patch.pack(changes))
    yield root


@pytest.fixture(scope="module")
def said(cleaned: Path) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    return looked_at(cleaned / "sent"), looked_at(cleaned / "public")


def pixels(path: Path) -> str:
    digest = hashlib.sha256()
    with Image.open(path) as image:
        for frame in ImageSequence.Iterator(image):
            digest.update(frame.convert("RGBA").tobytes())
    return digest.hexdigest()


def test_there_are_enough_places() -> None:
    assert len(PLACES) > 80 and len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("number", range(len(PLACES)), ids=NAMES)
def test_the_public_file_has_no_mark_the_same_pixels_and_a_way_back(
    number: int, cleaned: Path
) -> None:
    _, format, sent = PLACES[number]
    public = cleaned / "public" / f"{number:03}.{format}"
    data = public.read_bytes()
    assert len(data) == len(sent) and data != sent
    for form in FORMS:
        assert form not in data and form not in profile_of(data)
    assert pixels(public) == pixels(cleaned / "sent" / public.name)
    assert (
        patch.PatchedFile(
            FileIO(public), (cleaned / f"{public.name}.originals").read_bytes()
        ).read()
        == sent
    )


@pytest.mark.parametrize(
    "number",
    [number for number, name in enumerate(NAMES) if "profile" in name],
    ids=[name for name in NAMES if "profile" in name],
)
def test_a_cleaned_profile_gives_the_same_colours(number: int, cleaned: Path) -> None:
    _, format, sent = PLACES[number]
    assert in_srgb((cleaned / "public" / f"{number:03}.{format}").read_bytes()) == in_srgb(sent)


@needs_exiftool
@pytest.mark.parametrize("number", range(len(PLACES)), ids=NAMES)
def test_exiftool_finds_it_before_and_not_after(
    number: int, said: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    _, format, sent = PLACES[number]
    name = f"{number:03}.{format}"
    before, after = said[0][name], said[1][name]
    # it was there
    assert MARK in json.dumps(before) or MARK.encode() in sent or MARK.encode() in profile_of(sent)
    assert MARK not in json.dumps(after)
    assert not {
        tag: value
        for tag, value in after.items()
        if TELLING.search(tag) and str(value).strip("\0 0")
    }


def test_what_stands_behind_a_png_is_read_without_its_pixels(tmp_path: Path) -> None:
    """All of them would be decoded to read some bytes of metadata: pixels that can't be decoded
    change nothing.
    """
    path = tmp_path / "late.png"
    Image.new("RGB", (100, 100)).save(path)
    data = path.read_bytes()
    pixels, end = data.index(b"IDAT"), data.index(b"IEND") - 4
    broken = data[: pixels + 8] + bytes(8) + data[pixels + 16 : end - 4]
    broken += zlib.crc32(broken[pixels:]).to_bytes(4)
    body = b"iTXtXML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    late = (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    path.write_bytes(broken + late + data[end:])
    with pytest.raises(Exception), Image.open(path) as image:  # noqa: B017 -- whichever it is
        image.load()
    assert [root.tag for root in second.read_again(path, "png").xmp] == ["{adobe:ns:meta/}xmpmeta"]
