"""Pillow, opened on one named format and with its errors turned into ours."""

from __future__ import annotations

import contextlib
import functools
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageFile, _webp

from media.errors import StorageFull, Unreadable, UploadError, is_full
from media.formats import FORMATS
from media.pixels import ended

# Our own limit is checked on the header, with its own error; a truncated file must raise, never
# come out half grey.
Image.MAX_IMAGE_PIXELS = None
ImageFile.LOAD_TRUNCATED_IMAGES = False


@contextlib.contextmanager
def opened(path: Path, format: str, *, is_damaged: bool = False) -> Iterator[Image.Image]:
    """The picture at ``path``, header read and pixels not yet decoded; of a damaged JPEG, with the
    end that it may lack.

    Raises Unreadable where such a JPEG lacks more than that. Whatever a decoder raises inside the
    block, on opening or on loading, comes out as Unreadable.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(reading())
        if is_damaged and format == "jpg":
            ended.check(path)
        source: Any = (
            ended.Ended(stack.enter_context(path.open("rb")))
            if is_damaged and format == "jpg"
            else path
        )
        yield stack.enter_context(header(source, format))


def header(source: Any, format: str) -> ImageFile.ImageFile:
    """The picture in ``source``, a path or a file, with its header read; to be closed. Raises what
    decoders raise: see `reading`.
    """
    if format == "heic":
        _learn_heif()
    return Image.open(source, formats=[FORMATS[format].pillow])


def pixels(image: Image.Image, path: Path) -> Image.Image:
    """What ``image``, opened at ``path``, shows: a still, or the first frame. Loaded."""
    if image.format == "WEBP":
        return webp(path)
    image.load()
    return image


def webp(path: Path) -> Image.Image:
    """The first frame of a WebP, loaded, with its colour profile. It takes 12 bytes a pixel where
    Pillow's own way takes 16: neither the decoder nor a second copy is kept. Raises what decoders
    raise.
    """
    decoder = _webp.WebPAnimDecoder(path.read_bytes())
    frame = decoder.get_next()
    size, _, _, _, mode = decoder.get_info()
    profile = decoder.get_chunk("ICCP")
    del decoder
    if frame is None:
        raise Unreadable()
    image = Image.frombuffer(mode, size, frame[0], "raw", mode, 0, 1)
    if profile:
        image.info["icc_profile"] = profile
    return image


def forget(image: ImageFile.ImageFile) -> None:
    """Have ``image`` read again what it read ahead of its pixels: the file has changed since, in
    place.
    """
    if image.fp:
        at = image.fp.tell()
        image.fp.seek(0, io.SEEK_END)
        image.fp.seek(at)


@functools.cache
def _learn_heif() -> None:
    """Register pillow-heif, which few servers need at their start."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Turns what decoders raise on hostile bytes, which may be anything, into Unreadable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UploadError:
        raise
    except OSError as error:
        if is_full(error):
            raise StorageFull() from error
        raise Unreadable() from error
    except Exception as error:
        raise Unreadable() from error
