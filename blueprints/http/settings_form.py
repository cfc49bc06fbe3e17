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
    texts = {"label": words.SETTINGS[declared.name], "description": _l(declared.help)}
    fits = _fits(declared)
    if isinstance(declared.default, bool):
        return BooleanField(**texts)
    if isinstance(declared.default, int):
        return IntegerField(
            **texts,
            validators=[
                InputRequired(words.REQUIRED),
                NumberRange(declared.least, declared.most, words.UNFIT_SETTING),
                fits,
            ],
        )
    if isinstance(declared.default, tuple):
        return SelectMultipleField(**texts, choices=list(declared.choices), validators=[fits])
    if declared.choices:
        choices = [(choice, words.CHOICES[choice]) for choice in declared.choices]
        return SelectField(**texts, choices=choices, validators=[fits])
    return StringField(
        **texts, validators=[Length(max=declared.most or -1, message=words.UNFIT_SETTING), fits]
    )


def _fits(declared: Declaration) -> Any:
    """The declaration's own rule, as a validator."""

    def check(_form: Form, field: Field) -> None:
        try:
            declared.parse(field.data)
        except ConfigError as error:
            raise ValidationError(str(words.UNFIT_SETTING)) from error

    return check
