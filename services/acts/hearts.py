"""Hearts given, or taken back: ``{"heart": bool}``. Of whatever they may open."""

from __future__ import annotations

from collections.abc import Sequence

from models import Change, ChangeItem, Heart, Upload, User, Visitor
from models.heart import albums_that_show
from services.acts.act import Act, Done, Failed, Outcomes, Why, is_alive
from services.notices import tell_heart, untell_heart
from services.site import Site


def _apply(site: Site, change: Change, uploads: Sequence[Upload]) -> Outcomes:
    """Owners are told once for all files of theirs."""
    user = User.by_row(change.user_id)
    if user is None:
        return {upload.id: Failed(Why.GONE) for upload in uploads}
    hidden = _hidden_from(user, uploads)
    is_given = change.wishes["heart"]
    outcomes = dict[int, Done | Failed]()
    for upload in uploads:
        if upload.id in hidden:
            outcomes[upload.id] = Failed(Why.GONE)
        else:
            is_new = _give(upload, user) if is_given else _take(upload, user)
            outcomes[upload.id] = Done(after={"heart": is_given} if is_new else None)
    return outcomes


def _hidden_from(user: User, uploads: Sequence[Upload]) -> set[int]:
    """Row ids of those that this person may not open, in an album neither."""
    who = Visitor(user)
    closed = [upload.id for upload in uploads if not upload.is_openable_by(who)]
    return set(closed) - albums_that_show(closed, who).keys()


def _revert(site: Site, change: Change, pairs: Sequence[tuple[Upload, ChangeItem]]) -> Outcomes:
    """A heart that comes back is told to nobody a second time. One that was given anew stays."""
    user = User.by_row(change.user_id)
    if user is None:
        return {upload.id: Failed(Why.GONE) for upload, _ in pairs}
    later = change.changed_later([upload.id for upload, _ in pairs])
    hidden = _hidden_from(user, [upload for upload, _ in pairs])
    outcomes = dict[int, Done | Failed]()
    for upload, item in pairs:
        outcomes[upload.id] = Done()
        if not item.after:
            continue
        if "heart" in later.get(upload.id, ()):
            outcomes[upload.id] = Failed(Why.CHANGED_SINCE)
        elif item.after["heart"]:
            _take(upload, user)
        elif upload.id in hidden:
            outcomes[upload.id] = Failed(Why.GONE)
        else:
            Heart.give(user.id, upload.id)
    return outcomes


def _give(upload: Upload, user: User) -> bool:
    is_new = Heart.give(user.id, upload.id)
    if is_new:
        tell_heart(upload, user)
    return is_new


def _take(upload: Upload, user: User) -> bool:
    given_at = Heart.take_back(user.id, upload.id)
    if given_at:
        untell_heart(upload, user, given_at)
    return given_at is not None


LIKE = Act(_apply, _revert, takes=is_alive, gives_back=is_alive)
