"""The pipeline, top to bottom: probe → convert → scrub → derive → publish → row.

The bytes have been received already (`media.source`), in a temp file on the disk that they will live on.
Whatever goes wrong, nothing of the upload is left.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import IntegrityError, OperationalError

from config import Settings
from media import filename, metadata, patch, scrub, video
from media.derive import ENCODINGS, Derivatives, derive, resize, to_png
from media.errors import StorageFull
from media.probe import Facts, probe
from media.source import Spool, md5_of
from media.storage import PRIVATE, PUBLIC, NameTaken
from models import Scrubbing, Tag, Upload, User, db, utcnow
from services.errors import Duplicate, Flooding
from services.site import Site

MAX_TITLE, MAX_DESCRIPTION = 100, 5000  # characters (contract, *Request*)
DUPLICATE_WINDOW = timedelta(hours=24)
PERIODS = (("minute", timedelta(minutes=1)), ("hour", timedelta(hours=1)), ("day", timedelta(days=1)))


@dataclass(frozen=True)
class UploadRequest:
    """What a sender asked for, checked. ``guest`` is a keyed hash of a sender's address who has no account."""

    source: Spool
    user: User | None
    guest: str | None = None
    key_id: str | None = None
    title: str = ""
    description: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()
    album_id: int | None = None
    category_id: int | None = None
    width: int | None = None
    expires_at: datetime | None = None
    nsfw: bool = False
    use_file_date: bool = False


@dataclass(frozen=True)
class Work:
    """A file on its way through the pipeline. ``md5`` is that of ``path`` as it is now."""

    path: Path
    facts: Facts
    md5: str
    is_original: bool = True
    originals: bytes | None = None
    leftovers: tuple[str, ...] = ()
    exifdata: str | None = None
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def ingest(site: Site, wanted: UploadRequest) -> tuple[Upload, str]:
    """Keep an upload; the new row and the token that deletes it.

    Raises any UploadError; then the temp files are gone and the database is as it was.
    """
    site.check_ready()
    _check_sender(site.settings, wanted)
    try:
        with site.turn():
            work = _probe(site.settings, wanted)
            work = _convert(work, wanted.width)
            work = _scrub(site.settings, work)
            derivatives = _derive(site.settings, work, wanted.source.filename)
        return _publish(site, wanted, work, derivatives)
    finally:
        _clear(wanted.source.path)


def _check_sender(settings: Settings, wanted: UploadRequest) -> None:
    _refuse_flood(settings, wanted)
    if not settings.allow_duplicates and Upload.sent_before(wanted.user, wanted.guest, wanted.source.md5, DUPLICATE_WINDOW):
        raise Duplicate()


def _refuse_flood(settings: Settings, wanted: UploadRequest) -> None:
    limits = (settings.flood_per_minute, settings.flood_per_hour, settings.flood_per_day)
    for limit, (name, period) in zip(limits, PERIODS, strict=True):
        if not limit:
            continue
        received = Upload.received_from(wanted.user, wanted.guest, period)
        if len(received) >= limit:
            wait = received[-limit] + period - utcnow()
            raise Flooding(limit, name, max(1, round(wait.total_seconds())))


def _probe(settings: Settings, wanted: UploadRequest) -> Work:
    limits = video.Limits(settings.video_seconds, settings.video_memory_mb)
    facts = probe(wanted.source.path, max_megapixels=settings.max_megapixels, allowed=settings.allowed_formats, limits=limits)
    return Work(wanted.source.path, facts, wanted.source.md5)


def _convert(work: Work, width: int | None) -> Work:
    """A BMP becomes a PNG; a still that is to be narrower is resized."""
    facts = work.facts
    if facts.format == "bmp":
        path = to_png(work.path, facts)
        work = Work(path, replace(facts, format="png"), md5_of(path), is_original=False)
    if width and width < facts.width and not facts.is_animated and work.facts.format in ENCODINGS:
        path, (new_width, new_height) = resize(work.path, work.facts, width)
        upright = replace(work.facts.metadata, orientation=1)
        facts = replace(work.facts, width=new_width, height=new_height, metadata=upright)
        work = Work(path, facts, md5_of(path), is_original=False)
    return work


def _scrub(settings: Settings, work: Work) -> Work:
    policy = scrub.Policy(location=settings.location == "remove", metadata=settings.metadata == "remove")
    if work.facts.kind == "video":
        return _scrub_video(settings, work, policy)
    format = work.facts.format
    found = metadata.read_again(work.path, format)
    before = after = scrub.kinds(found, work.path, format)
    work = _blank(work, scrub.changes(work.path, format, policy))
    if work.originals:
        found = metadata.read_again(work.path, format)
        after = scrub.kinds(found, work.path, format)
    left = () if policy.keeps_all else tuple(scrub.leftovers(found, policy))
    return replace(work, leftovers=left, exifdata=json.dumps(found.tags, ensure_ascii=False) if found.tags else None,
                   removed=tuple(kind for kind in before if kind not in after), kept=after)


def _blank(work: Work, changes: list[patch.Change]) -> Work:
    if not changes:
        return work
    patch.apply(work.path, changes)
    return replace(work, md5=md5_of(work.path), originals=patch.pack(changes))


