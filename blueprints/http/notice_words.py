"""What notifications say: who did what, and on a line of its own where."""

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


class Said(NamedTuple):
    """``what`` comes first: names of albums and links may be long."""

    what: str
    place: str

    @property
    def in_one_line(self) -> str:
        return f"{self.what} · {self.place}"


def said(news: News) -> Said:
    return SENTENCES[NoticeKind(news.notice.kind)](news)


def author(notice: Notice) -> str:
    """Who did it, for a feed."""
    if notice.kind == NoticeKind.DRILL:
        return str(_("Administration"))
    is_named = notice.by_name and not _is_of_senders(notice)
    return notice.by_name if is_named else str(_("People with the link"))


def _is_of_senders(notice: Notice) -> bool:
    """Whether it tells members of files that people without an account sent, whose name is for the
    owner of the link alone.
    """
    return notice.kind == NoticeKind.ADDED and notice.by_id is None


def _added(news: News) -> Said:
    one = news.notice
    if _is_of_senders(one):
        what = ngettext(
            "%(num)s new file, sent by a share link",
            "%(num)s new files, sent by a share link",
            one.count,
        )
    else:
        what = ngettext(
            "%(num)s new file from %(name)s",
            "%(num)s new files from %(name)s",
            one.count,
            name=one.by_name,
        )
    return Said(what, _album(one))


def _sent(news: News) -> Said:
    one = news.notice
    what = ngettext(
        "%(num)s file from %(name)s",
        "%(num)s files from %(name)s",
        one.count,
        name=one.by_name or _("other people"),
    )
    link = one.link.name if one.link else ""
    place = _("Share link “%(name)s”", name=link) if link else _("One of your share links")
    return Said(what, place)


def _invited(news: News) -> Said:
    one = news.notice
    return Said(_("Shared with you by %(name)s", name=one.by_name), _album(one))


def _heart(news: News) -> Said:
    one = news.notice
    if one.count == 1 and news.upload:
        what = _("Heart from %(name)s", name=one.by_name)
        return Said(what, news.upload.title or news.upload.filename)
    what = _("Hearts from %(name)s", name=one.by_name)
    return Said(what, ngettext("%(num)s file of yours", "%(num)s files of yours", one.count))


def _drill(_news: News) -> Said:
    return Said(_("The backup could not be restored"), _("Administration"))


def _album(notice: Notice) -> str:
    return _("Album “%(name)s”", name=notice.album.name if notice.album else "")


SENTENCES: dict[NoticeKind, Callable[[News], Said]] = {
    NoticeKind.ADDED: _added,
    NoticeKind.SENT: _sent,
    NoticeKind.INVITED: _invited,
    NoticeKind.HEART: _heart,
    NoticeKind.DRILL: _drill,
}
