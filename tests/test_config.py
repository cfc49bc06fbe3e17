from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import config
from tests.conftest import ROOT


def load(tmp_path: Path, environ: dict[str, str] | None = None, toml: str = "") -> config.Settings:
    if toml:
        (tmp_path / "config.toml").write_text(toml)
    return config.load(environ={"KEEPSAKE_DATA": str(tmp_path), **(environ or {})})


def test_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert (settings.host, settings.port, settings.location, settings.metadata) == ("127.0.0.1", 8000, "remove", "keep")
    assert settings.data == tmp_path


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, {"KEEPSAKE_PORT": "9001"}, 'port = 9000\ntimezone = "Europe/Berlin"\nallowed_formats = ["jpeg", "png"]')
    assert settings.port == 9001
    assert settings.zone.key == "Europe/Berlin"
    assert settings.allowed_formats == ("jpg", "png")


def test_a_retired_setting_warns_and_is_ignored(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = load(tmp_path, {"KEEPSAKE_MEDIUM_WIDTH": "no number", "KEEPSAKE_PORT": "9001"}, "thumb_size = 200\nsite_name = 'Home'")
    assert (settings.port, settings.site_name) == (9001, "Home")
    assert "KEEPSAKE_MEDIUM_WIDTH is no longer a setting" in caplog.text and "THUMB_SIZE is no longer a setting" in caplog.text
    assert not set(config.RETIRED) & {field.name.upper() for field in dataclasses.fields(config.Settings)}


@pytest.mark.parametrize(("environ", "named"), [
    ({"KEEPSAKE_PROT": "1"}, "KEEPSAKE_PROT"),
    ({"KEEPSAKE_PORT": "eighty"}, "PORT"),
    ({"KEEPSAKE_PORT": "70000"}, "PORT"),
    ({"KEEPSAKE_TIMEZONE": "Mars/Olympus"}, "TIMEZONE"),
    ({"KEEPSAKE_TIMEZONE": "../../etc/passwd"}, "TIMEZONE"),
    ({"KEEPSAKE_LOCATION": "maybe"}, "LOCATION"),
    ({"KEEPSAKE_ALLOWED_FORMATS": "jpg,svg"}, "ALLOWED_FORMATS"),
    ({"KEEPSAKE_ALLOW_URL_UPLOADS": "perhaps"}, "ALLOW_URL_UPLOADS"),
    *(({"KEEPSAKE_PUBLIC_URL": url}, "PUBLIC_URL") for url in (
        "home.example", "http://", "http://[::1", "http://[", "http://home.example:x", "http://home.example:99999", "http://a b", "http://me@home.example",
        "http://home.example/?x", "http://home.example/a b", "http://\u2100/", "http://home\\example")),
])
def test_a_bad_setting_is_named(tmp_path: Path, environ: dict[str, str], named: str) -> None:
    with pytest.raises(config.ConfigError, match=named):
        load(tmp_path, environ)


@pytest.mark.parametrize(("toml", "named"), [("prot = 1", "PROT"), ("port = ", "config.toml"), ("site_name = 5", "SITE_NAME")])
def test_a_bad_file_is_named(tmp_path: Path, toml: str, named: str) -> None:
    with pytest.raises(config.ConfigError, match=named):
        load(tmp_path, toml=toml)


def test_the_page_of_settings_is_current() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == config.as_markdown(), "run `make docs`"
