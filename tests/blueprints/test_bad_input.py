"""No request reaches a 500 by its content: each kind of text from outside has a parser, and each
parser a table.
"""

from __future__ import annotations

import io
import itertools
import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from werkzeug import Request
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from blueprints.http.addresses import Addresses, slug_of, viewed_id
from blueprints.http.arguments import path_of_ours
from blueprints.http.body.json_object import read_json
from blueprints.http.body.value import Body
from blueprints.http.expiration import parse_expiration
from blueprints.http.parameters import parse_title
from blueprints.http.refusals import InvalidParameter
from blueprints.http.site_host import parse_host, parse_prefix
from media.intake.spool import Spool
from media.intake.web_address import host_name
from tests.conftest import PASSWORD, Person, csrf_token, log_in, make_person, path_of, sample


def by_wsgi(ann: Person, path: str, host: str | None, **builder: Any) -> TestResponse:
    """Straight to the application: the test client itself can't do with such hosts."""
    environ = EnvironBuilder(path=path, **builder).get_environ()
    environ.pop("HTTP_HOST")
    if host is not None:
        environ["HTTP_HOST"] = host
    return TestResponse(*run_wsgi_app(ann.app, environ, buffered=True), request=Request(environ))


NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("host", [
    "a_b", "a_b:8000", "photos.example", "PHOTOS.example.", "xn--bcher-kva.example:443",
    "127.0.0.1:1", "[::1]", "[fe80::1]:8000", "_dmarc.example", "a" * 63 + ".example",
])  # fmt: skip
def test_hosts_that_are_names(host: str) -> None:
    assert parse_host(host) == host.lower()


BAD_HOSTS = [
    "", " ", "_", "a b", ".", "..", "a..b", "-a", "a-", "xn--", "xn--a.example", "a" * 64,
    "a." * 150, "a:0", "a:65536", "a:", "a:b", "a/b", "a@b", "a?b", "[", "[]", "[::1", "[zz]",
    "ä.example", "a\x00", 'a"b', "a,b", "<script>", "a:8000:8000",
]  # fmt: skip


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_hosts_that_are_none(host: str) -> None:
    with pytest.raises(ValueError, match="malformed host"):
        parse_host(host)


@pytest.mark.parametrize(
    "path", ["/", "/login", "/explore", "/api/1/upload", "/nothing", "/healthz", "/image/abcdefgh"]
)
def test_a_malformed_host_is_a_400_everywhere(path: str, ann: Person) -> None:
    for host in BAD_HOSTS:
        answer = by_wsgi(ann, path, host)
        assert answer.status_code == 400, host
        assert answer.is_json if path.startswith("/api") else "malformed" in answer.text


HOSTILE = st.text(
    st.one_of(st.sampled_from(list("[]@:/.-_ xn0aäß\t\x00")), st.characters(max_codepoint=255)),
    max_size=80,
)


@given(
    st.one_of(
        HOSTILE,
        HOSTILE.map("xn--{}".format),
        st.from_regex(r"[a-z0-9_.\[\]:-]{0,300}", fullmatch=True),
    )
)
def test_any_host_is_a_name_or_refused(text: str) -> None:
    try:
        host = parse_host(text)
    except ValueError:
        return
    parts = urlsplit(f"http://{host}/")
    assert (
        parts.hostname
        and parts.netloc == host == host.lower()
        and host.isascii()
        and 0 < (parts.port or 80) < 65536
    )
    # what may be fetched is compared with it
    assert host_name(f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname)


@pytest.mark.parametrize(
    ("text", "prefix"), [("", ""), ("/", ""), ("/pics", "/pics"), ("/a/b-c_d.e~f/", "/a/b-c_d.e~f")]
)
def test_prefixes(text: str, prefix: str) -> None:
    assert parse_prefix(text) == prefix


BAD_PREFIXES = [
    "pics", "//evil.example", "/a//b", "/..", "/a/../b", "/.", "/a b", "/a\r\nX: y", "/ä", "/a?b",
    "/a#b", "/\\evil", "http://evil.example", "/" + "a" * 300,
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_PREFIXES)
def test_prefixes_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="malformed prefix"):
        parse_prefix(text)


