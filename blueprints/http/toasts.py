"""What the next page says in passing: a toast. Some have a button that takes back what was done."""

from __future__ import annotations

from flask import flash, request

from models import Change


def toast(text: str, undo: str = "") -> None:
    """``undo``: the path to which a POST takes it back, or ""."""
    flash((text, undo) if undo else text, "undo" if undo else "toast")  # type: ignore[arg-type]


def undo_path(change: Change) -> str:
    return f"{request.script_root}/changes/{change.public_id}/undo"
