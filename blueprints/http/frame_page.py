"""A slideshow: its page, and the list of files that the page asks for (``static/js/frame.js``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Response, jsonify, render_template, request

from blueprints.documents.slides import slide
from blueprints.http.addresses import Addresses
from blueprints.http.arguments import parse_frame_seconds, parse_is_random
from blueprints.http.hidden_ids import HiddenIds
from blueprints.http.parameters import parse_flag
from models import LinkContents, Upload
from models.link_contents import at_random

FILES = 60  # of one list: eight minutes
NEWEST = 20  # looked at each minute; what arrives faster comes in its turn


class Show(NamedTuple):
    """``back`` is the path of the page that it belongs to, below which its own lies."""

    name: str
    ids: HiddenIds
    contents: LinkContents
    where: Addresses
    back: str


def frame_page(show: Show) -> str:
    """With its first file, for who has no scripts: a link leads to the next."""
    after = show.ids.row_in(request.args.get("after", ""))
    files = _suitable(show.contents.page(after, 1))
    return render_template(
        "frames/show.html",
        name=show.name,
        back=show.back,
        seconds=parse_frame_seconds(request.args.get("seconds", "")),
        is_random=parse_is_random(request.args.get("order", "")),
        has_captions=parse_flag(request.args.get("captions", "")),
        has_clock=parse_flag(request.args.get("clock", "")),
        first=slide(files[0], show.ids.of(files[0]), show.where) if files else None,
    )


def frame_files(show: Show) -> Response:
    """Those behind ``after``, some by chance, or what came last. ``next`` is where to go on, ""
    at the end.
    """
    after = show.ids.row_in(request.args.get("after", ""))
    if parse_flag(request.args.get("newest", "")):
        found, following = show.contents.newest(NEWEST), ""
    elif parse_is_random(request.args.get("order", "")):
        found, following = at_random(show.contents, FILES), ""
    else:
        found = show.contents.page(after, FILES)
        following = show.ids.of(found[-1]) if len(found) == FILES else ""
    files = [slide(one, show.ids.of(one), show.where) for one in _suitable(found)]
    return _checked(jsonify(files=files, next=following))


def _suitable(uploads: Sequence[Upload]) -> list[Upload]:
    """Nobody clicks to see it, and others may be in the room."""
    return [one for one in uploads if not one.nsfw]


def _checked(answer: Response) -> Response:
    """Asked for each minute: the whole answer only where something is new."""
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
