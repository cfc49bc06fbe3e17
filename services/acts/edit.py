"""Fields of files, whichever of `services.acts.fields.FIELDS`: ``{name: value}``."""

from __future__ import annotations

from collections.abc import Sequence

from models import Change, ChangeItem, Upload
from services.acts.act import Act, Done, Failed, Outcomes, Why
from services.acts.fields import put_back, set_fields
from services.site import Site


def _apply(site: Site, change: Change, uploads: Sequence[Upload]) -> Outcomes:
    hides = change.wishes.get("visibility", "private") == "private"
    return {
        upload.id: Failed(Why.NOT_CLEANED)
        if upload.leftovers and not hides
        else Done(*set_fields(site, upload, change.wishes))
        for upload in uploads
    }


def _revert(site: Site, change: Change, pairs: Sequence[tuple[Upload, ChangeItem]]) -> Outcomes:
    """What was changed since stays, also where its value is the same again."""
    outcomes = dict[int, Done | Failed]()
    later = change.changed_later([upload.id for upload, _ in pairs])
    for upload, item in pairs:
        newer = later.get(upload.id, set())
        why = put_back(site, upload, item.before or {}, item.after or {}, newer)
        outcomes[upload.id] = Failed(why) if why else Done()
    return outcomes


def _says_where(change: Change) -> bool:
    """Whether any of its fields says where files belong."""
    return not {"visibility", "expiration", "albums"}.isdisjoint(change.wishes)


def _hides(change: Change) -> bool:
    return change.wishes.get("visibility") in ("private", "members")


EDIT = Act(_apply, _revert, moves_files=_says_where, hides=_hides)
