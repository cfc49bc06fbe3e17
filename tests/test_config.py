from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import config
from services import settings
from services.settings.load import KNOWN, STARTING
from services.settings.page import as_markdown
from tests.conftest import ROOT


def load(
    tmp_path: Path, environ: dict[str, str] | None = None, toml: str = ""
) -> tuple[config.Config, settings.Settings]:
    if toml:
        (tmp_path / "config.toml").write_text(toml)
    fixed, defaults = settings.load(environ={"KEEPSAKE_DATA": str(tmp_path), **(environ or {})})
    return fixed, defaults.settings


def test_defaults(tmp_path: Path) -> None:
    fixed, changeable = load(tmp_path)
    assert (fixed.host, fixed.port, fixed.data) == ("127.0.0.1", 8000, tmp_path)
    assert changeable.strip == "location"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    fixed, changeable = load(
        tmp_path,
        {"KEEPSAKE_PORT": "9001"},
        'port = 9000\ntimezone = "Europe/Berlin"\nallowed_formats = ["jpeg", "png"]',
    )
    assert fixed.port == 9001
    assert changeable.zone.key == "Europe/Berlin"
    assert changeable.allowed_formats == ("jpg", "png")


def test_where_a_value_was_set_is_known(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("explore = 'everyone'\naccent = '#000000'")
    _, defaults = settings.load({"DATA": str(tmp_path)}, {"KEEPSAKE_ACCENT": "#ffffff"})
    assert (defaults.origins["EXPLORE"], defaults.origins["ACCENT"]) == (
        "config.toml",
        "environment",
    )
    assert "STRIP" not in defaults.origins and defaults.settings.accent == "#ffffff"


@pytest.mark.parametrize("typed", ["", "sudo keepsake"])
def test_hints_name_commands_as_they_are_typed_here(tmp_path: Path, typed: str) -> None:
    """A service and a container say how; that is no setting."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app.py", "user", "reset-factors", "nobody"],
        cwd=ROOT,
        env={**os.environ, "KEEPSAKE_DATA": str(tmp_path), "KEEPSAKE_COMMAND": typed},
        capture_output=True,
        text=True,
    )
    assert f"`{typed or config.FLASK} user list` shows all" in done.stderr


def test_a_retired_setting_warns_and_is_ignored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fixed, changeable = load(
        tmp_path,
        {"KEEPSAKE_MEDIUM_WIDTH": "no number", "KEEPSAKE_PORT": "9001"},
        "thumb_size = 200\nsite_name = 'Home'",
    )
    assert (fixed.port, changeable.site_name) == (9001, "Home")
    assert (
        "KEEPSAKE_MEDIUM_WIDTH is no longer a setting" in caplog.text
        and "THUMB_SIZE is no longer a setting" in caplog.text
    )
    assert not set(config.RETIRED) & KNOWN


STRIPS = [
    ({"LOCATION": "keep"}, "", "nothing", "LOCATION is now STRIP: write STRIP=nothing"),
    ({"LOCATION": "remove"}, "", "location", "LOCATION is now STRIP: write STRIP=location"),
    ({"METADATA": "remove"}, "", "everything", "METADATA is now STRIP: write STRIP=everything"),
    ({"METADATA": "keep"}, "location = 'keep'", "nothing", "write STRIP=nothing"),
    ({"METADATA": "remove"}, "location = 'keep'", "everything", "write STRIP=everything"),
    ({"STRIP": "everything", "LOCATION": "keep"}, "", "everything", "it is set, too, and wins"),
    ({"LOCATION": "keep"}, "strip = 'everything'", "everything", "it is set, too, and wins"),
]


@pytest.mark.parametrize(
    ("environ", "toml", "names", "warned"),
    [
        (
            {"NEUTRAL_NAMES": "1"},
            "",
            "random",
            "NEUTRAL_NAMES is now FILE_NAMES: write FILE_NAMES=random",
        ),
        ({}, "neutral_names = false", "original", "write FILE_NAMES=original"),
        ({"NEUTRAL_NAMES": "1"}, "file_names = 'id'", "id", "it is set, too, and wins"),
    ],
)
def test_settings_that_have_new_names(
    tmp_path: Path,
    environ: dict[str, str],
    toml: str,
    names: str,
    warned: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, changeable = load(
        tmp_path, {f"KEEPSAKE_{name}": value for name, value in environ.items()}, toml
    )
    assert changeable.file_names == names and warned in caplog.text


@pytest.mark.parametrize(("environ", "toml", "strip", "warned"), STRIPS)
def test_the_two_settings_that_became_strip(
    tmp_path: Path,
    environ: dict[str, str],
    toml: str,
    strip: str,
    warned: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, changeable = load(
        tmp_path, {f"KEEPSAKE_{name}": value for name, value in environ.items()}, toml
    )
    assert changeable.strip == strip and warned in caplog.text


@pytest.mark.parametrize(
    "declared", [*STARTING.values(), *settings.DECLARED.values()], ids=lambda one: one.name
)
def test_a_default_keeps_its_own_rule(declared: config.Declaration) -> None:
    """As text, too: that is how the database and the environment hold it. And as TOML would."""
    text = config.as_text(declared.default)
    assert declared.parse(text) == declared.default
    assert declared.help.endswith((".", "no limit."))
    as_toml: Any = (
        list(declared.default) if isinstance(declared.default, tuple) else declared.default
    )
    written = (
        text
        if isinstance(declared.default, int)
        else repr(as_toml if isinstance(as_toml, list) else text)
    )
    assert declared.parse(tomllib.loads(f"a = {written}")["a"]) == declared.default


@pytest.mark.parametrize(("environ", "named"), [
    ({"KEEPSAKE_PROT": "1"}, "KEEPSAKE_PROT"),
    ({"KEEPSAKE_PORT": "eighty"}, "PORT"),
    ({"KEEPSAKE_PORT": "70000"}, "PORT"),
    ({"KEEPSAKE_TIMEZONE": "Mars/Olympus"}, "TIMEZONE"),
    ({"KEEPSAKE_TIMEZONE": "../../etc/passwd"}, "TIMEZONE"),
    ({"KEEPSAKE_LOCATION": "maybe"}, "LOCATION"),
    ({"KEEPSAKE_STRIP": "all"}, "STRIP"),
    ({"KEEPSAKE_ACCENT": "green"}, "ACCENT"),
    ({"KEEPSAKE_SITE_NAME": "x" * 101}, "SITE_NAME"),
    ({"KEEPSAKE_ALLOWED_FORMATS": "jpg,svg"}, "ALLOWED_FORMATS"),
    ({"KEEPSAKE_LOGO": "aB3dE6gH9jK2mN5p-512x256"}, "LOGO is uploaded"),
    ({"KEEPSAKE_ALLOW_URL_UPLOADS": "perhaps"}, "ALLOW_URL_UPLOADS"),
    *(({"KEEPSAKE_PUBLIC_URL": url}, "PUBLIC_URL") for url in (
    "home.example", "http://", "http://[::1", "http://[", "http://home.example:x",
    "http://home.example:99999", "http://a b", "http://me@home.example", "http://home.example/?x",
    "http://home.example/a b", "http://\u2100/", "http://home\\example",
)),
])  # fmt: skip
def test_a_bad_setting_is_named(tmp_path: Path, environ: dict[str, str], named: str) -> None:
    with pytest.raises(config.ConfigError, match=named):
        load(tmp_path, environ)


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("prot = 1", "PROT"),
        ("port = ", "config.toml"),
        ("site_name = 5", "SITE_NAME"),
        ("allowed_formats = 5", "ALLOWED_FORMATS"),
        ('logo = "aB3dE6gH9jK2mN5p-512x256"', "LOGO is uploaded"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, toml: str, named: str) -> None:
    with pytest.raises(config.ConfigError, match=named):
        load(tmp_path, toml=toml)


def test_the_page_of_settings_is_current() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == as_markdown(), "run `make docs`"