@given(
    st.text(
        st.one_of(st.sampled_from(list("/.~-_%a0\\ \r\n")), st.characters(max_codepoint=255)),
        max_size=40,
    )
)
def test_any_prefix_is_a_path_or_refused(text: str) -> None:
    try:
        prefix = parse_prefix(text)
    except ValueError:
        return
    assert prefix == "" or (
        prefix[0] == "/" and urlsplit(prefix).path == prefix and not prefix.endswith("/")
    )


def test_what_a_proxy_hands_on_is_checked(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(TRUSTED_PROXIES=1))
    for name, values in (
        (
            "X-Forwarded-Host",
            [host for host in BAD_HOSTS if host.strip() and not set(host) & set(',"')],
        ),
        ("X-Forwarded-Prefix", BAD_PREFIXES),
        ("X-Forwarded-Proto", ["javascript", "ftp", "http:", "ws", "HTTP/1.1", "h ttp"]),
    ):
        for value in values:
            environ = {"HTTP_" + name.upper().replace("-", "_"): value}
            answer = ann.client.get("/api/1/upload", environ_overrides=environ)
            assert (
                answer.status_code == 400 and "malformed" in answer.get_json()["error"]["message"]
            ), (name, value)
            assert ann.client.get("/explore", environ_overrides=environ).status_code == 400, (
                name,
                value,
            )
    headers = {
        "X-Forwarded-Host": "home.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/pics",
        "X-API-Key": ann.key,
    }
    image = ann.client.post(
        "/api/1/upload", data={"source": sample("pixel.png").open("rb")}, headers=headers
    ).get_json()["image"]
    assert image["delete_url"].startswith("https://home.example/pics/image/")


def test_any_caller_that_a_proxy_names(make_app: Callable[..., Flask]) -> None:
    app = make_app(TRUSTED_PROXIES=1, GUEST_UPLOADS=True)
    for caller in (
        "",
        "unknown",
        "_hidden",
        "[::1]:80",
        "1.2.3.4:5",
        "ä",
        "x" * 5000,
        "\x01",
        "::::",
    ):
        named = {"HTTP_X_FORWARDED_FOR": caller}
        answer = app.test_client().post(
            "/upload",
            data={"source": sample("pixel.png").open("rb"), "csrf_token": "x"},
            environ_overrides=named,
        )
        assert answer.status_code == 400, caller
        assert app.test_client().get("/", environ_overrides=named).status_code == 200, caller


def test_a_name_with_an_underscore_is_led_to_the_log_in_and_back(ann: Person) -> None:
    answer = by_wsgi(ann, "/settings/api", "a_b:8000")
    assert answer.headers["Location"] == "/login?next=%2Fsettings%2Fapi"
    page = by_wsgi(ann, "/login", "a_b:8000").text
    assert "http:/" not in page.replace("http://", "")


COOKIES = [
    "", "session", "session=", "session=.", "session=..", "session=a.b.c", "session=.eJw.x.y",
    "session=" + "." * 4000, "session=\xff", 'session="\\377"',
    "session=eyJfdXNlcl9pZCI6IjEifQ.a.b", "=x", ";;;", "session=a; session=b", "\x00",
    "remember_token=x|y", "remember_token=\xff|\xff", "$Version=1", "session=" + "x" * 60_000,
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/explore", 302),
        ("/settings/api", 302),
        ("/login", 200),
        ("/api/1/upload", 400),
    ],
)
def test_any_cookie_is_as_good_as_none(path: str, status: int, ann: Person) -> None:
    for cookie in COOKIES:
        assert (
            by_wsgi(ann, path, "localhost", environ_overrides={"HTTP_COOKIE": cookie}).status_code
            == status
        ), cookie


