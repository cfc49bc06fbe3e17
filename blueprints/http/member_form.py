"""The forms of the members of an album."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from werkzeug.exceptions import BadRequest
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from blueprints.http import words
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from models.limits import MAX_LOGIN

RIGHTS = {"add": _l("May see and add"), "see": _l("May see")}


class MemberForm(Form):
    name = StringField(
        _l("Name"),
        [
            InputRequired(_l("Enter the name of a member.")),
            Length(max=MAX_LOGIN, message=words.too_long(MAX_LOGIN)),
        ],
    )
    right = RadioField(
        _l("What they may do"),
        choices=[SelectChoice(value, label) for value, label in RIGHTS.items()],
        default="add",
    )

    @property
    def may_add(self) -> bool:
        return str(self.right.data) == "add"


class MemberChange(NamedTuple):
    """``action``: ``see``, ``add`` or ``remove``."""

    name: str
    action: str


def parse_member_change(form: Mapping[str, str]) -> MemberChange:
    """Raises BadRequest."""
    action = form.get("do", "")
    if action not in (*RIGHTS, "remove"):
        raise BadRequest()
    return MemberChange(form.get("name", ""), action)
