"""Share links: made, changed, revoked, turned on again, deleted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from models import (
    Album,
    Attempt,
    Download,
    Limit,
    ShareKind,
    ShareLink,
    Tag,
    Upload,
    User,
    begin_write,
    db,
)
from models.base import hash_secret, random_id
from models.limits import MAX_LINK_FILES, MAX_SHARE_LINKS
from models.link_listing import how_many_links
from models.share_link import ID_LENGTH
from models.tag_tally import TagTally
from services.errors import NoLongerThere

ONE_VIEW = timedelta(minutes=10)  # far less than a pass lasts, and enough to try again


class TooManyLinks(Exception):
    """This person has as many as one may."""


class TooManyFiles(Exception):
    """More than one link may be to."""


class LinkWishes(TypedDict, total=False):
    """What a link shall be; all else stays as it is. ``password``: "" for none. ``form_hash`` is of
    the form that makes a new one: the same form again makes no other.
    """

    title: str
    expires_at: datetime | None
    password: str
    download: Download
    max_views: int | None
    may_add: bool
    needs_approval: bool
    max_files: int | None
    max_mb: int | None
    form_hash: str | None


def share_album(
    user: User, album: Album, token_of: Callable[[str], str], wishes: LinkWishes
) -> ShareLink:
    """``token_of`` derives the secret of an address from a public id. Raises TooManyLinks, as the
    two below, or NoLongerThere; then nothing has changed.
    """

    def fill(link: ShareLink) -> None:
        if not album.refresh() or album.user_id != user.id:
            raise NoLongerThere()
        link.album_id = album.id

    return _create(user, ShareKind.ALBUM, token_of, wishes, fill)


def share_tag(
    user: User, tag: Tag, token_of: Callable[[str], str], wishes: LinkWishes
) -> ShareLink:
    """What this person has with the tag, and will have. Raises NoLongerThere, too."""

    def fill(link: ShareLink) -> None:
        if not tag.is_there or not TagTally.own(user.id, tag.key):
            raise NoLongerThere()
        link.tag_id = tag.id

    return _create(user, ShareKind.TAG, token_of, wishes, fill)


def share_files(
    user: User, public_ids: Sequence[str], token_of: Callable[[str], str], wishes: LinkWishes
) -> ShareLink:
    """Those of these uploads that are the user's, in their order. Raises TooManyFiles."""
    if len(set(public_ids)) > MAX_LINK_FILES:
        raise TooManyFiles()

    def fill(link: ShareLink) -> None:
        db.session.add(link)
        db.session.flush()
        link.choose(Upload.row_ids_of(user, public_ids))

    return _create(user, ShareKind.FILES, token_of, wishes, fill)


def change_link(link: ShareLink, wishes: LinkWishes) -> None:
    """Raises NoLongerThere, as the two below."""
    with _changing(link):
        _set(link, wishes)


def revoke_link(link: ShareLink) -> None:
    """At once, its files too: each request asks."""
    with _changing(link):
        link.is_revoked, link.is_revoked_by_merge = True, False


def enter_password(link: ShareLink, password: str, tries: Sequence[Attempt]) -> bool:
    """Whether it is the link's. A right one doesn't count as a try."""
    if not link.is_opened_by(password):
        return False
    for one in tries:
        one.give_back()
    db.session.commit()
    return True


def take_view(link: ShareLink, browser: str) -> bool:
    """Let somebody in: whether there was a view left, where they are counted. One is of a browser
    for as long as ONE_VIEW: a second click, and whose answer was lost, need no other.
    """
    if link.max_views is None:
        return True
    begin_write()
    is_new = Attempt.take(_view_of(browser), (Limit(1, ONE_VIEW),)) is not None
    if is_new and not link.take_view():
        db.session.rollback()
        return False
    db.session.commit()
    return True


def had_view(browser: str) -> bool:
    """Whether this one needs no other for now."""
    return Attempt.wait(_view_of(browser), (Limit(1, ONE_VIEW),)) > 0


def _view_of(browser: str) -> str:
    return f"view by {browser}"


def restore_link(link: ShareLink) -> None:
    """Under the address that it had, with all that it was; one that has expired stays so."""
    with _changing(link):
        link.is_revoked = link.is_revoked_by_merge = False


def delete_link(link: ShareLink) -> None:
    """For good. What was sent by it stays its owner's: what waits for approval is private, and
    waits no more (a trigger, as links also go with what they are to).
    """
    link.delete_row()
    db.session.commit()


@contextlib.contextmanager
def _changing(link: ShareLink) -> Iterator[None]:
    """As the one writer, with the link as it is now: another tab may have deleted it."""
    begin_write()
    if not link.refresh():
        db.session.rollback()
        raise NoLongerThere()
    yield
    db.session.commit()


def _create(
    user: User,
    kind: ShareKind,
    token_of: Callable[[str], str],
    wishes: LinkWishes,
    fill: Callable[[ShareLink], None],
) -> ShareLink:
    """A new link, or the one that this form has made. ``fill`` says what it is to."""
    begin_write()
    try:
        link = _made_by(user, wishes) or _new(user, kind, token_of, wishes, fill)
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()
    return link


def _made_by(user: User, wishes: LinkWishes) -> ShareLink | None:
    form = wishes.get("form_hash")
    return ShareLink.find_made_by(user, form) if form else None


def _new(
    user: User,
    kind: ShareKind,
    token_of: Callable[[str], str],
    wishes: LinkWishes,
    fill: Callable[[ShareLink], None],
) -> ShareLink:
    if how_many_links(user) >= MAX_SHARE_LINKS:
        raise TooManyLinks()
    public_id = random_id(ID_LENGTH)
    link = ShareLink(public_id=public_id, token_hash=hash_secret(token_of(public_id)))
    link.user_id, link.kind = user.id, kind
    _set(link, wishes)
    fill(link)
    db.session.add(link)
    return link


def _set(link: ShareLink, wishes: LinkWishes) -> None:
    """A number of views is one of clicks: visits of before, which nobody limited, aren't any."""
    if link.max_views is None and wishes.get("max_views") is not None:
        link.views = 0
    if "password" in wishes:
        link.set_password(wishes["password"])
    for name, value in wishes.items():
        if name != "password":
            setattr(link, name, value)
