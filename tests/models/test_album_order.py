"""The order of an album by hand."""

from __future__ import annotations

import random

from flask import Flask

from models import Upload, db
from models.album_uploads import STEP, album_upload
from services.arrange import Move, move
from tests.models.test_albums import album, ann, put_in, shown
from tests.models.test_listing import NOW

__all__ = ["ann"]


def upload(number: int) -> Upload:
    found = db.session.get(Upload, number)
    assert found
    return found


def expected(order: list[int], number: int, to: Move, other: int) -> list[int]:
    place = order.index(number)
    rest = [one for one in order if one != number]
    if to in (Move.BEFORE, Move.BEHIND):
        if other == number:
            return order
        place = rest.index(other) + (to == Move.BEHIND)
    else:
        place = {
            Move.EARLIER: max(0, place - 1), Move.LATER: place + 1, Move.FIRST: 0,
            Move.LAST: len(rest),
        }[to]  # fmt: skip
    return [*rest[:place], number, *rest[place:]]


def test_moves_of_every_kind(ann: Flask) -> None:
    chance = random.Random(5)
    order = [put_in(ann) for _ in range(7)]
    with ann.app_context():
        album().sort = "hand"
        db.session.commit()
        for _ in range(150):
            number, other, to = chance.choice(order), chance.choice(order), chance.choice([*Move])
            move(album(), upload(number), to, upload(other) if to in ("before", "behind") else None)
            order = expected(order, number, to, other)
            assert shown("hand", 3) == order, (number, to, other)


def test_room_between_two_never_ends(ann: Flask) -> None:
    order = [put_in(ann) for _ in range(4)]
    with ann.app_context():
        for _ in range(60):  # each halves the room
            move(album(), upload(order[3]), Move.BEHIND, upload(order[0]))
            order = [order[0], order[3], order[1], order[2]]
            assert shown("hand", 9) == order
        for _ in range(60):
            move(album(), upload(order[3]), Move.FIRST)
            order = [order[3], *order[:3]]
            assert shown("hand", 9) == order
        positions = db.session.scalars(db.select(album_upload.c.position)).all()
        assert min(positions) > 0 and max(positions) <= 60 * STEP and len(set(positions)) == 4


def test_it_begins_as_the_order_that_the_album_had(ann: Flask) -> None:
    order = [put_in(ann, title=title) for title in ("b", "a", "c")]
    with ann.app_context():
        album().sort = "name"
        db.session.commit()
        move(album(), upload(order[2]), Move.EARLIER)
        assert album().sort == "hand" and shown("hand", 9) == [order[1], order[2], order[0]]


def test_what_is_not_shown_is_passed(ann: Flask) -> None:
    first, _, last = put_in(ann), put_in(ann, expires_at=NOW), put_in(ann)
    with ann.app_context():
        album().sort = "hand"
        move(album(), upload(first), Move.LATER)
        assert shown("hand", 9) == [last, first]
        move(album(), upload(first), Move.EARLIER)
        assert shown("hand", 9) == [first, last]
        move(album(), upload(first), Move.EARLIER)  # it is the first
        move(album(), upload(last), Move.LATER)
        assert shown("hand", 9) == [first, last]
