"""A block of metadata without what goes, at the same length."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

from media.metadata import iptc, tiff, xmp
from media.metadata.containers import ebml, gif
from media.metadata.containers.block import Block
from media.privacy import cues, icc
from media.privacy.exif_names import HARMLESS
from media.privacy.policy import Policy

_TELLING_KEYWORD = re.compile(
    r"gps|geo|location|xyz|latitude|longitude|raw profile type|xml:|exif", re.IGNORECASE
)
# PNG's own keywords of what a picture is (W3C PNG, third edition, 11.3.3.2), but for "Source": the
# device that it came from.
_HARMLESS_KEYWORDS = {
    "title", "author", "description", "copyright", "creation time", "software", "disclaimer",
    "warning", "comment", "collection",
}  # fmt: skip


def blanked(block: Block, data: bytes, policy: Policy) -> bytes:
    """``data`` is the block's. What is unknown goes whole."""
    match block.kind:
        case "exif":
            return _clean_exif(data, policy)
        case "icc":
            return icc.clean(data) if block.chunk is None else icc.clean_chunk(data)
        case "xmp":
            return xmp.blank(data) if policy.metadata else xmp.without_location(data)
        case "photoshop":
            return bytes(len(data)) if policy.metadata else _clean_photoshop(data, policy)
        case "comment":
            harmless = block.keyword and not _TELLING_KEYWORD.search(block.keyword)
            return data if harmless and not policy.metadata else b" " * len(data)
        case "sub-blocks":
            return gif.without_content(data)
        case "element":
            return ebml.void(len(data))
        case "index":
            return _clean_index(data)
        case "box":
            return (
                data if block.keyword and not policy.metadata else b"free".ljust(len(data), b"\0")
            )
        case "filler":  # no zeros, of which two and a small number would be taken for a start code
            return b" " * len(data)
        case "subtitles" if not policy.metadata:
            ends = list(accumulate(length for _, length in block.ranges))
            return b"".join(
                cues.without_data(
                    [data[start:end] for start, end in pairwise([0, *ends])], block.keyword
                )
            )
        case "dates" if not policy.metadata:
            return data
        case "text" if not policy.metadata and block.keyword.lower() in _HARMLESS_KEYWORDS:
            return data
        case _:
            return bytes(len(data))


def _clean_exif(data: bytes, policy: Policy) -> bytes:
    prefix = b"Exif\0\0" if data.startswith(b"Exif\0\0") else b""  # some WebP writers keep JPEG's
    body = data[len(prefix) :]
    if not policy.metadata:
        try:
            return prefix + tiff.without(
                body, lambda tag: tag not in HARMLESS, gps=True, thumbnail=True
            )
        except tiff.MalformedTiff:
            pass  # what can't be followed can't be proven clean
    return prefix + tiff.orientation_only(len(body), tiff.orientation(body))


def _clean_photoshop(data: bytes, policy: Policy) -> bytes:
    cleaned, end = bytearray(data), 0
    for resource, start, length in iptc.resources(data):
        part = data[start : start + length]
        match resource:
            case iptc.IPTC:
                part = _clean_iptc(part)
            case iptc.EXIF_1 | iptc.EXIF_3:
                part = _clean_exif(part, policy)
            case iptc.XMP:
                part = xmp.without_location(part)
            case _ if resource not in iptc.HARMLESS_RESOURCES:
                part = bytes(length)
        cleaned[start : start + length] = part
        end = start + length
    cleaned[end:] = bytes(len(data) - end)  # where the structure breaks off
    return bytes(cleaned)


def _clean_iptc(data: bytes) -> bytes:
    cleaned, end = bytearray(data), 0
    for record, dataset, at, length in iptc.records(data):
        if (record, dataset) not in iptc.HARMLESS:
            cleaned[at : at + length] = b" " * length
        end = at + length
    cleaned[end:] = bytes(len(data) - end)
    return bytes(cleaned)


def _clean_index(data: bytes) -> bytes:
    """The index of a multi-picture file (CIPA DC-007, 5.2): where the pictures are, not the ids
    that they have.
    """
    try:
        return tiff.without(
            data, lambda tag: tag not in tiff.MULTI_PICTURE, gps=True, thumbnail=False
        )
    except tiff.MalformedTiff:
        return bytes(len(data))
