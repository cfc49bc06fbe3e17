"""What the managing API refuses besides what an upload is refused for, in the wire's shape."""

from __future__ import annotations

from media.errors import UploadError
from models.api_key import Scope

_MAY = {
    Scope.UPLOAD: "This key only uploads",
    Scope.READ: "This key only reads",
    Scope.MANAGE: "This key doesn't do that",
}


class NotAllowed(UploadError):
    """By the key: there is no use in trying again."""

    status = code = 403


class KeyInQuery(UploadError):
    status, code = 401, 100
    message = "Send the key in the header X-API-Key: an address ends up in logs"


class WrongScope(NotAllowed):
    def __init__(self, scope: str) -> None:
        super().__init__(f"{_MAY[Scope(scope)]}: create one that may do more")


class NoSuch(UploadError):
    """``what`` isn't there, or isn't for this key: nobody is told which."""

    status = code = 404

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found")


class Binned(UploadError):
    """It can be restored there (`/bin`)."""

    status = code = 410
    message = "Upload in the bin"


class Unsupported(UploadError):
    status = code = 415
    message = "Send application/json or application/merge-patch+json"


class Conflict(UploadError):
    """With how it is now."""

    status = code = 409


class Changed(UploadError):
    """Since the program read it (RFC 9110, 13.1.1)."""

    status = code = 412
    message = "Changed since: read it again"


class BodyTooLarge(UploadError):
    status = code = 413

    def __init__(self, most: int) -> None:
        super().__init__(f"Body too large - max {most // 1000} KB")


class InvalidBody(UploadError):
    message = "The body must be a JSON object"


class InvalidField(UploadError):
    """``why`` completes the sentence that the name begins."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"Invalid {name[:40]}: {why}")
