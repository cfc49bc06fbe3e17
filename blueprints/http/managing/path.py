"""The paths of the API that belong to the wire."""

from __future__ import annotations

from werkzeug.routing import PathConverter


class OldPath(PathConverter):
    """Whatever isn't below ``/api/2``: there, an address that is none is answered as such."""

    regex = r"(?!2(?:/|$))[^/].*?"
