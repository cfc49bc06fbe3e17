"""Uploads of the same bytes become one: ``{"keep": row id}``, or ``{}`` for the best of each group.
The one that is kept gets what they have; they go to the bin, and their addresses lead to it.

It stays as visible as it is, and nobody reads more of it by this: one that fewer people see than
the other takes neither its albums nor its links, so it isn't the one to keep; and texts and tags of
a file that fewer people see aren't given to one that more do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from models import (
    Album,
    Change,
    ChangeItem,
    Contribution,
    MovedAddress,
    Twin,
    Upload,
    Visibility,
    merging,
    utcnow,
)
from services.acts.act import Act, Done, Failed, Outcomes, State, Why, always, is_in_bin, is_there
from services.acts.bin import stays_there
from services.site import Site

_TEXTS = ("title", "description", "alt_text")
_LEVELS = list(Visibility)


def _apply(site: Site, change: Change, uploads: Sequence[Upload]) -> Outcomes:
    keepers = _keepers(change, uploads)
    outcomes: dict[int, Done | Failed] = {}
    gone, now = [], utcnow()
    for upload in uploads:
        keeper = keepers.get(upload.source_sha256)
        if keeper is None or keeper.id == upload.id:
            outcomes[upload.id] = Failed(Why.NOT_KEPT)
        elif why := _why_not(upload, keeper):
            outcomes[upload.id] = Failed(why)
        else:
            outcomes[upload.id] = Done(after=_give(upload, keeper) | {"at": now.isoformat()})
            gone.append(upload)
    Upload.carry_away(gone, now)
    return outcomes


def _keepers(change: Change, uploads: Sequence[Upload]) -> Mapping[str, Upload]:
    """By bytes, as they are now."""
    hashes = list({upload.source_sha256 for upload in uploads})
    kept = change.wishes.get("keep")
    rows = [kept] if kept else list(Twin.best(change.user_id, hashes).values())
    return {one.source_sha256: one for one in Upload.load(rows) if is_there(change, one)}


def _why_not(upload: Upload, keeper: Upload) -> Why | None:
    """What the other one's album, link or address would lose, or show that it doesn't yet."""
    if keeper.leftovers and not upload.leftovers:
        return Why.NOT_CLEANED
    is_held = keeper.waits or keeper.is_hidden or Contribution.waits_for(keeper.id)
    if is_held and upload.visibility != Visibility.PRIVATE:
        return Why.WAITS
    if _level(keeper) < _level(upload) or _is_shown_instead(keeper, upload):
        return Why.KEPT_CLOSED
    if _labels(keeper) - _labels(upload):
        return Why.KEPT_TELLS
    return Why.KEPT_ENDS if _ends_sooner(keeper, upload) else None


def _is_shown_instead(keeper: Upload, upload: Upload) -> bool:
    """Whether what is its owner's alone would be shown by the other one's albums and links."""
    is_private = keeper.chosen_visibility == Visibility.PRIVATE
    return is_private and merging.is_shown_by_more(upload.id, keeper.id)


def _labels(upload: Upload) -> set[str]:
    """Which private data is left in what is served."""
    return {one.strip() for one in (upload.kept or "").split(",")} - {""}


def _ends_sooner(keeper: Upload, upload: Upload) -> bool:
    end = keeper.expires_at
    return end is not None and (upload.expires_at is None or upload.expires_at > end)


def _give(upload: Upload, keeper: Upload) -> State:
    """What was new to the one that is kept."""
    new: State = {
        "keep": keeper.id,
        "views": upload.views,
        "albums": merging.give_albums(upload.id, keeper.id),
        "covers": merging.give_covers(upload.id, keeper.id),
        "hearts": merging.give_hearts(upload.id, keeper.id),
        "links": merging.give_links(upload.id, keeper.id),
        "reports": merging.give_reports(upload.id, keeper.id),
        "led": MovedAddress.lead(upload, keeper),
    }
    if _level(upload) == _level(keeper):
        new["tags"] = merging.give_tags(upload.id, keeper.id)
        new["texts"] = _give_texts(upload, keeper)
    keeper.views += upload.views
    merging.settle(keeper)
    return {name: value for name, value in new.items() if value}


def _level(upload: Upload) -> int:
    """How many people may open it."""
    return _LEVELS.index(upload.chosen_visibility)


def _give_texts(upload: Upload, keeper: Upload) -> dict[str, str]:
    """Those that it has none of."""
    new = {
        name: getattr(upload, name)
        for name in _TEXTS
        if getattr(upload, name) and not getattr(keeper, name)
    }
    for name, text in new.items():
        setattr(keeper, name, text)
    return new


def _revert(site: Site, change: Change, pairs: Sequence[tuple[Upload, ChangeItem]]) -> Outcomes:
    """What the kept one got goes back, where it still has it; each gets back what it had. One that
    was restored, and deleted since, isn't brought back.
    """
    kept_there = stays_there(pairs)
    pairs = [pair for pair in pairs if pair[0].id not in kept_there]
    got = {upload.id: item.after or {} for upload, item in pairs}
    keepers = {one.id: one for one in Upload.load([one.get("keep", 0) for one in got.values()])}
    for upload, _ in pairs:
        keeper = keepers.get(got[upload.id].get("keep", 0))
        if keeper and keeper.user_id == change.user_id:
            _take(upload, keeper, got[upload.id])
    Upload.bring_back([upload for upload, _ in pairs])
    for upload, _ in pairs:
        for album_id in got[upload.id].get("covers", []):
            Album.cover_again(album_id, upload.id)
    return {upload.id: Done() for upload, _ in pairs} | kept_there


def _take(upload: Upload, keeper: Upload, new: Mapping[str, Any]) -> None:
    merging.take_covers(keeper.id, new.get("covers", []))
    merging.take_albums(keeper.id, new.get("albums", []))
    merging.take_tags(keeper.id, new.get("tags", []))
    merging.take_hearts(keeper.id, new.get("hearts", []), upload.id)
    merging.take_links(keeper.id, new.get("links", []))
    at = datetime.fromisoformat(new["at"])
    merging.take_reports(keeper.id, new.get("reports", []), upload.id, at)
    MovedAddress.lead_back(upload, new.get("led", []))
    for name, text in new.get("texts", {}).items():
        if getattr(keeper, name) == text:
            setattr(keeper, name, None)
    keeper.views = max(0, keeper.views - new.get("views", 0))
    merging.settle(keeper)


MERGE = Act(_apply, _revert, moves_files=always, gives_back=is_in_bin)
