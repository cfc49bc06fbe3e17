"""Tags given and taken: ``{"add": [names], "remove": [names]}``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models import Change, ChangeItem, Tag, Upload
from models.limits import MAX_TAGS
from services.acts.act import Act, Done, Failed, Outcomes, Why
from services.site import Site


def _apply(site: Site, change: Change, uploads: Sequence[Upload]) -> Outcomes:
    rows = [upload.id for upload in uploads]
    removed = _taken(change.wishes.get("remove", []), rows)
    added = _given(change.wishes.get("add", []), rows)
    outcomes: dict[int, Done | Failed] = {
        row: Done(after={"added": added[row], "removed": removed[row]}) for row in rows
    }
    for row in Tag.those_with_more(rows, MAX_TAGS) if change.wishes.get("add") else ():
        _taken(added[row], [row])
        _given(removed[row], [row])
        outcomes[row] = Failed(Why.TOO_MANY_TAGS)
    return outcomes


def _revert(site: Site, change: Change, pairs: Sequence[tuple[Upload, ChangeItem]]) -> Outcomes:
    """Each loses what it got, and gets what it lost, whatever else it got since."""
    for names, rows in _alike(pairs, "added"):
        _taken(names, rows)
    for names, rows in _alike(pairs, "removed"):
        _given(names, rows)
    return {upload.id: Done() for upload, _ in pairs}


def _alike(
    pairs: Sequence[tuple[Upload, ChangeItem]], what: str
) -> Iterable[tuple[Sequence[str], list[int]]]:
    """The same names for many files: mostly all."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for upload, item in pairs:
        if names := (item.after or {}).get(what):
            groups.setdefault(tuple(names), []).append(upload.id)
    return groups.items()


def _given(names: Sequence[str], rows: Sequence[int]) -> dict[int, list[str]]:
    """Which of these tags are new to each upload."""
    new: dict[int, list[str]] = {row: [] for row in rows}
    for tag in Tag.named(names):
        for row in tag.give_to_all(rows):
            new[row].append(tag.name)
    return new


def _taken(names: Sequence[str], rows: Sequence[int]) -> dict[int, list[str]]:
    """Which of these tags each upload had."""
    lost: dict[int, list[str]] = {row: [] for row in rows}
    for tag in filter(None, (Tag.find(name.casefold()) for name in names)):
        for row in tag.take_from_all(rows):
            lost[row].append(tag.name)
    return lost


TAGS = Act(_apply, _revert)
