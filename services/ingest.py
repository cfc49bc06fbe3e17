"""The pipeline, top to bottom: probe → convert → clean → derive → publish.

The bytes have been received already (`media.intake.spool`), in a temp file. Whatever goes wrong,
nothing of the upload is left.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from media.formats import FORMATS
from media.intake import filename
from media.intake.spool import md5_of
from media.pixels import memory
from media.pixels.derive import Derivatives, derive, resize, to_png
from media.privacy.cleaning import Cleaned, clean
from media.privacy.policy import Policy
from media.probe import Facts, probe
from media.sniff import format_of
from models import Upload, User
from services.defaults import strip_of
from services.intake import UploadRequest, Work
from services.permission import check_sender
from services.publish import publish
from services.quota import check_space
from services.reuse import AlreadyThere, answer_with, find_again
from services.settings import Settings
from services.site import Site


def ingest(site: Site, request: UploadRequest) -> tuple[Upload, str]:
    """Keep an upload; the new row and the token that deletes it. "" for the token: the sender had
    it already, and asked for that one.

    Raises any UploadError; then the temp files are gone and the database is as it was.
    """
    try:
        upload, token = _ingest(site, request)
    except Exception as error:
        site.measures.uploaded(type(error).__name__, "")
        raise
    site.measures.uploaded("stored", upload.format)
    return upload, token


def _ingest(site: Site, request: UploadRequest) -> tuple[Upload, str]:
    site.check_ready()
    try:
        if known := find_again(site.settings, request):
            return answer_with(site, request, known)
        check_sender(site.settings, request)
        check_space(site.settings, request.user, request.source.size)
        return publish(site, request, *process(site, request))
    except AlreadyThere as found:
        return answer_with(site, request, found.upload)
    finally:
        clear(request.source.path)


def process(site: Site, request: UploadRequest) -> tuple[Work, Cleaned, Derivatives]:
    """All that becomes of the source in temp files beside it, before anybody may have it. Raises
    any UploadError.
    """
    with site.turn(), contextlib.ExitStack() as opened:
        work = _probe(site, request, opened)
        with site.memory(memory.need(work.facts, work.path.stat().st_size, request.width)):
            work = _convert(work, request.width)
            cleaned = clean(work.path, work.facts, work.md5, _policy(site.settings, request.user))
            derivatives = _derive(work, request.sent_as)
    return work, cleaned, derivatives


def _probe(site: Site, request: UploadRequest, opened: contextlib.ExitStack) -> Work:
    path, settings = request.source.path, site.settings
    with site.memory(memory.look(format_of(path), path.stat().st_size)):
        facts = probe(
            path,
            max_megapixels=settings.max_megapixels,
            allowed=settings.allowed_formats,
            stays_open=opened,
        )
    return Work(path, facts, request.source.md5)


def _convert(work: Work, width: int | None) -> Work:
    """A BMP becomes a PNG; a still that is to be narrower is resized."""
    facts = work.facts
    sent_format = facts.format
    if facts.format == "bmp":
        path = to_png(work.path, facts)
        work = Work(path, _of_another_file(facts, format="png"), md5_of(path), sent_format)
    if (
        width
        and width < facts.width
        and not facts.is_animated
        and FORMATS[work.facts.format].has_own_derivatives
    ):
        path, (new_width, new_height) = resize(work.path, work.facts, width)
        upright = replace(work.facts.metadata, orientation=1)
        facts = _of_another_file(
            work.facts, width=new_width, height=new_height, metadata=upright, is_damaged=False
        )
        work = Work(path, facts, md5_of(path), sent_format)
    return work


def _of_another_file(facts: Facts, **changed: Any) -> Facts:
    return replace(facts, as_sent=None, image=None, **changed)


def _policy(settings: Settings, user: User | None) -> Policy:
    strip = strip_of(settings, user)
    return Policy(location=strip != "nothing", metadata=strip == "everything")


def _derive(work: Work, sent_as: str) -> Derivatives:
    extension = filename.derivative_extension(work.facts.format, sent_as)
    return derive(work.path, work.facts, extension)


def clear(source: Path) -> None:
    """Delete a temp file, with all that was made of it."""
    for leftover in source.parent.glob(source.name + "*"):
        leftover.unlink(missing_ok=True)
