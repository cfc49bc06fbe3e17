"""From an HTTP request to a stored upload: shared by the API and the upload page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Request, g
from werkzeug.exceptions import RequestEntityTooLarge

from blueprints.http import idempotency
from blueprints.http.body import OTHER_FILE_FIELDS, SOURCE_FIELDS, Body, read_body
from blueprints.http.context import guest_hash, own_hosts, site
from blueprints.http.parameters import parse_parameters
from blueprints.http.refusals import NotFound, RequestDenied, UrlUploadsDisabled
from blueprints.http.upload_defaults import with_defaults
from media.errors import Base64ByGet, EmptySource, FileTooBig
from media.intake import fetch
from media.intake.spool import Base64Decoder, Spool
from models import ApiKey, ShareLink, Upload, User, Visitor, utcnow
from services.adding import check_link
from services.ingest import ingest
from services.intake import Parameters, UploadRequest
from services.permission import max_bytes, may_anybody_upload, may_upload
from services.quota import check_space
from services.sent_key import KeyClaim
from services.settings.declared import body_bytes

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{0,20}://", re.IGNORECASE)

# a key of the WSGI environment: only the request's head has arrived
HEAD_ONLY = "keepsake.head_only"


# Also a key: a function that returns whether an upload from the same network is waiting.
UPLOAD_WAITS = "keepsake.upload_waits"


class BodyWanted(BaseException):
    """The body may be sent. A BaseException, so that nothing on the way handles it as an error."""


def has_head_only(request: Request) -> bool:
    """Whether the body is still to come."""
    return HEAD_ONLY in request.environ


def upload_waits(request: Request) -> bool:
    """Whether an upload from the same network is waiting for its turn."""
    return bool(request.environ.get(UPLOAD_WAITS, bool)())


@dataclass(frozen=True)
class Uploader:
    """Who uploads, where the head of a request says it; no ``user``: a guest. By a ``link``,
    somebody without an account sends for ``user``, who owns it.
    """

    user: User | None
    key: ApiKey | None = None
    browser: str | None = None  # of a guest, or of a sender
    link: ShareLink | None = None

    @property
    def asks_as(self) -> idempotency.Asker:
        """A sender's keys are those of a browser: they tell nothing of what the owner sent."""
        return idempotency.Asker(None if self.link else self.user, self.browser, self.key)


@contextmanager
def received(
    request: Request,
    uploader: Uploader | None = None,
    *,
    takes_several: bool = False,
    is_upload: bool = True,
) -> Iterator[Body]:
    """The request's body, read; its temp files are gone afterwards. No ``uploader``: the body says
    who it is. Not ``is_upload``: a picture that may also come where uploads are off.

    Where only the head is here, raises what refuses any upload now, else BodyWanted.
    """
    settings = site().settings
    idempotency.check_key()
    known = max_file_bytes(uploader.user, uploader.key) if uploader else 0
    g.max_file_bytes = known or settings.max_upload_bytes
    # the limit is of one file: of several each has it for itself
    of_all = settings.max_upload_bytes if takes_several else g.max_file_bytes
    request.max_content_length = body_bytes(of_all)
    if uploader and may_anybody_upload(settings) and not _is_repeated(uploader):
        least = 1 if takes_several else least_bytes(request.content_length or 0)
        if uploader.link:
            check_link(uploader.link, least)
        check_space(settings, uploader.user, least)
    if has_head_only(request):
        if is_upload and not may_anybody_upload(site().settings):
            raise RequestDenied()
        if (request.content_length or 0) > request.max_content_length:
            raise RequestEntityTooLarge()
        site().check_ready()
        raise BodyWanted()
    with site().in_flight.reading(_sent_hash(uploader)):
        body = read_body(
            request, lambda name: new_spool(name, g.max_file_bytes), takes_several=takes_several
        )
    try:
        yield body
    finally:
        body.discard()


def _is_repeated(uploader: Uploader) -> bool:
    return idempotency.is_answered(*uploader.asks_as)


def _sent_hash(uploader: Uploader | None) -> str | None:
    """By which its sender may ask for it meanwhile."""
    if uploader is None:
        return None
    return idempotency.sent_hash(*uploader.asks_as)


