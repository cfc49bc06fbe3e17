"""What became of duplicates, and why some stay."""

from __future__ import annotations

from blueprints.http import change_words
from blueprints.http.language import ngettext
from models import Change, ChangeState


def said(change: Change) -> str:
    """With the reason of the first that stays: mostly it is that of all."""
    if change.state == ChangeState.WORKING or not change.failed:
        return change_words.said(change)
    first = next(iter(change.failures(1)), None)
    why = change_words.reason(first.error or "") if first else ""
    stays = ngettext(
        "%(num)s file was not merged: %(why)s.",
        "%(num)s files were not merged: %(why)s.",
        change.failed,
        why=why,
    )
    return f"{change_words.DONE[change.act](change.done)}. {stays}" if change.done else stays
