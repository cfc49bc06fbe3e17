"""Into the bin, and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from models import Change, ChangeItem, Job, Upload, utcnow
from services.acts.act import Act, Done, Failed, Outcomes, Why, always, is_in_bin, is_there
from services.site import Site


def _to_bin(site: Site, change: Change, uploads: Sequence[Upload]) -> Outcomes:
    """Where the site has no bin, the job that empties bins comes at once."""
    now = utcnow()
    if not site.settings.bin_days:
        Job.bring_forward(now, key="purge")
    return put_in(uploads, now)


def put_in(uploads: Sequence[Upload], now: datetime) -> dict[int, Done]:
    """What `stays_there` asks for is in ``after``."""
    Upload.carry_away(uploads, now)
    return {upload.id: Done(after={"at": now.isoformat()}) for upload in uploads}


def _back(site: Site, change: Change, pairs: Sequence[tuple[Upload, ChangeItem]]) -> Outcomes:
    others = stays_there(pairs)
    return others | _restored([upload for upload, _ in pairs if upload.id not in others])


def stays_there(pairs: Sequence[tuple[Upload, ChangeItem]]) -> dict[int, Done | Failed]:
    """Of what a change put into the bin, ``after["at"]``: what can't be brought back, or was put
    there again since.
    """
    outcomes: dict[int, Done | Failed] = {}
    for upload, item in pairs:
        if _at(upload) != (item.after or {}).get("at"):
            outcomes[upload.id] = Failed(Why.CHANGED_SINCE)
        elif not upload.comes_back:
            outcomes[upload.id] = Failed(Why.ENDED)
    return outcomes


def _restore(site: Site, change: Change, uploads: Sequence[Upload]) -> Outcomes:
    """``before``: since when it was there, so that the way back brings it there as it was."""
    before = {upload.id: {"at": _at(upload)} for upload in uploads}
    outcomes = _restored(uploads)
    return {
        row: Done(before[row]) if isinstance(one, Done) else one for row, one in outcomes.items()
    }


def _restored(uploads: Sequence[Upload]) -> dict[int, Done | Failed]:
    lasting = [upload for upload in uploads if upload.comes_back]
    Upload.bring_back(lasting)
    outcomes: dict[int, Done | Failed] = {one.id: Failed(Why.ENDED) for one in uploads}
    return outcomes | {one.id: Done() for one in lasting}


def _again(site: Site, change: Change, pairs: Sequence[tuple[Upload, ChangeItem]]) -> Outcomes:
    since: dict[str, list[Upload]] = {}
    for upload, item in pairs:
        since.setdefault((item.before or {})["at"], []).append(upload)
    for at, uploads in since.items():
        Upload.carry_away(uploads, datetime.fromisoformat(at))
    return {upload.id: Done() for upload, _ in pairs}


def _at(upload: Upload) -> str:
    return upload.binned_at.isoformat() if upload.binned_at else ""


TO_BIN = Act(_to_bin, _back, moves_files=always, hides=always, gives_back=is_in_bin)
RESTORE = Act(_restore, _again, moves_files=always, takes=is_in_bin, gives_back=is_there)
