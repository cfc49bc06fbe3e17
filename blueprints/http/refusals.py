"""Refusals of the API itself, in the contract's words."""

from __future__ import annotations

from media.errors import UploadError


class NoKey(UploadError):
    code = 100
    message = "No key provided"


class InvalidKey(UploadError):
    code = 100
    message = "Invalid API key."


class InvalidVersion(UploadError):
    code = 110
    message = "Invalid API version."


class InvalidAction(UploadError):
    code = 120
    message = "Invalid API action"


class RequestDenied(UploadError):
    code = 401
    message = "Request denied"


class InvalidParameter(UploadError):
    """``what`` completes the sentence of the contract's table: "Invalid width"."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Invalid {what}")
        self.what = what


class InvalidDate(UploadError):
    """Of a form alone."""

    message = "Invalid date"


class NotFound(UploadError):
    code = 404

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found")


class MalformedBody(UploadError):
    message = "Malformed request body"


class UrlUploadsDisabled(UploadError):
    code = 403
    message = "URL uploading is disabled"


class NothingSelected(UploadError):
    """Of files for an act."""

    message = "No files are selected"


class TooManySelected(UploadError):
    """``most`` can be changed, or what else is wanted, at once."""

    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most} files at once")
        self.most = most


class AlbumWithoutName(UploadError):
    message = "Give the new album a name"


class NothingWanted(UploadError):
    """Of an act: nothing would change."""

    message = "Nothing to change: choose or write something first"
