"""The form that reports an upload."""

from __future__ import annotations

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from blueprints.http import review_words, words
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from models import Reason
from models.limits import MAX_REPORT


class ReportForm(Form):
    reason = RadioField(
        _l("What is wrong with it?"),
        [InputRequired(words.REQUIRED)],
        coerce=Reason,
        choices=[SelectChoice(one, review_words.REASONS[one]) for one in Reason],
    )
    text = TextAreaField(
        _l("More about it, if you like"),
        [Length(max=MAX_REPORT, message=words.too_long(MAX_REPORT))],
    )
