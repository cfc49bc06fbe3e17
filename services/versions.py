"""Another file behind the page of an upload, which keeps its address: replaced, or rolled back.

The file that was there becomes a version: a row of its own that is away, with its files in the
private root, for its owner alone. Both rows' files are in the journal before any moves, and one
transaction has their columns change places: what a crash leaves goes where the rows say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from media.errors import UploadError
from media.metadata.reader import taken_by
from media.storage import PRIVATE, PUBLIC
from models import Journal, Upload, Visibility, begin_write, db, utcnow
from models.upload.access import FOR_EVERYBODY
from models.upload.away import AWAY
from services.defaults import zone_of
from services.errors import Busy, NoSuchVersion, OtherKind, SameFile
from services.ingest import clear, process
from services.intake import UploadRequest
from services.new_files import put
from services.permission import check_still_admitted, refuse_flood
from services.place import give_up, move, reserve_all
from services.publish import reserved
from services.quota import check_space
from services.remove import remove
from services.review import is_reviewed
from services.site import Site

# Versions of one upload; the oldest goes. Each counts in its owner's space: ten are enough to find
# the way back from a day's work, and are one page.
MOST = 10

Also = Callable[[Upload], None]


def nothing(_version: Upload) -> None:
    """What else is done in the transaction, where that is nothing."""


def replace(site: Site, upload: Upload, request: UploadRequest, also: Also = nothing) -> Upload:
    """What was sent is the upload's file from now on; the version that the old one is.

    Its texts, albums and links stay; so does its date, unless the old file said it. What couldn't
    be cleaned makes it private. Raises any UploadError; then nothing has changed.
    """
    site.check_ready()
    try:
        if request.source.sha256 == upload.source_sha256:
            raise SameFile()
        refuse_flood(site.settings, request)
        check_space(site.settings, request.user, request.source.size)
        work, cleaned, derivatives = process(site, request)
        if work.facts.kind != upload.kind:
            raise OtherKind()
        new, files = reserved(site, request, work, cleaned, derivatives)
        made = [work.path, *derivatives.paths]

        def check() -> None:
            check_still_admitted(request)
            refuse_flood(site.settings, request)

        return put_over(site, upload, new, files, made, request.source.path, check, also)
    finally:
        clear(request.source.path)


def put_over(
    site: Site,
    upload: Upload,
    new: Upload,
    files: Sequence[str],
    made: Sequence[Path],
    sent: Path,
    check: Callable[[], None],
    also: Also,
    *,
    shows_another: bool = True,
) -> Upload:
    """The file of ``new``, a row that isn't in the database yet, becomes the upload's: its files
    are ``made``, in the order of its row, and written down. ``check`` raises what keeps it from
    that at the last moment. Not ``shows_another``: nobody has to approve it anew.
    """
    old: list[str] = []
    try:
        old = reserve_all(site, upload)
        if not old or upload.is_binned:
            raise Busy()  # it has been deleted: who asks again is told so
        waits = shows_another and _has_to_wait(site, upload)
        root = _root_with(upload, new, waits)
        put(site, new, root, made, sent)
        move(site, upload, PRIVATE, old)
        with site.writing:
            begin_write()
            db.session.refresh(upload, ["user_id"])  # whose files may just be given away
            check()
            _begin(new, upload, root)
            db.session.add(new)
            db.session.flush()
            _exchange(site, upload, new, root, waits)
            also(new)
            check_space(site.settings, upload.user)  # what is there now
            Journal.strike([*old, *files])
            db.session.commit()
    except BaseException:
        give_up(site, [*files, *old])
        raise
    _delete_oldest(site, upload)
    return new


def _begin(new: Upload, upload: Upload, root: str) -> None:
    """A row of a version: nobody finds it, and what is said of the page isn't said of it."""
    new.version_of_id, new.expires_at, new.root = upload.id, AWAY, root
    new.user_id, new.key_id, new.nsfw = upload.user_id, upload.key_id, upload.nsfw
    new.title = new.description = new.alt_text = new.category_id = None
    new.visibility, new.waits_as, new.is_approved = Visibility.PRIVATE, None, True
    new.created_at = utcnow()
    new.new_delete_token()


