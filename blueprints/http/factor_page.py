"""The page of new recovery codes: it is the only one that shows them."""

from __future__ import annotations

from typing import Any

from flask import render_template


def recovery_codes(codes: list[str], *, is_new: bool) -> Any:
    """``is_new``: the second factor was switched on with them."""
    answer = render_template("settings/recovery_codes.html", codes=codes, is_new=is_new)
    return answer, 200, {"Cache-Control": "no-store"}
