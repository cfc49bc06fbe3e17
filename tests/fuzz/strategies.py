"""Requests that nobody would send, near enough to ones that somebody would."""

from __future__ import annotations

import base64
import functools
import io
import json
import re
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from PIL import Image

from blueprints import SITE_MAP
from tests.blueprints.test_bad_input import BAD_HOSTS, BAD_PREFIXES, COOKIES, TEXTS
from tests.conftest import sample
from tests.fuzz.sent import Sent
from tests.media.test_web_address import MALFORMED

PARAMETERS = [
    "key", "source", "image", "title", "name", "description", "alt_text", "tags", "album_id",
    "category_id", "width", "expiration", "nsfw", "format", "use_file_date", "neutral_name", "q",
    "before", "url", "maxwidth", "maxheight", "next", "sha256", "seconds", "known", "csrf_token",
    "password", "again", "label", "link", "files[]", "v", "sort", "kind", "visibility", "year",
    "expires", "no_album", "after",
    "words", "exact", "without", "tag", "user", "album", "camera", "taken", "shown", "uploads",
    "with_uploads", "do", "upload", "other", "parent", "of", "visibility_was",
]  # fmt: skip
PLAUSIBLE = [
    "", "0", "1", "txt", "redirect", "json", "600", "600.0", "P1D", "PT1H", "true", "100", "{key}",
    "{id}", "{csrf}", "{token}", "{album}", "{file}", "a, b", "ann", "data:image/png;base64,",
    "/image/{id}", "http://localhost/image/{id}", "http://127.0.0.1:1/a b.jpg",
    "63870508800000000-1", "1.1", "name", "taken-oldest", "0001", "9999", "-1", "1e309",
    "NaN", *MALFORMED,
]  # fmt: skip
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"]

letters = st.one_of(
    st.sampled_from(list("\"'%&=;,:/\\[]{}()<>.-_ \t\n\x00\x7f\x85é٣\ud800\udfff\u2028\U0001f600")),
    st.characters(exclude_categories=()),
)
texts = st.one_of(
    st.sampled_from(PLAUSIBLE),
    st.sampled_from(PLAUSIBLE),
    st.sampled_from(TEXTS),
    st.text(letters, max_size=30),
    st.integers().map(str),
    st.floats().map(str),
    st.integers(1, 5000).map(lambda n: "a" * n),
)
FREE = ["title", "name", "description", "alt_text", "tags", "use_file_date", "x"]  # take any text
names = st.one_of(
    st.sampled_from(FREE),
    st.sampled_from(FREE),
    st.sampled_from(PARAMETERS),
    st.text(letters, max_size=10),
)
fields = st.lists(st.tuples(names, texts), max_size=3)


def rarely(draw: st.DrawFn) -> bool:
    """Once in ten times. What is wrong everywhere gets no further than the first check."""
    return draw(st.integers(0, 9)) == 9


