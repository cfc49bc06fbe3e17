"""Passwords that an account can't have, wherever one is set."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask

from models import User
from models.account_faults import BadPassword, CommonPassword, NameAsPassword
from models.passwords import COMMON, check_password
from services.accounts import new_setup_token
from tests.conftest import Person, csrf_token

CASES = {
    "correct horse battery": None, "Übermut 1979": None, "日本語のパスワード": None,
    "password\n123456789": None,
    "short": BadPassword, "x" * 257: BadPassword, "": BadPassword,
    "password": CommonPassword, "PassWord1": CommonPassword, " password ": CommonPassword,
    "ILOVEYOU2": CommonPassword, "Annemarie": NameAsPassword, "anne-Marie": NameAsPassword,
    "THE SMITHS": NameAsPassword, "the_smiths": NameAsPassword, "the smiths 2": None,
    "!!!!!!!!!": None,
}  # fmt: skip


@pytest.mark.parametrize("password", CASES)
def test_what_may_be_a_password(password: str) -> None:
    expected = CASES[password]
    try:
        check_password(password, "annemarie", "The Smiths")
        fault = None
    except BadPassword as raised:
        fault = type(raised)
    assert fault is expected


def test_the_list_is_whole_and_in_lower_case() -> None:
    lines = gzip.decompress(COMMON.read_bytes()).decode().splitlines()
    assert len(lines) > 19_000 and all(line == line.lower() for line in lines)


def test_commands_refuse_them_too(ann: Person) -> None:
    run = ann.app.test_cli_runner().invoke
    for command in (["create", "bob"], ["password", "ann"]):
        for password in ("Keepsake", "password1", "trustno1!"):
            result = run(args=["user", *command, "--password-stdin"], input=password + "\n")
            is_fine = password == "trustno1!"
            assert (result.exit_code == 0) == is_fine, result.output
            assert is_fine or ("Error: " in result.output and "assword" in result.output)


def test_the_set_up_page_says_why(app: Flask) -> None:
    client = app.test_client()
    with app.app_context():
        path = f"/setup/{new_setup_token()}"
    form = {"name": "annemarie", "password": "annemarie", "again": "annemarie"}
    form["csrf_token"] = csrf_token(client.get(path).text)
    page = client.post(path, data=form).text
    assert "Your name or the name of this site can" in page and 'value="annemarie"' in page
    assert page.count('role="alert"') == 1
    form |= {"password": "12345678", "again": "12345678"}
    assert "one of the most common" in client.post(path, data=form).text
    with app.app_context():
        assert User.none_yet()
