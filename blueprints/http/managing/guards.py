"""Who may use a route of the managing API: a guard puts ``asker`` into the view's arguments, and
what was found for them in the place of its id.
"""

from __future__ import annotations

from typing import Any

from blueprints.http.arguments import parse_id, parse_tag_key
from blueprints.http.managing.asker import asker
from models.api_key import Scope


def key_that_sends(values: dict[str, Any]) -> Any:
    """Whoever has a key that uploads."""
    values["asker"] = asker(Scope.UPLOAD, Scope.MANAGE)


def key_that_reads(values: dict[str, Any]) -> Any:
    """Whoever has a key that reads what is its person's."""
    values["asker"] = asker(Scope.READ, Scope.MANAGE)


def key_that_manages(values: dict[str, Any]) -> Any:
    """Whoever has a key that also changes it."""
    values["asker"] = asker(Scope.MANAGE)


def upload_reader(values: dict[str, Any]) -> Any:
    """Whoever has a key that reads, of an upload of that person's."""
    key_that_reads(values)
    _find_upload(values)


def upload_manager(values: dict[str, Any]) -> Any:
    """Whoever has a key that also changes it, of an upload of that person's."""
    key_that_manages(values)
    _find_upload(values)


def album_reader(values: dict[str, Any]) -> Any:
    """Whoever has a key that reads, of an album of that person's."""
    key_that_reads(values)
    _find_album(values)


def album_manager(values: dict[str, Any]) -> Any:
    """Whoever has a key that also changes it, of an album of that person's."""
    key_that_manages(values)
    _find_album(values)


def whole_reader(values: dict[str, Any]) -> Any:
    """Whoever has a key that reads all that is its person's, not one album."""
    key_that_reads(values)
    values["asker"].check_whole()


def whole_manager(values: dict[str, Any]) -> Any:
    """Whoever has a key that changes all of that, too."""
    key_that_manages(values)
    values["asker"].check_whole()


def album_ender(values: dict[str, Any]) -> Any:
    """`whole_manager`, of an album of that person's: a key that is for one doesn't end it."""
    whole_manager(values)
    _find_album(values)


def tag_reader(values: dict[str, Any]) -> Any:
    """`whole_reader`, of a tag that an upload of that person's has."""
    whole_reader(values)
    _find_tag(values)


def tag_manager(values: dict[str, Any]) -> Any:
    """`whole_manager`, of such a tag."""
    whole_manager(values)
    _find_tag(values)


def _find_album(values: dict[str, Any]) -> None:
    values["album"] = values["asker"].find_album(parse_id(values.pop("public_id")))


def _find_tag(values: dict[str, Any]) -> None:
    values["tag"] = values["asker"].find_tag(parse_tag_key(values.pop("name")))


def _find_upload(values: dict[str, Any]) -> None:
    values["upload"] = values["asker"].find_upload(parse_id(values.pop("public_id")))
