"""The forms of an album."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from blueprints.http import words
from blueprints.http.arguments import parse_id
from blueprints.http.form import Form
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.library_form import place_in
from blueprints.http.parameters import parse_text, parse_title
from blueprints.http.visibility import ICONS, LABELS
from blueprints.http.words import N_
from models import Album, AlbumVisibility, User
from models.album_contents import ADDED
from models.album_tree import BadParent, Tree
from models.limits import MAX_ALBUM, MAX_DESCRIPTION, MAX_PASSWORD, MIN_ALBUM_PASSWORD
from models.upload.library import Order, Place
from services.albums import AlbumWishes
from services.arrange import Move

INDENT = "\u2003"  # a wide space
MAX_SHOWN = 1000  # albums of one form

ORDER_LABELS = {
    "taken": N_("Taken, oldest first"), "taken-newest": N_("Taken, newest first"),
    "uploaded": N_("Uploaded, oldest first"), "uploaded-newest": N_("Uploaded, newest first"),
    "name": N_("Name, A to Z"), "hand": N_("By hand"),
}  # fmt: skip
ALBUM_LABELS = {**LABELS, "password": N_("Password")}
ALBUM_ICONS = {**ICONS, "password": "key-round"}
ALBUM_MEANINGS = {
    "private": N_("Only you, the members of the album, and moderators."),
    "password": N_("Everyone with the link who knows the password."),
    "members": N_("Everyone with an account. Shown in their albums."),
    "unlisted": N_("Everyone with the link."),
    "public": N_("Everyone. Shown in the albums of all."),
}


def _at_most(length: int) -> Length:
    return Length(max=length, message=words.too_long(length))


class AlbumForm(Form):
    name = StringField(_l("Name"), [InputRequired(_l("Enter a name.")), _at_most(MAX_ALBUM)])
    description = TextAreaField(_l("Description"), [_at_most(MAX_DESCRIPTION)])
    sort = SelectField(
        _l("Order"), choices=[SelectChoice(one, _l(text)) for one, text in ORDER_LABELS.items()]
    )
    visibility = RadioField(
        _l("Who can see it"),
        choices=[SelectChoice(one.value, _l(ALBUM_LABELS[one])) for one in AlbumVisibility],
    )
    visibility_was = HiddenField()  # when the form was made
    password = PasswordField(_l("Password"), [_at_most(MAX_PASSWORD)])
    parent = SelectField(_l("In album"), default="")

    def __init__(self, user: User, album: Album | None = None, **given: Any) -> None:
        """Of ``album``, or for a new one."""
        self._album = album
        named = parse_id(request.form.get("parent") or given.get("parent") or "")
        wanted = Album.find_of(user, named) if named else None
        tree = Tree(user, album, wanted.id if wanted else None)
        self._parents = {node.public_id: (node, depth) for node, depth in tree.parents()}
        above = [
            node.public_id
            for node, _ in self._parents.values()
            if album and node.id == album.parent_id
        ]
        parent = {"parent": above[0] if above else ""} if album else {}
        was = {"visibility_was": album.visibility} if album else {}
        super().__init__(obj=album, **parent, **was, **given)  # type: ignore[no-untyped-call]
        self.parent.choices = [
            SelectChoice("", _l("None")),
            *(
                SelectChoice(public_id, f"{INDENT * depth}{node.name}")
                for public_id, (node, depth) in self._parents.items()
            ),
        ]

    def is_good(self) -> bool:
        """Whether it was sent, and what it says can be."""
        if not self.is_submitted():
            return False
        is_valid = self.validate()
        if not self.name.errors and not parse_title(self.name.data):
            self.name.errors = (_l("Enter a name."),)
        if self.visibility.data == AlbumVisibility.PASSWORD:
            is_kept = bool(self._album and self._album.password_hash) and not self.password.data
            if not is_kept and len(self.password.data or "") < MIN_ALBUM_PASSWORD:
                self.password.errors = (words.ALBUM_PASSWORD_LENGTH,)
        return is_valid and not self.errors

    @contextlib.contextmanager
    def parent_checked(self) -> Iterator[None]:
        """Albums may have been moved since the choice was made."""
        try:
            yield
        except BadParent:
            self.parent.errors = (words.BAD_PARENT,)

    @property
    def wishes(self) -> AlbumWishes:
        """Who can see it only where that was changed: it may be another by now."""
        parent = self.parent.data
        wishes: AlbumWishes = {
            "name": parse_title(self.name.data),
            "description": parse_text(self.description.data or ""),
            "sort": self.sort.data,
            "password": self.password.data or "",
            "parent_id": self._parents[parent][0].id if parent else None,
        }
        if self.visibility.data != self.visibility_was.data:
            wishes["visibility"] = AlbumVisibility(self.visibility.data)
        return wishes


class OpenForm(Form):
    password = PasswordField(
        _l("Password"), [InputRequired(words.REQUIRED), _at_most(MAX_PASSWORD)]
    )


class AlbumPlace(NamedTuple):
    """Where a page of an album begins, or ends if it goes backwards."""

    place: Place | None
    is_backwards: bool


def parse_album_sort(args: Mapping[str, str]) -> str:
    """What was added last first, or the album's own order."""
    return ADDED if args.get("sort") == ADDED else ""


