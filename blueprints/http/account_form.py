"""Forms that ask for a name or a new password."""

from __future__ import annotations

from wtforms import Field, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from blueprints.http import words
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from models.account_faults import AccountFault, BadPassword
from models.limits import MAX_LOGIN, MAX_PASSWORD, MIN_PASSWORD


class NewPasswordForm(Form):
    password = PasswordField(
        _l("Password"),
        [InputRequired(words.REQUIRED), Length(MIN_PASSWORD, MAX_PASSWORD, words.PASSWORD_LENGTH)],
    )
    again = PasswordField(
        _l("Confirm password"), [EqualTo("password", _l("Passwords do not match."))]
    )


class AccountForm(NewPasswordForm):
    name = StringField(
        _l("Name to log in with"),
        [InputRequired(words.REQUIRED), Length(max=MAX_LOGIN, message=words.too_long(MAX_LOGIN))],
    )


def show_fault(fault: AccountFault, name: Field | None, password: Field) -> None:
    """Beside the field that it is about."""
    field = password if isinstance(fault, BadPassword) or name is None else name
    field.errors = (words.account_fault(fault),)
