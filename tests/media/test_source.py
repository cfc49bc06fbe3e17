from __future__ import annotations

import base64
import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.errors import FileTooBig, InvalidBase64
from media.intake.spool import Base64Decoder, Spool, basename


def decode(folder: Path, pieces: list[bytes], max_bytes: int = 10_000_000) -> bytes:
    spool = Spool(folder, max_bytes)
    decoder = Base64Decoder(spool)
    try:
        for piece in pieces:
            decoder.feed(piece)
        decoder.finish()
        data = spool.path.read_bytes()
        assert spool.size == len(data)
        assert spool.md5 == hashlib.md5(data).hexdigest()
        assert spool.sha256 == hashlib.sha256(data).hexdigest()
        return data
    finally:
        spool.discard()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=st.binary(max_size=5000),
    cuts=st.lists(st.integers(0, 7000), max_size=6),
    spaced=st.booleans(),
    prefix=st.sampled_from(
        [b"", b"data:image/png;base64,", b"data:;base64,", b"data:image/jpeg;charset=utf-8;base64,"]
    ),
)
def test_base64_comes_back_however_it_is_cut(
    tmp_path: Path, data: bytes, cuts: list[int], spaced: bool, prefix: bytes
) -> None:
    text = prefix + (base64.encodebytes(data) if spaced else base64.b64encode(data))
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    assert decode(tmp_path, [text[a:b] for a, b in pairwise(edges)]) == data
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    [b"not base64!", b"YQ", b"YQ=", b"Y===", b"YQ==YQ==", b"YWJj*", b"a-b_", b"YQ==" + b"A" * 5000],
)
def test_what_is_not_base64(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(InvalidBase64):
        decode(tmp_path, [text])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=300))
def test_any_text_decodes_or_is_refused(tmp_path: Path, text: str) -> None:
    try:
        decode(tmp_path, [text.encode()])
    except InvalidBase64:
        pass
    assert not list(tmp_path.iterdir())


def test_the_limit_holds_while_writing(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 10)
    spool.write(b"0123456789")
    with pytest.raises(FileTooBig):
        spool.write(b"x")
    spool.discard()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("C:\\Users\\ann\\a.jpg", "a.jpg"), ("../../etc/passwd", "passwd"), ("a\r\nb.jpg", "ab.jpg")],
)
def test_a_name_loses_its_folders(sent: str, kept: str) -> None:
    assert basename(sent) == kept
