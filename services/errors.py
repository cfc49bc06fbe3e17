"""Refusals that depend on the database or on the state of the site."""

from __future__ import annotations

from media.errors import StorageFull, UploadError


class Duplicate(UploadError):
    code = 101
    message = "Duplicated upload"


class Flooding(UploadError):
    code = 130

    def __init__(self, limit: int, period: str, retry_after: int) -> None:
        super().__init__(
            f"Flooding detected. You can only upload {limit} images per {period}",
            retry_after=retry_after,
        )
        self.limit, self.period = limit, period


class QuotaReached(UploadError):
    """``quota`` is in bytes, as is ``binned``: what the person has in the bin."""

    status = 507
    code = 507

    def __init__(self, quota: int, *, is_guest: bool, binned: int = 0) -> None:
        super().__init__(f"No space left on storage - quota of {quota // 1_000_000} MB")
        self.quota, self.is_guest, self.binned = quota, is_guest, binned


class SiteQuotaReached(StorageFull):
    """All people's uploads together."""


class AccountEnded(UploadError):
    """Banned, or being deleted, while the upload was on its way."""

    code = 401
    message = "Request denied"


class LinkEnded(UploadError):
    """The share link was revoked or has expired, or takes no files any more."""

    status = 404
    code = 404
    message = "Not found"


class LinkFull(UploadError):
    """So much may be sent by the share link: files, or MB; None: any number."""

    message = "The limit of this link is reached"

    def __init__(self, max_files: int | None, max_mb: int | None) -> None:
        super().__init__()
        self.max_files, self.max_mb = max_files, max_mb


class OwnerFull(UploadError):
    """The owner of the link, of this name, has no space left; how much it was is theirs to know."""

    status = 507
    code = 507
    message = "No space left on storage"

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class NameMissing(UploadError):
    """Of a sender."""

    message = "Invalid name"


class NoLongerThere(Exception):
    """Somebody has deleted it meanwhile."""


class SameFile(UploadError):
    """Of what should replace a file."""

    code = 101
    message = "This file is there already"


class OtherKind(UploadError):
    """A video for a photo, or the other way round: image links would show nothing."""

    code = 613
    message = "A photo replaces a photo, and a video a video"


class NoSuchVersion(UploadError):
    """Somebody has deleted it meanwhile, or put it in place."""

    status = 404
    code = 404
    message = "No such version"


class KeyEnded(UploadError):
    """It was revoked, or has expired, while the upload was on its way."""

    code = 100
    message = "Invalid API key."


class StillRunning(UploadError):
    status = 409
    code = 409
    message = "The first upload with this Idempotency-Key is still running"
    retry_after = 1


class OtherUpload(UploadError):
    status = 422
    code = 422
    message = "This Idempotency-Key was sent with another upload"


class UploadGone(UploadError):
    """No second one takes its place: whoever wants one sends another key."""

    status = 410
    code = 410
    message = "The upload with this Idempotency-Key has been deleted"


class Busy(UploadError):
    status = 503
    code = 503
    message = "Busy, try again"
    retry_after = 5


class ManyChanges(UploadError):
    """Of one person, which still go on."""

    status = 429
    code = 429
    message = "Too many changes go on at once"
    retry_after = 10
