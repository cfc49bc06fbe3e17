"""The proof after blanking finds what Pillow finds in a file, and more, without opening it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import exifread
import pytest
from PIL import Image

from media.metadata import second
from media.metadata.second import SecondReading
from media.privacy import patch, scrub
from media.privacy.policy import Policy
from media.probe import HANDED_ON_BYTES, probe
from tests.conftest import sample

LOCATION, METADATA = Policy(location=True, metadata=False), Policy(location=False, metadata=True)
NAMES = (
    "canon-40d.jpg", "cmyk.jpg", "gps-nikon.jpg", "iphone-gps-8mp.jpg", "long-description.jpg",
    "odd-exif.jpg", "orientation-6.jpg", "plain.jpg", "xmp-title.jpg",
)  # fmt: skip
PACKET = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
    b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    b"<rdf:Description xmlns:exif='http://ns.adobe.com/exif/1.0/' exif:GPSLatitude='52,31.2N'/>"
    b"</rdf:RDF></x:xmpmeta>"
)
GPS = (
    b"Exif\0\0MM\0*\0\0\0\x08"
    b"\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0"  # one directory: GPS is at 26
    b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0"
)


def head_of(path: Path) -> int:
    facts = probe(path, max_megapixels=128, allowed=("jpg",))
    assert facts.as_sent and facts.as_sent.head
    return facts.as_sent.head


def told(reading: SecondReading) -> tuple[object, ...]:
    roots = [root.tag for root in reading.xmp]
    return reading.tags, reading.gps, roots, reading.kinds, reading.telling


def with_segment(path: Path, marker: int, data: bytes, times: int = 1) -> Path:
    """A JPEG with a segment of its own in front."""
    plain = sample("plain.jpg").read_bytes()
    segment = bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2) + data
    path.write_bytes(plain[:2] + segment * times + plain[2:])
    return path


@pytest.mark.parametrize("policy", [None, LOCATION, METADATA])
@pytest.mark.parametrize("name", NAMES)
def test_by_marks_it_reads_what_pillow_reads_in_the_file(
    name: str, policy: Policy | None, tmp_path: Path
) -> None:
    path = Path(shutil.copy(sample(name), tmp_path))
    head = head_of(path)
    if policy:
        patch.apply(path, scrub.changes(path, "jpg", policy))
    assert told(second.read_by_marks(path, head)) == told(second.read_again(path, "jpg"))


@pytest.mark.parametrize("marker", [0xE1, 0xE5, 0xFE])
def test_a_position_that_the_walkers_missed(marker: int, tmp_path: Path) -> None:
    """Whatever kind of segment has it: marks know of none."""
    for number, data in enumerate((PACKET, b"http://ns.adobe.com/xap/1.0/\0" + PACKET, GPS)):
        path = with_segment(tmp_path / f"{number}.jpg", marker, data)
        found = second.read_by_marks(path, head_of(path))
        assert scrub.leftovers(found, LOCATION), data
        assert "place" in found.kinds, data


def test_many_marks_are_left_to_pillow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = with_segment(tmp_path / "few.jpg", 0xE5, PACKET, times=8)
    many = with_segment(tmp_path / "many.jpg", 0xE5, PACKET, times=9)
    heads = {path: head_of(path) for path in (few, many)}
    opened: list[object] = []
    real = Image.open

    def opening(source: Any, **kwargs: Any) -> Image.Image:
        opened.append(source)
        return real(source, **kwargs)

    monkeypatch.setattr(Image, "open", opening)
    for path, times in ((few, 0), (many, 1)):
        second.read_by_marks(path, heads[path])
        assert len(opened) == times


def test_much_metadata_is_not_held_while_an_upload_waits(tmp_path: Path) -> None:
    for times, is_held in ((1, True), (HANDED_ON_BYTES // 60_000 + 1, False)):
        path = with_segment(tmp_path / "much.jpg", 0xE5, b"x" * 60_000, times)
        facts = probe(path, max_megapixels=128, allowed=("jpg",))
        assert (facts.as_sent is not None) == is_held


def test_what_is_unchanged_is_proved_by_exifread_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = probe(sample("gps-nikon.jpg"), max_megapixels=128, allowed=("jpg",))
    assert facts.as_sent and "place" in facts.as_sent.kinds
    before = told(second.read_again(sample("gps-nikon.jpg"), "jpg"))
    assert told(facts.as_sent.unchanged(sample("gps-nikon.jpg"), "jpg")) == before
    monkeypatch.setattr(exifread, "process_file", lambda *_, **__: {})
    after = facts.as_sent.unchanged(sample("gps-nikon.jpg"), "jpg")
    assert after.gps and after.kinds >= {"place"}  # Pillow saw it
