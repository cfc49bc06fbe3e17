"""The form that changes settings, made from their declarations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange

from blueprints.http import words
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from config import ConfigError, Declaration
from services.settings import DECLARED, Settings

UNFIT = _l("Check this value.")
LABELS = {
    "SITE_NAME": _l("Site name"), "ACCENT": _l("Accent colour"), "TIMEZONE": _l("Time zone"),
    "EXPLORE": _l("Explore is open to"), "VISIBILITY": _l("Visibility of new uploads"),
    "SIGN_UP": _l("New accounts"), "MEMBERS_INVITE": _l("Members can invite"),
    "REQUIRE_SECOND_FACTOR": _l("Second factor is required of"),
    "ALLOW_UPLOADS": _l("Allow uploads"), "GUEST_UPLOADS": _l("Allow uploads by guests"),
    "GUEST_MAX_UPLOAD_MB": _l("Largest file of a guest in MB"),
    "GUEST_EXPIRES_DAYS": _l("Days that uploads by guests stay"),
    "ALLOW_URL_UPLOADS": _l("Allow uploads from URLs"),
    "ALLOW_DUPLICATES": _l("Allow duplicates"), "FLOOD_PER_MINUTE": _l("Uploads per minute"),
    "FLOOD_PER_HOUR": _l("Uploads per hour"), "FLOOD_PER_DAY": _l("Uploads per day"),
    "ALLOWED_FORMATS": _l("Allowed formats"), "MAX_UPLOAD_MB": _l("Largest file in MB"),
    "QUOTA_MB": _l("Space per member in MB"), "SITE_QUOTA_MB": _l("Space of the site in MB"),
    "MAX_MEGAPIXELS": _l("Largest photo in megapixels"), "STRIP": _l("Remove from files"),
    "NEUTRAL_NAMES": _l("Hide file names"), "CAMERA_TAGS": _l("Tag uploads with their camera"),
}  # fmt: skip
CHOICES = {
    "members": _l("Members"), "everyone": _l("Everyone"), "private": _l("Private"),
    "unlisted": _l("Unlisted"), "public": _l("Public"), "nothing": _l("Nothing"),
    "off": _l("Off"), "invitation": _l("By invitation"), "approval": _l("With approval"),
    "nobody": _l("Nobody"), "admins": _l("Admins"),
    "location": _l("Location"), "everything": _l("Everything"),
}  # fmt: skip


def settings_form(names: Iterable[str] = DECLARED) -> type[Form]:
    """A class of forms with one field for each of ``names``, called like it in lower case.

    Show it as ``form(obj=site.settings)``; once it validates, `changed` is what
    `services.settings.change` takes.
    """
    fields = {name.lower(): _field(DECLARED[name]) for name in names}
    return type("SettingsForm", (Form,), fields)


def changed(form: Form, settings: Settings) -> dict[str, Any]:
    """The values of a valid form, by name, that are not those of ``settings``."""
    values = {
        name: DECLARED[name].parse(form[name.lower()].data)
        for name in DECLARED
        if name.lower() in form
    }
    return {
        name: value for name, value in values.items() if value != getattr(settings, name.lower())
    }


def _field(declared: Declaration) -> Field:
    texts = {"label": LABELS[declared.name], "description": _l(declared.help)}
    fits = _fits(declared)
    if isinstance(declared.default, bool):
        return BooleanField(**texts)
    if isinstance(declared.default, int):
        return IntegerField(
            **texts,
            validators=[
                InputRequired(words.REQUIRED),
                NumberRange(declared.least, declared.most, UNFIT),
                fits,
            ],
        )
    if isinstance(declared.default, tuple):
        return SelectMultipleField(**texts, choices=list(declared.choices), validators=[fits])
    if declared.choices:
        choices = [(choice, CHOICES[choice]) for choice in declared.choices]
        return SelectField(**texts, choices=choices, validators=[fits])
    return StringField(**texts, validators=[Length(max=declared.most or -1, message=UNFIT), fits])


def _fits(declared: Declaration) -> Any:
    """The declaration's own rule, as a validator."""

    def check(_form: Form, field: Field) -> None:
        try:
            declared.parse(field.data)
        except ConfigError as error:
            raise ValidationError(str(UNFIT)) from error

    return check
