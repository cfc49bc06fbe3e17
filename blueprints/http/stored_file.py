"""A stored file as an answer, with the headers that keep it harmless."""

from __future__ import annotations

from collections.abc import Callable

from blueprints.http.arguments import parse_file
from blueprints.http.file_answer import FileAnswer, StoredFile, file_answer
from media.formats import MIME_BY_EXTENSION
from media.storage import PRIVATE, PUBLIC, Storage

# Uploaded files may be shown on any page, and may not run anything.
HARMLESS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Referrer-Policy", "same-origin"),
]
FOR_EVERYBODY = ("Cache-Control", "public, max-age=31536000, immutable")  # files never change
FOR_SOME = ("Cache-Control", "private, no-cache")  # revalidated each time: it may have expired

Header = Callable[[str], str | None]  # the value of a request's header, by name


def public_file(
    storage: Storage,
    method: str,
    path: str,
    header: Header,
    caching: tuple[str, str] = FOR_EVERYBODY,
) -> FileAnswer | None:
    """The answer to a GET or HEAD for ``path`` (``images/…``) from the public root; None where it
    isn't there. ``caching`` is another one on a private site.

    The server's loop calls this for every request, before Flask: no database, no waiting but for
    the disk.
    """
    if not parse_file(path.removeprefix("images/")):
        return None
    return _from_root(storage, PUBLIC, method, path, header, caching)


def private_file(storage: Storage, method: str, path: str, header: Header) -> FileAnswer | None:
    """The same from the private root, for a visitor who may have it."""
    return _from_root(storage, PRIVATE, method, path, header, FOR_SOME)


def file_for_some(storage: Storage, method: str, path: str, header: Header) -> FileAnswer | None:
    """The same from whichever root it is in, for a visitor who may have it: by an address that
    doesn't answer everybody.
    """
    for root in (PRIVATE, PUBLIC, PRIVATE):  # it may just be moved, in either direction
        if answer := _from_root(storage, root, method, path, header, FOR_SOME):
            return answer
    return None


def _from_root(
    storage: Storage, root: str, method: str, path: str, header: Header, caching: tuple[str, str]
) -> FileAnswer | None:
    file = _open(storage, root, path)
    if file is None:
        return None
    answer = file_answer(method, header, file)
    answer.headers += [*_safety(file), caching]
    return answer


def _open(storage: Storage, root: str, path: str) -> StoredFile | None:
    """A stored file under one root; None where it is not."""
    try:
        file, size, modified_ns = storage.open(root, path)
    except (OSError, ValueError):
        return None
    # Files never change, so time and size identify one version for good.
    return StoredFile(
        file,
        size,
        f"{modified_ns:x}-{size:x}",
        modified_ns / 1e9,
        MIME_BY_EXTENSION.get(path.rpartition(".")[2], "application/octet-stream"),
    )


def _safety(file: StoredFile) -> list[tuple[str, str]]:
    """No known type can run scripts; everything else is a download."""
    return (
        HARMLESS
        if file.mime != "application/octet-stream"
        else [*HARMLESS, ("Content-Disposition", "attachment")]
    )
