"""Why an upload is refused, as the wire says it: an HTTP status, a code and a message (contract,
*Answers*).
"""

from __future__ import annotations

import errno


class UploadError(Exception):
    """Anything that ends an upload. ``retry_after`` is in seconds, None where trying again is no
    use.
    """

    status = 400
    code = 400
    message = "Upload failed"
    retry_after: int | None = None

    def __init__(self, message: str | None = None, *, retry_after: int | None = None) -> None:
        self.message = message or self.message
        self.retry_after = retry_after if retry_after is not None else self.retry_after
        super().__init__(self.message)


def is_full(error: OSError) -> bool:
    """Whether the disk has no room, or the account no quota, or the process may not write a file of
    that size.
    """
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class EmptySource(UploadError):
    code = 130
    message = "Empty upload source"


class Base64ByGet(UploadError):
    code = 130
    message = "Upload using base64 source must be done using POST method."


class InvalidBase64(UploadError):
    code = 120
    message = "Invalid base64 string"


class FetchRefused(UploadError):
    """An address that must not be fetched, or that could not be."""


class OwnHost(FetchRefused):
    message = "Unsupported self host URL upload"


class NotPublic(FetchRefused):
    message = "Unsupported non-public IP address for upload"


class UnsupportedScheme(FetchRefused):
    def __init__(self, scheme: str) -> None:
        super().__init__(f"Unsupported URL scheme `{scheme[:20]}`")


class FetchAnswered(FetchRefused):
    """``answered`` is the HTTP status of the other server."""

    def __init__(self, answered: int) -> None:
        super().__init__(f"Can't fetch that address: it answers {answered}")
        self.answered = answered


class Unreadable(UploadError):
    code = 610
    message = "Can't get target upload source info"


class UnavailableFormat(UploadError):
    code = 613
    message = "Unavailable image format"


class DisabledFormat(UploadError):
    code = 614

    def __init__(self, extension: str) -> None:
        super().__init__(f"Disabled image format ({extension})")
        self.extension = extension


class FileTooBig(UploadError):
    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"File too big - max {max_bytes // 1_000_000} MB")
        self.max_bytes = max_bytes


class TooManyMegapixels(UploadError):
    def __init__(self, max_megapixels: int) -> None:
        super().__init__(f"Image too large - max {max_megapixels} megapixels")
        self.max_megapixels = max_megapixels


class CannotRotate(UploadError):
    """Nothing in the file says which side is up, and nothing can be put in that all read."""

    code = 620
    message = "This file can't be rotated without loss"


class StorageFull(UploadError):
    status = 507
    code = 507
    message = "No space left on storage"
    retry_after = 600  # somebody has to make room


class StorageMissing(UploadError):
    """The files' disk is not the one this database belongs to, or is not mounted."""

    status = 503
    code = 503
    message = "The storage is not available"
    retry_after = 60
