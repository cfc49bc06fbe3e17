"""`duplicate=reuse`: bytes that somebody has here already are answered with that upload."""

from __future__ import annotations

from datetime import datetime

from models import ApiKey, Upload, begin_write, db, utcnow
from models.upload.end import End
from services.guests import guest_end
from services.intake import UploadRequest
from services.settings import Settings
from services.site import Site

MOST = 50  # uploads of the same bytes that are looked at, the newest first


class AlreadyThere(Exception):
    """Another request stored these bytes while this one was at work on them."""

    def __init__(self, upload: Upload) -> None:
        super().__init__()
        self.upload = upload


def find_again(settings: Settings, request: UploadRequest) -> Upload | None:
    """The sender's own upload to answer with; None where nothing here does what this request asks
    for, or it doesn't ask to reuse one.
    """
    if not request.reuse:
        return None
    owned = Upload.of_bytes(request.source.sha256, request.user, request.guest_browser, MOST)
    now = utcnow()
    ends = request.expires_at if request.user else guest_end(settings, request.expires_at, now)
    end = End(ends, request.unused_days)
    return next((one for one in owned if _lasts(one, now, end) and _does(one, request)), None)


def _does(upload: Upload, request: UploadRequest) -> bool:
    """Whether it is as large as what would be stored, and the key may know it."""
    width = request.width
    is_whole = upload.is_original or upload.sent_format == "bmp"  # which is stored as a PNG
    fits = upload.width == width or (is_whole and (not width or upload.width < width))
    return fits and _is_known_to(upload, request)


def _lasts(upload: Upload, now: datetime, asked: End) -> bool:
    """For good, or for half of the time that is asked for: who sends a file each day for a day gets
    that of yesterday's only while that is of use. While it is used, where that is asked for.
    """
    ends = upload.expires_at
    if not ends or asked.at is None:
        return not ends
    stays = not asked.unused_days or (upload.unused_days or 0) * 2 >= asked.unused_days
    return stays and ends - now >= (asked.at - now) / 2


def _is_known_to(upload: Upload, request: UploadRequest) -> bool:
    """A key with an album learns of what is in it and of what came with it, of nothing else."""
    if not request.key_id or upload.key_id == request.key_id:
        return True
    album_id = ApiKey.album_of(request.key_id)
    return not album_id or album_id in {album.public_id for album in upload.albums}


def answer_with(site: Site, request: UploadRequest, upload: Upload) -> tuple[Upload, str]:
    """The upload without a delete token: only a hash of it is stored, and a new one would end the
    link that somebody has.
    """
    if request.claim:
        with site.writing:
            begin_write()
            request.claim.finish(upload, "")
            db.session.commit()
    return upload, ""
