"""Albums in albums: which may be in which, and what is above and below one.

Each has its own rule of who opens it: a parent opens no child, and a child no parent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, false, func, literal, or_, select, update

from models.album import Album
from models.album_access import AlbumVisibility
from models.base import db
from models.user import User
from models.visitor import Visitor

MAX_DEPTH = 5  # albums from the top down to the lowest
MAX_CHILDREN = 200  # of one album: they are all on its page
MAX_OFFERED = 100  # albums to put one into: the latest; others have "New album in this one"


class Node(NamedTuple):
    id: int
    parent_id: int | None
    public_id: str
    name: str


class BadParent(ValueError):
    """An album can't be in that one."""


class Tree:
    """Albums of a user, as they are in each other: the latest, what they are in, and one that is
    ``wanted``. ``album`` is the one that may be put into them, None: a new one.
    """

    def __init__(self, user: User, album: Album | None = None, wanted: int | None = None) -> None:
        self._album = album if album and album.id else None
        nodes = _with_those_above(user, [self._album.parent_id if self._album else None, wanted])
        self._below: dict[int | None, list[Node]] = defaultdict(list)
        for node in sorted(nodes, key=lambda node: (node.name.casefold(), node.id)):
            self._below[node.parent_id].append(node)
        self._children = _counts([node.id for node in nodes])
        self._height = _height(self._album.id) if self._album else 1

    def parents(self) -> Iterator[tuple[Node, int]]:
        """Those that the album may be in, each below its own with its depth."""
        yield from self._parents(None, 0)

    def check(self, parent_id: int) -> None:
        """Raises BadParent."""
        if parent_id not in {node.id for node, _ in self.parents()}:
            raise BadParent()

    def _parents(self, above: int | None, depth: int) -> Iterator[tuple[Node, int]]:
        for node in self._below[above]:
            if self._album and node.id == self._album.id:
                continue
            is_there = self._album is not None and self._album.parent_id == node.id
            has_room = self._children.get(node.id, 0) < MAX_CHILDREN or is_there
            if has_room and depth + 1 + self._height <= MAX_DEPTH:
                yield node, depth
            yield from self._parents(node.id, depth + 1)


def _with_those_above(user: User, more: Sequence[int | None]) -> list[Node]:
    latest = select(Album.id).where(Album.user_id == user.id)
    latest = latest.order_by(Album.changed_at.desc(), Album.id.desc()).limit(MAX_OFFERED)
    columns = Album.id, Album.parent_id, Album.public_id, Album.name
    is_one = or_(Album.id.in_(latest), Album.id.in_([one for one in more if one]))
    begin = select(*columns, literal(1).label("step")).where(is_one, Album.user_id == user.id)
    up = begin.cte(recursive=True)
    further = select(*columns, up.c.step + 1).where(Album.id == up.c.parent_id)
    all_ = up.union(further.where(Album.user_id == user.id, up.c.step < MAX_DEPTH))
    rows = db.session.execute(select(all_.c.id, all_.c.parent_id, all_.c.public_id, all_.c.name))
    return list({row[0]: Node(*row) for row in rows}.values())


def _counts(numbers: Sequence[int]) -> dict[int, int]:
    """How many albums are in each of these."""
    query = select(Album.parent_id, func.count()).where(Album.parent_id.in_(numbers))
    rows = db.session.execute(query.group_by(Album.parent_id))
    return {number: count for number, count in rows if number is not None}


def _height(number: int) -> int:
    """Of an album with what is in it, in albums."""
    down = select(Album.id, literal(1).label("step")).where(Album.id == number).cte(recursive=True)
    further = select(Album.id, down.c.step + 1).where(Album.parent_id == down.c.id)
    all_ = down.union(further.where(down.c.step < MAX_DEPTH))
    return db.session.scalar(select(func.max(all_.c.step))) or 1


def make_room(album: Album) -> None:
    """Before it is deleted: what is in it goes to where it is itself, by a trigger; to the top, if
    there would be too many.
    """
    if album.parent_id is None:
        return
    there = select(func.count()).where(Album.parent_id.in_([album.id, album.parent_id]))
    if (db.session.scalar(there) or 0) - 1 > MAX_CHILDREN:
        below = update(Album).where(Album.parent_id == album.id)
        db.session.execute(below.values(parent_id=None))


def parents(album: Album, visitor: Visitor) -> list[Album]:
    """From the top down, as far as ``visitor`` comes upon them: the link of an album gives that of
    the one above it to nobody.
    """
    if album.parent_id is None:
        return []
    up = select(Album.id, Album.parent_id, literal(1).label("step"))
    up_from = up.where(Album.id == album.parent_id).cte(recursive=True)
    further = select(Album.id, Album.parent_id, up_from.c.step + 1)
    above = up_from.union_all(
        further.where(Album.id == up_from.c.parent_id, up_from.c.step < MAX_DEPTH)
    )
    query = select(Album).join(above, above.c.id == Album.id).where(Album.listed_to(visitor))
    return list(db.session.scalars(query.order_by(above.c.step.desc())))


def children(album: Album, visitor: Visitor) -> list[Album]:
    """By name. An unlisted one is shown where its parent isn't listed either; a public one to
    everybody who has the page of its parent.
    """
    query = select(Album).where(Album.parent_id == album.id, _shown_in(album, visitor))
    return list(db.session.scalars(query.order_by(Album.name, Album.id).limit(MAX_CHILDREN)))


def _shown_in(album: Album, visitor: Visitor) -> ColumnElement[bool]:
    is_listed = album.visibility in (AlbumVisibility.PUBLIC, AlbumVisibility.MEMBERS)
    unlisted = false() if is_listed else Album.visibility == AlbumVisibility.UNLISTED
    is_public = Album.visibility == AlbumVisibility.PUBLIC
    return or_(Album.listed_to(visitor), is_public, unlisted)