SOAK = os.environ.get("SOAK") == "1"
HEADERS = [
    "Accept", "Accept-Language", "Authorization", "Content-Disposition", "Content-Type", "Cookie",
    "If-Modified-Since", "If-None-Match", "If-Range", "Purpose", "Range", "Referer", "User-Agent",
    "X-API-Key", "X-CSRFToken", "X-File-Name", "X-Forwarded-For", "X-Forwarded-Host",
    "X-Forwarded-Prefix", "X-Forwarded-Proto",
]  # fmt: skip
SHAPES = [
    "{}", "Basic {}", "Bearer {}", "Digest a={}", "Digest {}={}", "Digest a*=utf-8''{}",
    "Digest a*={}''b", 'a/b; {}="{}"', 'multipart/form-data; boundary="{}"',
    "image/png; charset={}", "{}/{}", "text/html;q={}", 'a; filename="{}"',
    "a; filename*=utf-8''{}", "a; filename*={}''%ff", "bytes={}-{}", "{}=0-1", "session={}", '"{}"',
    "W/{}", "%{}", "http://{}/", "Thu, {} Jan 1970 00:00:00 {}",
]  # fmt: skip
# as Latin-1, as a server hands them on: no UTF-8, a digit that is none, half a character
BYTES = ["\xff", "\xb2", "\xed\xa0\x80"]


def shapes_of_bytes(number: int) -> Iterable[tuple[str, str]]:
    """Each shape with the bytes whose turn it is, in another order for each header; with SOAK=1
    with all.
    """
    if SOAK:
        return itertools.product(SHAPES, BYTES)
    return ((shape, BYTES[(n + number) % len(BYTES)]) for n, shape in enumerate(SHAPES))


@pytest.mark.parametrize("name", HEADERS)
def test_any_bytes_in_a_header(name: str, make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(TRUSTED_PROXIES=1))
    path = path_of(ann.uploaded("pixel.png")["url"])
    variable = name.upper().replace("-", "_")
    pages = itertools.cycle([("/", "GET"), (path, "GET"), ("/login", "POST")])
    for shape, text in shapes_of_bytes(HEADERS.index(name)):
        extra = {
            variable if variable == "CONTENT_TYPE" else f"HTTP_{variable}": shape.replace(
                "{}", text
            )
        }
        for target, method, key in (
            (*next(pages), ""),
            ("/api/1/upload", "POST", "" if name == "Authorization" else ann.key),
        ):
            overrides = {"HTTP_X_API_KEY": key, "CONTENT_TYPE": "image/png", **extra}
            answer = by_wsgi(
                ann,
                target,
                "localhost",
                method=method,
                data=b"not a picture",
                environ_overrides=overrides,
            )
            assert answer.status_code < 500, (shape, text, target)
            assert target != "/api/1/upload" or (
                answer.status_code in (400, 401, 403) and answer.is_json
            ), (shape, text, answer.status_code)


@pytest.mark.parametrize("path", ["/api/1/upload", "/1/upload"])
def test_a_basic_log_in_of_other_letters_is_no_key(path: str, ann: Person) -> None:
    answer = ann.client.post(path, data={"source": "x"}, headers={"Authorization": "Basic \xff"})
    assert (answer.status_code, answer.get_json()["error"]["message"]) == (400, "No key provided")


def test_a_name_of_a_container_network_works(ann: Person) -> None:
    answer = ann.client.post(
        "/api/1/upload",
        data={"source": sample("pixel.png").open("rb"), "key": ann.key},
        environ_overrides={"HTTP_HOST": "a_b:8000"},
    )
    image = answer.get_json()["image"]
    for name in ("url", "url_viewer", "delete_url"):
        assert image[name].startswith("http://a_b:8000/"), image[name]


def test_a_request_without_a_host_gets_whole_addresses(ann: Person) -> None:
    answer = by_wsgi(
        ann,
        "/api/1/upload",
        None,
        method="POST",
        data={"source": sample("pixel.png").open("rb"), "key": ann.key},
    )
    assert json.loads(answer.data)["image"]["delete_url"].startswith("http://localhost/image/")


