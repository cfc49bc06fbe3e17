from __future__ import annotations

import os
import shutil
import subprocess
import sys
from io import FileIO
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from media.errors import (
    DisabledFormat,
    TooManyMegapixels,
    UnavailableFormat,
    Unreadable,
    UploadError,
)
from media.formats import FORMATS
from media.pixels import video
from media.pixels.derive import derive
from media.privacy import patch, scrub
from media.privacy.patch import PatchedFile
from media.privacy.policy import Policy
from media.probe import Facts, probe
from tests.conftest import ROOT, sample
from tests.media.make import film, is_upright

LOCATION, METADATA = Policy(location=True, metadata=False), Policy(location=True, metadata=True)
PLACE = "+52.5200+013.4050/"


def look(path: Path, **kwargs: object) -> Facts:
    return probe(path, **{"max_megapixels": 128, "allowed": FORMATS, **kwargs})  # type: ignore[arg-type]


def copied(name: str, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(sample(name), tmp_path / name))


def packets(path: Path) -> list[tuple[int, bytes]]:
    """Every byte of every stream."""
    with av.open(path) as container:
        return [(packet.stream_index, bytes(packet)) for packet in container.demux() if packet.size]


@pytest.mark.parametrize(
    ("name", "format", "size", "duration"),
    [
        ("clip.mp4", "mp4", (496, 360), 12),
        ("clip.webm", "webm", (640, 360), 4),
        ("phone-rotated-gps.mov", "mov", (360, 496), 3),
    ],
)
def test_samples(
    name: str, format: str, size: tuple[int, int], duration: int, tmp_path: Path
) -> None:
    facts = look(copied(name, tmp_path))
    assert (facts.kind, facts.format, (facts.width, facts.height), facts.duration) == (
        "video",
        format,
        size,
        duration,
    )
    assert facts.is_playable and facts.frame
    derivatives = derive(tmp_path / name, facts, "jpeg")
    assert derivatives.medium is None and derivatives.frame
    with Image.open(derivatives.frame.path) as frame, Image.open(derivatives.thumb.path) as thumb:
        assert (frame.format, frame.size, thumb.format, thumb.size) == (
            "JPEG",
            size,
            "JPEG",
            (320, 320),
        )


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    width=st.integers(9, 200).map(lambda n: n * 2),
    height=st.integers(9, 200).map(lambda n: n * 2),
    rotation=st.sampled_from([0, 90, 180, 270]),
    frames=st.sampled_from([1, 2, 30]),
    sound=st.booleans(),
    name=st.sampled_from(["a.mp4", "a.mov", "a.mkv", "a.m4v"]),
)
def test_generated_films(
    width: int, height: int, rotation: int, frames: int, sound: bool, name: str, tmp_path: Path
) -> None:
    if name == "a.mkv":
        rotation = 0
    path = film(
        tmp_path / name, size=(width, height), frames=frames, rotation=rotation, sound=sound
    )
    facts = look(path)
    assert (facts.width, facts.height) == (width, height)
    assert facts.duration == max(1, round(frames / 25))
    assert facts.frame
    with Image.open(facts.frame) as frame:
        assert frame.size == (width, height) and is_upright(frame)


def test_a_variable_frame_rate(tmp_path: Path) -> None:
    facts = look(film(tmp_path / "a.mp4", frames=7, times=[0, 1, 2, 100, 101, 102, 103]))
    assert facts.duration == 4


def test_a_live_recording_has_no_duration(tmp_path: Path) -> None:
    path = film(tmp_path / "a.webm", codec="libvpx-vp9", frames=75, options={"live": "1"})
    with av.open(path) as container:
        assert not container.duration or container.duration < 0
    assert look(path).duration == 3


