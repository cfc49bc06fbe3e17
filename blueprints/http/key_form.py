"""The forms of an API key: what is chosen when it is made, and what may be changed later."""

from __future__ import annotations

from datetime import datetime, timedelta

from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from blueprints.http import words
from blueprints.http.arguments import parse_megabytes
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.visibility import key_choices
from models import Album, ApiKey, User, utcnow
from models.album_listing import choosable
from models.api_key import KeyLimits, Scope
from models.limits import MAX_LABEL

EXPIRATIONS = {
    "": _l("Never"), "7": _l("In 7 days"), "30": _l("In 30 days"), "90": _l("In 90 days"),
    "365": _l("In a year"),
}  # fmt: skip
SCOPES = {
    Scope.UPLOAD: _l("Upload only"),
    Scope.READ: _l("Read only"),
    Scope.MANAGE: _l("Upload, read, change and delete"),
}


def _is_size(_form: Form, field: Field) -> None:
    if field.data and parse_megabytes(field.data) is None:
        raise ValidationError(str(words.NO_SIZE))


class KeyForm(Form):
    """Of a key that is there."""

    label = StringField(
        _l("What is it for?"),
        [
            InputRequired(_l("Enter a name for the key, such as the program that will use it.")),
            Length(max=MAX_LABEL, message=words.too_long(MAX_LABEL)),
        ],
    )
    visibility = SelectField(_l("Who can see its uploads"), default="")
    album_id = SelectField(_l("Album"), default="")
    max_mb = StringField(_l("Largest file in MB"), [_is_size], default="")

    def __init__(self, user: User, key: ApiKey | None = None) -> None:
        own = Album.find_of(user, key.album_id) if key and key.album_id else None
        super().__init__(data=_data_of(key, own) if key else None)  # type: ignore[no-untyped-call]
        self.visibility.choices = key_choices(user)
        albums = [] if key and key.is_bound else choosable(user)
        self.album_id.choices = [
            *([] if key and own and key.is_bound else [SelectChoice("", _l("None"))]),
            *(SelectChoice(one.public_id, one.name) for one in _with(own, albums)),
        ]

    @property
    def megabytes(self) -> int | None:
        return parse_megabytes(self.max_mb.data or "")


class NewKeyForm(KeyForm):
    scope = SelectField(
        _l("What it may do"),
        choices=[SelectChoice(value, text) for value, text in SCOPES.items()],
        default=Scope.UPLOAD,
    )
    expires = SelectField(
        _l("Expires"),
        choices=[SelectChoice(value, text) for value, text in EXPIRATIONS.items()],
        default="",
    )

    @property
    def limits(self) -> KeyLimits:
        return {
            "scope": self.scope.data,
            "expires_at": _in_days(self.expires.data),
            "album_id": self.album_id.data or None,
            "max_mb": self.megabytes,
        }


def _in_days(text: str) -> datetime | None:
    return utcnow() + timedelta(days=int(text)) if text else None


def _data_of(key: ApiKey, album: Album | None) -> dict[str, str]:
    return {
        "label": key.label,
        "visibility": key.visibility or "",
        "album_id": album.public_id if album else "",
        "max_mb": str(key.max_mb or ""),
    }


def _with(own: Album | None, albums: list[Album]) -> list[Album]:
    return [own, *albums] if own and own not in albums else albums
