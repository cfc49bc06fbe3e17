"""The form of a check of the site from outside."""

from __future__ import annotations

from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import Length

from blueprints.http.arguments import parse_slug
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from models import Upload, Visitor

WAITS = {"0": _l("No"), "5": _l("5 seconds"), "70": _l("70 seconds, as long as an upload may wait")}


class CheckForm(Form):
    upload = StringField(
        _l("Page link for the preview"),
        validators=[Length(max=2000)],
        description=_l("Empty: the latest public upload."),
    )
    wait = SelectField(_l("Also test a slow answer"), choices=list(WAITS.items()), default="0")

    def validate_upload(self, field: StringField) -> None:
        public_id = self.upload_id
        if field.data and not (public_id and Upload.find(public_id, Visitor.GUEST)):
            raise ValidationError(str(_l("This isn't the page of a file that everybody can open.")))

    @property
    def upload_id(self) -> str | None:
        """The public id in the link."""
        return parse_slug((self.upload.data or "").partition("?")[0].rstrip("/").rpartition("/")[2])
