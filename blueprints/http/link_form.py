"""The form of a share link."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from blueprints.http import words
from blueprints.http.context import time_zone
from blueprints.http.form import Form
from blueprints.http.form_id import form_hash, new_form_id
from blueprints.http.language import lazy as _l
from blueprints.http.link_words import (
    DAY_IS_OVER,
    DOWNLOADS,
    ENDS,
    NO_DAY,
    PASSWORD_LENGTH,
    PASSWORDS,
    last_day,
)
from blueprints.http.parameters import parse_title
from models import Download, ShareLink, utcnow
from models.limits import (
    MAX_KEY_MB,
    MAX_LINK_VIEWS,
    MAX_PASSWORD,
    MAX_SENT_FILES,
    MAX_TITLE,
    MIN_ALBUM_PASSWORD,
)
from services.share_links import LinkWishes

USUAL_FILES, USUAL_MB = 500, 5000  # of a link by which files may be sent: a feast, on most disks
LAST = date(2999, 12, 31)  # beyond it, dates of browsers and databases differ


def _choices(texts: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, _l(text)) for value, text in texts.items()]


def _number(label: str, most: int, default: int | None = None) -> IntegerField:
    bounds = NumberRange(1, most, words.number_from(1, most))
    return IntegerField(label, [Optional(), bounds], default=default)


class LinkForm(Form):
    title = StringField(_l("Title"), [Length(max=MAX_TITLE, message=words.too_long(MAX_TITLE))])
    ends = SelectField(_l("Ends"), choices=_choices(ENDS), default="")
    end_date = StringField(_l("Last day"))
    password_is = RadioField(_l("Password"), choices=_choices(PASSWORDS), default="keep")
    password = StringField(
        _l("Password"), [Length(max=MAX_PASSWORD, message=words.too_long(MAX_PASSWORD))]
    )
    download = RadioField(
        _l("What people may download"), choices=_choices(DOWNLOADS), default=Download.FILE
    )
    max_views = _number(_l("How many times it opens"), MAX_LINK_VIEWS)
    may_add = BooleanField(_l("People may add files"))
    max_files = _number(_l("Files at most"), MAX_SENT_FILES, USUAL_FILES)
    max_mb = _number(_l("MB at most"), MAX_KEY_MB, USUAL_MB)
    needs_approval = BooleanField(_l("Show them only after I approve them"))
    form_id = HiddenField(default=new_form_id)

    def __init__(self, link: ShareLink | None = None) -> None:
        """Of ``link``, or for a new one; days are those of this person's time zone."""
        self._zone, self._link = time_zone(), link
        self._last_day = last_day(link, self._zone) if link else None
        given: dict[str, Any] = {}
        if self._last_day:
            given = {"ends": "date", "end_date": self._last_day.isoformat()}
        if link and not link.may_add and link.max_files is None and link.max_mb is None:
            given |= {"max_files": USUAL_FILES, "max_mb": USUAL_MB}
        super().__init__(obj=link, **given)  # type: ignore[no-untyped-call]

    @property
    def today(self) -> date:
        return utcnow().astimezone(self._zone).date()

    @property
    def has_password(self) -> bool:
        """Whether the link has one that may be kept."""
        return bool(self._link and self._link.password_hash)

    def is_good(self) -> bool:
        """Whether it was sent, and what it says can be. All that is wrong is said at once."""
        if not self.is_submitted():
            return False
        is_valid = self.validate()
        if wrong := self._wrong_day():
            self.end_date.errors = (wrong,)
        typed = len(self._password or "")
        is_needed = self.has_password and self.password_is.data == "change"
        if 0 < typed < MIN_ALBUM_PASSWORD or (is_needed and not typed):
            self.password.errors = (PASSWORD_LENGTH,)
        return is_valid and not self.errors

    @property
    def wishes(self) -> LinkWishes:
        """What was left as it is isn't among them: the password, and the moment of the end."""
        wishes: LinkWishes = {
            "title": parse_title(self.title.data or ""),
            "download": Download(self.download.data),
            "max_views": self.max_views.data,
            "may_add": self.may_add.data,
            "max_files": self.max_files.data,
            "max_mb": self.max_mb.data,
            "needs_approval": self.needs_approval.data,
        }
        day = self._day()
        if self._link is None or day != self._last_day:
            wishes["expires_at"] = _end_of(day, self._zone) if day else None
        if self._password is not None:
            wishes["password"] = self._password
        if self._link is None:
            wishes["form_hash"] = form_hash()
        return wishes

    @property
    def _password(self) -> str | None:
        """None: it keeps the one that it has."""
        typed = self.password.data or ""
        if not self.has_password:
            return typed
        return {"keep": None, "change": typed}.get(self.password_is.data, "")

    def _day(self) -> date | None:
        """The last one on which it works. Raises ValueError."""
        if self.ends.data == "date":
            return date.fromisoformat(self.end_date.data or "")
        return self.today + timedelta(int(self.ends.data)) if self.ends.data else None

    def _wrong_day(self) -> str:
        if self.ends.errors:
            return ""
        try:
            day = self._day()
        except ValueError:
            return NO_DAY
        if day is None or day == self._last_day:
            return ""
        if day < self.today:
            return DAY_IS_OVER
        return NO_DAY if day > LAST else ""


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(1), time(), zone)
