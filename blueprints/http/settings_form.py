"""The form that changes settings, made from their declarations."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable
from typing import Any

from flask import request
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.http import setting_words
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.settings_groups import ELSEWHERE
from config import ConfigError, Declaration, as_text
from services.settings import DECLARED, Settings, Wish

LABELS = {
    "SITE_NAME": _l("Site name"), "DESCRIPTION": _l("Description"), "FOOTER": _l("Footer"),
    "ACCENT": _l("Accent colour"), "TIMEZONE": _l("Time zone"),
    "BACKUP_HOUR": _l("Hour of the daily backup"),
    "RESTORE_WARNING": _l("Warn admins when no restore was proven"),
    "PRIVATE_SITE": _l("Private site"),
    "EXPLORE": _l("Explore is open to"), "VISIBILITY": _l("Visibility of new uploads"),
    "SIGN_UP": _l("New accounts"), "MEMBERS_INVITE": _l("Members can invite"),
    "REQUIRE_SECOND_FACTOR": _l("Second factor is required of"),
    "ALLOW_UPLOADS": _l("Allow uploads"), "GUEST_UPLOADS": _l("Allow uploads by guests"),
    "GUEST_MAX_UPLOAD_MB": _l("Largest file of a guest in MB"),
    "GUEST_EXPIRES_DAYS": _l("Days that uploads by guests stay"),
    "BIN_DAYS": _l("Days that deleted files stay in the bin"),
    "DELETE_URL_TO_BIN": _l("Delete links put files in the bin"),
    "REVIEW": _l("Uploads that wait for approval"),
    "ALLOW_URL_UPLOADS": _l("Allow uploads from URLs"),
    "ALLOW_DUPLICATES": _l("Allow duplicates"), "FLOOD_PER_MINUTE": _l("Uploads per minute"),
    "FLOOD_PER_HOUR": _l("Uploads per hour"), "FLOOD_PER_DAY": _l("Uploads per day"),
    "ALLOWED_FORMATS": _l("Allowed formats"), "MAX_UPLOAD_MB": _l("Largest file in MB"),
    "QUOTA_MB": _l("Space per member in MB"), "SITE_QUOTA_MB": _l("Space of the site in MB"),
    "MAX_MEGAPIXELS": _l("Largest photo in megapixels"), "STRIP": _l("Remove from files"),
    "FILE_NAMES": _l("File names"), "CAMERA_TAGS": _l("Tag uploads with their camera"),
}  # fmt: skip
CHOICES = {
    "members": _l("Members"), "everyone": _l("Everyone"), "private": _l("Private"),
    "unlisted": _l("Unlisted"), "public": _l("Public"), "nothing": _l("Nothing"),
    "off": _l("Off"), "invitation": _l("By invitation"), "approval": _l("With approval"),
    "nobody": _l("Nobody"), "admins": _l("Admins"), "guests": _l("Guests"),
    "original": _l("Original"), "mixed": _l("Original with random characters"),
    "random": _l("Random"), "id": _l("Id of their page"),
    "location": _l("Location"), "everything": _l("Everything"),
}  # fmt: skip
_TICKED = ("y", "1", "true", "on")
ALL = tuple(name for name in DECLARED if name not in ELSEWHERE)
_SHOWN = "shown-"
LINE = 100  # characters that an input of one line shows well


class SettingsForm(Form):
    """Beside each field, the page sends the value that it showed: only what differs is changed. A
    name in ``reset`` goes back to its default, whatever its field has."""

    @property
    def resets(self) -> list[str]:
        return [name for name in request.form.getlist("reset") if name.lower() in self]

    def shown(self, declared: Declaration) -> Any:
        """What the page showed. Raises ConfigError where it doesn't say."""
        sent = request.form.getlist(_SHOWN + declared.name.lower())
        if len(sent) != 1:
            raise ConfigError(declared.name)
        return declared.parse(sent[0])

    @property
    def wishes(self) -> dict[str, Wish]:
        """Of a valid form, what `services.settings.save` takes."""
        wishes = {}
        for declared in _of(self):
            shown = self.shown(declared)
            if declared.name in self.resets:
                wishes[declared.name] = Wish(None, shown)
            elif (value := _sent(declared, self[declared.name.lower()])) != shown:
                wishes[declared.name] = Wish(value, shown)
        return wishes

    def follow(self, latest: Settings, overtaken: Collection[str] = ()) -> None:
        """Settle what the page shows, with errors or without: a field that nobody touched has the
        latest value. ``now_shown`` is what stands beside each field.
        """
        self.now_shown = {}
        for declared in _of(self):
            field, shown = self[declared.name.lower()], getattr(latest, declared.name.lower())
            if not self.is_submitted() or not self._is_touched(declared):
                field.data, field.raw_data = shown, None
            elif declared.name not in overtaken:
                with contextlib.suppress(ConfigError):
                    shown = self.shown(declared)
            self.now_shown[declared.name] = as_text(shown)

    def _is_touched(self, declared: Declaration) -> bool:
        try:
            return bool(_sent(declared, self[declared.name.lower()]) != self.shown(declared))
        except ConfigError:
            return True