def _scrub_video(settings: Settings, work: Work, policy: scrub.Policy) -> Work:
    work = _blank(work, scrub.changes(work.path, work.facts.format, policy))
    left = () if policy.keeps_all else _places_left(settings, work, bool(work.originals))
    before = ("place",) if work.facts.places else ()
    after = before if left or policy.keeps_all else ()
    return replace(work, leftovers=left, removed=tuple(kind for kind in before if kind not in after), kept=after)


def _places_left(settings: Settings, work: Work, was_changed: bool) -> tuple[str, ...]:
    """What FFmpeg still finds of a position in a film; it need look again only where something was blanked."""
    if not work.facts.places or not was_changed:
        return work.facts.places
    return video.places(work.path, work.facts.format, video.Limits(settings.video_seconds, settings.video_memory_mb))


def _derive(settings: Settings, work: Work, sent_as: str) -> Derivatives:
    extension = filename.derivative_extension(work.facts.format, sent_as)
    return derive(work.path, work.facts, extension, thumb_size=settings.thumb_size, medium_width=settings.medium_width)


def _publish(site: Site, wanted: UploadRequest, work: Work, derivatives: Derivatives) -> tuple[Upload, str]:
    """Move the files to their places, then write the row; under another name, where somebody was faster."""
    for name in _names(wanted.source.filename):
        upload, token = _row(site.settings, wanted, work, derivatives, name)
        if Upload.name_taken(upload.folder, name, upload.derivative_extension):
            continue
        made = [work.path, *(part.path for part in (derivatives.thumb, derivatives.medium, derivatives.frame) if part)]
        files = list(zip(made, upload.files, strict=True))
        try:
            site.storage.publish(upload.root, files)
        except NameTaken:
            continue
        try:
            _commit(site, wanted, upload)
            return upload, token
        except BaseException as error:
            db.session.rollback()
            site.storage.take_back(upload.root, files)
            if isinstance(error, IntegrityError) and Upload.name_taken(upload.folder, name, upload.derivative_extension):
                continue
            raise _as_upload_error(error) from error
    raise AssertionError("unreachable: random names don't run out")


def _names(sent_as: str) -> Iterator[str]:
    name = filename.stored_name(sent_as)
    yield name
    while True:
        yield filename.another_name(name)


def _row(settings: Settings, wanted: UploadRequest, work: Work, derivatives: Derivatives, name: str) -> tuple[Upload, str]:
    facts, told, medium, frame = work.facts, work.facts.metadata, derivatives.medium, derivatives.frame
    sent_as = wanted.source.filename
    extension = filename.stored_extension(facts.format, sent_as)
    taken_at = told.taken_at and (told.taken_at if told.taken_at.tzinfo else told.taken_at.replace(tzinfo=settings.zone))
    now = utcnow()
    created_at = taken_at if taken_at and wanted.use_file_date and wanted.user and wanted.user.is_admin else now
    upload = Upload(
        user_id=wanted.user.id if wanted.user else None, guest=wanted.guest, key_id=wanted.key_id,
        album_id=wanted.album_id, category_id=wanted.category_id,
        kind=facts.kind, format=facts.format, mime=facts.mime, width=facts.width, height=facts.height,
        duration=facts.duration, is_animated=facts.is_animated, is_360=told.is_360, is_playable=facts.is_playable,
        folder=created_at.astimezone(settings.zone).strftime("%Y/%m/%d"), name=name, extension=extension,
        root=PRIVATE if wanted.expires_at or work.leftovers else PUBLIC, is_private=bool(work.leftovers),
        size=work.path.stat().st_size, checksum=work.md5, is_original=work.is_original,
        source_md5=wanted.source.md5, source_sha256=wanted.source.sha256,
        derivative_extension=derivatives.thumb.extension, thumb_size=derivatives.thumb.size,
        medium_size=medium.size if medium else 0, medium_width=medium.width if medium else 0,
        medium_height=medium.height if medium else 0, frame_size=frame.size if frame else 0,
        title=(wanted.title or told.title or filename.title_from(sent_as))[:MAX_TITLE].strip() or None,
        description=(wanted.description or told.description)[:MAX_DESCRIPTION] or None,
        nsfw=wanted.nsfw, original_filename=sent_as or f"{name}.{extension}",
        exifdata=work.exifdata, camera=told.camera or None, taken_at=taken_at,
        leftovers=", ".join(work.leftovers) or None, removed=", ".join(work.removed), kept=", ".join(work.kept),
        alt_text=wanted.alt_text or None, placeholder=derivatives.placeholder,
        created_at=created_at, received_at=now, expires_at=wanted.expires_at, views=0, likes=0,
    )
    if work.originals:
        upload.scrubbing = Scrubbing(originals=work.originals)
    return upload, upload.new_delete_token()


def _commit(site: Site, wanted: UploadRequest, upload: Upload) -> None:
    with site.writing:  # two uploads at once must not both be the last one allowed
        _check_sender(site.settings, wanted)
        upload.tags = Tag.named(wanted.tags)
        db.session.add(upload)
        db.session.commit()


def _as_upload_error(error: BaseException) -> BaseException:
    return StorageFull() if isinstance(error, OperationalError) and "full" in str(error.orig) else error


def _clear(source: Path) -> None:
    for leftover in source.parent.glob(source.name + "*"):
        leftover.unlink(missing_ok=True)