def parse_album_place(args: Mapping[str, str], order: Order) -> AlbumPlace:
    """Raises BadRequest. Of an album that has another order by now, the first page."""
    after, before = (_placed(args.get(name, ""), order) for name in ("after", "before"))
    return AlbumPlace(after or before, after is None and before is not None)


def _placed(text: str, order: Order) -> Place | None:
    column, colon, rest = text.partition(":")
    if text and not colon:
        raise BadRequest(words.BAD_CURSOR)
    return place_in(rest, order) if column == order.column else None


def with_visibility(album: Album) -> str:
    return f"{album.name} ({_(ALBUM_LABELS[album.visibility])})"


def visibility_choices(form: AlbumForm) -> list[Any]:
    """As the radio buttons of a form show them."""
    return [
        {
            "value": one.value,
            "icon": ALBUM_ICONS[one],
            "label": _(ALBUM_LABELS[one]),
            "meaning": _(ALBUM_MEANINGS[one]),
            "is_chosen": form.visibility.data == one,
        }
        for one in AlbumVisibility
    ]


class Membership(NamedTuple):
    """Of the albums that a form shows, those that are chosen; and the name of a new one."""

    chosen: list[str]
    of: list[str]
    new: str


def parse_membership(form: MultiDict[str, str]) -> Membership:
    chosen, of = (
        [one for one in form.getlist(name)[:MAX_SHOWN] if parse_id(one)]
        for name in ("album", "shown")
    )
    return Membership(chosen, of, parse_title(form.get("name", ""))[:MAX_ALBUM])


class Arrangement(NamedTuple):
    """What shall be done with an upload of an album: a Move, ``cover`` or ``remove``."""

    action: str
    upload_id: str
    other_id: str


def parse_arrangement(form: Mapping[str, str]) -> Arrangement:
    """Raises BadRequest."""
    action = form.get("do", "")
    if action not in (*Move, "cover", "remove"):
        raise BadRequest()
    ids = [parse_id(form.get(name, "")) or "" for name in ("upload", "other")]
    if action in (Move.BEFORE, Move.BEHIND) and not ids[1]:
        raise BadRequest()
    return Arrangement(action, *ids)


LATEST = Order("received_at", True)  # as lists of albums have it: by a date


class ListPlace(NamedTuple):
    """Which albums are listed, and from behind which place. ``of``: "" one's own, ``shared`` what
    one is a member of, ``others`` what others list.
    """

    of: str
    after: Place | None


def parse_list_place(args: Mapping[str, str]) -> ListPlace:
    """Raises BadRequest."""
    of = args.get("of", "")
    if of not in ("", "shared", "others"):
        raise BadRequest(words.BAD_CURSOR)
    return ListPlace(of, place_in(args.get("after", ""), LATEST))
