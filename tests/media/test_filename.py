from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.intake import filename


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("Holiday in Rome.jpg", "Holiday-in-Rome"),
        ("Größe – 你好.png", "Grosse-NiHao"),
        ("Badgers _ animated music video _ MrWeebl.mp4", "Badgers-animated-music-video-MrWeebl"),
        ("IMG_20200101-1.JPG", "IMG_20200101-1"),
        ("a__b - c_ d -_e.png", "a-b-c-d-e"),
        ("why ?! not.png", "why-not"),
        ("_private_.png", "_private_"),
        ("..hidden.png", "hidden"),
        ("archive.th.png", "archive"),
        ("a.md.th.jpg", "a"),
        ("a.pv-jpeg.webp", "a"),
        ("a.TL.PV-png.webp", "a"),
        ("a.pv-2019.jpg", "a.pv-2019"),
        ("wall.TL.png", "wall"),
        ("a.TH.jpg", "a"),
        ("a/b\\c.png", "abc"),
        ("no extension", "no-extension"),
        ("x" * 300 + ".png", "x" * 200),
        ("tab\tand\n line.gif", "tab-and-line"),
    ],
)
def test_known_names(sent: str, name: str) -> None:
    assert filename.stored_name(sent) == name


@pytest.mark.parametrize(
    "sent", ["", "-", "-.png", "_ -.gif", ".jpg", "....png", "???.gif", "/.png"]
)
def test_nothing_left_gives_a_random_name(sent: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9]{32}", filename.stored_name(sent))
    assert filename.stored_name(sent) != filename.stored_name(sent)


@given(st.text(max_size=400))
def test_any_name_is_safe(sent: str) -> None:
    name = filename.stored_name(sent)
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}", name)
    assert not name.lower().endswith((".th", ".md", ".fr"))
    assert len(PurePosixPath("root").joinpath(name + ".jpg").parts) == 2
    assert filename.another_name(name) != name
    assert len(filename.another_name(name)) == len(name) + 16


@pytest.mark.parametrize(
    ("format", "sent", "extension"),
    [
        ("jpg", "a.jpg", "jpg"),
        ("jpg", "a.JPG", "jpg"),
        ("jpg", "a.jpeg", "jpeg"),
        ("jpg", "", "jpeg"),
        ("jpg", "a.png", "jpeg"),
        ("png", "a.jpg", "png"),
        ("avif", "a", "avif"),
    ],
)
def test_extension_follows_the_content(format: str, sent: str, extension: str) -> None:
    assert filename.stored_extension(format, sent) == extension


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        ("Badgers _ animated music video _ MrWeebl.mp4", "Badgers animated music video MrWeebl"),
        ("IMG_20200101-1.JPG", "IMG 20200101 1"),
        ("a  b", "a b"),
        (".jpg", ""),
        ("v1.2 notes.png", "v1.2 notes"),
    ],
)
def test_titles(sent: str, title: str) -> None:
    assert filename.title_from(sent) == title
