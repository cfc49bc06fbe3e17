"""The pipeline, top to bottom: probe → convert → scrub → derive → publish → row.

The bytes have been received already (`media.source`), in a temp file on the disk that they will
live on. Whatever goes wrong, nothing of the upload is left.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from media.formats import FORMATS
from media.intake import filename
from media.intake.spool import md5_of
from media.metadata import reader
from media.pixels import memory, video
from media.pixels.derive import Derivatives, derive, resize, to_png
from media.privacy import faststart, patch, scrub
from media.probe import probe
from media.sniff import format_of
from models import Upload
from services.intake import UploadRequest, Work
from services.permission import check_sender
from services.publish import publish
from services.settings import Settings
from services.site import Site


def ingest(site: Site, wanted: UploadRequest) -> tuple[Upload, str]:
    """Keep an upload; the new row and the token that deletes it.

    Raises any UploadError; then the temp files are gone and the database is as it was.
    """
    site.check_ready()
    check_sender(site.settings, wanted)
    try:
        with site.turn():
            work = _probe(site, wanted)
            with site.memory(memory.need(work.facts, work.path.stat().st_size, wanted.width)):
                work = _convert(work, wanted.width)
                work = _scrub(site.settings, work)
                derivatives = _derive(work, wanted.sent_as)
        return publish(site, wanted, work, derivatives)
    finally:
        _clear(wanted.source.path)


def _probe(site: Site, wanted: UploadRequest) -> Work:
    path, settings = wanted.source.path, site.settings
    with site.memory(memory.look(format_of(path), path.stat().st_size)):
        facts = probe(
            path, max_megapixels=settings.max_megapixels, allowed=settings.allowed_formats
        )
    return Work(path, facts, wanted.source.md5)


def _convert(work: Work, width: int | None) -> Work:
    """A BMP becomes a PNG; a still that is to be narrower is resized."""
    facts = work.facts
    sent_format = facts.format
    if facts.format == "bmp":
        path = to_png(work.path, facts)
        work = Work(path, replace(facts, format="png"), md5_of(path), sent_format)
    if (
        width
        and width < facts.width
        and not facts.is_animated
        and FORMATS[work.facts.format].has_own_derivatives
    ):
        path, (new_width, new_height) = resize(work.path, work.facts, width)
        upright = replace(work.facts.metadata, orientation=1)
        facts = replace(
            work.facts, width=new_width, height=new_height, metadata=upright, is_damaged=False
        )
        work = Work(path, facts, md5_of(path), sent_format)
    return work


def _scrub(settings: Settings, work: Work) -> Work:
    policy = scrub.Policy(
        location=settings.strip != "nothing", metadata=settings.strip == "everything"
    )
    if work.facts.kind == "video":
        return _scrub_video(work, policy)
    format = work.facts.format
    found = reader.read_again(work.path, format)
    before = after = scrub.kinds(found, work.path, format)
    work = _blank(work, scrub.changes(work.path, format, policy))
    if work.originals:
        found = reader.read_again(work.path, format)
        after = scrub.kinds(found, work.path, format)
    left = (
        ()
        if policy.keeps_all
        else (*scrub.leftovers(found, policy), *scrub.uncleanable(work.path, format, policy))
    )
    return replace(
        work,
        leftovers=left,
        exifdata=json.dumps(found.tags, ensure_ascii=False) if found.tags else None,
        removed=tuple(kind for kind in before if kind not in after),
        kept=after,
    )


def _blank(work: Work, changes: list[patch.Change]) -> Work:
    if not changes:
        return work
    patch.apply(work.path, changes)
    return replace(work, md5=md5_of(work.path), originals=patch.pack(changes))


def _scrub_video(work: Work, policy: scrub.Policy) -> Work:
    changes = scrub.changes(work.path, work.facts.format, policy)
    was_blanked = bool(changes)
    patch.apply(work.path, changes)
    if moved := faststart.to_front(work.path, work.facts.format):
        move, offsets, md5 = moved
        work = replace(work, md5=md5, originals=patch.pack([*changes, *offsets], move))
    elif changes:
        work = replace(work, md5=md5_of(work.path), originals=patch.pack(changes))
    left = (
        ()
        if policy.keeps_all
        else (
            *_places_left(work, was_blanked),
            *scrub.uncleanable(work.path, work.facts.format, policy),
        )
    )
    before = ("place",) if work.facts.places else ()
    after = before if left or policy.keeps_all else ()
    return replace(
        work,
        leftovers=left,
        removed=tuple(kind for kind in before if kind not in after),
        kept=after,
    )


def _places_left(work: Work, was_changed: bool) -> tuple[str, ...]:
    """What FFmpeg still finds of a position in a film; it need look again only where something was
    blanked.
    """
    if not work.facts.places or not was_changed:
        return work.facts.places
    return video.places(work.path, work.facts.format, video.Limits())


def _derive(work: Work, sent_as: str) -> Derivatives:
    extension = filename.derivative_extension(work.facts.format, sent_as)
    return derive(work.path, work.facts, extension)


def _clear(source: Path) -> None:
    for leftover in source.parent.glob(source.name + "*"):
        leftover.unlink(missing_ok=True)