def least_bytes(body_bytes: int) -> int:
    """Of the file that a body of so many bytes carries, in whatever form (`max_body_bytes`)."""
    return max(1, (body_bytes - 1_000_000) * 2 // 3)


def new_spool(filename: str, max_bytes: int) -> Spool:
    current = site()
    current.check_ready()
    return Spool(current.storage.temp.path, max_bytes, filename)


def max_file_bytes(user: User | None, key: ApiKey | None = None) -> int:
    """Of a file that ``user`` (None: a guest) sends with this key."""
    return max_bytes(site().settings, user, key)


def ingest_body(
    body: Body,
    fields: Mapping[str, str],
    user: User | None,
    *,
    by_post: bool,
    key: ApiKey | None = None,
    browser: str | None = None,
    claim: KeyClaim | None = None,
) -> tuple[Upload, str]:
    """Ingest the body's source for ``user`` (None: a guest, whose browser may be known); the row
    and its delete token. Raises any UploadError.
    """
    check_may_upload(user)
    if key and user:
        fields = with_defaults(fields, user, key)
    parameters = _parse(fields, user, key)  # refuse bad input before anything is fetched or decoded
    source = find_source(body, fields, user, key, by_post=by_post)
    return _ingest(source, parameters, user, key, browser, claim)


def ingest_source(
    source: Spool, fields: Mapping[str, str], user: User | None, browser: str | None = None
) -> tuple[Upload, str]:
    """Ingest one received file of several. Raises any UploadError."""
    check_may_upload(user)
    return _ingest(source, _parse(fields, user), user, browser=browser)


def _parse(fields: Mapping[str, str], user: User | None, key: ApiKey | None = None) -> Parameters:
    """What the key says holds where the program doesn't say it (contract, *Request*). A key's album
    that was deleted keeps uploads private whose visibility neither says. One that does more than
    upload reaches its album alone.
    """
    neutral = str(int(site().settings.hides_names))
    parameters = parse_parameters(fields, user, utcnow(), neutral=neutral)
    if key:
        if key.is_bound and parameters["album_id"] not in (None, key.album_id):
            raise NotFound("Album")
        parameters["album_id"] = parameters["album_id"] or key.album_id
        parameters["visibility"] = parameters["visibility"] or key.visibility
    return parameters


def _ingest(
    source: Spool,
    parameters: Parameters,
    user: User | None,
    key: ApiKey | None = None,
    browser: str | None = None,
    claim: KeyClaim | None = None,
) -> tuple[Upload, str]:
    """The received temp file is removed, whatever happens."""
    try:
        most = max_file_bytes(user, key)
        if source.size > most:  # who sent it was not known while it came
            raise FileTooBig(most)
        upload_request = UploadRequest(
            source=source,
            user=user,
            guest=None if user else guest_hash(),
            guest_browser=None if user else browser,
            key_id=key.public_id if key else None,
            claim=claim,
            **parameters,
        )
        return ingest(site(), upload_request)
    finally:
        source.discard()


def check_may_upload(user: User | None) -> None:
    if not may_upload(site().settings, Visitor(user)):
        raise RequestDenied()


def find_source(
    body: Body,
    fields: Mapping[str, str],
    user: User | None,
    key: ApiKey | None = None,
    *,
    by_post: bool,
) -> Spool:
    """The upload's bytes, spooled: file part ``source``, file part ``image``, value ``source``,
    value ``image``, file part of a name that other hosts use.
    """
    for name in SOURCE_FIELDS:
        if name in body.files:
            return body.files[name]
    for name in SOURCE_FIELDS:
        if name in body.failures:
            raise body.failures[name]
        if name in body.decoded:
            return body.decoded[name]
        text = fields.get(name, "").strip()
        if text.strip("+"):  # a space in an urlencoded source was read as a plus
            return _from_text(text, user, key, by_post)
    for name in OTHER_FILE_FIELDS:
        if name in body.files:
            return body.files[name]
    raise EmptySource()


def _from_text(text: str, user: User | None, key: ApiKey | None, by_post: bool) -> Spool:
    if not _ADDRESS.match(text):
        if not by_post:
            raise Base64ByGet()
    elif not site().settings.allow_url_uploads:
        raise UrlUploadsDisabled()
    spool = new_spool("", max_file_bytes(user, key))
    try:
        if _ADDRESS.match(text):
            with site().fetches.one(f"user {user.id}" if user else guest_hash()):
                return fetch.fetch(text, spool, own_hosts=own_hosts())
        decoder = Base64Decoder(spool)
        decoder.feed(text.encode())
        return decoder.finish()
    except BaseException:
        spool.discard()
        raise
