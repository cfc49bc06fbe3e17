"""Tell the uploads of a tag that it has another name, is another one, or is gone.

Between two transactions others have as much time to write.
"""

from __future__ import annotations

import time

from models import Payload, Tag, User
from services.jobs.kind import Turn
from services.own_tags import retag_some
from services.site import Site
from services.tags import index_some, move_some


def has_retired(_site: Site) -> bool:
    return bool(Tag.retired())


def move(site: Site, turn: Turn) -> Payload | None:
    """Of all tags that are retired; rows say which, so that nothing is lost by a crash."""
    for row in Tag.retired():
        is_rest = True
        while is_rest:
            start = time.monotonic()
            with site.writing:
                is_rest = move_some(row)
            if is_rest and turn.is_over():
                return {}
            time.sleep(time.monotonic() - start)
    return None


def retag_own(site: Site, turn: Turn) -> Payload | None:
    """Of one person's uploads: ``user`` is a row id, ``key`` the tag that they had, ``name`` what
    they get instead, None for nothing.
    """
    user = User.by_row(turn.payload["user"])
    is_rest = user is not None
    while user and is_rest:
        start = time.monotonic()
        with site.writing:
            is_rest = retag_some(user, turn.payload["key"], turn.payload["name"])
        if is_rest and turn.is_over():
            return turn.payload
        time.sleep(time.monotonic() - start)
    return None


def index(site: Site, turn: Turn) -> Payload | None:
    """``tag`` is a row id, ``after`` what `index_some` goes on after. Indexing twice does no
    harm.
    """
    tag, after = turn.payload["tag"], turn.payload["after"]
    while after is not None:
        start = time.monotonic()
        with site.writing:
            after = index_some(tag, after)
        if after is not None and turn.is_over():
            return {"tag": tag, "after": after}
        time.sleep(time.monotonic() - start)
    return None
