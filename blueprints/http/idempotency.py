"""The header ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header): whose key it is, what
it was sent with, and the answer that is kept for it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib

from flask import Response, request

from blueprints.http.arguments import parse_idempotency_key
from blueprints.http.body import Body
from blueprints.http.context import guest_hash, keyed_hash
from blueprints.http.sealed import vault
from models import IdempotencyKey, User
from services.once_only import SentKey

HEADER = "Idempotency-Key"
# who sends it is known without them, and the answer has the format of the first time
_NO_OPTIONS = ("key", "csrf_token", "format")


def sent_key(
    body: Body, fields: dict[str, str], user: User | None, browser: str | None
) -> SentKey | None:
    """The request's key; None where it has none. Raises InvalidParameter."""
    text = _text()
    if text is None:
        return None
    user_id = user.id if user else None
    return SentKey(key_hash(text, user, browser), _fingerprint(body, fields), user_id)


def check_key() -> None:
    """Before the body is read. Raises InvalidParameter."""
    _text()


def is_answered(user: User | None, browser: str | None = None) -> bool:
    """Whether the first upload with this key is stored: then nothing of what would refuse another
    one matters, such as a space that it has filled.
    """
    text = _text()
    return text is not None and IdempotencyKey.is_answered(key_hash(text, user, browser))


def _text() -> str | None:
    text = request.headers.get(HEADER)
    return None if text is None else parse_idempotency_key(text)


def key_hash(text: str, user: User | None, browser: str | None) -> str:
    """As `IdempotencyKey` has it. A guest is a browser, or, where a program sends it, a network."""
    who = f"user {user.id}" if user else f"guest {browser or guest_hash()}"
    return keyed_hash(f"idempotency key of {who}: {text}")


def _fingerprint(body: Body, fields: dict[str, str]) -> str:
    """SHA-256 of the files, by their hashes of when they were read, and of the options."""
    received = {**body.decoded, **body.files}
    files = {name: [spool.sha256, spool.filename] for name, spool in received.items()}
    options = {name: text for name, text in fields.items() if text and name not in _NO_OPTIONS}
    text = json.dumps([files, options], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seal(answer: Response) -> str:
    parts = [answer.content_type, answer.headers.get("Location"), answer.get_data(as_text=True)]
    packed = zlib.compress(json.dumps([answer.status_code, *parts]).encode())
    return vault().seal(base64.b85encode(packed).decode())


def unseal(sealed: str) -> Response:
    text = vault().open(sealed)
    assert text is not None  # or its row, which the same key hashes, would not have been found
    status, content_type, location, body = json.loads(zlib.decompress(base64.b85decode(text)))
    answer = Response(body, status, content_type=content_type)
    if location is not None:
        answer.headers["Location"] = location
    return answer
