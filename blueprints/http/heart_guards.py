"""Who may give a file a heart: members who may open it, by itself or in an album."""

from __future__ import annotations

from typing import Any

from blueprints.http.album_guards import album_viewer
from blueprints.http.guards import member, opener


def heart_giver(values: dict[str, Any]) -> Any:
    return member(values) or opener(values)


def heart_giver_in_album(values: dict[str, Any]) -> Any:
    return member(values) or album_viewer(values)
