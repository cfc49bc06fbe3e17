"""Where a TIFF file's pixels are (TIFF 6.0, sections 3, 15 and 22), and what stands beside them in
JPEG streams and colour profiles.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers import jpeg_frames
from media.metadata.tiff import Editor, MalformedTiff
from media.privacy import icc

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, _ROWS, _PLANES = 256, 257, 258, 259, 277, 278, 284
_STRIPS = 273
_STRIP_LENGTHS = 279
_TILE_WIDTH = 322
_TILE_HEIGHT = 323
_TILES = 324
_TILE_LENGTHS = 325
_JPEG_TABLES, _PROFILE = 347, 34675
_NONE, _JPEG = 1, 7
# Streams of pixels and nothing else: fax, LZW, Deflate, PackBits, JBIG, LZMA, Zstandard. WebP, JPEG
# 2000 and others have metadata of their own.
_BARE = {_NONE, 2, 3, 4, 5, 8, 32771, 32773, 32809, 32946, 34661, 34925, 50000}


def clean(file: IO[bytes], data: mmap.mmap, drop: Callable[[int], bool]) -> tuple[Editor, str]:
    """Clean a TIFF file in its map for writing; what can't be, in words, "" if all can.

    The editor says what was written, and what nothing refers to (left to the caller, as it may be
    most of the file). Raises MalformedTiff.
    """
    editor = Editor(data)
    editor.clean(drop, gps=True, thumbnail=False)
    streams: set[tuple[int, int]] = set()
    for page in editor.pages:
        entries = {editor.tag(entry): entry for entry in editor.entries(page)}
        if _PROFILE in entries:
            _clean_profile(editor, entries[_PROFILE])
        try:
            pieces = sorted(set(_pieces(editor, entries)))
        except MalformedTiff:
            return editor, "pixels of unknown length"
        compression = _first(editor, entries, _COMPRESSION, _NONE)
        if compression == _JPEG:
            streams.update(pieces, _tables(editor, entries))
        elif compression not in _BARE and pieces:
            return editor, f"pixels of compression {compression}"
        editor.kept += [(start, start + length) for start, length in pieces]
    try:
        _clean_jpegs(editor, file, sorted(streams))
    except Unreadable:
        return editor, "JPEG streams that can't be followed"
    return editor, ""


def _first(editor: Editor, entries: dict[int, int], tag: int, default: int) -> int:
    values = editor.numbers(entries[tag]) if tag in entries else []
    return values[0] if values else default


def _pieces(editor: Editor, entries: dict[int, int]) -> Iterator[tuple[int, int]]:
    """(offset, length) of each strip and tile. Raises MalformedTiff where that isn't said."""
    # streams in parts, of a length that old writers left open
    if _first(editor, entries, _COMPRESSION, _NONE) == 6:
        raise MalformedTiff("old JPEG")
    for offsets, lengths in ((_STRIPS, _STRIP_LENGTHS), (_TILES, _TILE_LENGTHS)):
        if offsets not in entries:
            continue
        starts = editor.numbers(entries[offsets])
        sizes = editor.numbers(entries[lengths]) if lengths in entries else []
        if len(starts) != len(sizes):
            raise MalformedTiff("no lengths")
        needed = _uncompressed(editor, entries, offsets == _TILES, len(starts))
        yield from (
            (start, max(size, least))
            for start, size, least in zip(starts, sizes, needed, strict=True)
        )


def _uncompressed(editor: Editor, entries: dict[int, int], tiled: bool, count: int) -> list[int]:
    """How many bytes decoders read of each piece, whatever length is said; 0 for what is
    compressed.
    """
    if _first(editor, entries, _COMPRESSION, _NONE) != _NONE:
        return [0] * count
    width, height = (
        _first(editor, entries, _TILE_WIDTH if tiled else _WIDTH, 0),
        _first(editor, entries, _HEIGHT, 0),
    )
    separate = _first(editor, entries, _PLANES, 1) == 2
    bits = _first(editor, entries, _BITS, 1) * (
        1 if separate else _first(editor, entries, _SAMPLES, 1)
    )
    row = (width * bits + 7) // 8
    if tiled:
        return [row * _first(editor, entries, _TILE_HEIGHT, 0)] * count
    rows = max(1, min(_first(editor, entries, _ROWS, height), height))
    a_plane = -(-height // rows) or 1
    return [row * min(rows, height - number % a_plane * rows) for number in range(count)]


def _tables(editor: Editor, entries: dict[int, int]) -> Iterator[tuple[int, int]]:
    if _JPEG_TABLES in entries:
        yield editor.value_at(entries[_JPEG_TABLES]), editor.size(entries[_JPEG_TABLES])


def _clean_jpegs(editor: Editor, file: IO[bytes], pieces: list[tuple[int, int]]) -> None:
    """Blank all that decoding these JPEG streams doesn't need. Raises Unreadable."""
    for start, length in list(jpeg_frames.private(file, pieces, len(editor.data))):
        editor.zero(start, length)


def _clean_profile(editor: Editor, entry: int) -> None:
    at, size = editor.value_at(entry), editor.size(entry)
    if size <= icc.MAX_PROFILE and at + size <= len(editor.data):
        editor.put(at, icc.clean(bytes(editor.data[at : at + size])))
    else:
        editor.zero(at, size)
