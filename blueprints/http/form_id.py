"""The id that a form brings along, so that a second click, or a lost answer, does nothing twice."""

from __future__ import annotations

import json
import re

from flask import request

from blueprints.http.context import me
from models.base import hash_secret, random_id

_LENGTH = 22  # letters and digits: 128 bits
_TOKEN = "csrf_token"  # noqa: S105 -- the name of a field, which another tab has another of


def new_form_id() -> str:
    return random_id(_LENGTH)


def form_hash() -> str | None:
    """Of the form with all that it says: one that somebody went back to and changed is another.
    None where it has no id. The id can't be guessed.
    """
    if not re.fullmatch(rf"[A-Za-z0-9]{{{_LENGTH}}}", request.form.get("form_id", "")):
        return None
    said = sorted((name, one) for name, one in request.form.items(multi=True) if name != _TOKEN)
    return hash_secret(json.dumps([request.path, me().id, said]))
