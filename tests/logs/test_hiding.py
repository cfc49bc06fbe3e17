"""Secrets that try to get into the log: by every way that text gets there."""

from __future__ import annotations

import base64
import io
import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from logs.hiding import HIDDEN, MAX_TEXT, Hiding, is_secret_name
from logs.lines import FORMATS
from models.upload import DELETE_TOKEN_BYTES

SECRET = "Zq7mVt2LpXw9RbKd"  # what must not be seen, in every form below
LONG = "a1B2c3D4" * 16
SMTP = "hunter2 is/my pass%word"

Write = Callable[..., str]


@pytest.fixture(params=["people", "json"])
def write(request: pytest.FixtureRequest) -> Write:
    """Logs something, and returns what the log has of it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FORMATS[request.param](Hiding([SMTP])))
    log = logging.Logger("keepsake")
    log.addHandler(handler)

    def written(*args: Any, **options: Any) -> str:
        log.error(*args, **options)
        text = stream.getvalue()
        stream.truncate(0)
        stream.seek(0)
        if request.param == "json":
            assert text.count("\n") == 1
            json.loads(text)
        return text

    return written


LEAKS = [
    f"chv_Ab12_{SECRET}",
    f"CHV_ab12_{SECRET}",
    f"GET /api/1/upload?format=txt&key={SECRET}&x=1",
    f"GET /s/{SECRET}/file/aB3dE5fG/thumb",
    f"X-API-Key: {SECRET}",
    f"('X-Api-Key', '{SECRET}')",
    f"{{'HTTP_X_API_KEY': '{SECRET}', 'a': 1}}",
    f"Authorization: Bearer {SECRET}",
    f"authorization:bearer {SECRET}",
    f"Proxy-Authorization: Basic {base64.b64encode(SECRET.encode()).decode()}",
    f"Cookie: theme=dark; session={SECRET}; guest={SECRET}",
    f"Set-Cookie: session={SECRET}; HttpOnly",
    f"headers: [('Cookie', 'session={SECRET}')]",
    f"password={SECRET}",
    f"password: correct horse {SECRET}",
    f"new_password2 = '{SECRET}'",
    f"{{'password': 'it\\'s {SECRET}'}}",
    f'{{"current_password": "{SECRET}"}}',
    f"PASSWORD=> {SECRET}",
    f"smtp_password={SECRET}",
    f"client_secret={SECRET}",
    f"csrf_token={SECRET}&x=2",
    f"access_token: {SECRET}",
    f"https://home.example/login/openid/callback?code={SECRET}&state={SECRET}&iss=x",
    f"{{'code': '{SECRET}', 'state': b'{SECRET}'}}",
    f"code_verifier={SECRET} nonce={SECRET}",
    f"/image/abc/delete/{SECRET}",
    f"/IMAGE/abc/Delete//{SECRET}?x",
    f"http://127.0.0.1:8000/setup/{SECRET}",
    f"see /join/{SECRET}, /reset/{SECRET} and /email/{SECRET}",
    f"/feed/{SECRET}/user/ann",
    f"smtp://keepsake:{SECRET}@mail.example:587",
    f"cookie eyJfZnJlc2giOnRydWV9.aScHJg.{SECRET}",
    f"it was .eJwlzjEOwjAMQNG7eGZwYsd2e5mqSRzB2tIJcXc.{SECRET}",
    quote(f"chv_Ab12_{SECRET}", safe=""),
    f"chv%5FAb12%5f{SECRET}",
    f"%63hv_Ab12_{SECRET}",
    f"%256B%2565%2579%253D{SECRET}",
    f"next=%2Freset%2F{SECRET}",
    f"next=%252Freset%252F{SECRET}",
    f"%2Fimage%2Fabc%2Fdelete%2F{SECRET}",
    f"https://user:p@ss{SECRET}@home.example/x",
    f"smtp://a@b:{SECRET}@c@mail.example:587",
    f"key[]={SECRET}",
    f"key[0]={SECRET}&x=1",
    f"keys={SECRET}",
    f"password[a]={SECRET}",
    f"'token[]': '{SECRET}'",
    f"no API key {SECRET} here",
    f"api-key is {SECRET}",
    f"the password is {SECRET}",
    f"the password '{SECRET}' is wrong",
    f'The passphrase "{SECRET}" is wrong',
]


@pytest.mark.parametrize("text", LEAKS)
def test_a_secret_is_hidden(write: Write, text: str) -> None:
    for written in (
        write(text),
        write("%s", text),
        write("%r", text.encode()),
        write("%s", {"a": [text]}),
        write("%s %s %s", "x", text, "y"),
        write("it failed", extra={"detail": text, "more": {"a": text}}),
    ):
        assert SECRET not in written
        assert HIDDEN in written or "it failed" in written


@pytest.mark.parametrize("text", LEAKS)
def test_a_secret_is_hidden_from_tracebacks(write: Write, text: str) -> None:
    try:
        try:
            raise ValueError(text)
        except ValueError as error:
            raise OSError(5, text, text) from error
    except OSError as error:
        error.add_note(text)
        assert SECRET not in write("it failed: %s", error, exc_info=True)


def test_pieces_are_put_together_first(write: Write) -> None:
    assert SECRET not in write("%s%s%s", "chv_", "Ab12_", SECRET)
    assert SECRET not in write("key%s%s", "=", SECRET)
    assert SECRET not in write("/reset" + "%s%s", "/", SECRET)


def test_long_random_texts_are_hidden_whatever_they_are(write: Write) -> None:
    assert LONG not in write("it is %s", LONG)
    token = secrets.token_hex(DELETE_TOKEN_BYTES)
    assert token not in write("it is %s", token)


@pytest.mark.parametrize("form", [SMTP, quote(SMTP), quote(SMTP, safe=""), repr(SMTP)])
def test_secrets_of_the_settings_are_hidden_wherever_they_stand(write: Write, form: str) -> None:
    assert "hunter2" not in write("(535, 'no %s here')", form)
    assert "hunter2" not in write("no", exc_info=OSError(form))


@pytest.mark.parametrize("user", ["", "a", "ab", "abc", "keepsake"])
def test_known_secrets_are_hidden_in_base64_behind_other_text(write: Write, user: str) -> None:
    text = base64.b64encode(f"\0{user}\0{SMTP}\0more".encode()).decode()
    written = write("(535, 'no: %s')", text)
    hidden = re.search(r"no: (\S*)\[hidden\]", written)
    assert hidden and b"hunter2" not in base64.b64decode(hidden[1] + "=" * (-len(hidden[1]) % 4))


def test_fields_called_like_a_secret_are_hidden(write: Write) -> None:
    given = {"api_key": "short", "Password": "short", "sessionToken": 12345, "secrets": ["short"]}
    written = write("x", extra=given)
    assert "short" not in written and "12345" not in written
    assert not is_secret_name("status") and not is_secret_name("route")


@pytest.mark.parametrize(
    "text",
    [
        "API key not found, and the password is wrong. API keys are gone. Password set by ann",
        "https://home.example/@ann and https://home.example/a@b",
        "GET /image/<public_id>/delete/<token> 200 12 ms 300 bytes to 192.0.2.0",
        "The status code: 500, state: running",
        "KeyError: 'title'",
        "Keys and passwords are well, and so are 3 tokens",
        "Uploads are refused until it is. /srv/keepsake/instance/public/2026/01/31/IMG_1234.jpg",
        f"MD5 {'0123456789abcdef' * 2}, SHA-256 {'0123456789abcdef' * 4}",
        "test_views_take_nothing_from_outside_but_through_a_parser",
        "https://home.example/image/Sunset-at-the-lake.Ab3 100% of 3%20x",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Hiding(["mail-password"]).hide(text) == text


def test_arguments_that_do_not_fit_are_no_way_out(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        def __str__(self) -> str:
            raise ValueError(f"key={SECRET}")

    assert SECRET not in write("%d", f"key={SECRET}")
    assert SECRET not in write("%s %s", f"key={SECRET}")
    assert SECRET not in write("%s", Broken())
    assert SECRET not in write("x", extra={"detail": Broken()})
    assert SECRET not in capsys.readouterr().err


@pytest.mark.parametrize(
    "piece",
    [
        "a", "ey", "eyJ", ".eJ", "eyJa.", "chv_", "key=", "'", '"', "\\", "%25", "%", "/reset/",
        "://", "password'", "cookie: ", "Bearer ", "b'", "=>", "\n", " ", "token\" ", "A1a-", "[",
        "key[", "://a@", "password is ", "api key \'", "api key a",
        "\x1b",
    ],
)  # fmt: skip
def test_long_texts_take_linear_time_and_are_cut(piece: str) -> None:
    hiding = Hiding([SMTP])
    text = piece * (5_000_000 // len(piece))
    started = time.perf_counter()
    hidden = hiding.hide(text)
    assert time.perf_counter() - started < 0.5
    assert len(hidden) < 3 * MAX_TEXT


def test_what_is_cut_hides_as_well() -> None:
    hiding = Hiding()
    for at in range(0, 2 * MAX_TEXT, 97):
        text = f"{'x ' * (at // 2)}key={SECRET} and {LONG} and /reset/{SECRET} {'y ' * MAX_TEXT}"
        hidden = hiding.hide(text)
        assert SECRET[-8:] not in hidden and "D4a1B2" not in hidden and len(hidden) < 2 * MAX_TEXT
