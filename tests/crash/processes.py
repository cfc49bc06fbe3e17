"""Work in a process of its own, which may end at any moment."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable
from typing import Any

Note = Callable[[Any], None]


def start_process(work: Callable[[Note], None]) -> tuple[int, int]:
    """The id of a process that runs ``work``, and the pipe that it notes into."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.close(reading)
    code = 1
    pipe = os.fdopen(writing, "w", buffering=1)
    try:
        work(lambda note: print(json.dumps(note), file=pipe, flush=True))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        pipe.close()
        os._exit(code)


def end_of(child: int, reading: int, status: int | None = None) -> tuple[list[Any], int]:
    """What it noted until it ended, and how it ended (0: by itself), where that is not known
    yet.
    """
    with os.fdopen(reading) as pipe:
        notes = [json.loads(line) for line in pipe]
    return notes, os.waitpid(child, 0)[1] if status is None else status


def in_a_process(work: Callable[[Note], None]) -> tuple[list[Any], int]:
    return end_of(*start_process(work))
