"""Quarter turns without loss: what says which side is up is written anew, pixels stay as they are.

One module a container. Each names the bytes to change or to put in; none decodes anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, cast

from media.errors import CannotRotate, Unreadable
from media.metadata.containers.ration import Rationed
from media.metadata.tiff import MalformedTiff
from media.orientation import heif, jpeg, png, webp
from media.orientation.splice import Splice, write

ROTATED: dict[str, Any] = {"jpg": jpeg, "png": png, "webp": webp, "heic": heif, "avif": heif}


def rotate(source: Path, target: Path, format: str, turns: int) -> list[Splice]:
    """Write the still in ``source`` to ``target``, to be shown after ``turns`` quarter turns
    clockwise more; what was changed for it.

    Raises CannotRotate, with ``target`` not written.
    """
    if format not in ROTATED:
        raise CannotRotate()
    with source.open("rb") as file:
        try:
            splices: list[Splice] = ROTATED[format].splices(
                cast(IO[bytes], Rationed(file)), turns % 4
            )
        except (Unreadable, MalformedTiff) as error:
            raise CannotRotate() from error
        write(file, target, splices)
    return splices
