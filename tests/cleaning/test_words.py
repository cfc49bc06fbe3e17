"""Subtitles and titles of chapters: people's words stay, in every script; positions, serial numbers
and readings go.
"""

from __future__ import annotations

import subprocess
import unicodedata
from pathlib import Path

import pytest

from media.privacy import cues, patch, scrub, words
from tests.cleaning.films import SUBTITLES, ffmpeg
from tests.cleaning.stills import RAW, box
from tests.cleaning.test_films import needs_programs
from tests.cleaning.test_stills import POLICY
from tests.conftest import sample

SCRIPTS = {
    "English": [
        "Hello there",
        "It costs $5",
        "1.5 million",
        "In 2026, we met.",
        "It's $3.50 @ 100 % # ~",
        "10,000 men",
        "1,000,000 of them",
        "- 10:30, already? - Yes…",
        "It's 12 degrees, he said - at 10:30.",
        '<font color="#ffff00">Ça va?</font>',
    ],
    "Hindi": ["नमस्ते दुनिया", "हिन्दी में उपशीर्षक", "आप कैसे हैं?", "मैं ठीक हूँ।", "धन्यवाद"],
    "Bengali": ["২৫ জন মানুষ। ঠিক আছে।"],
    "Thai": ["สวัสดีครับ", "คุณเป็นอย่างไรบ้าง", "ฉันสบายดี", "ขอบคุณ"],
    "Arabic": ["كيف حالك؟", "أنا بخير، شكرا", "مرحبا", "إلى اللقاء"],
    "Persian": ["می\u200cخواهم ۵ تا"],
    "Hebrew": ["בְּרֵאשִׁית בָּרָא אֱלֹהִים", "\u202bשלום!\u202c"],
    "Chinese": [
        "你好世界",
        "我有3个苹果和香蕉",
        "我们去公园吧",
        "2024年3月1日",
        "【好的】《谢谢》",
    ],
    "Japanese": ["ここは3丁目〜です", "（笑）そうですか！？", "5000円ください"],
    "NFD": [
        unicodedata.normalize("NFD", text) for text in ("Café, déjà vu", "Größe 12", "Tiếng Việt")
    ],
    "emoji": ["😀 5 apples ❤️", "♪ la la ♪"],
}
POSITIONS = [
    *SUBTITLES, "GPS48.208174N16.373819E", "52.5200 13.4050", "52.5, 13.4", "N52 E13", "52 N 13 E",
    "52:31:12.5N", "52:31:12.000", "纬度:22 经度:113", "lat=52 lon=13", "52º31'12\" N", "52° 13°",
    "1 a\U000e0041\U000e0042", "52,520", "8FVC9G8F+6W",
]  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS)
def test_words_stay_in_every_script(script: str) -> None:
    assert [text for text in SCRIPTS[script] if not words.is_words(text)] == []


@pytest.mark.parametrize("text", POSITIONS)
def test_positions_and_serial_numbers_are_no_words(text: str) -> None:
    assert not words.is_words(f"{text} Walk") and not words.is_words(f"Walk {text}", is_title=True)


@pytest.mark.parametrize(
    "text", ["00:00:01.000", "Chapter 3 - 01:02:03", "10:30", "00:00:01,000", "Chapter 12", "第3章"]
)
def test_chapters_may_be_times_and_numbers(text: str) -> None:
    assert cues.without_data([text.encode()] * 30, " chapters") == [text.encode()] * 30


def test_a_bad_cue_goes_alone_and_a_track_of_data_goes_whole() -> None:
    bad, good = b"52.5200 13.4050", b"abc"
    assert cues.without_data([good] * 3 + [bad], "") == [good] * 3 + [bytes(15)]
    assert cues.without_data([good] * 20 + [bad] * 9, "") == [good] * 20 + [bytes(15)] * 9
    assert not any(b"".join(cues.without_data([good] * 20 + [bad] * 10, "")))
    assert not any(b"".join(cues.without_data([b"52 degrees"] * 10, "")))


def test_a_cue_of_webvtt_in_mp4_is_looked_into() -> None:
    def cue(text: bytes, settings: bytes = b"line:10% align:start") -> bytes:
        return box(b"vttc", box(b"sttg", settings) + box(b"payl", text))

    kept = [cue("नमस्ते".encode()), box(b"vtte", b""), cue(b"It costs $5"), *[cue(b"abc")] * 20]
    gone = [
        cue(b"52.5200 13.4050"),
        cue(b"abc", RAW),
        cue(b"abc") + box(b"vtta", RAW),
        box(b"vtte", RAW),
        cue(b"abc") + RAW,
    ]
    after = cues.without_data(kept + gone, "wvtt")
    assert after[: len(kept)] == kept
    assert [(len(new), new[4:8], bool(new[8:].strip(b"\0"))) for new in after[len(kept) :]] == [
        (len(old), b"vtte", False) for old in gone
    ]


@needs_programs
@pytest.mark.parametrize("format", ["mp4", "mkv"])
def test_films_keep_their_subtitles_and_chapters(format: str, tmp_path: Path) -> None:
    texts = [texts[0] for texts in SCRIPTS.values()] + [
        "It's 12 degrees, he said - at 10:30.",
        "It costs $5",
    ]
    titles = ["00:00:01.000", *(f"Chapter {number}" for number in range(2, 8))]
    (tmp_path / "a.srt").write_text(
        "".join(
            f"{n}\n00:00:00,{n:02}0 --> 00:00:00,{n:02}9\n{text}\n\n"
            for n, text in enumerate([*texts, "52.5200 13.4050"], 1)
        )
    )
    (tmp_path / "a.ini").write_text(
        ";FFMETADATA1\n"
        + "".join(
            f"[CHAPTER]\nTIMEBASE=1/10\nSTART={n}\nEND={n + 1}\ntitle={title}\n"
            for n, title in enumerate(titles)
        )
    )
    ffmpeg(
        tmp_path,
        f"a.{format}",
        "-i",
        str(sample("clip.mp4")),
        "-i",
        str(tmp_path / "a.srt"),
        "-i",
        str(tmp_path / "a.ini"),
        "-map",
        "0",
        "-map",
        "1",
        "-map_chapters",
        "2",
        "-c",
        "copy",
        "-c:s",
        "mov_text" if format == "mp4" else "srt",
        "-t",
        "2",
    )
    path = tmp_path / f"a.{format}"
    patch.apply(path, scrub.changes(path, format, POLICY))
    shown = subprocess.run([
        "ffmpeg", "-loglevel", "error", "-i", str(path), "-map", "0:s:0", "-f", "srt", "-",
    ], capture_output=True, check=True, timeout=60)  # fmt: skip
    assert [
        text for text in texts if text not in shown.stdout.decode()
    ] == [] and "52.5200" not in shown.stdout.decode()
    probed = subprocess.run(
        ["ffprobe", "-v", "error", "-show_chapters", "-of", "csv", str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert [title for title in titles if title not in probed.stdout] == []
