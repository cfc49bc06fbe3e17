"""The header ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header): whose key it is, what
it was sent with, and the answer that is kept for it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from typing import NamedTuple

from flask import Response, request

from blueprints.http.arguments import parse_idempotency_key
from blueprints.http.body import Body
from blueprints.http.context import guest_hash, keyed_hash
from blueprints.http.sealed import vault
from models import ApiKey, IdempotencyKey, User
from services.sent_key import SentKey


class Asker(NamedTuple):
    """Whose key it is."""

    user: User | None
    browser: str | None = None
    key: ApiKey | None = None


HEADER = "Idempotency-Key"
# who sends it is known without them, and the answer has the format of the first time
_NO_OPTIONS = ("key", "csrf_token", "format")
_KEPT_HEADERS = ("Location", "ETag")


def sent_key(
    body: Body,
    fields: dict[str, str],
    user: User | None,
    browser: str | None = None,
    key: ApiKey | None = None,
) -> SentKey | None:
    """The request's key; None where it has none. Raises InvalidParameter."""
    hashed = sent_hash(user, browser, key)
    if hashed is None:
        return None
    return SentKey(hashed, _fingerprint(body, fields), user.id if user else None)


def check_key() -> None:
    """Before the body is read. Raises InvalidParameter."""
    _text()


def is_answered(user: User | None, browser: str | None = None, key: ApiKey | None = None) -> bool:
    """Whether the first upload with this key is stored: then nothing of what would refuse another
    one matters, such as a space that it has filled.
    """
    hashed = sent_hash(user, browser, key)
    return hashed is not None and IdempotencyKey.is_answered(hashed)


def sent_hash(
    user: User | None, browser: str | None = None, key: ApiKey | None = None
) -> str | None:
    """`key_hash` of the request's key; None where it has none. Raises InvalidParameter."""
    text = _text()
    return None if text is None else key_hash(text, user, browser, key)


def _text() -> str | None:
    text = request.headers.get(HEADER)
    return None if text is None else parse_idempotency_key(text)


def key_hash(
    text: str, user: User | None, browser: str | None = None, key: ApiKey | None = None
) -> str:
    """As `IdempotencyKey` has it: of a person, whatever they send it with, but for an API key with
    an album, which learns of nothing that didn't come with it. A guest is a browser, or, where a
    program sends it, a network.
    """
    who = f"user {user.id}" if user else f"guest {browser or guest_hash()}"
    if key and key.album_id:
        who += f" with {key.public_id}"
    return keyed_hash(f"idempotency key of {who}: {text}")


def _fingerprint(body: Body, fields: dict[str, str]) -> str:
    """SHA-256 of the files, by their hashes of when they were read, of the options and of the
    route: the answers of another one are of another kind.
    """
    received = {**body.decoded, **body.files}
    files = {name: [spool.sha256, spool.filename] for name, spool in received.items()}
    options = {name: text for name, text in fields.items() if text and name not in _NO_OPTIONS}
    text = json.dumps([request.endpoint, files, options], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seal(answer: Response) -> str:
    """With the route that it is of."""
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    parts = [request.endpoint, answer.status_code, answer.content_type, headers]
    packed = zlib.compress(json.dumps([*parts, answer.get_data(as_text=True)]).encode())
    return vault().seal(base64.b85encode(packed).decode())


def unseal(sealed: str) -> tuple[str, Response]:
    """The endpoint of its route, and the answer."""
    text = vault().open(sealed)
    assert text is not None  # or its row, which the same key hashes, would not have been found
    parts = json.loads(zlib.decompress(base64.b85decode(text)))
    endpoint, status, content_type, headers, body = parts
    return endpoint, Response(body, status, headers, content_type=content_type)
