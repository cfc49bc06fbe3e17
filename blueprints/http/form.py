"""What all forms have in common: WTForms' own texts are ours to translate, and the first field that
is wrong has the focus, which needs no script.
"""

from __future__ import annotations

from typing import Any

from flask import flash
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.fields.choices import RadioField

from blueprints.http import words
from blueprints.http.language import gettext


class Texts:
    def gettext(self, text: str) -> str:
        return gettext(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return gettext(one if n == 1 else many)


class Form(FlaskForm):
    """A view that is in `WITH_OLD_TOKEN` also gets forms of a page that was open for so long that
    its session has ended. They aren't valid, and their page says so and keeps what was typed.
    """

    class Meta(FlaskForm.Meta):
        form: Any = None

        def get_translations(self, form: Any) -> Texts:
            return Texts()

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            self.form = form
            return super().bind_field(form, unbound_field, options)  # type: ignore[no-untyped-call]

        def render_field(self, field: Any, render_kw: Any) -> Any:
            first = _first_wrong(self.form)
            if first is not None:
                render_kw = {**render_kw, "autofocus": field is first}
            return super().render_field(field, render_kw)  # type: ignore[no-untyped-call]

    def validate(self, *args: Any, **values: Any) -> bool:
        is_valid: bool = super().validate(*args, **values)  # type: ignore[no-untyped-call]
        if "csrf_token" in self.errors:
            flash(str(words.SEND_AGAIN))
        return is_valid


def _first_wrong(form: Any) -> Field | None:
    """The fields of a form stand in its class as they do on its page."""
    can_have_focus = (
        one for one in form if one.errors and not isinstance(one, (HiddenField, RadioField))
    )
    return next(can_have_focus, None)
