"""From finished temp files to an upload: a free name, the files in their places, the row. All of it
or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from media.intake import filename
from media.pixels import preview
from media.pixels.derive import Derivatives
from media.privacy.cleaning import Cleaned
from models import (
    Album,
    Category,
    Scrubbing,
    Tag,
    Upload,
    Visibility,
    begin_write,
    close_afterwards,
    db,
    utcnow,
)
from models.limits import MAX_DESCRIPTION, MAX_TITLE
from services.adding import by_link_now, contribute
from services.camera_tag import with_camera
from services.defaults import default_visibility, zone_of
from services.guests import guest_end
from services.intake import UploadRequest, Work
from services.new_files import put, reserve_free
from services.notices import tell_added
from services.permission import check_sender, check_still_admitted
from services.place import give_up, move
from services.quota import check_space
from services.reuse import AlreadyThere, find_again
from services.review import is_reviewed
from services.settings import Settings
from services.site import Site

MAX_BOUND = 1_000_000  # bytes that a pooled connection may keep for nothing, each


def publish(
    site: Site, request: UploadRequest, work: Work, cleaned: Cleaned, derivatives: Derivatives
) -> tuple[Upload, str]:
    """Reserve the paths in the journal, move the files there, then write the row; under another
    name if this one is taken.
    """
    upload, files = reserved(site, request, work, cleaned, derivatives)
    token = upload.new_delete_token()
    try:
        put(site, upload, upload.root, [work.path, *derivatives.paths], request.source.path)
        _commit(site, request, upload, token, files)
    except BaseException:
        give_up(site, files)
        raise
    return upload, token


def reserved(
    site: Site, request: UploadRequest, work: Work, cleaned: Cleaned, derivatives: Derivatives
) -> tuple[Upload, list[str]]:
    """A row that isn't in the database yet, and its files, which are written down in the journal:
    under another name if this one is taken.
    """
    public_id = Upload.new_public_id()
    first = _first_name(site.settings.file_names, request, public_id)

    def row(name: str) -> Upload:
        return _row(site.settings, request, work, cleaned, derivatives, name, public_id)

    return reserve_free(site, row, first, request.sent_as)


def _first_name(naming: str, request: UploadRequest, public_id: str) -> str:
    """``naming`` is the site's `file_names`."""
    if naming == "id" and not request.neutral_name:
        return public_id
    name = filename.stored_name(request.sent_as)
    if naming == "mixed" and request.sent_as:
        return filename.another_name(name[: filename.MAX_NAME - filename.OF_ANOTHER])
    return name


def _row(
    settings: Settings,
    request: UploadRequest,
    work: Work,
    cleaned: Cleaned,
    derivatives: Derivatives,
    name: str,
    public_id: str,
) -> Upload:
    facts, metadata = work.facts, work.facts.metadata
    medium, tile, frame = derivatives.medium, derivatives.tile, derivatives.frame
    sent_as = request.sent_as
    extension = filename.stored_extension(facts.format, sent_as)
    taken_at = metadata.taken_at and (
        metadata.taken_at
        if metadata.taken_at.tzinfo
        else metadata.taken_at.replace(tzinfo=zone_of(settings, request.user))
    )
    # an original is for its owner; a guest's upload has none
    sent_format = work.sent_format if request.user else None
    now = utcnow()
    created_at = (
        taken_at
        if taken_at and request.use_file_date and request.user and request.user.is_admin
        else now
    )
    upload = Upload(
        public_id=public_id,
        user_id=request.user.id if request.user else None,
        guest=request.guest,
        guest_browser=request.guest_browser,
        key_id=request.key_id,
        category_id=request.category_id,
        kind=facts.kind,
        format=facts.format,
        mime=facts.mime,
        width=facts.width,
        height=facts.height,
        duration=facts.duration,
        is_animated=facts.is_animated,
        is_360=metadata.is_360,
        is_playable=facts.is_playable,
        is_damaged=facts.is_damaged,
        folder=created_at.astimezone(settings.zone).strftime("%Y/%m/%d"),
        name=name,
        extension=extension,
        is_approved=not is_reviewed(settings, None if request.sender else request.user),
        size=work.path.stat().st_size,
        checksum=cleaned.md5,
        is_original=work.sent_format is None,
        sent_format=sent_format,
        sent_size=request.source.path.stat().st_size if sent_format else 0,
        source_md5=request.source.md5,
        source_sha256=request.source.sha256,
        derivative_extension=derivatives.thumb.extension,
        thumb_size=derivatives.thumb.size,
        medium_size=medium.size if medium else 0,
        medium_width=medium.width if medium else 0,
        medium_height=medium.height if medium else 0,
        tile_size=tile.size if tile else None,
        frame_size=frame.size if frame else 0,
        preview_size=0 if preview.is_needed(facts, work.path.stat().st_size) else None,
        title=(request.title or filename.one_line(metadata.title) or filename.title_from(sent_as))[
            :MAX_TITLE
        ].strip()
        or None,
        description=(request.description or metadata.description)[:MAX_DESCRIPTION] or None,
        nsfw=request.nsfw,
        original_filename=sent_as or f"{name}.{sent_format or extension}",
        exifdata=cleaned.exifdata,
        camera=None if "camera" in cleaned.removed else metadata.camera or None,
        taken_at=taken_at,
        leftovers=", ".join(cleaned.leftovers) or None,
        removed=", ".join(cleaned.removed),
        kept=", ".join(cleaned.kept),
        alt_text=request.alt_text or None,
        placeholder=derivatives.placeholder,
        created_at=created_at,
        received_at=now,
        expires_at=request.expires_at
        if request.user
        else guest_end(settings, request.expires_at, now),
        unused_days=request.unused_days,
        views=0,
        likes=0,
    )
    wanted = Visibility(request.visibility or _default_visibility(settings, request))
    upload.show_as(wanted)
    upload.root = upload.belongs_in
    if cleaned.originals:
        upload.scrubbing = Scrubbing(originals=cleaned.originals)
        upload.scrubbed_size = len(cleaned.originals)
    return upload


