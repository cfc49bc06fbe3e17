"""The parameters of an upload that is sent to the managing API: those of the wire."""

from __future__ import annotations

from blueprints.http.arguments import parse_id
from blueprints.http.body import Body
from blueprints.http.managing.asker import Asker
from blueprints.http.parameters import merged, query_fields


def fields_of(body: Body, asker: Asker) -> dict[str, str]:
    """A key of one album sends into no other. Raises NoSuch."""
    fields = merged(query_fields(), body.fields)
    if asker.album and (wanted := fields.get("album_id", "").strip()):
        asker.find_album(parse_id(wanted))
    return fields
