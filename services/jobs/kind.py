"""A kind of job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from models import Payload
from services.site import Site


class Unfixable(Exception):
    """Trying again is useless until somebody acts. The message says how."""


@dataclass(frozen=True)
class Turn:
    """``is_over``: end soon and return what is left. The server stops, or others shall run.
    ``note`` writes a payload down at once, for who is killed before the turn ends.
    """

    payload: Payload
    is_over: Callable[[], bool]
    note: Callable[[Payload], object] = lambda payload: None


@dataclass(frozen=True)
class Kind:
    """``run`` does the work and returns None, or the payload to go on with in another turn. It may
    be killed at any moment, and is then run again with the payload of the last turn, or
    of its last note. It raises what fails.

    ``every``: it runs again and again, with so much time between. ``has_work`` is asked before, and
    only reads: a site where nothing happens writes nothing, and its disks may sleep. ``pause`` is
    between two turns of one that nobody waits for. ``is_long``: a turn may wait for a slow disk or
    read a whole video, so these have a thread of their own, and hold up nothing but each other.
    """

    run: Callable[[Site, Turn], Payload | None]
    every: Callable[[Site], timedelta] | None = None
    has_work: Callable[[Site], bool] = lambda site: True
    pause: timedelta = timedelta(0)
    is_long: bool = False
