"""The form of a profile."""

from __future__ import annotations

import functools
import zoneinfo
from unicodedata import category

from flask import render_template
from wtforms import Field, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from blueprints.http import words
from blueprints.http.context import me, site
from blueprints.http.form import Form
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.parameters import parse_text, parse_title
from models import User
from models.limits import MAX_BIO, MAX_DISPLAY_NAME
from services.accounts import Profile

# With these, a name could rewrite the line that it stands in (Unicode TR 9, 2).
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a sign that show nothing
# tzdata's other areas are old names of the same zones
_AREAS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/",
    "Indian/", "Pacific/",
)  # fmt: skip
UTC = "UTC"


def parse_display_name(text: str | None) -> str:
    """One line, in its own direction; "" for one in which there is nothing to see."""
    name = parse_title((text or "").translate(_DIRECTIONS))
    is_seen = any(category(sign)[0] in "LNPS" and sign not in _BLANK for sign in name)
    return name if is_seen else ""


def parse_bio(text: str | None) -> str:
    return parse_text((text or "").translate(_DIRECTIONS))


def _is_free(form: ProfileForm, field: Field) -> None:
    if field.data and User.is_called(field.data, form.user):
        raise ValidationError(str(words.CALLED_SO))


class ProfileForm(Form):
    display_name = StringField(
        _l("Display name"),
        [Length(max=MAX_DISPLAY_NAME, message=words.too_long(MAX_DISPLAY_NAME)), _is_free],
        filters=[parse_display_name],
    )
    bio = TextAreaField(
        _l("About you"), [Length(max=MAX_BIO, message=words.too_long(MAX_BIO))], filters=[parse_bio]
    )
    time_zone = SelectField(_l("Time zone"), default="")
    profile = RadioField(
        _l("Your profile page"),
        choices=[SelectChoice("shown", _l("Shown")), SelectChoice("private", _l("Private"))],
    )

    def __init__(self, user: User) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            display_name=user.display_name or "",
            bio=user.bio or "",
            time_zone=user.time_zone or "",
            profile="private" if user.has_private_profile else "shown",
        )
        self.user = user
        of_site = _("As this site (%(zone)s)", zone=site().settings.timezone)
        self.time_zone.choices = [
            SelectChoice("", of_site),
            *(SelectChoice(name, name) for name in (UTC, *time_zones())),
        ]

    @property
    def wishes(self) -> Profile:
        return Profile(
            self.display_name.data,
            self.bio.data,
            self.time_zone.data,
            is_private=self.profile.data == "private",
        )


def profile_page(form: ProfileForm | None = None, portrait_error: str = "") -> str:
    """``portrait_error`` is why a picture was refused."""
    return render_template(
        "settings/profile.html", form=form or ProfileForm(me()), portrait_error=portrait_error
    )


@functools.cache
def time_zones() -> tuple[str, ...]:
    """Of this machine's tzdata."""
    return tuple(name for name in sorted(zoneinfo.available_timezones()) if name.startswith(_AREAS))
