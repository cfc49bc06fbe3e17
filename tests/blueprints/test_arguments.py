"""A table for each parser of what stands in addresses, queries and small forms: the value, or a
refusal.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug import exceptions
from werkzeug.exceptions import BadRequest, NotFound

from blueprints.clients.tools import TOOLS, Tool, parse_file_of, parse_tool
from blueprints.http import arguments
from blueprints.http.refusals import InvalidParameter
from models.job import JobPlace
from models.upload.library import Place

END_OF_CALENDAR = "315537897599999999"
KEY_OF_ALL = "".join(map(chr, range(0x21, 0x7F)))  # visible characters
DAY = "images/2026/11/25"
TABLE: dict[Callable[[str], Any], list[tuple[Any, Any]]] = {
    arguments.parse_live: [
        (text, (size, text))
        for text, size in (("jpg", ""), ("th.jpg", "th"), ("md.png", "md"), ("tl.x", ""), ("", ""))
    ],
    arguments.parse_turns: [("1", 1), ("2", 2), ("3", 3), ("0", 1), ("", 1), ("4", 1), ("x", 1)],
    arguments.parse_approval: [
        ("approve", True),
        ("refuse", False),
        ("", BadRequest),
        ("Approve", BadRequest),
        ("approve\n", BadRequest),
        ("\ud800", BadRequest),
    ],
    arguments.parse_shown_files: [
        ([], {}),
        ([f"aB3=<{'0' * 32}"], BadRequest),
        ([f"aB3={'0' * 32}", f"x={'af' * 16}"], {"aB3": "0" * 32, "x": "af" * 16}),
        ([f"aB3={'0' * 32}", "aB3"], BadRequest),
        (["aB3="], BadRequest),
        ([f"={'0' * 32}"], BadRequest),
        ([f"a=b={'0' * 32}"], BadRequest),
        ([f"aB3={'0' * 32}\n"], BadRequest),
        ([f"\ud800={'0' * 32}"], BadRequest),
    ],
    arguments.parse_heart: [
        ("1", True),
        ("0", False),
        ("", BadRequest),
        ("true", BadRequest),
        ("1\n", BadRequest),
        ("\u0661", BadRequest),
    ],
    arguments.parse_hiding: [
        ("hide", True),
        ("dismiss", False),
        ("", BadRequest),
        ("delete", BadRequest),
        ("hide\n", BadRequest),
    ],
    arguments.parse_frame_seconds: [
        ("", 8),
        ("20", 20),
        ("0", 3),
        ("2", 3),
        ("61", 60),
        ("9999", 60),
        ("10000", BadRequest),
        ("-5", BadRequest),
        ("8.5", BadRequest),
        ("8\n", BadRequest),
        ("\u0668", BadRequest),
        ("\ud800", BadRequest),
    ],
    arguments.parse_is_random: [
        ("", False),
        ("album", False),
        ("random", True),
        ("Random", BadRequest),
        ("random\n", BadRequest),
        ("\ud800", BadRequest),
    ],
    arguments.parse_id: [
        ("aB3dE5fG", "aB3dE5fG"),
        ("a" * 32, "a" * 32),
        ("a" * 33, None),
        ("", None),
        ("a b", None),
        ("a\n", None),
        ("../x", None),
        ("٣", None),
        ("é", None),
        ("\ud800", None),
        ("a\x00", None),
        ("%00", None),
        ("a'--", None),
    ],
    arguments.parse_known_browser: [
        ("0a" * 32 + "." + "1b" * 16, ("0a" * 32, ["1b" * 16])),
        ("0a" * 32 + ("." + "1b" * 16) * 8, ("0a" * 32, ["1b" * 16] * 8)),
        ("0a" * 32 + ("." + "1b" * 16) * 9, ("", [])),
        ("0a" * 32, ("", [])),
        ("0A" * 32 + "." + "1b" * 16, ("", [])),
        ("0a" * 32 + "." + "1b" * 16 + "\n", ("", [])),
        ("", ("", [])),
        ("é", ("", [])),
    ],
    arguments.parse_guest: [
        ("0a" * 32, "0a" * 32),
        ("0A" * 32, None),
        ("0a" * 31, None),
        ("0a" * 32 + "\n", None),
        ("", None),
        ("\ud800" * 64, None),
    ],
    arguments.parse_slug: [
        ("Rome-at-night.aB3dE5fG", "aB3dE5fG"),
        ("aB3dE5fG", "aB3dE5fG"),
        ("a.b.c.aB3dE5fG", "aB3dE5fG"),
        ("x.", None),
        (".", None),
        ("", None),
        ("Rome.a b", None),
        ("\ud800.aB3dE5fG", "aB3dE5fG"),
    ],
    arguments.parse_token: [
        ("0a" * 24, "0a" * 24),
        ("", ""),
        ("a" * 201, ""),
        ("a b", ""),
        ("\ud800", ""),
        ("a/", ""),
    ],
    arguments.parse_link_token: [
        ("aB3" + "x" * 40, "aB3" + "x" * 40),
        ("", ""),
        ("x" * 42, ""),
        ("x" * 44, ""),
        ("x" * 42 + "\n", ""),
        ("ü" * 43, ""),
    ],
    arguments.parse_share_token: [
        ("aB3" + "x" * 19, "aB3" + "x" * 19),
        ("", ""),
        ("x" * 21, ""),
        ("x" * 23, ""),
        ("x" * 21 + "\n", ""),
        ("ü" * 22, ""),
    ],
    arguments.parse_key: [
        ("chv_aB3_xyz", "chv_aB3_xyz"),
        (" chv_aB3_xyz\n", "chv_aB3_xyz"),
        ("chv_aB3_", None),
        ("chv__x", None),
        ("chv_a_b_c", None),
        ("x", None),
        ("", None),
        ("chv_é_x", None),
        ("chv_a_" + "b" * 201, None),
        ("\ud800", None),
    ],
    arguments.parse_authorization: [
        ("Bearer chv_a_b", "chv_a_b"),
        ("bearer  chv_a_b ", "chv_a_b"),
        ("Basic " + b64encode(b"x:chv_a_b").decode(), "chv_a_b"),
        ("Basic " + b64encode(b":chv_a_b").decode(), "chv_a_b"),
        ("Basic " + b64encode(b"no colon").decode(), ""),
        ("Basic " + b64encode(b"\xff:\xff").decode(), ""),
        ("Basic é", ""),
        ("Basic !", ""),
        ("Basic", ""),
        ("Bearer", ""),
        ("Bearer ", ""),
        ("Digest username=x, nonce=y", ""),
        ('Digest "', '"'),  # no key either
        ("", ""),
        ("\x00", ""),
    ],
    arguments.parse_format: [
        ("", "json"),
        ("json", "json"),
        ("txt", "txt"),
        ("redirect", "redirect"),
        ("TXT", "json"),
        ("txt\n", "json"),
        ("\ud800", "json"),
    ],
    arguments.parse_version: [
        ("1/upload", "1"),
        ("1", "1"),
        ("2/upload", "2"),
        ("", ""),
        ("/1", ""),
        ("\ud800", "\ud800"),
    ],
    arguments.parse_file: [
        ("2026/11/25/cat.jpeg", f"{DAY}/cat.jpeg"),
        ("2026/11/25/cat.th.jpeg", f"{DAY}/cat.th.jpeg"),
        ("2026/11/25/cat.fr.jpeg", f"{DAY}/cat.fr.jpeg"),
        ("2026/11/25/cat.tl.jpeg", f"{DAY}/cat.tl.jpeg"),
        ("2026/11/25/cat.pv-jpeg.webp", f"{DAY}/cat.pv-jpeg.webp"),
        ("2026/11/25/a.b_c-d.md.png", f"{DAY}/a.b_c-d.md.png"),
        ("2026/11/25/..jpeg", f"{DAY}/..jpeg"),  # a plain name: no folder
        ("2026/11/25/cat", None),
        ("2026/11/25/.jpeg", None),
        ("2026/11/25/cat.JPEG", None),
        ("2026/11/25/../cat.jpeg", None),
        ("2026/11/25//cat.jpeg", None),
        ("/2026/11/25/cat.jpeg", None),
        ("2026/11/cat.jpeg", None),
        ("٢٠٢٦/١١/٢٥/cat.jpeg", None),
        ("2026/11/25/é.jpeg", None),
        ("2026/11/25/c at.jpeg", None),
        ("2026/11/25/cat.jpeg\n", None),
        ("2026/11/25/c\x00.jpeg", None),
        ("\ud800", None),
        ("", None),
    ],
    arguments.parse_agent: [
        ("Mozilla/5.0", "Mozilla/5.0"),
        ("", ""),
        ("é\xff", "é\xff"),
        ("\ud800", "?"),
        ("x" * 5000, "x" * 1000),
    ],
    arguments.parse_oembed_format: [
        ("json", "json"),
        ("xml", exceptions.NotImplemented),
        ("", exceptions.NotImplemented),
        ("JSON", exceptions.NotImplemented),
        ("\ud800", exceptions.NotImplemented),
    ],
    arguments.parse_cursor: [
        ("", None),
        (END_OF_CALENDAR, int(END_OF_CALENDAR)),
        ("63870508800000000", 63870508800000000),
        ("63870508800000000-42", 63870508800000000),  # of an earlier version
        ("x", BadRequest),
        ("-1", BadRequest),
        ("1-" + "9" * 19, BadRequest),
        ("9" * 19, BadRequest),
        ("²-1", BadRequest),
        ("٣-1", BadRequest),
        ("1-1 ", BadRequest),
        ("1e9", BadRequest),
    ],
    arguments.parse_query: [
        ("", ""),
        ("  rome  sea ", "rome  sea"),
        ("a" * 300, "a" * 200),
        ("\ud800", "?"),
        ('"*"', '"*"'),
    ],
    arguments.parse_whole_query: [
        ("", ""),
        (" rome ", "rome"),
        ("a" * 300, "a" * 300),
        ("\ud800", "?"),
    ],
    arguments.parse_category_key: [
        ("", ""),
        ("Far-Trips", "far-trips"),
        ("a" * 300, "a" * arguments.MAX_CATEGORY_KEY),
        ("\ud800", "?"),
    ],
    arguments.parse_user_name: [
        ("ann", "ann"),
        ("Ann.B-c_9", "Ann.B-c_9"),
        ("", None),
        (".ann", None),
        ("a b", None),
        ("é", None),
        ("ann\n", None),
        ("a" * 200, None),
        ("\ud800", None),
        ("٣", None),
    ],
    arguments.parse_feed_secret: [
        ("7." + "0a" * 16, (7, "0a" * 16)),
        ("7." + "0" * 31, (0, "")),
        ("0." + "0" * 32, (0, "")),
        ("", (0, "")),
        ("7", (0, "")),
        ("٣." + "0" * 32, (0, "")),
        ("9" * 17 + "." + "0" * 32, (0, "")),
        ("7." + "0" * 32 + "\n", (0, "")),
    ],
    arguments.parse_shown_place: [
        ("", None),
        ("7.12", Place(12, 7)),
        ("7.a", BadRequest),
        ("7", BadRequest),
        (".1", BadRequest),
        ("7.-1", BadRequest),
        ("7.1\n", BadRequest),
        ("7." + "1" * 19, BadRequest),
        ("٣.1", BadRequest),
    ],
    arguments.parse_place_by_id: [
        ("7.aB3dE5fG", Place("aB3dE5fG", 7)),
        ("7.é", BadRequest),
        ("7.a b", BadRequest),
    ],
    arguments.parse_feed_kind: [
        ("user", "user"),
        ("tag", "tag"),
        ("album", "album"),
        ("notifications", "notifications"),
        ("", NotFound),
        ("x", NotFound),
    ],
    arguments.parse_letter: [
        ("a", "a"),
        ("7", "7"),
        *((odd, NotFound) for odd in ("", "aa", "é", "٣", "\n", ".")),
    ],
    arguments.parse_tag: [("Rome", "Rome"), ("", ""), ("\ud800", "?"), ("ß" * 300, "ß" * 100)],
    arguments.parse_tag_key: [
        ("Rome", "rome"),
        ("STRASSE", "strasse"),
        ("ß", "ss"),
        ("\ud800", "?"),
        ("a" * 300, "a" * 100),
    ],
    arguments.parse_category_key: [
        ("far-trips", "far-trips"),
        ("Far-Trips", "far-trips"),
        ("", ""),
        ("\ud800", "?"),
        ("a" * 300, "a" * 240),
    ],
    arguments.parse_act: [("ban", "ban"), ("", None), ("BAN", None), ("\ud800", None)],
    arguments.parse_actor: [
        ("ann", "ann"),
        ("The command line", "The command line"),
        ("the command line", ""),
        ("", ""),
        ("a\x00", ""),
        ("\ud800", ""),
    ],
    arguments.parse_chart_days: [("", 30), ("90", 90), ("30", 30), ("9" * 99, 30), ("x", 30)],
    arguments.parse_job_place: [
        ("", None),
        ("1000000.7", JobPlace(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), 7)),
        ("9" * 16 + ".7", JobPlace(arguments.EPOCH + timedelta(microseconds=10**16 - 1), 7)),
        *((odd, BadRequest) for odd in ("x", "7", "7.x", "-7.7", "9" * 17 + ".7", "٣.7")),
    ],
    arguments.parse_job_id: [("7", 7), ("", None), ("-7", None), ("9" * 19, None), ("٣", None)],
    arguments.parse_row: [
        ("", None),
        ("7", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, BadRequest),
        ("-1", BadRequest),
        ("٣", BadRequest),
        ("x", BadRequest),
    ],
    arguments.parse_role: [
        ("user", "user"),
        ("manager", "manager"),
        ("admin", "admin"),
        ("", None),
        ("ADMIN", None),
        ("admin\n", None),
        ("\ud800", None),
    ],
    arguments.parse_quota: [
        ("", None),
        (" 5000 ", 5000),
        ("0", 0),
        ("999999999", 999_999_999),
        ("1000000000", BadRequest),
        ("-1", BadRequest),
        ("1.5", BadRequest),
        ("٣", BadRequest),
        ("none", BadRequest),
    ],
    arguments.parse_megabytes: [
        ("", None),
        ("1", 1),
        (" 20 ", 20),
        ("1000000", 1_000_000),
        ("1000001", None),
        ("0", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 5000, None),
        ("\x00", None),
    ],
    arguments.parse_side: [
        ("", arguments.MAX_SIDE),
        ("0", arguments.MIN_SIDE),
        ("640", 640),
        ("999999", 999999),
        ("1000000", BadRequest),
        ("-1", BadRequest),
        ("1.5", BadRequest),
        ("٣", BadRequest),
        (" 1", BadRequest),
        ("nan", BadRequest),
    ],
    arguments.parse_asset_name: [
        ("app-2f6f5e.css", "app-2f6f5e.css"),
        ("js/upload/a_b.js", "js/upload/a_b.js"),
        ("", ""),
        ("/etc/passwd", ""),
        ("a b", ""),
        ("a\x00", ""),
        ("é.js", ""),
        ("\ud800", ""),
        ("a" * 101, ""),
    ],
    arguments.parse_digest: [
        ("0123456789ab", "0123456789ab"),
        ("0123456789AB", ""),
        ("0123456789a", ""),
        ("0123456789abc", ""),
        ("", ""),
        ("0123456789a\n", ""),
    ],
    arguments.parse_sha256: [
        ("0a" * 32, "0a" * 32),
        ("", BadRequest),
        ("0A" * 32, BadRequest),
        ("0a" * 31, BadRequest),
        ("0a" * 32 + "\n", BadRequest),
    ],
    arguments.parse_idempotency_key: [
        (KEY_OF_ALL, KEY_OF_ALL),
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ("a" * 255, "a" * 255),
        ("a" * 256, InvalidParameter),
        ("", InvalidParameter),
        ("a b", InvalidParameter),
        ("ü", InvalidParameter),
        ("a\n", InvalidParameter),
    ],
    arguments.parse_ids: [
        ("", []),
        ("a,b", ["a", "b"]),
        ("a,,b c,\ud800,d", ["a", "d"]),
        ("a," * 600, ["a"] * arguments.MAX_KNOWN),
    ],
    arguments.parse_chosen: [
        ([], []),
        (["", ","], []),
        (["a,b", "c", "a"], ["a", "b", "c"]),
        (["a,b c,\ud800,é,d"], ["a", "d"]),
        ([",".join(f"a{n}" for n in range(10_000))], [f"a{n}" for n in range(10_000)]),
    ],
    arguments.path_of_ours: [
        ("/settings/api", "/settings/api"),
        ("/search?q=é", "/search?q=é"),
        ("", ""),
        ("x", ""),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("/.//evil.example", ""),
        ("/login/../..//evil.example", ""),
        ("/a/..", ""),
        ("/album/A..b.abcdefgh?q=//x/../", "/album/A..b.abcdefgh?q=//x/../"),
        ("/a\r\nX: y", ""),
        ("/" + "a" * 2000, ""),
        ("https://evil.example", ""),
    ],
}


@pytest.mark.parametrize(
    ("parse", "text", "value"), [(parse, *row) for parse, rows in TABLE.items() for row in rows]
)
def test_what_becomes_of_a_text(parse: Callable[[str], Any], text: str, value: Any) -> None:
    if value in (BadRequest, NotFound, exceptions.NotImplemented, InvalidParameter):
        with pytest.raises(value):
            parse(text)
    else:
        assert parse(text) == value


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.slug)
def test_tools_and_their_files(tool: Tool) -> None:
    assert parse_tool(tool.slug) is tool
    for name in ("", "..", "index", tool.slug.upper(), tool.slug + "\n", "\ud800", "a/../b"):
        assert parse_tool(name) is None
        assert parse_file_of(tool, name) is None
    for file in tool.files:
        assert parse_file_of(tool, file.template) is (file if file.filename else None)


def test_every_parser_has_a_table() -> None:
    public = {
        name for name in vars(arguments) if name.startswith("parse_") or name == "path_of_ours"
    }
    assert public == {parse.__name__ for parse in TABLE}
