"""Any bytes and any text through each parser at the border: a value, or the refusal that it
promises.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest

from blueprints.http.addresses import Addresses, slug_of, viewed_id
from blueprints.http.arguments import parse_cursor
from blueprints.http.body.json_object import read_json
from blueprints.http.body.multipart import read_multipart
from blueprints.http.body.urlencoded import read_urlencoded
from blueprints.http.body.value import SOURCE_FIELDS, Body
from blueprints.http.parameters import parse_title
from blueprints.http.refusals import MalformedBody
from media.intake.spool import Spool, basename
from tests.conftest import Person, log_in
from tests.fuzz.strategies import forms, json_bodies, letters, multiparts

any_text = st.text(letters, max_size=60)
quick = settings(suppress_health_check=list(HealthCheck), deadline=None)


@given(st.one_of(any_text, st.from_regex(r"-?[0-9]{1,25}-?[0-9]{0,25}", fullmatch=True)))
def test_cursors(text: str) -> None:
    try:
        rank = parse_cursor(text)
    except BadRequest:
        return
    assert rank is None or 0 <= rank < 2**63  # what SQLite can compare with


@given(
    st.one_of(
        any_text,
        any_text.map("https://a.example/image/{}".format),
        any_text.map("http://{}/image/abcdefgh".format),
    )
)
def test_addresses_of_pages(text: str) -> None:
    found = viewed_id(text, Addresses("https://a.example"))
    assert found is None or (len(found) == 8 and found.isascii() and found.isalnum())


@given(any_text)
def test_names_of_files(text: str) -> None:
    name = basename(text)
    assert not set(name) & set("/\\") and name.isprintable() and len(name) <= 1000
    name.encode()


@given(any_text)
def test_titles(text: str) -> None:
    title = parse_title(text)
    assert title == " ".join(title.split())
    assert slug_of(title).isascii() and not set(slug_of(title)) & set(" \n/")


def kept_of(
    read: Callable[[IO[bytes], Body, Any], None], data: bytes, folder: Path, at_a_time: int
) -> Body | None:
    """The body that was read in pieces; None where it was refused."""

    class Stream(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(at_a_time)

    body = Body(takes_several=True)
    try:
        read(Stream(data), body, lambda name: Spool(folder, 10**6, name))
    except MalformedBody:
        return None
    finally:
        body.discard()
    assert not list(folder.iterdir())
    for text in body.fields.values():
        text.encode()  # no half of a character gets any further
    return body


READERS: dict[str, tuple[Callable[[IO[bytes], Body, Any], None], st.SearchStrategy[bytes]]] = {
    "json": (read_json, json_bodies()),
    "urlencoded": (read_urlencoded, forms()),
    "multipart": (
        lambda stream, body, new_spool: read_multipart(stream, "b", body, new_spool),
        multiparts(),
    ),
}


@pytest.mark.parametrize("kind", READERS)
def test_bodies(kind: str, tmp_path: Path) -> None:
    read, bodies = READERS[kind]

    @quick
    @given(st.one_of(bodies, st.binary(max_size=300)), st.sampled_from([1, 3, 50, 10**6]))
    def look(data: bytes, at_a_time: int) -> None:
        whole, pieces = (
            kept_of(read, data, tmp_path, 10**6),
            kept_of(read, data, tmp_path, at_a_time),
        )
        assert (whole is None) == (pieces is None)
        assert whole is None or pieces is None or whole.fields == pieces.fields  # however it is cut

    look()


@quick
@given(
    st.dictionaries(
        st.sampled_from(["source", "image", "title", "tags"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    ),
    st.booleans(),
    st.sampled_from([1, 4, 10**6]),
)
def test_texts_of_json_are_what_was_sent(
    tmp_path: Path, document: dict[str, str], ascii_only: bool, at_a_time: int
) -> None:
    body = kept_of(
        read_json, json.dumps(document, ensure_ascii=ascii_only).encode(), tmp_path, at_a_time
    )
    assert body is not None and body.fields == document
    assert set(SOURCE_FIELDS) == {"source", "image"}


def test_the_page_of_an_error_has_one_to_fall_back_on(make_app: Callable[..., Flask]) -> None:
    app = make_app()

    @app.context_processor
    def failing() -> dict[str, Any]:
        raise ZeroDivisionError

    answer = app.test_client().get("/nothing")
    assert answer.status_code == 404 and "<h1>" in answer.text


def test_a_cursor_at_the_end_of_the_calendar(ann: Person) -> None:
    log_in(ann.client)
    late = "315537897599999999-999999999999999999"
    assert ann.client.get("/explore", query_string={"before": late}).status_code == 200


@pytest.mark.parametrize(
    "end",
    [
        b"\r\n--b--\r\n",
        b"\r\n--b--",
        b"\r\n--b-- \t\r\n",
        b"\r\n--b\r\nContent-Disposition: form-data; name=title\r\n\r\nx\r\n--b--\r\n",
    ],
)
@pytest.mark.parametrize("content", [
    b"bytes", b"bytes\r", b"bytes\n", b"bytes\r\n", b"x--b", b"\r\n--", b"\r\n--c--", b"a\r\n--bb",
    b"\r\r\n\n", b"",
])  # fmt: skip
def test_a_file_in_a_form_is_the_same_wherever_the_form_is_cut(
    content: bytes, end: bytes, tmp_path: Path
) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="source"; filename="a.png"\r\n\r\n'
    form = head + content + end

    class Cut(io.BytesIO):
        first = 0

        def read(self, size: int | None = -1) -> bytes:
            return super().read(self.first if self.tell() == 0 else size)

    for first in range(1, len(form)):
        stream, body = Cut(form), Body()
        stream.first = first
        read_multipart(stream, "b", body, lambda name: Spool(tmp_path, 1000, name))
        assert body.files["source"].path.read_bytes() == content, first
        body.discard()
