"""Forms that ask for a name or a new password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from wtforms import Field, PasswordField, StringField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length

from blueprints.http import words
from blueprints.http.context import site
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from models import User
from models.account_faults import AccountFault, BadPassword
from models.limits import MAX_LOGIN, MAX_PASSWORD, MIN_PASSWORD
from models.passwords import check_password


class _NameForm(Form):
    name = StringField(
        _l("Name to log in with"),
        [InputRequired(words.REQUIRED), Length(max=MAX_LOGIN, message=words.too_long(MAX_LOGIN))],
    )

    def validate_name(self, field: Field) -> None:
        if not field.errors:
            with _said_beside_it():
                User.check_name(field.data)


class NewPasswordForm(Form):
    password = PasswordField(
        _l("Password"),
        [InputRequired(words.REQUIRED), Length(MIN_PASSWORD, MAX_PASSWORD, words.PASSWORD_LENGTH)],
    )
    again = PasswordField(
        _l("Confirm password"), [EqualTo("password", _l("Passwords do not match."))]
    )

    def __init__(self, account: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.account = account

    def validate_password(self, field: Field) -> None:
        check_new_password(field, self.account)


class AccountForm(NewPasswordForm, _NameForm):
    """All of it is checked at once."""

    def validate_password(self, field: Field) -> None:
        check_new_password(field, self.name.data or "")


@contextmanager
def _said_beside_it() -> Iterator[None]:
    try:
        yield
    except AccountFault as fault:
        raise ValidationError(words.account_fault(fault)) from fault


def check_new_password(field: Field, name: str) -> None:
    """A validator of a new password, of the account with this name."""
    if not field.errors:
        with _said_beside_it():
            check_password(field.data, name, site().settings.site_name)


def show_fault(fault: AccountFault, name: Field | None, password: Field) -> None:
    """Beside the field that it is about."""
    field = password if isinstance(fault, BadPassword) or name is None else name
    field.errors = (words.account_fault(fault),)
