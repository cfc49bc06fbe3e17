"""The form of what holds for a member's uploads that don't say it themselves."""

from __future__ import annotations

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from blueprints.http import words
from blueprints.http.album_form import ALBUM_MEANINGS, with_visibility
from blueprints.http.context import site
from blueprints.http.form import Form
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.settings_form import CHOICES
from blueprints.http.visibility import LABELS
from models import Album, User, Visibility
from models.album_listing import choosable
from services.defaults import STRIP_LEVELS, Defaults, album_of, default_visibility


class DefaultsForm(Form):
    visibility = RadioField(
        _l("Who can see new uploads"),
        choices=[SelectChoice(one.value, _l(LABELS[one])) for one in Visibility],
    )
    album_id = SelectField(_l("Album"))
    expiration = SelectField(
        _l("Expires"),
        choices=[SelectChoice(value, _l(text)) for value, text in words.EXPIRATIONS.items()],
    )
    strip = SelectField(_l("Remove from files"))

    def __init__(self, user: User) -> None:
        settings, album = site().settings, album_of(user)
        super().__init__(  # type: ignore[no-untyped-call]
            visibility=default_visibility(settings, user).value,
            album_id=album.public_id if album else "",
            expiration=user.expiration or "",
            strip=user.strip or "",
        )
        albums = choosable(user)
        if album and album not in albums:
            albums = [album, *albums]
        self.album_id.choices = [
            SelectChoice("", _("None")),
            *(SelectChoice(one.public_id, with_visibility(one)) for one in albums),
        ]
        stricter = STRIP_LEVELS[STRIP_LEVELS.index(settings.strip) :]
        of_site = _("As this site (%(what)s)", what=CHOICES[settings.strip])
        self.strip.choices = [
            SelectChoice("", of_site),
            *(SelectChoice(one, CHOICES[one]) for one in stricter),
        ]
        if self.strip.data not in ("", *stricter):  # the site has become stricter since
            self.strip.data = ""

    @property
    def wishes(self) -> Defaults:
        return Defaults(
            Visibility(self.visibility.data),
            self.album_id.data or None,
            self.expiration.data or None,
            self.strip.data or None,
        )

    def warning(self, user: User) -> str:
        """Of what was saved: that the album lets in more people than the visibility."""
        album = Album.find_of(user, self.album_id.data) if self.album_id.data else None
        if not album or not album.lets_in_more_than(Visibility(self.visibility.data)):
            return ""
        return _(
            "Your uploads go to the album “%(album)s”, where they can be seen by more people: "
            "%(who)s",
            album=album.name,
            who=_(ALBUM_MEANINGS[album.visibility]),
        )
