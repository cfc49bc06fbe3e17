"""Guesses at the password of one thing that a link leads to: an album, or a share link."""

from __future__ import annotations

from datetime import timedelta

from blueprints.http.context import keyed_hash, network_address
from models import Limit

# Wrong passwords only. Ten from one network; from all together so many that those who try passwords
# from everywhere get no further, while those who know it are hardly ever locked out.
PER_NETWORK = (Limit(10, timedelta(hours=1)),)
PER_THING = (Limit(300, timedelta(hours=1)),)


def password_limits(thing: str) -> dict[str, tuple[Limit, ...]]:
    """``thing`` is what the password is of, and its id: a right one opens nothing else."""
    here = keyed_hash(f"guess from {network_address()} {thing}")
    return {here: PER_NETWORK, keyed_hash(f"guess {thing}"): PER_THING}