def _default_visibility(settings: Settings, request: UploadRequest) -> Visibility:
    """The album's that it is sent into, before the person's."""
    if request.album_id:
        album = _album(request)
        return album.of_new_uploads if album else Visibility.PRIVATE
    return default_visibility(settings, request.user)


def _album(request: UploadRequest) -> Album | None:
    """The album that it is sent into, as it is now; None where it has been deleted, or the user may
    not add to it any more. It may have been closed, or another one made, since the request came: it
    is found anew.
    """
    if not request.album_id or not request.user:
        return None
    album = Album.find_to_add(request.user, request.album_id)
    return album if album and album.refresh() else None


def _follow(site: Site, upload: Upload, album: Album | None, files: Sequence[str]) -> None:
    """The visibility of the album that it was sent into, which may be another by now; private where
    there is none.
    """
    visibility = album.of_new_uploads if album else Visibility.PRIVATE
    if upload.chosen_visibility != visibility and not upload.leftovers:
        upload.show_as(visibility)
        move(site, upload, upload.belongs_in, files)


def _commit(
    site: Site, request: UploadRequest, upload: Upload, token: str, files: Sequence[str]
) -> None:
    with site.writing:
        begin_write()  # two uploads at once, in any process, must not both be the last allowed one
        if request.sender:
            request = by_link_now(request, request.sender)
        check_still_admitted(request)
        if known := find_again(site.settings, request):
            raise AlreadyThere(known)
        check_sender(site.settings, request)
        album = _album(request)
        if request.sender or (request.album_id and not request.visibility):
            _follow(site, upload, album, files)
        if request.category_id:
            upload.category_id = Category.still(request.category_id)
        upload.tags = Tag.named(_tags(site.settings, request, upload))
        db.session.add(upload)
        db.session.flush()
        check_space(site.settings, request.user)  # what is there now, with this upload
        if album:
            Album.append(album.id, [upload.id])
            if request.user and not request.sender:  # of whom `contribute` tells
                tell_added(album, request.user, [upload.id])
            if not upload.is_approved:
                db.session.refresh(upload, ["waits_as"])  # the album may be what it waits for
        if request.sender:
            contribute(site.settings, request.sender, upload, request.source.size)
        if request.claim:
            request.claim.finish(upload, token)
        if upload.scrubbed_size > MAX_BOUND:
            close_afterwards()
        db.session.commit()


def _tags(settings: Settings, request: UploadRequest, upload: Upload) -> list[str]:
    """Who sends by a link writes what the camera is, and a tag may have a link of its own: none
    until the owner has looked.
    """
    if request.sender:
        return []
    return with_camera(settings, request.tags, upload.camera or "")
