"""The form of a new invitation."""

from __future__ import annotations

from flask import request
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from blueprints.http import account_words, words
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from models import User
from models.limits import MAX_INVITED, MAX_LABEL
from models.role import Role
from services.invitations import may_give

DAYS = {"1": _l("1 day"), "7": _l("7 days"), "30": _l("30 days")}


class InvitationForm(Form):
    note = StringField(_l("For whom?"), [Length(max=MAX_LABEL, message=words.too_long(MAX_LABEL))])
    role = SelectField(_l("Role"), default=Role.USER)
    days = SelectField(
        _l("Works for"), choices=[SelectChoice(*one) for one in DAYS.items()], default="7"
    )
    uses = IntegerField(
        _l("How many people"),
        [
            InputRequired(words.REQUIRED),
            NumberRange(1, MAX_INVITED, words.number_from(1, MAX_INVITED)),
        ],
        default=1,
    )

    def __init__(self, user: User) -> None:
        """As it was before the password was asked for again, which the address says."""
        typed = {"formdata": request.args} if request.method == "GET" and request.args else {}
        super().__init__(**typed)  # type: ignore[no-untyped-call]
        given = [role for role in Role if may_give(user, role)]
        self.role.choices = [SelectChoice(role.value, account_words.ROLES[role]) for role in given]

    def validate_uses(self, field: IntegerField) -> None:
        if self.role.data == Role.ADMIN and (field.data or 0) > 1:
            raise ValidationError(str(words.ONE_ADMIN))
