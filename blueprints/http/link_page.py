"""The pages of a share link: all files under it, one of them, and what it asks for first."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import render_template, request

from blueprints.documents import camera, embed_codes, sources
from blueprints.documents.spacer import spacer
from blueprints.documents.stage import stage
from blueprints.http.context import time_zone, visitor
from blueprints.http.hidden_ids import HiddenIds
from blueprints.http.language import decimal, gettext, ngettext
from blueprints.http.link_end import end_of
from blueprints.http.link_pass import is_over_for
from blueprints.http.page_cut import FilePage, cut
from blueprints.http.share_address import under
from blueprints.http.zip_label import bulk_label
from models import Download, LinkContents, ShareKind, ShareLink, Upload, contents_of
from models.album_contents import MOST_SUMMED
from models.album_listing import covers
from models.link_contents import MOST_COUNTED
from models.upload import PAGE
from models.upload.beside import NOTHING
from models.zipped import ZipSource


def ask_page(link: ShareLink, wrong: str = "", status: int = 200) -> tuple[str, int]:
    """Neutral: whoever hasn't been let in gets no word of what the link opens. It is no error, so
    that chats show that there is something.
    """
    is_over = is_over_for(link)
    text = render_template(
        "shared/ask.html", link=link, is_over=is_over, where=under(link), wrong=wrong
    )
    return text, 410 if is_over else status


def ended_page() -> tuple[str, int]:
    """Of a link that was revoked, has expired or was never there."""
    return render_template("shared/ended.html"), 404


def link_page(link: ShareLink) -> str:
    """All files; a link to one shows the page of that."""
    where, contents = under(link), contents_of(link)
    page, count = _page(contents, where.ids), contents.count()
    if link.kind == ShareKind.FILES and count == 1 and page.uploads and not link.may_add:
        return upload_page(link, page.uploads[0], is_alone=True)
    cover = None if link.asks_first else _cover(link, page.uploads)
    return render_template(
        "shared/show.html",
        link=link,
        title=title_of(link, count),
        count=count_words(count),
        page=page,
        cover=cover,
        preview=embed_codes.preview(cover, where) if cover else None,
        is_owner=link.is_owner(visitor()),
        has_files=count > 0,
        zip_label=_zip_label(link),
        addresses=where,
        zone=time_zone(),
        end=end_of(link),
    )


def upload_page(link: ShareLink, upload: Upload, *, is_alone: bool = False) -> str:
    """One file. Its arrows lead to those beside it under the link."""
    where = under(link)
    opens_file = where.opens_file(upload)
    layout = stage(upload, opens_file=opens_file)
    cover = None if link.asks_first or upload.nsfw else upload
    return render_template(
        "shared/upload.html",
        link=link,
        upload=upload,
        is_alone=is_alone,
        is_owner=False,  # of the file: what only its owner is told stands on its own page
        opens_file=opens_file,
        largest=sources.view(upload, opens_file=opens_file).name,
        download_at=where.download(upload),
        preview=embed_codes.preview(cover, where) if cover else None,
        camera=camera.panel(upload),
        stage=layout,
        spacer=spacer(upload, layout.scale),
        beside=NOTHING if is_alone else contents_of(link).beside(upload),
        addresses=where,
        zone=time_zone(),
        end=end_of(link) if is_alone else None,
    )


def title_of(link: ShareLink, count: int) -> str:
    """Chosen files without a title are so many of somebody."""
    if link.name:
        return link.name
    name = link.user.shown_name
    if count > MOST_COUNTED:
        most = decimal(MOST_COUNTED)
        return gettext("More than %(number)s files from %(name)s", number=most, name=name)
    several = "%(num)s files from %(name)s"
    return ngettext("%(num)s file from %(name)s", several, count, num=decimal(count), name=name)


def count_words(count: int) -> str:
    if count > MOST_COUNTED:
        return gettext("More than %(number)s files", number=decimal(MOST_COUNTED))
    return ngettext("%(num)s file", "%(num)s files", count, num=decimal(count))


def _zip_label(link: ShareLink) -> str:
    if link.download == Download.NONE:
        return ""
    bulk = ZipSource.of_link(link).bulk(MOST_SUMMED + 1)
    return bulk_label(bulk, is_of_previews=link.download == Download.PREVIEW)


def _page(contents: LinkContents, ids: HiddenIds) -> FilePage:
    """Beside what is no file of the link is nothing."""
    after, before = (ids.row_in(request.args.get(name, "")) for name in ("after", "before"))
    found, is_first = contents.page(after, PAGE + 1, before=before), not after and not before
    shown, has_next, has_before = cut(found, PAGE, is_first=is_first, is_backwards=bool(before))
    return FilePage(
        list(shown),
        f"?{urlencode({'after': ids.of(shown[-1])})}" if has_next else "",
        f"?{urlencode({'before': ids.of(shown[0])})}" if has_before else "",
        is_first,
    )


def _cover(link: ShareLink, shown: Sequence[Upload]) -> Upload | None:
    """For link previews, which get it without a cookie: of an album its own, else the first;
    nothing that isn't safe for work.
    """
    chosen = covers([link.album]).get(link.album.id) if link.album else None
    first = chosen or (shown[0] if shown else None)
    return first if first and not first.nsfw else None