def settings_form(names: Iterable[str] = ALL) -> type[SettingsForm]:
    """A class of forms with one field for each of ``names``, called like it in lower case.

    `SettingsForm.follow` gives them their values.
    """
    fields = {name.lower(): _field(DECLARED[name]) for name in names}
    return type("SettingsFormOfSome", (SettingsForm,), fields)


def _of(form: SettingsForm) -> list[Declaration]:
    return [declared for name, declared in DECLARED.items() if name.lower() in form]


def _field(declared: Declaration) -> Field:
    texts = {"label": LABELS[declared.name], "validators": [_fits(declared)]}
    if isinstance(declared.default, bool):
        return BooleanField(**texts)
    if isinstance(declared.default, int):
        limits = {"min": declared.least or 0, "max": declared.most}
        return IntegerField(**texts, render_kw=limits)
    choices = [
        SelectChoice(choice, CHOICES.get(choice, choice.upper())) for choice in declared.choices
    ]
    if isinstance(declared.default, tuple):
        return SelectMultipleField(
            **texts,
            choices=choices,
            validate_choice=False,
            widget=ListWidget(),
            option_widget=CheckboxInput(),
        )
    if choices:
        return SelectField(**texts, choices=choices, validate_choice=False)
    most = {"maxlength": declared.most}
    if (declared.most or 0) > LINE:
        return TextAreaField(**texts, render_kw=most)
    return StringField(**texts, render_kw=most)


def _sent(declared: Declaration, field: Field) -> Any:
    """The value of a field. Raises ConfigError."""
    sent = field.raw_data or []
    if isinstance(declared.default, tuple):
        return declared.parse(list(sent))
    if isinstance(declared.default, bool):
        return declared.parse("true" if sent and sent[0] in _TICKED else "".join(sent) or "false")
    return declared.parse(" ".join(sent[0].splitlines()) if sent else None)


def _fits(declared: Declaration) -> Callable[[SettingsForm, Field], None]:
    """The declaration's own rule, as a validator. It says which values fit."""

    def check(form: SettingsForm, field: Field) -> None:
        # not WTForms' own, of what isn't a number
        field.errors = []  # type: ignore[assignment]
        sent = field.raw_data or []
        is_list = isinstance(declared.default, tuple)
        try:
            form.shown(declared)
        except ConfigError:
            raise StopValidation(str(setting_words.INCOMPLETE)) from None
        if declared.name in form.resets:
            return
        if len(sent) > 1 and not is_list:
            raise StopValidation(str(setting_words.DOUBLED))
        if not sent and not is_list and not isinstance(declared.default, bool):
            raise StopValidation(str(setting_words.INCOMPLETE))
        try:
            value = _sent(declared, field)
        except ConfigError:
            raise StopValidation(setting_words.what_fits(declared, CHOICES, sent)) from None
        if declared.default and value in ("", ()):
            raise StopValidation(setting_words.what_fits(declared, CHOICES, sent))

    return check
