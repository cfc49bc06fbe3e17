"""Photoshop resource blocks and the IPTC-IIM records in them (Adobe Photoshop file format; IPTC IIM
4.2).
"""

from __future__ import annotations

from collections.abc import Iterator

from media.metadata import encoding

IPTC, EXIF_1, EXIF_3, XMP = 0x0404, 0x0422, 0x0423, 0x0424

TITLE, HEADLINE, CAPTION = 5, 105, 120
# Resolution, caption digest, colour profile, copyright flag and address.
HARMLESS_RESOURCES = {0x03ED, 0x0425, 0x040F, 0x040A, 0x040B}
# (record, dataset): version and character set; what a work is called, says, is about, who made it
# and when. No place, no contact.
HARMLESS = {(1, 0), (1, 90), *((2, dataset) for dataset in (
    0, 3, 4, 5, 7, 8, 10, 12, 15, 20, 25, 30, 35, 37, 38, 40, 55, 60, 62, 63, 65, 70, 75, 80, 85,
    105, 110, 115, 116, 120, 122,
))}  # fmt: skip


def resources(block: bytes) -> Iterator[tuple[int, int, int]]:
    """(resource id, offset, length) of each resource's data; stops where the structure breaks
    off.
    """
    at = 0
    while block[at : at + 4] in (b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR"):
        resource = int.from_bytes(block[at + 4 : at + 6])
        name = (block[at + 6] if at + 6 < len(block) else 0) + 1
        at += 6 + name + name % 2
        length = int.from_bytes(block[at : at + 4])
        at += 4
        if at + length > len(block):
            return
        yield resource, at, length
        at += length + length % 2


def records(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """(record, dataset, offset, length) of each IIM dataset; stops where the structure breaks
    off.
    """
    at = 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        length = int.from_bytes(data[at + 3 : at + 5])
        # an extended dataset holds a picture, never text
        if length & 0x8000 or at + 5 + length > len(data):
            return
        yield data[at + 1], data[at + 2], at + 5, length
        at += 5 + length


def texts(block: bytes) -> dict[int, str]:
    """The first value of each application dataset in a Photoshop block, decoded."""
    by_dataset: dict[int, str] = {}
    for resource, start, length in resources(block):
        if resource != IPTC:
            continue
        data = block[start : start + length]
        for record, dataset, at, size in records(data):
            if record == 2 and dataset not in by_dataset:
                by_dataset[dataset] = encoding.decode(data[at : at + size]).strip(" \0\r\n\t")
    return by_dataset
