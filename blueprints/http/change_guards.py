"""Who may see a change, and undo it: who made it."""

from __future__ import annotations

from typing import Any

from flask import abort

from blueprints.http.arguments import parse_id
from blueprints.http.context import me
from blueprints.http.guards import member
from models import Change


def change_owner(values: dict[str, Any]) -> Any:
    if refusal := member(values):
        return refusal
    public_id = parse_id(values.pop("public_id"))
    change = Change.of(me().id, public_id) if public_id else None
    if change is None:
        abort(404)
    values["change"] = change
    return None
