"""A table for each field of each form: which texts it takes. Fields of settings have theirs in
test_settings_form.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import UnboundField

from blueprints import (
    account_deletion,
    auth,
    data,
    factors,
    join,
    mail,
    offers,
    passkey_log_in,
    passkeys,
    second_step,
    security,
    uploaders,
)  # fmt: skip
from blueprints.http import (
    account_form,
    album_form,
    defaults_form,
    invitation_form,
    key_form,
    link_form,
    profile_form,
)
from models import Album, User, db, limits
from services.passkey_answers import MAX_ANSWER
from tests.conftest import make_person

PASSWORDS = [
    ("", False),
    ("x", True),
    ("é" * limits.MAX_PASSWORD, True),
    ("x" * (limits.MAX_PASSWORD + 1), False),
]
CODES = [
    ("", False),
    ("123 456", True),
    ("\x00", True),  # a wrong one
    ("x" * limits.MAX_CODE, True),
    ("x" * (limits.MAX_CODE + 1), False),
]
ANSWERS = [("{}", True), ("x" * MAX_ANSWER, True), ("x" * (MAX_ANSWER + 1), False)]
VISIBILITIES = [
    ("", True),
    ("private", True),
    ("members", True),
    ("unlisted", True),
    ("public", True),
    ("PUBLIC", False),
    ("\x00", False),
]


def numbers_to(most: int) -> list[tuple[str, bool]]:
    """Of a field that may stay empty."""
    bounds = [("", True), ("1", True), (str(most), True), ("0", False), (str(most + 1), False)]
    return [*bounds, ("-1", False), ("1.5", False), ("9" * 40, False), ("x", False)]


TABLE: dict[tuple[type[FlaskForm], str], list[tuple[str, bool]]] = {
    (auth.LoginForm, "name"): [
        ("ann", True),
        ("x" * limits.MAX_LOGIN, True),
        ("x" * (limits.MAX_LOGIN + 1), False),
        ("", False),
        ("\x00", True),  # nobody's
        ("é\u202e", True),
    ],
    (auth.LoginForm, "password"): [
        ("x", True),
        ("ü" * limits.MAX_PASSWORD, True),
        ("x" * (limits.MAX_PASSWORD + 1), False),
        ("", False),
    ],
    (auth.LoginForm, "next"): [("", True), ("//evil.example", True)],  # path_of_ours drops it
    (account_form.AccountForm, "name"): [
        ("ann", True),
        ("x" * (limits.MAX_LOGIN + 1), False),
        ("", False),
    ],
    (account_form.AccountForm, "password"): [
        ("x" * limits.MIN_PASSWORD, True),
        ("x" * (limits.MIN_PASSWORD - 1), False),
        ("x" * limits.MAX_PASSWORD, True),
        ("x" * (limits.MAX_PASSWORD + 1), False),
        ("", False),
    ],
    (account_form.AccountForm, "again"): [("another one", False), ("", False)],
    (key_form.NewKeyForm, "label"): [
        ("ShareX on the laptop", True),
        ("ü" * limits.MAX_LABEL, True),
        ("x" * (limits.MAX_LABEL + 1), False),
        ("", False),
        (" ", True),  # stripped: a key without a name
    ],
    (key_form.NewKeyForm, "visibility"): VISIBILITIES,
    (key_form.NewKeyForm, "album_id"): [
        ("", True),
        ("album001", True),
        ("album002", False),
        ("\x00", False),
    ],
    (key_form.NewKeyForm, "max_mb"): [
        ("", True),
        ("1", True),
        (" 20 ", True),
        ("1000000", True),
        ("0", False),
        ("-1", False),
        ("1000001", False),
        ("1.5", False),
        ("1e3", False),
        ("٣", False),
        ("9" * 5000, False),
        ("20 MB", False),
        ("\x00", False),
    ],
    (key_form.NewKeyForm, "scope"): [
        ("upload", True),
        ("manage", True),
        ("", False),
        ("admin", False),
        ("UPLOAD", False),
    ],
    (key_form.NewKeyForm, "expires"): [
        ("", True),
        ("7", True),
        ("30", True),
        ("90", True),
        ("365", True),
        ("8", False),
        ("-7", False),
        ("\x00", False),
    ],
    (uploaders.FileForm, "visibility"): VISIBILITIES,
    (uploaders.FileForm, "key"): [("", True), ("x" * 5000, True)],  # parse_key refuses it
    (uploaders.FileForm, "link"): [
        ("url", True),
        ("url_viewer", True),
        ("delete_url", False),
        ("", False),
    ],
    (uploaders.FileForm, "album_id"): [("", True), ("album001", True), ("album002", False)],
    (uploaders.FileForm, "expiration"): [
        ("", True),
        ("P1D", True),
        ("P2D", False),
        ("\x00", False),
    ],
    (album_form.AlbumForm, "name"): [
        ("Rome", True),
        ("ü" * limits.MAX_ALBUM, True),
        ("x" * (limits.MAX_ALBUM + 1), False),
        ("", False),
        ("\x00", True),  # parse_title drops it, and then there is no name
    ],
    (album_form.AlbumForm, "description"): [
        ("", True),
        ("é\n" * 2500, True),
        ("x" * (limits.MAX_DESCRIPTION + 1), False),
    ],
    (album_form.AlbumForm, "sort"): [("taken", True), ("name", True), ("", False), ("size", False)],
    (album_form.AlbumForm, "visibility"): [
        ("password", True),
        *((text, is_good and text != "") for text, is_good in VISIBILITIES),
    ],
    (album_form.AlbumForm, "password"): [
        ("", True),  # the one that it has
        ("x" * limits.MAX_PASSWORD, True),
        ("x" * (limits.MAX_PASSWORD + 1), False),
    ],
    # only compared with what is chosen
    (album_form.AlbumForm, "visibility_was"): [("", True), ("public", True), ("x", True)],
    (security.PasswordForm, "old"): [("", False), ("x", True), ("é" * 5000, True)],
    (security.PasswordForm, "new"): [
        ("", False),
        ("1234567", False),
        ("12345678", True),
        ("é" * limits.MAX_PASSWORD, True),
        ("é" * (limits.MAX_PASSWORD + 1), False),
    ],
    (security.PasswordForm, "again"): [("", False), ("x", False)],
    (factors.ConfirmForm, "password"): PASSWORDS,
    (factors.ConfirmForm, "next"): [("", True), ("//evil.example", True)],  # path_of_ours drops it
    (factors.NewCodesForm, "code"): CODES,
    (factors.ConfirmForm, "code"): [("", True), *CODES[1:]],
    (passkeys.PasskeyForm, "name"): [
        ("Laptop", True),
        ("", False),
        ("x" * limits.MAX_LABEL, True),
        ("x" * (limits.MAX_LABEL + 1), False),
    ],
    (passkeys.PasskeyForm, "answer"): [("", True), *ANSWERS],
    (join.NameForm, "name"): [("ann", True), ("", False), ("x" * (limits.MAX_LOGIN + 1), False)],
    (join.PasskeyNameForm, "name"): [("ann", True), ("", False)],
    (join.PasskeyNameForm, "answer"): [("", False), *ANSWERS],
    (passkey_log_in.AnswerForm, "answer"): [("", False), *ANSWERS],
    (passkey_log_in.AnswerForm, "next"): [("", True), ("//evil.example", True)],  # as above
    (second_step.CodeForm, "code"): [("", True), *CODES[1:]],
    (second_step.CodeForm, "recovery"): [("", True), *CODES[1:]],
    (offers.GiveForm, "taker"): [("bob", True), ("", False)],  # parse_user_name refuses others
    (offers.GiveForm, "name"): [("ann", True), ("", False)],
    (data.DeleteForm, "name"): [("ann", True), ("x" * 5000, True), ("", False)],
    (defaults_form.DefaultsForm, "visibility"): [
        *((text, is_good and text != "") for text, is_good in VISIBILITIES),
        ("password", False),  # albums alone have one
    ],
    (defaults_form.DefaultsForm, "album_id"): [("", True), ("album001", True), ("album002", False)],
    (defaults_form.DefaultsForm, "expiration"): [("", True), ("P1M", True), ("P2D", False)],
    (defaults_form.DefaultsForm, "strip"): [
        ("", True),
        ("location", True),
        ("everything", True),
        ("nothing", False),  # the site wants more
    ],
    (profile_form.ProfileForm, "display_name"): [
        ("", True),
        ("Ann Bergström", True),
        ("user1", True),  # their own name
        ("USER2", False),  # somebody else's
        ("\u202euser2", False),
        ("x" * limits.MAX_DISPLAY_NAME, True),
        ("x" * (limits.MAX_DISPLAY_NAME + 1), False),
        ("\x00", True),  # dropped
    ],
    (profile_form.ProfileForm, "bio"): [
        ("", True),
        ("é\n" * (limits.MAX_BIO // 2), True),
        ("x" * (limits.MAX_BIO + 1), False),
    ],
    (profile_form.ProfileForm, "time_zone"): [
        ("", True),
        ("UTC", True),
        ("America/Argentina/Salta", True),
        ("Europe/Nowhere", False),
        ("../etc/passwd", False),
        ("\x00", False),
    ],
    (profile_form.ProfileForm, "profile"): [
        ("shown", True),
        ("private", True),
        ("x", False),
        ("", False),
    ],
    (album_form.AlbumForm, "parent"): [("", True), ("album001", True), ("album002", False)],
    (album_form.OpenForm, "password"): [
        ("x", True),
        ("", False),
        ("x" * (limits.MAX_PASSWORD + 1), False),
    ],
    (mail.ForgotForm, "login"): [
        ("ann", True),
        ("ann@example.org", True),
        ("x" * limits.MAX_EMAIL, True),
        ("x" * (limits.MAX_EMAIL + 1), False),
        ("", False),
        ("\r\nBcc: eve@example.org", True),  # nobody's
    ],
    (mail.AddressForm, "address"): [
        ("ann@example.org", True),
        ("", True),
        ("ann", False),
        ("ann@example.org\n", False),
        ("ann@example.org,eve@example.org", False),
    ],
    (account_deletion.DeletePersonForm, "taker"): [("", True), ("bob", True), ("\x00", True)],
    (account_deletion.DeletePersonForm, "name"): [("", False), ("bob", True), ("\x00", True)],
    (invitation_form.InvitationForm, "note"): [
        ("", True),
        ("ü" * limits.MAX_LABEL, True),
        ("x" * (limits.MAX_LABEL + 1), False),
    ],
    # of somebody who is no admin
    (invitation_form.InvitationForm, "role"): [("user", True), ("admin", False), ("", False)],
    (invitation_form.InvitationForm, "days"): [
        ("1", True),
        ("30", True),
        ("2", False),
        ("", False),
    ],
    (invitation_form.InvitationForm, "uses"): [
        ("1", True),
        (str(limits.MAX_INVITED), True),
        (str(limits.MAX_INVITED + 1), False),
        ("0", False),
        ("1.5", False),
        ("", False),
    ],
    # what is none: tests/blueprints/test_share_links.py
    (link_form.LinkForm, "form_id"): [("", True), ("x" * 200, True), ("\x00", True)],
    (link_form.LinkForm, "title"): [
        ("", True),
        ("é" * limits.MAX_TITLE, True),
        ("x" * (limits.MAX_TITLE + 1), False),
    ],
    (link_form.LinkForm, "ends"): [
        ("", True),
        ("1", True),
        ("365", True),
        ("date", True),
        ("2", False),
        ("-1", False),
        ("\x00", False),
    ],
    # what is no day: tests/blueprints/test_share_links.py
    (link_form.LinkForm, "end_date"): [("", True), ("2026-02-30", True)],
    (link_form.LinkForm, "password_is"): [
        ("keep", True),
        ("change", True),
        ("none", True),
        ("open", False),
    ],
    (link_form.LinkForm, "password"): [
        ("", True),
        ("x", True),  # too short: likewise
        ("ü" * limits.MAX_PASSWORD, True),
        ("x" * (limits.MAX_PASSWORD + 1), False),
    ],
    (link_form.LinkForm, "download"): [
        ("none", True),
        ("preview", True),
        ("file", True),
        ("original", False),
    ],
    (link_form.LinkForm, "max_views"): numbers_to(limits.MAX_LINK_VIEWS),
    (link_form.LinkForm, "may_add"): [("", True), ("y", True), ("\x00", True)],
    (link_form.LinkForm, "max_files"): numbers_to(limits.MAX_SENT_FILES),
    (link_form.LinkForm, "max_mb"): numbers_to(limits.MAX_KEY_MB),
    (link_form.LinkForm, "needs_approval"): [("", True), ("y", True)],
}


MODULES = (
    account_deletion,
    invitation_form,
    mail,
    offers,
    album_form,
    data,
    defaults_form,
    profile_form,
    auth,
    factors,
    join,
    passkey_log_in,
    passkeys,
    second_step,
    security,
    key_form,
    link_form,
    uploaders,
)
OF_A_USER = (
    invitation_form.InvitationForm,
    album_form.AlbumForm,
    defaults_form.DefaultsForm,
    profile_form.ProfileForm,
    key_form.NewKeyForm,
    uploaders.FileForm,
)


def user_with_album(app: Flask, name: str, album: str) -> User:
    make_person(app, name)
    user = User.by_name(name)
    assert user
    db.session.add(Album(public_id=album, user_id=user.id, name="Rome"))
    db.session.commit()
    return user


@pytest.mark.parametrize(("form", "field"), list(TABLE))
def test_what_a_field_takes(form: type[FlaskForm], field: str, app: Flask) -> None:
    with app.test_request_context("/", method="POST"):
        user, _ = (user_with_album(app, f"user{n}", f"album00{n}") for n in (1, 2))
        for text, is_taken in TABLE[form, field]:
            made: Any = form(user) if form in OF_A_USER else form()
            made.process(MultiDict({field: text}))
            assert made[field].validate(made) is is_taken, text[:100]


def test_every_field_has_a_table() -> None:
    forms = [
        value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, FlaskForm) and value is not FlaskForm
        if not value.__name__.startswith("_")  # a part of others
    ]
    fields = {
        (form, name)
        for form in forms
        if form not in (uploaders.OptionsForm, key_form.KeyForm)  # of which others have all fields
        for name in dir(form)
        if isinstance(getattr(form, name), UnboundField)
    }
    assert fields == set(TABLE)