def _wire(text: str) -> str:
    """As bytes on the wire, UTF-8, read as Latin-1."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="{}")


# --- addresses


PARTS = re.compile(r"(<[^>]+>)")
UPLOADS = [("/api/1/upload", "POST"), ("/1/upload", "POST"), ("/upload", "POST")]
ROUTES = [(route.rule, method) for route in SITE_MAP for method in route.methods.split()] + [
    ("/static/<path:name>", "GET"),
    ("/nothing", "GET"),
]


@st.composite
def targets(draw: st.DrawFn, rule: str) -> str:
    """An address of a route, its variable parts and its query being any text."""
    path = "".join(
        _quoted(draw(st.one_of(st.sampled_from(["{id}", "{token}", "{file}"]), texts)))
        if n % 2
        else piece
        for n, piece in enumerate(PARTS.split(rule))
    )
    query = "&".join(
        f"{_quoted(name)}={_quoted(value)}"
        for name, value in draw(
            st.lists(st.tuples(st.one_of(st.sampled_from(PARAMETERS), names), texts), max_size=2)
        )
    )
    if rarely(draw):
        query += "&" + "".join(
            c for c in _wire(draw(st.text(letters, max_size=20))) if c > " " and c != "\x7f"
        )
    return path + ("?" + query if query else "")


# --- headers

_header_text = texts.map(_wire).map(
    lambda text: "".join(c for c in text if c not in "\r\n\x00").strip()
)
_types = st.sampled_from([
    "multipart/form-data; boundary=b", "application/x-www-form-urlencoded", "application/json",
    "image/png", "application/octet-stream", "multipart/form-data",
    "multipart/form-data; boundary=\"", "text/plain; charset=nonsense",
    "multipart/mixed; boundary=b", "application/json; charset=utf-16", ";", "video/mp4",
])  # fmt: skip
_HEADERS: dict[str, st.SearchStrategy[str]] = {
    "Host": st.sampled_from(
        [host for host in BAD_HOSTS if "\x00" not in host]
        + ["a_b", "a_b:80", "[::1]:8000", "photos.example."]
    ),
    "X-Forwarded-Host": st.sampled_from(
        [host for host in BAD_HOSTS if "\x00" not in host] + ["home.example"]
    ),
    "X-Forwarded-Prefix": st.sampled_from(
        [prefix for prefix in BAD_PREFIXES if "\n" not in prefix] + ["/pics"]
    ),
    "X-Forwarded-Proto": st.sampled_from(["http", "https", "ftp", "javascript", ""]),
    "X-Forwarded-For": _header_text,
    "Cookie": st.one_of(
        st.sampled_from([cookie for cookie in COOKIES if "\x00" not in cookie]),
        st.just("session={session}"),
        _header_text.map("session={}".format),
    ),
    "Authorization": st.one_of(
        _header_text,
        _header_text.map("Bearer {}".format),
        _header_text.map("Digest {}".format),
        _header_text.map("Basic {}".format),
        st.binary(max_size=30).map(lambda data: "Basic " + base64.b64encode(data).decode()),
    ),
    "Accept": st.sampled_from(
        [
            "application/json",
            "text/html",
            "*/*;q=nan",
            ";;,",
            "a/b;q=1e999",
            "text/html;q=0,*/*",
            "\xff",
        ]
    ),
    "Content-Type": st.one_of(_types, _header_text),
    "Content-Disposition": st.one_of(
        _header_text,
        _header_text.map('attachment; filename="{}"'.format),
        _header_text.map("a; filename*=utf-8''{}".format),
    ),
    "Range": st.one_of(
        _header_text,
        st.tuples(st.integers(), st.integers()).map(lambda pair: f"bytes={pair[0]}-{pair[1]}"),
        st.sampled_from(["bytes=", "bytes=-", "bytes=0-0,1-1,-1"]),
    ),
    "If-Modified-Since": st.sampled_from(
        ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2359", "0", "31 Feb 99999"]
    ),
    **dict.fromkeys(
        (
            "X-API-Key",
            "X-CSRFToken",
            "X-File-Name",
            "User-Agent",
            "Referer",
            "Origin",
            "If-Range",
            "If-None-Match",
            "Purpose",
            "Accept-Language",
        ),
        _header_text,
    ),
}


# what may end any request
_WHERE = [
    name for name in _HEADERS if name in ("Host", "Content-Type") or name.startswith("X-Forwarded")
]
_OTHERS = [name for name in _HEADERS if name not in _WHERE]


@st.composite
def headers(draw: st.DrawFn) -> list[tuple[str, str]]:
    chosen = draw(st.lists(st.sampled_from(_OTHERS), max_size=2, unique=True)) + (
        [draw(st.sampled_from(_WHERE))] if rarely(draw) else []
    )
    given = [(name, draw(_HEADERS[name])) for name in chosen]
    for name, value in (
        ("X-API-Key", "{key}"),
        ("Cookie", "session={session}"),
        ("X-CSRFToken", "{csrf}"),
    ):
        if name not in chosen and not rarely(draw):
            given.append((name, value))
    return given


# --- files


@functools.cache
def small_files() -> list[bytes]:
    """Real ones, of a few hundred bytes each."""
    picture = Image.effect_mandelbrot((24, 16), (-2, -1, 1, 1), 40).convert("RGB")
    made = [sample("pixel.png").read_bytes()]
    for format, options in (
        ("JPEG", {}),
        ("PNG", {}),
        ("GIF", {}),
        ("WEBP", {}),
        ("BMP", {}),
        ("TIFF", {}),
        ("AVIF", {}),
        ("GIF", {"save_all": True, "append_images": [picture.rotate(90)]}),
        ("PNG", {"save_all": True, "append_images": [picture.rotate(90)]}),
    ):
        exif = Image.Exif()
        exif[0x010E], exif[0x0112], exif[0x010F] = "A title", 6, "Camera"
        picture.save(
            file := io.BytesIO(),
            format,
            **options,
            **({"exif": exif} if format not in ("GIF", "BMP") else {}),
        )
        made.append(file.getvalue())
    return made


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A real file with some bytes changed, cut out, doubled or cut off."""
    data = bytearray(draw(st.sampled_from(small_files())))
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 6]))):
        at = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 4)):
            case 0:
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case 1:
                data[at : at + draw(st.integers(0, 20))] = b""
            case 2:
                data[at:at] = data[at : at + draw(st.integers(0, 60))]
            case 3:
                data[at : at + 4] = draw(
                    st.sampled_from(
                        [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\0\1"]
                    )
                )
            case _:
                del data[at:]
    return bytes(data)


# --- bodies


@st.composite
def sources(draw: st.DrawFn) -> dict[str, str]:
    """A file as base64, mostly."""
    return (
        {}
        if rarely(draw)
        else {draw(st.sampled_from(["source", "image"])): base64.b64encode(draw(files())).decode()}
    )


values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def json_bodies(draw: st.DrawFn) -> bytes:
    if draw(st.integers(0, 7)) == 0:
        depth = draw(st.sampled_from([50, 900, 1100, 50_000]))
        return b'{"%s": %s%s}' % (
            draw(st.sampled_from(PARAMETERS)).encode(),
            b"[" * depth,
            b"]" * depth,
        )
    ascii_only = draw(st.booleans())
    text = json.dumps(
        {**draw(st.dictionaries(names, values, max_size=3)), **draw(sources())},
        ensure_ascii=ascii_only,
    ).encode("utf-8", "surrogatepass")
    return mutate(draw, text)


@st.composite
def forms(draw: st.DrawFn) -> bytes:
    pairs = [*draw(fields), *draw(sources()).items(), ("csrf_token", "{csrf}")]
    return mutate(
        draw, "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode()
    )


@st.composite
def multiparts(draw: st.DrawFn) -> bytes:
    body = b""
    for name, value in [*draw(fields), ("csrf_token", "{csrf}")]:
        body += (
            b'--b\r\nContent-Disposition: form-data; name="'
            + _wire(name).encode("latin-1")
            + b'"\r\n\r\n'
            + _wire(value).encode("latin-1")
            + b"\r\n"
        )
    for name in draw(
        st.lists(
            st.sampled_from(["source", "source", "image", "file", "files[]"]),
            min_size=0 if rarely(draw) else 1,
            max_size=2,
        )
    ):
        more = draw(
            st.sampled_from(
                [
                    b"",
                    b"Content-Type: image/png\r\n",
                    b"Content-Transfer-Encoding: base64\r\n",
                    b"\xff: \xff\r\n",
                    b"Content-Disposition: x\r\n",
                    b": \r\n",
                ]
            )
        )
        filename = _wire(draw(texts)).encode("latin-1")
        body += (
            b'--b\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n%s\r\n%s\r\n'
            % (name.encode(), filename, more, draw(files()))
        )
    return mutate(draw, body + b"--b--\r\n")


def mutate(draw: st.DrawFn, data: bytes) -> bytes:
    if not rarely(draw):
        return data
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(st.binary(max_size=6)) + data[at + draw(st.integers(0, 6)) :]


_BODIES = {
    "application/json": json_bodies(),
    "application/x-www-form-urlencoded": forms(),
    "multipart/form-data; boundary=b": multiparts(),
    "image/png": files(),
}


@st.composite
def requests(draw: st.DrawFn) -> Sent:
    rule, method = draw(st.one_of(st.sampled_from(ROUTES), st.sampled_from(UPLOADS)))
    if rarely(draw):
        method = draw(st.sampled_from(METHODS))
    target, given, body = draw(targets(rule)), draw(headers()), b""
    if method in ("POST", "PUT"):
        kind = draw(st.sampled_from([*_BODIES, "multipart/form-data; boundary=b"]))
        body = draw(_BODIES[kind])
        given += [("Content-Type", kind)] if "Content-Type" not in dict(given) else []
    if (rule, method) == ("/upload", "POST") and draw(st.booleans()):
        given.append(("Accept", "application/json"))  # as our script does
    return Sent(method, target, tuple(given), body)


# What frames a request, for the server alone: lengths that don't fit, and heads that are none.
framings = st.tuples(
    st.sampled_from(["GET", "POST", "GET GET", "", "\xff", "P" * 300]),
    st.sampled_from(
        [
            "/",
            "/api/1/upload",
            "*",
            "http://a/",
            "//",
            "/%",
            "/%ff%00",
            "/a b",
            "",
            "/" + "a" * 9000,
            "\xff",
            "/api/\xff",
        ]
    ),
    st.lists(
        st.sampled_from(
            [
                ("Content-Length", "-1"),
                ("Content-Length", "9" * 30),
                ("Content-Length", "5"),
                ("Content-Length", "x"),
                ("Content-Length", "0x1"),
                ("Transfer-Encoding", "chunked"),
                ("Transfer-Encoding", "gzip, chunked"),
                ("Transfer-Encoding", "x"),
                ("Expect", "100-continue"),
                ("Expect", "x"),
                ("Host", "a"),
                ("Host", "b"),
                ("\xff", "\xff"),
                ("", ""),
                ("A b", "c"),
                ("X", "\x01"),
                ("X", "a" * 9000),
                ("Upgrade", "h2c"),
                ("X-API-Key", "{key}"),
            ]
        ),
        max_size=4,
    ),
    st.sampled_from(
        [
            b"",
            b"x" * 5,
            b"5\r\nhello\r\n0\r\n\r\n",
            b"-1\r\n",
            b"ffffffffffffffffff\r\n",
            b"5;" + b"a" * 9000,
            b"\r\n\r\n",
            b"0\r\nX: y\r\n\r\n",
        ]
    ),
).map(lambda parts: Sent(parts[0], parts[1], tuple(parts[2]), parts[3]))
