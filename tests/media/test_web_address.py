from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.errors import FetchRefused
from media.intake.web_address import MAX_URL, WebAddress, host_name

MALFORMED = [
    "http://[::1", "http://[", "http://]", "http://[]/", "http://[::1]x/",
    "http://[fe80::1%25eth0]/", "http://[v1.a]/", "http://[1.2.3.4]/", "http://", "http:///a.jpg",
    "http:a.jpg", "http://.", "http://..", "http://a..example/", "http://.a.example/",
    "http://ä..example/", "http://..ä.example/", "http://" + "a" * 64 + ".example/",
    "http://" + "ä" * 64 + ".example/", "http://" + "a." * 127 + "example/", "http://a b/",
    "http://a\tb/", "http://a.example/\n/", "http://a.example/\x00", "http://a.example/\x85",
    "http://a.example/\u2028", "http://a.example:0/", "http://a.example:65536/",
    "http://a.example:99999/", "http://a.example:123456/", "http://a.example:-1/",
    "http://a.example:8o/", "http://a.example:٣/", "http://a.example:80:80/", "http://a:b:c/",
    "http://a%2eb/", "http://℀/", "http://%E2%84%80/", "http://a\\b/",
    "http://a.example\\@b.example/", "http://a<b/", "http://*/", "http://\ud800/",
    "http://a.example/\udfff", "http://\u200b/", "http://a.example/" + "x" * MAX_URL,
]  # fmt: skip


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_malformed(url: str) -> None:
    with pytest.raises(FetchRefused, match=r"malformed|user name"):
        WebAddress.parse(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://user@a.example/",
        "http://user:word@a.example/",
        "http://@a.example/",
        "http://a.example@127.0.0.1/",
    ],
)
def test_a_user_name_is_refused(url: str) -> None:
    with pytest.raises(FetchRefused, match="user name"):
        WebAddress.parse(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "file:///etc/passwd",
        "gopher://a/",
        "data:,x",
        "//a.example/",
        "javascript:x",
        "",
        "x",
    ],
)
def test_other_schemes(url: str) -> None:
    with pytest.raises(FetchRefused, match="Unsupported URL scheme"):
        WebAddress.parse(url)


@pytest.mark.parametrize(
    ("url", "host", "port", "target"),
    [
        ("http://a.example", "a.example", 80, "/"),
        (" HTTPS://A.Example.:8443/b?c#d ", "a.example", 8443, "/b?c"),
        ("http://a.example:/", "a.example", 80, "/"),
        ("http://a_b/", "a_b", 80, "/"),
        ("http://bücher.example/ä ö.jpg", "xn--bcher-kva.example", 80, "/%C3%A4%20%C3%B6.jpg"),
        ("http://BÜCHER。example/", "xn--bcher-kva.example", 80, "/"),
        ("http://faß.example/", "xn--fa-hia.example", 80, "/"),
        ("http://例え.テスト/", "xn--r8jz45g.xn--zckzah", 80, "/"),
        ("http://xn--bcher-kva.example/", "xn--bcher-kva.example", 80, "/"),
        # full-width digits: seen as the address that they are
        ("http://１２７.０.０.１/", "127.0.0.1", 80, "/"),
        ("http://[2001:DB8:0::1]:81/", "2001:db8::1", 81, "/"),
        (
            'http://a.example/a b/c\\d"<>{}|^`.jpg?e=f g&h=[1]%20',
            "a.example",
            80,
            "/a%20b/c%5Cd%22%3C%3E%7B%7D%7C%5E%60.jpg?e=f%20g&h=[1]%20",
        ),
        ("http://a.example/a%20b%2Fc.jpg", "a.example", 80, "/a%20b%2Fc.jpg"),
    ],
)
def test_what_is_read(url: str, host: str, port: int, target: str) -> None:
    address = WebAddress.parse(url)
    assert (address.host, address.port, address.target) == (host, port, target)


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/b.jpg", "http://a.example:81/b.jpg"),
        ("c d.jpg", "http://a.example:81/x/c%20d.jpg"),
        ("//b.example/", "http://b.example/"),
        ("https://b.example", "https://b.example/"),
        ("?q", "http://a.example:81/x/y?q"),
        ("/\xc3\xa4", "http://a.example:81/%C3%A4"),
        ("/\xe4", "http://a.example:81/%C3%A4"),
        ("//b\xc3\xbccher.example/", "http://xn--bcher-kva.example/"),
    ],
)
def test_where_a_redirect_leads(location: str, leads_to: str) -> None:
    there = WebAddress.parse("http://a.example:81/x/y").follow(location)
    assert f"{'https' if there.is_secure else 'http'}://{there.authority}{there.target}" == leads_to


@pytest.mark.parametrize("location", [
    "", " ", "http://[::1", "//[", "http://ä..example/", "http://\xc3\xa4..example/",
    "file:///etc/passwd", "http://a b/", "//user@b.example/", "http://a.example:x/", "\x00",
    "/" + "x" * MAX_URL,
])  # fmt: skip
def test_a_redirect_that_leads_nowhere(location: str) -> None:
    with pytest.raises(FetchRefused):
        WebAddress.parse("http://a.example/").follow(location)


HOSTILE = st.text(
    st.one_of(
        st.sampled_from(list("[]@:/\\?#%.-_ \t\n\x00\x85äß℀。xn1")),
        st.characters(exclude_categories=()),
    ),
    max_size=60,
)


@given(
    st.one_of(HOSTILE, HOSTILE.map("http://{}".format), HOSTILE.map("https://a.example/{}".format)),
    HOSTILE,
)
def test_any_text_is_read_or_refused(url: str, location: str) -> None:
    try:
        address = WebAddress.parse(url)
        assert address.host.isascii() and address.target.isascii() and address.authority.isascii()
        assert not any(c <= " " or c in "@#" for c in address.authority) and not any(
            c <= " " for c in address.target
        )
        assert address.target.startswith("/") and 1 <= address.port <= 65535
        assert (
            host_name(address.host if ":" not in address.host else f"[{address.host}]")
            == address.host
        )
        address.follow(location)
    except FetchRefused:
        pass


@given(st.text("abcXYZ ä/%&=~😀", max_size=30))
def test_quoting_loses_nothing(path: str) -> None:
    path = "/" + path.replace("%", "%25").strip()
    assert unquote(WebAddress.parse("http://a.example/x" + path).target) == "/x" + unquote(path)
