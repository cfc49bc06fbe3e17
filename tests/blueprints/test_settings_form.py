"""The form made from the declarations: it shows, checks and hands on every setting."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from blueprints.http.settings_form import ALL, LABELS, settings_form
from blueprints.http.settings_groups import ELSEWHERE, GROUPS, parse_group
from config import as_text
from services.settings import DECLARED, Settings, Wish


def as_sent(settings: Settings, names: Any = ALL, **others: Any) -> MultiDict[str, Any]:
    """What a browser sends of a form with these settings in it: nothing for a box that isn't
    ticked, and what the page showed.
    """
    shown = {name.lower(): getattr(settings, name.lower()) for name in names}
    return MultiDict(
        [
            (name, part if isinstance(part, str) else as_text(part))
            for name, value in (shown | others).items()
            if value is not False
            for part in (value if isinstance(value, tuple | list) else [value])
        ]
        + [(f"shown-{name}", as_text(value)) for name, value in shown.items()]
    )


def sent(app: Flask, data: MultiDict[str, Any], names: Any = ALL) -> Any:
    """The errors, and what is to be changed."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(method="POST", data=data):
        form = settings_form(names)()
        is_valid = form.validate_on_submit()
        return dict(form.errors), form.wishes if is_valid else {}


def test_every_setting_has_a_label_and_a_place() -> None:
    placed = [name for group in GROUPS.values() for name in group.names]
    assert sorted([*placed, *ELSEWHERE]) == sorted(DECLARED) and sorted(LABELS) == sorted(placed)


def test_every_setting_has_a_field_that_shows_it(app: Flask) -> None:
    settings = Settings(
        site_name="<Home>", strip="everything", guest_uploads=True, allowed_formats=("png", "gif")
    )
    with app.test_request_context():
        form = settings_form()()
        form.follow(settings)
        html = {field.name: str(field()) for field in form}
    assert [name.upper() for name in html if name != "csrf_token"] == list(ALL)
    assert 'value="&lt;Home&gt;"' in html["site_name"]
    assert '<option selected value="everything">' in html["strip"]
    assert "checked" in html["guest_uploads"] and "checked" not in html["camera_tags"]
    assert html["allowed_formats"].count("checked") == 2
    assert 'max="1000000"' in html["max_upload_mb"] and 'min="1"' in html["max_upload_mb"]


def test_a_form_sent_back_as_it_was_changes_nothing(app: Flask) -> None:
    assert sent(app, as_sent(app.extensions["keepsake"].settings)) == ({}, {})


def test_what_was_changed_is_handed_on_with_what_was_shown(app: Flask) -> None:
    data = as_sent(
        Settings(),
        site_name=" Home ",
        max_upload_mb=20,
        allow_uploads=False,
        guest_uploads="y",
        strip="nothing",
        allowed_formats=["jpg", "heic"],
        reset="QUOTA_MB",
    )
    assert sent(app, data) == (
        {},
        {
            "SITE_NAME": Wish("Home", "Keepsake"),
            "ALLOW_UPLOADS": Wish(False, True),
            "GUEST_UPLOADS": Wish(True, False),
            "ALLOWED_FORMATS": Wish(("jpg", "heic"), Settings.allowed_formats),
            "MAX_UPLOAD_MB": Wish(20, 1000),
            "STRIP": Wish("nothing", "location"),
            "QUOTA_MB": Wish(None, 0),
        },
    )


def test_a_form_of_some_leaves_the_others(app: Flask) -> None:
    names = ["EXPLORE", "CAMERA_TAGS"]
    data = as_sent(Settings(), names, explore="everyone", site_name="x", reset="SITE_NAME")
    assert sent(app, data, names) == ({}, {"EXPLORE": Wish("everyone", "members")})


@pytest.mark.parametrize(("field", "value", "error"), [
    ("site_name", "x" * 101, "Use at most 100 characters."),
    ("site_name", "", "This can't be empty."),
    ("footer", "x" * 1001, "Use at most 1000 characters."),
    ("footer", "[a](javascript:alert(1))", "Links look like [Imprint](https://home.example)"),
    ("accent", "", "This can't be empty."),
    ("site_name", "a\x00b", "Enter one line of text."),
    ("accent", "green", "Enter a colour as # and six digits or letters from a to f, such as"),
    ("timezone", "../../etc/passwd", "Enter a time zone such as Europe/Berlin or UTC."),
    ("timezone", "\x00", "Enter a time zone"),
    ("timezone", "localtime", "Enter a time zone"),
    ("timezone", "Factory", "Enter a time zone"),
    ("explore", "somebody", "Choose one of these: "),
    ("strip", "all", "Choose one of these: Nothing, Location, Everything."),
    ("flood_per_day", "-1", "Enter a whole number from 0 to 1,000,000,000."),
    ("flood_per_day", "many", "Enter a whole number from 0 to 1,000,000,000."),
    ("flood_per_day", "", "Enter a whole number from 0 to 1,000,000,000."),
    ("flood_per_day", "9" * 5000, "Enter a whole number from 0 to 1,000,000,000."),
    ("max_upload_mb", "0", "Enter a whole number from 1 to 1,000,000."),
    ("max_megapixels", "2001", "Enter a whole number from 1 to 2,000."),
    ("max_megapixels", "1e3", "Enter a whole number from 1 to 2,000."),
    ("max_megapixels", "1_0", "Enter a whole number from 1 to 2,000."),
    ("allowed_formats", ["jpg", "svg"], "Choose at least one of these: JPG, PNG"),
    ("allowed_formats", [], "Choose at least one of these: JPG, PNG"),
    ("allow_uploads", "perhaps", "Tick the box, or leave it empty."),
    ("quota_mb", ["1", "2"], "This was sent more than once."),
    ("shown-quota_mb", "many", "Part of the form is missing."),
])  # fmt: skip
def test_what_does_not_fit_is_told_at_its_field(
    app: Flask, field: str, value: Any, error: str
) -> None:
    data = as_sent(Settings(), **({} if field.startswith("shown") else {field: value}))
    if field.startswith("shown"):
        data[field] = value
    errors, wishes = sent(app, data)
    assert list(errors) == [field.removeprefix("shown-")] and not wishes
    assert errors[field.removeprefix("shown-")][0].startswith(error)


@pytest.mark.parametrize("missing", ["quota_mb", "shown-quota_mb", "shown-allow_uploads"])
def test_a_form_with_something_missing_changes_nothing(app: Flask, missing: str) -> None:
    data = as_sent(Settings(), site_name="Home")
    del data[missing]
    errors, wishes = sent(app, data)
    assert list(errors) == [missing.removeprefix("shown-")] and not wishes


@pytest.mark.parametrize("text", ["", "General", "general/", "\x00", "nothing"])
def test_a_group_that_is_none(text: str) -> None:
    with pytest.raises(NotFound):
        parse_group(text)
