"""What all forms have in common: WTForms' own texts are ours to translate."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm

from blueprints.http.language import gettext


class Texts:
    def gettext(self, text: str) -> str:
        return gettext(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return gettext(one if n == 1 else many)


class Form(FlaskForm):
    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Texts:
            return Texts()
