"""The form made from the declarations: it shows, checks and hands on every setting."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from blueprints.http.settings_form import changed, settings_form
from config import as_text
from services.settings import DECLARED, Settings, change


def as_sent(settings: Settings, **others: Any) -> MultiDict[str, Any]:
    """What a browser sends of a form with these settings in it: nothing for a box that isn't
    ticked.
    """
    values = {name.lower(): getattr(settings, name.lower()) for name in DECLARED} | others
    return MultiDict(
        [
            (name, part if isinstance(part, str) else as_text(part))
            for name, value in values.items()
            if value is not False
            for part in (value if isinstance(value, tuple | list) else [value])
        ]
    )


def sent(app: Flask, data: MultiDict[str, Any], names: Any = DECLARED) -> Any:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(method="POST", data=data):
        form = settings_form(names)()
        form.validate_on_submit()
        return form


def test_every_setting_has_a_field_that_shows_it(app: Flask) -> None:
    settings = Settings(
        site_name="<Home>", strip="everything", guest_uploads=True, allowed_formats=("png", "gif")
    )
    with app.test_request_context():
        form = settings_form()(obj=settings)
        html = {field.name: str(field()) for field in form}
    assert [name.upper() for name in html if name != "csrf_token"] == list(DECLARED)
    assert 'value="&lt;Home&gt;"' in html["site_name"]
    assert '<option selected value="everything">' in html["strip"]
    assert "checked" in html["guest_uploads"] and "checked" not in html["neutral_names"]
    assert html["allowed_formats"].count("selected") == 2
    assert 'max="1000000"' in html["max_upload_mb"] and 'min="1"' in html["max_upload_mb"]
    assert all(field.description for field in form if field.name != "csrf_token")


def test_a_form_sent_back_as_it_was_changes_nothing(app: Flask) -> None:
    settings = app.extensions["keepsake"].settings
    form = sent(app, as_sent(settings))
    assert not form.errors
    assert changed(form, settings) == {}


def test_what_was_changed_is_put_in_force(app: Flask) -> None:
    store = app.extensions["keepsake"].store
    form = sent(
        app,
        as_sent(
            store.latest,
            site_name=" Home ",
            max_upload_mb=20,
            allow_uploads=False,
            guest_uploads="y",
            strip="nothing",
            allowed_formats=["jpg", "heic"],
        ),
    )
    values = changed(form, store.latest)
    assert values == {
        "SITE_NAME": "Home",
        "ALLOW_UPLOADS": False,
        "GUEST_UPLOADS": True,
        "ALLOWED_FORMATS": ("jpg", "heic"),
        "MAX_UPLOAD_MB": 20,
        "STRIP": "nothing",
    }
    with app.app_context():
        change(store, values)
    assert {name: getattr(store.latest, name.lower()) for name in values} == values


def test_a_form_of_some_leaves_the_others(app: Flask) -> None:
    settings = app.extensions["keepsake"].settings
    form = sent(app, MultiDict({"explore": "everyone"}), ["EXPLORE", "NEUTRAL_NAMES"])
    assert not form.errors
    assert changed(form, settings) == {"EXPLORE": "everyone"}


@pytest.mark.parametrize(("field", "value"), [
    ("site_name", "x" * 101), ("accent", "green"), ("timezone", "../../etc/passwd"),
    ("explore", "nobody"), ("flood_per_day", "-1"), ("flood_per_day", "many"),
    ("flood_per_day", ""), ("max_upload_mb", "0"), ("max_megapixels", "2001"),
    ("max_megapixels", "1e3"), ("allowed_formats", ["jpg", "svg"]), ("strip", "all"),
])  # fmt: skip
def test_what_does_not_fit_is_told_at_its_field(app: Flask, field: str, value: Any) -> None:
    form = sent(app, as_sent(app.extensions["keepsake"].settings, **{field: value}))
    assert list(form.errors) == [field]
