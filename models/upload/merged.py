"""Pages read from several parts of an index, each in its order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, union_all


def first_ranks(
    parts: Sequence[ColumnElement[bool]], value: Any, rank: Any, is_descending: bool, limit: int
) -> Any:
    """A query of the ranks of the first ``limit`` by ``value``, then rank. Of each part no more are
    read: an index has it by value and rank.
    """
    firsts = [
        select(value.label("value"), rank.label("rank"))
        .where(part)
        .order_by(*in_order(value, rank, is_descending))
        .limit(limit)
        for part in parts
    ]
    found = union_all(*(select(first.subquery()) for first in firsts)).subquery()
    order = in_order(found.c.value, found.c.rank, is_descending)
    return select(found.c.rank).order_by(*order).limit(limit)


def in_order(value: Any, rank: Any, is_descending: bool) -> tuple[Any, ...]:
    columns = (rank,) if value.key == rank.key else (value, rank)
    return tuple(column.desc() for column in columns) if is_descending else columns
