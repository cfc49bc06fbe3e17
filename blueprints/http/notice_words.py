"""What notifications say: whole sentences, of which none begins with a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from blueprints.http.language import gettext as _
from blueprints.http.language import ngettext
from models import Notice, NoticeKind
from models.notice_list import MOST_COUNTED, News


class Bell(NamedTuple):
    """``number`` is shown on it, "" where nothing is new; ``label`` is read out."""

    number: str
    label: str


def bell(unseen: int) -> Bell:
    """More than are counted are many."""
    if not unseen:
        return Bell("", _("Notifications"))
    label = ngettext("Notifications, %(num)s new", "Notifications, %(num)s new", unseen)
    return Bell(str(unseen) if unseen < MOST_COUNTED else f"{MOST_COUNTED - 1}+", label)


def said(news: News) -> str:
    return SENTENCES[NoticeKind(news.notice.kind)](news)


def author(notice: Notice) -> str:
    """Who did it, for a feed."""
    is_named = notice.by_name and not _is_of_senders(notice)
    return notice.by_name if is_named else str(_("People with the link"))


def _is_of_senders(notice: Notice) -> bool:
    """Whether it tells members of files that people without an account sent, whose name is for the
    owner of the link alone.
    """
    return notice.kind == NoticeKind.ADDED and notice.by_id is None


def _added(news: News) -> str:
    one = news.notice
    album = one.album.name if one.album else ""
    if _is_of_senders(one):
        return ngettext(
            "New in %(album)s: %(num)s file sent by a share link",
            "New in %(album)s: %(num)s files sent by a share link",
            one.count,
            album=album,
        )
    return ngettext(
        "New in %(album)s: %(num)s file from %(name)s",
        "New in %(album)s: %(num)s files from %(name)s",
        one.count,
        album=album,
        name=one.by_name,
    )


def _sent(news: News) -> str:
    one = news.notice
    link, name = one.link.name if one.link else "", one.by_name or _("other people")
    if not link:
        return ngettext(
            "Sent by one of your share links: %(num)s file from %(name)s",
            "Sent by one of your share links: %(num)s files from %(name)s",
            one.count,
            name=name,
        )
    return ngettext(
        "Sent by your share link %(link)s: %(num)s file from %(name)s",
        "Sent by your share link %(link)s: %(num)s files from %(name)s",
        one.count,
        link=link,
        name=name,
    )


def _invited(news: News) -> str:
    one = news.notice
    album = one.album.name if one.album else ""
    return _("Shared with you by %(name)s: the album %(album)s", name=one.by_name, album=album)


def _heart(news: News) -> str:
    one = news.notice
    if one.count == 1 and news.upload:
        file = news.upload.title or news.upload.filename
        return _("A heart from %(name)s for %(file)s", name=one.by_name, file=file)
    return ngettext(
        "Hearts from %(name)s for %(num)s file of yours",
        "Hearts from %(name)s for %(num)s files of yours",
        one.count,
        name=one.by_name,
    )


SENTENCES: dict[NoticeKind, Callable[[News], str]] = {
    NoticeKind.ADDED: _added,
    NoticeKind.SENT: _sent,
    NoticeKind.INVITED: _invited,
    NoticeKind.HEART: _heart,
}