@pytest.mark.parametrize(
    ("codec", "pixels", "name", "playable"),
    [
        ("libx264", "yuv420p", "a.mp4", True),
        ("libx264", "yuv420p10le", "a.mp4", False),
        ("libx265", "yuv420p", "a.mp4", False),
        ("prores_ks", "yuv422p10le", "a.mov", False),
        ("libvpx-vp9", "yuv420p", "a.webm", True),
        ("libx264", "yuv420p", "a.mkv", False),
        ("mpeg4", "yuv420p", "a.mp4", False),
        ("libx264", "yuv444p", "a.mp4", False),
    ],
)
def test_what_browsers_play(
    codec: str, pixels: str, name: str, playable: bool, tmp_path: Path
) -> None:
    assert look(film(tmp_path / name, codec=codec, pixels=pixels, frames=3)).is_playable == playable


def test_a_wide_film_has_a_medium(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", size=(1280, 720), frames=2)
    derivatives = derive(path, look(path), "jpeg")
    assert derivatives.medium and (derivatives.medium.width, derivatives.medium.height) == (
        750,
        422,
    )
    assert derivatives.frame and (derivatives.frame.width, derivatives.frame.height) == (1280, 720)


# --- refused


def sound_only(path: Path) -> Path:
    with av.open(path, "w") as container:
        audio = container.add_stream("aac", rate=48_000)
        silence = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        for plane in silence.planes:
            plane.update(bytes(plane.buffer_size))
        silence.sample_rate, silence.pts = 48_000, 0
        container.mux(audio.encode(silence))
        container.mux(audio.encode(None))
    return path


def test_no_picture_in_it(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        look(sound_only(tmp_path / "a.mp4"))


@pytest.mark.parametrize("name", ["clip.mp4", "phone-rotated-gps.mov"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_cut_off(name: str, part: float, tmp_path: Path) -> None:
    path = tmp_path / name
    data = sample(name).read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(UploadError):
        look(path)


def test_scrambled(tmp_path: Path) -> None:
    """As if encrypted: the index is there, and no frame makes sense."""
    path = tmp_path / "a.mp4"
    data = bytearray(sample("clip.mp4").read_bytes())
    start = data.find(b"mdat") + 4
    size = int.from_bytes(data[start - 8 : start - 4])
    data[start : start + size - 8] = os.urandom(size - 8)
    path.write_bytes(data)
    with pytest.raises(Unreadable):
        look(path)


def test_switched_off_and_other_kinds(tmp_path: Path) -> None:
    with pytest.raises(DisabledFormat):
        look(sample("clip.mp4"), allowed=("jpg",))
    audio = tmp_path / "a.m4a"
    audio.write_bytes(b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + bytes(100))
    with pytest.raises(UnavailableFormat):
        look(audio)


def test_too_large_is_refused_before_a_frame_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(TooManyMegapixels):
        look(film(tmp_path / "a.mp4", size=(1920, 1080), frames=1), max_megapixels=2)


def worker(program: str) -> tuple[str, ...]:
    return sys.executable, "-c", program


def test_a_decoder_that_hangs_is_ended(tmp_path: Path) -> None:
    limits = video.Limits(
        seconds=1, start_seconds=0, worker=worker("import time; time.sleep(3600)")
    )
    with pytest.raises(Unreadable):
        look(copied("clip.mp4", tmp_path), limits=limits)


@pytest.mark.parametrize(
    "death",
    [
        "os.kill(os.getpid(), signal.SIGSEGV)",
        "sys.exit(3)",
        "print('no JSON')",
        "bytearray(10**11)",
    ],
)
def test_a_decoder_that_crashes_costs_one_upload(death: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        look(
            copied("clip.mp4", tmp_path),
            limits=video.Limits(worker=worker(f"import os, signal, sys; {death}")),
        )


def test_the_limits_are_set_in_the_worker(tmp_path: Path) -> None:
    """Too little memory to decode with, too little time: refused, not a hang and not a crash of
    ours.
    """
    path = copied("clip.mp4", tmp_path)
    with pytest.raises(Unreadable):
        look(path, limits=video.Limits(memory_mb=60))
    check = (
        "import io, json, resource, sys, media.pixels.video_worker as worker\n"
        "worker.inspect = lambda task: [resource.getrlimit(limit)[0] for limit in "
        "(resource.RLIMIT_CPU, resource.RLIMIT_AS)]\n"
        "sys.stdin = io.StringIO(json.dumps({'memory_mb': 900, 'seconds': 7, 'max_frame_bytes': "
        "10**6}))\n"
        "worker.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "[7, 900000000]"


def test_a_playlist_opens_no_other_file(tmp_path: Path) -> None:
    for text in (
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
    ):
        path = tmp_path / "list.mp4"
        path.write_bytes(text)
        with pytest.raises(Unreadable):
            look(path)


# --- location


def located(name: str, tmp_path: Path, **kwargs: object) -> Path:
    options = (
        {}
        if name.endswith((".mkv", ".webm"))
        else {"movflags": "use_metadata_tags"}
        if name == "keys.mov"
        else {}
    )
    codec = "libvpx-vp9" if name.endswith(".webm") else "libx264"
    return film(
        tmp_path / name,
        codec=codec,
        frames=5,
        options=options,
        metadata={
            "location": PLACE,
            "location-eng": PLACE,
            "com.apple.quicktime.location.ISO6709": PLACE,
            "title": "A walk",
            "make": "Acme",
        },
    )


@pytest.mark.parametrize("name", ["a.mov", "a.mp4", "keys.mov", "a.mkv", "a.webm", "a.3gp"])
@pytest.mark.parametrize("policy", [LOCATION, METADATA], ids=["location", "metadata"])
def test_the_place_is_blanked_and_comes_back(name: str, policy: Policy, tmp_path: Path) -> None:
    path = located(name, tmp_path)
    original, streams = path.read_bytes(), packets(path)
    assert PLACE[:8].encode() in original or b"loci" in original
    facts = look(path)
    assert facts.places
    changes = scrub.changes(path, facts.format, policy)
    patch.apply(path, changes)
    data = path.read_bytes()
    assert len(data) == len(original) and b"52.52" not in data and b"\xa9xyz" not in data
    assert video.places(path, facts.format, video.Limits()) == ()
    assert packets(path) == streams
    assert PatchedFile(FileIO(path), patch.pack(changes)).read() == original
    assert (b"A walk" in data) == (policy is LOCATION)
    with av.open(path) as container:
        # FFmpeg reads no titl box
        assert (
            bool(container.metadata.get("title", "").strip()) == (policy is LOCATION)
            or name == "a.3gp"
        )


def test_the_phones_film(tmp_path: Path) -> None:
    path = copied("phone-rotated-gps.mov", tmp_path)
    changes = scrub.changes(path, "mov", LOCATION)
    patch.apply(path, changes)
    assert b"40.44" not in path.read_bytes() and video.places(path, "mov", video.Limits()) == ()
    assert packets(path) == packets(sample("phone-rotated-gps.mov"))
    assert len(patch.pack(changes)) < 200
    look(path)


def test_a_telemetry_track_is_noticed() -> None:
    for track in ("GoPro MET gpmd", "camm", "DJI meta djmd", "Location"):
        assert video.TELLING_TRACK.search(track)
    for track in ("", "tmcd", "Core Media Time Code"):
        assert not video.TELLING_TRACK.search(track)


def test_a_motion_photo(tmp_path: Path) -> None:
    """A JPEG with a film behind it: its place is blanked alone, and all of it as metadata."""
    clip = film(tmp_path / "a.mp4", frames=5, metadata={"location": PLACE})
    path = tmp_path / "motion.jpg"
    both = sample("plain.jpg").read_bytes() + clip.read_bytes()
    for policy in (LOCATION, METADATA):
        path.write_bytes(both)
        changes = scrub.changes(path, "jpg", policy)
        patch.apply(path, changes)
        data = path.read_bytes()
        assert b"52.52" not in data and len(data) == len(both)
        assert (b"moov" in data) == (policy is LOCATION)
        assert PatchedFile(FileIO(path), patch.pack(changes)).read() == both
        assert look(path).format == "jpg"
