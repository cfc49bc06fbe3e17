"""Who asks the managing API: a person by one of their keys."""

from __future__ import annotations

from dataclasses import dataclass

from blueprints.http.api_keys import authenticate, key_in_headers, key_in_query
from blueprints.http.managing.faults import Binned, KeyInQuery, NoSuch, NotAllowed, WrongScope
from models import Album, ApiKey, TagCount, TagTally, Upload, User, Visitor
from models.api_key import Scope


@dataclass(frozen=True)
class Asker:
    """``album`` is the only one that the key is for: with what is in it, that is all it reaches. A
    key reaches what is its person's own, also a moderator's.
    """

    user: User
    key: ApiKey
    album: Album | None = None

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.user)

    def find_upload(self, public_id: str | None) -> Upload:
        """As it is now. Raises NoSuch; Binned of what is in the bin, of which a key for one album
        isn't told.
        """
        album_id = self.album.id if self.album else None
        upload = Upload.find_own(public_id, self.user.id, album_id) if public_id else None
        if upload is None:
            if public_id and not self.album and Upload.find_binned(public_id, self.user.id):
                raise Binned()
            raise NoSuch("Upload")
        return upload

    def find_album(self, public_id: str | None) -> Album:
        """Raises NoSuch."""
        is_out_of_reach = self.album is not None and self.album.public_id != public_id
        album = None if is_out_of_reach else Album.find_of(self.user, public_id or "")
        if album is None:
            raise NoSuch("Album")
        return album

    def find_tag(self, key: str) -> TagCount:
        """Raises NoSuch."""
        tag = TagTally.own(self.user.id, key)
        if tag is None:
            raise NoSuch("Tag")
        return tag

    def check_whole(self) -> None:
        """Raises NotAllowed for a key of one album."""
        if self.album:
            raise NotAllowed("This key is for one album")


def asker(*scopes: Scope) -> Asker:
    """By the key in the headers, which has one of these scopes. Raises what refuses it."""
    sent = key_in_headers()
    if not sent and key_in_query():
        raise KeyInQuery()
    key = authenticate(sent)
    if key is None:
        raise NotAllowed("Guests' uploads have their delete links only")
    if key.scope not in scopes:
        raise WrongScope(key.scope)
    album = Album.find_of(key.user, key.album_id) if key.album_id else None
    if key.album_id and album is None:
        raise NotAllowed("The album of this key is deleted")
    return Asker(key.user, key, album)
