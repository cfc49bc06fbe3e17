"""Codes that put an upload into a page or a post: links, HTML, Markdown and BBCode, in all of
Chevereto's forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from blueprints.http.addresses import Addresses
from media.pixels.derive import THUMB_SIZE
from models import Upload


@dataclass(frozen=True)
class Codes:
    """A group of codes: its name, and (label, code) each."""

    name: str
    codes: list[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """A file as it can be embedded, with its pixels."""

    label: str
    url: str
    width: int
    height: int


def sizes(upload: Upload, where: Addresses) -> list[Shown]:
    """The upload's pictures, largest first: its frame, if it is a video."""
    pictures = []
    if upload.frame_size:
        pictures.append(
            Shown("frame", where.file(upload, upload.derivative("fr")), upload.width, upload.height)
        )
    elif upload.is_playable:
        pictures.append(
            Shown("full", where.file(upload, upload.filename), upload.width, upload.height)
        )
    if upload.medium_size:
        pictures.append(
            Shown(
                "medium",
                where.file(upload, upload.derivative("md")),
                upload.medium_width,
                upload.medium_height,
            )
        )
    return [
        *pictures,
        Shown("thumbnail", where.file(upload, upload.derivative("th")), THUMB_SIZE, THUMB_SIZE),
    ]


def codes(upload: Upload, where: Addresses) -> list[Codes]:
    direct, viewer = where.file(upload, upload.filename), where.viewer(upload)
    alt = upload.alt_text or upload.title or upload.filename
    pictures = sizes(upload, where)
    links = [
        ("Viewer", viewer),
        ("Direct", direct),
        *((shown.label.capitalize(), shown.url) for shown in pictures if shown.url != direct),
    ]
    linked = [
        (f"{'Full' if shown.label == 'frame' else shown.label.capitalize()} linked", shown)
        for shown in pictures
    ]
    whole = pictures[0]
    if upload.is_video:
        video_html = (
            f'<video src="{escape(direct)}" poster="{escape(whole.url)}" width="{upload.width}" '
            f'height="{upload.height}" controls></video>'
        )
        embeds = (video_html, f"[{_md(alt)}]({direct})", f"[video]{direct}[/video]")
    else:
        embeds = (_img(whole, alt), f"![{_md(alt)}]({whole.url})", f"[img]{whole.url}[/img]")
    return [
        Codes("Links", links),
        Codes(
            "HTML",
            [
                ("Embed", embeds[0]),
                *(
                    (name, f'<a href="{escape(viewer)}">{_img(shown, alt)}</a>')
                    for name, shown in linked
                ),
            ],
        ),
        Codes(
            "Markdown",
            [
                ("Embed", embeds[1]),
                *((name, f"[![{_md(alt)}]({shown.url})]({viewer})") for name, shown in linked),
            ],
        ),
        Codes(
            "BBCode",
            [
                ("Embed", embeds[2]),
                *((name, f"[url={viewer}][img]{shown.url}[/img][/url]") for name, shown in linked),
            ],
        ),
    ]


def _img(shown: Shown, alt: str) -> str:
    return (
        f'<img src="{escape(shown.url)}" alt="{escape(alt)}" width="{shown.width}" '
        f'height="{shown.height}">'
    )


def _md(text: str) -> str:
    return re.sub(r"([\\\[\]`*_<>!])", r"\\\1", " ".join(text.split()))