def roll_back(
    site: Site, upload: Upload, version: Upload, also: Also = nothing, *, shows_another: bool = True
) -> None:
    """The file of this version is the upload's again, under the addresses that it had; the present
    one becomes a version. Raises NoSuchVersion, Busy, StorageMissing or StorageFull, with nothing
    changed.
    """
    site.storage.check(site.id)
    if version.version_of_id != upload.id:
        raise NoSuchVersion()
    written: list[str] = []
    try:
        written += reserve_all(site, upload)
        if not written or upload.is_binned:
            raise Busy()
        files = reserve_all(site, version) if version.refresh() else []  # it may just have gone
        written += files
        if not files or version.version_of_id != upload.id:
            raise NoSuchVersion()
        waits = shows_another and _has_to_wait(site, upload)
        root = _root_with(upload, version, waits)
        move(site, version, root, written)
        move(site, upload, PRIVATE, written)
        with site.writing:
            begin_write()
            _exchange(site, upload, version, root, waits)
            also(version)
            Journal.strike(written)
            db.session.commit()
    except BaseException:
        give_up(site, written)
        raise


def _has_to_wait(site: Site, upload: Upload) -> bool:
    """Whether a moderator has to look at the new file before others do."""
    return upload.is_approved and is_reviewed(site.settings, upload.user)


def _root_with(upload: Upload, other: Upload, waits: bool) -> str:
    """Where the other's files belong behind the upload's page. Nobody can change who may open it:
    its files are written down.
    """
    is_open = _visibility_with(upload, other) in FOR_EVERYBODY and not upload.expires_at
    is_seen = upload.is_approved and not waits and not other.leftovers
    return PUBLIC if is_open and is_seen else PRIVATE


def _visibility_with(upload: Upload, other: Upload) -> Visibility:
    """What couldn't be cleaned made the page private: the file before gives back what it had."""
    kept = (other.binned or {}).get("visibility")
    return Visibility(kept) if kept and upload.leftovers else upload.chosen_visibility


def _exchange(site: Site, upload: Upload, other: Upload, root: str, waits: bool) -> None:
    """The other's file, which lies in ``root``, is the upload's, and the other way round."""
    taken_at, chosen = _taken_at(site, upload, other), _visibility_with(upload, other)
    kept, other.binned = other.binned or {}, None
    other.taken_at = upload.taken_at
    was_visible = not upload.leftovers
    upload.exchange_file(other, utcnow())
    upload.root, other.root, upload.taken_at = root, PRIVATE, taken_at
    upload.is_approved = upload.is_approved and not waits
    upload.show_as(chosen)
    db.session.flush()
    if upload.leftovers and was_visible:  # which an album would open
        other.binned = {**upload.leave_albums(), "visibility": chosen}
    elif not was_visible and not upload.leftovers:
        upload.back_into_albums(kept)
    db.session.flush()
    if not upload.is_approved:
        db.session.refresh(upload, ["waits_as"])  # its albums may be what it waits for


def _taken_at(site: Site, upload: Upload, other: Upload) -> datetime | None:
    """The date that the owner gave stays; one that the old file says is the new one's, if it says
    any.
    """
    said = taken_by(json.loads(upload.exifdata)) if upload.exifdata else None
    if said and not said.tzinfo:
        said = said.replace(tzinfo=zone_of(site.settings, upload.user))
    is_the_files = upload.taken_at is None or upload.taken_at == said
    return (other.taken_at if is_the_files else None) or upload.taken_at


def delete_version(site: Site, upload: Upload, version: Upload) -> bool:
    """For good; False where it is no version of this upload any more."""
    return remove(site, version, still=lambda: version.version_of_id == upload.id)


def _delete_oldest(site: Site, upload: Upload) -> None:
    """Where one is at work on it, the next time does it."""
    for version in Upload.versions_of(upload.id)[MOST:]:
        with suppress(UploadError):
            if version.refresh():  # somebody else may do the same
                delete_version(site, upload, version)