TEXTS = [
    '"', '""', '"""', "\x00", "*", "^", "NEAR(a b)", "a AND", "OR", "NOT", "-", "(", ")", "a:b",
    "{a b}:c", "'", "%", "_", "\ud800", "\u2028", "🦡", " ", "a" * 5000, "title : x", '"a" "b', "+",
    "\\", "//[", "http://[", "http://[::1/image/x", "http://\u2100/x", "javascript:alert(1)",
    "\r\nX: y", "-1", "9" * 30, "1e999", "nan", "٣", "²", "²-1", "1-" + "9" * 25,
    "999999999999999999-1", "0-0", "%00", "\u202e", "[" * 2000,
]  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=",
        "/explore?before=",
        "/tag/",
        "/oembed?url=",
        "/oembed?url=http://localhost/image/aaaaaaaa&maxwidth=",
        "/login?next=",
        "/image/",
        "/clip/",
        "/images/",
        "/original/",
        "/api/1/upload?key=",
        "/api/",
        "/manage/",
        "/qr/",
        "/upload/popup?",
        "/settings/uploaders/",
        "/setup/",
        "/sdk/pup.js?",
        "/static/0/",
        "/static/",
        "/settings/trial/",
    ],
)
def test_any_text_in_an_address(path: str, ann: Person) -> None:
    log_in(ann.client)
    for text in TEXTS:
        answer = ann.client.get(path + quote(text.encode("utf-8", "surrogatepass"), safe=""))
        assert answer.status_code < 500, (path, text)


@pytest.mark.parametrize("path", ["/", "/login", "/explore", "/search", "/oembed", "/api/1/upload"])
def test_any_bytes_in_a_query(path: str, ann: Person) -> None:
    for text in [
        *(chr(byte) for byte in range(0x80, 0x100)),
        "\u00ed\u00a0\u0080",
        "%\u00e9%ff",
        "é".encode().decode("latin-1"),
    ]:
        environ = EnvironBuilder(path=path).get_environ() | {
            "QUERY_STRING": f"q={text}&next={text}&{text}"
        }
        assert (
            TestResponse(
                *run_wsgi_app(ann.app, environ, buffered=True), request=Request(environ)
            ).status_code
            < 500
        )


