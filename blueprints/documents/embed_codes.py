"""Codes that put an upload into a page or a post: links, HTML, Markdown and BBCode, in all of
Chevereto's forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from blueprints.http.addresses import Addresses
from media.pixels.reduced import THUMB_SIZE
from models import Upload

LINKS, HTML, MARKDOWN, BBCODE = "Links", "HTML", "Markdown", "BBCode"  # groups
EMBED = "Embed"  # the code of a group that shows the file itself


def linked(size: str) -> str:
    """The label of a picture's code that links to the page."""
    return f"{size.capitalize()} linked"


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


def preview(upload: Upload, where: Addresses) -> Shown:
    """As link previews show it: in its medium size, where it has one."""
    pictures = sizes(upload, where)
    return next((one for one in pictures if one.label == "medium"), pictures[0])


def by_group(upload: Upload, where: Addresses) -> dict[str, dict[str, str]]:
    """`codes`, as scripts take them."""
    return {group.name: dict(group.codes) for group in codes(upload, where)}


def codes(upload: Upload, where: Addresses) -> list[Codes]:
    direct, viewer = where.file(upload, upload.filename), where.viewer(upload)
    alt = upload.alt_text or upload.title or upload.filename
    pictures = sizes(upload, where)
    links = [
        ("Viewer", viewer),
        ("Direct", direct),
        *((shown.label.capitalize(), shown.url) for shown in pictures if shown.url != direct),
    ]
    pairs = [
        (linked("full" if shown.label == "frame" else shown.label), shown) for shown in pictures
    ]
    whole = pictures[0]
    if upload.is_video:
        player = video_tag(direct, whole.url, upload.width, upload.height)
        embeds = (player, f"[{_md(alt)}]({direct})", f"[video]{direct}[/video]")
    else:
        embeds = (_img(whole, alt), f"![{_md(alt)}]({whole.url})", f"[img]{whole.url}[/img]")
    return [
        Codes(LINKS, links),
        Codes(
            HTML,
            [
                (EMBED, embeds[0]),
                *(
                    (name, f'<a href="{escape(viewer)}">{_img(shown, alt)}</a>')
                    for name, shown in pairs
                ),
            ],
        ),
        Codes(
            MARKDOWN,
            [
                (EMBED, embeds[1]),
                *((name, f"[![{_md(alt)}]({shown.url})]({viewer})") for name, shown in pairs),
            ],
        ),
        Codes(
            BBCODE,
            [
                (EMBED, embeds[2]),
                *((name, f"[url={viewer}][img]{shown.url}[/img][/url]") for name, shown in pairs),
            ],
        ),
    ]


def album_codes(name: str, page: str, cover: Shown | None) -> list[tuple[str, str]]:
    """Of an album: a link, and what puts its cover, or else its name, into a page or a post."""
    if cover is None:
        inner = (escape(name), _md(name), _line(name))
    else:
        inner = (_img(cover, name), f"![{_md(name)}]({cover.url})", f"[img]{cover.url}[/img]")
    html, markdown, bbcode = inner
    return [
        ("Viewer", page),
        (HTML, f'<a href="{escape(page)}">{html}</a>'),
        (MARKDOWN, f"[{markdown}]({page})"),
        (BBCODE, f"[url={page}]{bbcode}[/url]"),
    ]


def _line(text: str) -> str:
    """For BBCode, which can't be quoted: without what could end a tag or begin one."""
    return " ".join(re.sub(r"[\[\]]", " ", text).split())


def video_tag(url: str, poster: str, width: int, height: int) -> str:
    return (
        f'<video src="{escape(url)}" poster="{escape(poster)}" width="{width}" '
        f'height="{height}" controls></video>'
    )


def _img(shown: Shown, alt: str) -> str:
    return (
        f'<img src="{escape(shown.url)}" alt="{escape(alt)}" width="{shown.width}" '
        f'height="{shown.height}">'
    )


def _md(text: str) -> str:
    return re.sub(r"([\\\[\]`*_<>!])", r"\\\1", " ".join(text.split()))
