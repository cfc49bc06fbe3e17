"""One upload and its answer, also where the request comes again."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from blueprints.http import idempotency
from blueprints.http.body import Body
from blueprints.http.context import site
from blueprints.http.receive import ingest_body
from models import ApiKey, Upload, User
from services.once_only import claimed
from services.sent_key import KeyClaim, SentKey


def answered(
    body: Body,
    fields: dict[str, str],
    user: User | None,
    answer: Callable[[Upload, str], Response],
    *,
    by_post: bool,
    key: ApiKey | None = None,
    browser: str | None = None,
) -> Response:
    """Ingest the body's source, and ``answer`` by the row and its delete token. With an
    Idempotency-Key that this sender used in the last 24 hours: the answer that it got then.

    A guest's program is known by its network alone, which others share: what it gets again says
    nothing of the delete link.

    Raises any UploadError.
    """

    def store(claim: KeyClaim | None) -> tuple[Upload, str]:
        return ingest_body(
            body, fields, user, by_post=by_post, key=key, browser=browser, claim=claim
        )

    def answer_again(upload: Upload, token: str) -> Response:
        return answer(upload, token if user or browser else "")

    sent_key = idempotency.sent_key(body, fields, user, browser, key)
    return answered_once(sent_key, store, answer, answer_again)


def answered_once(
    sent_key: SentKey | None,
    store: Callable[[KeyClaim | None], tuple[Upload, str]],
    answer: Callable[[Upload, str], Response],
    answer_again: Callable[[Upload, str], Response],
) -> Response:
    """``store`` what came, and ``answer``. Where it comes again with its key, it is stored no
    second time: ``answer_again`` made what it gets then.
    """
    if sent_key is None:
        return answer(*store(None))
    made: list[Response] = []

    def seal(upload: Upload, token: str) -> str:
        made.append(answer(upload, token))
        return idempotency.seal(answer_again(upload, token))

    claim = KeyClaim(sent_key, seal)
    with claimed(site(), claim) as sealed:
        if sealed is not None:
            return idempotency.unseal(sealed)[1]
        store(claim)
    return made[-1]