ELSEWHERE = [
    "", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example",
    "https://evil.example", "/\tevil", "/\r\nX: y", "//[", "/\x00", " /", "x", "/\ud800",
    "/" + "a" * 3000, "javascript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("text", ELSEWHERE)
def test_where_a_log_in_must_not_lead(text: str) -> None:
    assert path_of_ours(text) == ""


@given(
    st.text(
        st.one_of(st.sampled_from(list("/\\:@[]?#%. a\t\n")), st.characters(exclude_categories=())),
        max_size=40,
    )
)
def test_a_log_in_leads_to_a_path_of_ours_or_home(text: str) -> None:
    path = path_of_ours(text)
    assert path in ("", text)
    parts = urlsplit(urljoin("http://home.example/login", path))  # as a browser reads the redirect
    assert (parts.scheme, parts.netloc) == ("http", "home.example")


def test_where_a_log_in_leads(ann: Person) -> None:
    ann.app.config["WTF_CSRF_ENABLED"] = False
    for text, location in (
        ("//[", "/"),
        ("http://[", "/"),
        ("\ud800", "/"),
        ("/search?q=é [", "/search?q=%C3%A9%20%5B"),
    ):
        form = {"name": "ann", "password": PASSWORD, "next": text.encode("utf-8", "surrogatepass")}
        answer = ann.app.test_client().post("/login", data=form)
        assert answer.status_code == 302 and answer.headers["Location"] == location, text


def test_which_page_an_address_means() -> None:
    where = Addresses("https://a.example/photos")
    assert (
        viewed_id("https://a.example/photos/image/Rome.abcdefgh", where)
        == viewed_id("/photos/clip/abcdefgh/", where)
        == "abcdefgh"
    )
    for text in (
        "",
        "http://[",
        "https://b.example/photos/image/abcdefgh",
        "https://a.example/photos/image/abc",
        "//[",
        "https://a.example:x/",
    ):
        assert viewed_id(text, where) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("600", 600),
        ("600.0", 600),
        ("600.", 600),
        ("600.2", 601),
        ("300.000001", 301),
        ("9" * 18, 31536000),
        ("1", 300),
    ],
)
def test_seconds_of_life(text: str, seconds: int) -> None:
    assert parse_expiration(text, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("text", [
    "inf", "nan", "1e309", "-600", ".5", "6 00", "600,0", "0x10", "٣٠٠", "9" * 30, "1.2.3", "P",
    "PT", "soon",
])  # fmt: skip
def test_no_seconds_of_life(text: str) -> None:
    with pytest.raises(InvalidParameter):
        parse_expiration(text, NOW)


@pytest.mark.parametrize(
    ("title", "line", "slug"),
    [
        ("Rome\r\n\tand \n the sea", "Rome and the sea", "Rome-and-the-sea"),
        ("a\nb", "a b", "a-b"),
        ("a\x0bb\x85c\u2028d", "a b c d", "a-b-c-d"),
        ("\n", "", ""),
        ("a\x00b\x1b", "ab", "ab"),
    ],
)
def test_a_line_break_in_a_title_is_a_space(title: str, line: str, slug: str) -> None:
    assert parse_title(title) == line
    assert slug_of(title.strip()) == slug_of(line) == slug


def test_a_title_is_one_line_wherever_it_comes_from(ann: Person) -> None:
    for fields in ({"title": "Rome\nand sea"}, {"name": "Rome\r\nand sea"}):
        image = ann.uploaded("pixel.png", **fields)
        assert image["title"] == "Rome and sea" and "/Rome-and-sea." in image["url_viewer"]
    log_in(ann.client)
    token = csrf_token(ann.client.get("/").text)
    answer = ann.client.post(
        f"/manage/{image['id_encoded']}/edit",
        data={"csrf_token": token, "title": "a\nb"},
        headers={"Accept": "application/json"},
    )
    assert answer.get_json()["title"] == "a b"
    text = PngInfo()
    text.add_text("Title", "of\na picture")
    Image.new("RGB", (20, 20)).save(file := io.BytesIO(), "PNG", pnginfo=text)
    assert ann.uploaded(file.getvalue(), "a.png")["title"] == "of a picture"
    assert ann.uploaded(file.getvalue(), "a.png", description="a\nb")["description"] == "a\nb"


@pytest.mark.parametrize(
    "escaped", [r"http://a.example/\ud83d\ude00.jpg", "http://a.example/😀.jpg"]
)
@pytest.mark.parametrize("at_a_time", [1, 2, 5, 1000])
def test_a_character_of_two_halves_in_a_json_source(escaped: str, at_a_time: int) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(at_a_time)

    body = Body()
    read_json(Slow(b'{"source": "' + escaped.encode() + b'"}'), body, no_spool)
    assert body.fields["source"] == "http://a.example/😀.jpg"


def no_spool(filename: str) -> Spool:
    raise AssertionError(filename)


@pytest.mark.parametrize("name", [
    "tags", "album_id", "category_id", "title", "description", "expiration", "width", "nsfw", "key",
    "format", "source", "\ud800",
])  # fmt: skip
def test_any_value_in_json(name: str, ann: Person) -> None:
    values: list[Any] = [
        "\ud800", ["\udfff"], {"a": "\ud800"}, [[[[1]]]], None, True, 1.5, 10**40, "\x00",
        {"a": {"b": []}},
    ]  # fmt: skip
    for value in values:
        answer = ann.client.post(
            "/api/1/upload",
            data=json.dumps({name: value}),
            content_type="application/json",
            headers={"X-API-Key": ann.key},
        )
        assert answer.status_code < 500 and (answer.is_json or name == "format"), value


@pytest.mark.parametrize("depth", [900, 100_000])
@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_json_that_is_nested_without_end(
    depth: int, brackets: str, client: FlaskClient, ann: Person
) -> None:
    opening, middle = ('{"a":', "1") if brackets == "{}" else ("[", "")
    for name in ("tags", "title", "source"):
        text = f'{{"{name}": ' + opening * depth + middle + brackets[1] * depth + "}"
        answer = ann.client.post(
            "/api/1/upload",
            data=text,
            content_type="application/json",
            headers={"X-API-Key": ann.key},
        )
        assert answer.status_code == 400 and answer.get_json()["status_code"] == 400
