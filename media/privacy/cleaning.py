"""Take out of a file what says where, by whom and with what, and prove that it is gone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from media.intake.spool import md5_of
from media.metadata import second
from media.metadata.containers import blocks
from media.metadata.containers.block import Block
from media.metadata.second import AsSent, SecondReading
from media.pixels import video
from media.privacy import faststart, patch, scrub
from media.privacy.policy import Policy
from media.probe import Facts


@dataclass(frozen=True)
class Cleaned:
    """What became of a file. ``md5`` is that of the file now.

    ``removed`` and ``kept`` say in a word each what it told (`scrub.KINDS`); ``leftovers`` names
    what should be gone and isn't, for its owner. ``originals`` is what was blanked
    (`patch.PatchedFile`), ``exifdata`` a JSON object of the EXIF tags that are still there; both
    None where there is nothing.
    """

    md5: str
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()
    originals: bytes | None = None
    exifdata: str | None = None


def clean(path: Path, facts: Facts, md5: str, policy: Policy) -> Cleaned:
    """Make the policy hold in ``path``, in place: what goes is blanked, pixels stay as they are;
    the index of a film moves to its front. ``facts`` and ``md5`` are those of the file before.

    Raises Unreadable for metadata too large to be any, and OSError.
    """
    if facts.kind == "video":
        return _clean_film(path, facts, md5, policy)
    return _clean_still(path, facts, md5, policy)


def _clean_still(path: Path, facts: Facts, md5: str, policy: Policy) -> Cleaned:
    format = facts.format
    before = facts.as_sent or _read(path, format)
    found, proof, originals = before.blocks, None, None
    kinds = kinds_before = scrub.kinds(before.kinds, format, found)
    if changes := scrub.changes(path, format, policy, found):
        patch.apply(path, changes)
        md5, originals = md5_of(path), patch.pack(changes)
        found, proof = _blocks(path, format), _prove(path, format, before)
        kinds = scrub.kinds(proof.kinds, format, found)
    proof = proof or before.unchanged(path, format)
    return Cleaned(
        md5,
        removed=tuple(kind for kind in kinds_before if kind not in kinds),
        kept=kinds,
        leftovers=_leftovers(path, format, policy, proof, found),
        originals=originals,
        exifdata=json.dumps(proof.tags, ensure_ascii=False) if proof.tags else None,
    )


def _read(path: Path, format: str) -> AsSent:
    """What the file says, where nobody has read it yet."""
    reading = second.read_again(path, format)
    return AsSent(_blocks(path, format), reading.kinds, reading=reading)


def _blocks(path: Path, format: str) -> tuple[Block, ...]:
    with path.open("rb") as file:
        return tuple(blocks(file, format))


def _prove(path: Path, format: str, before: AsSent) -> SecondReading:
    """What other readers find after blanking."""
    if before.head:
        return second.read_by_marks(path, before.head)
    return second.read_again(path, format)


def _leftovers(
    path: Path, format: str, policy: Policy, proof: SecondReading, found: Sequence[Block]
) -> tuple[str, ...]:
    if policy.keeps_all:
        return ()
    return (*scrub.leftovers(proof, policy), *scrub.uncleanable(path, format, policy, found))


def _clean_film(path: Path, facts: Facts, md5: str, policy: Policy) -> Cleaned:
    changes, originals = scrub.changes(path, facts.format, policy), None
    patch.apply(path, changes)
    if moved := faststart.to_front(path, facts.format):
        move, offsets, md5 = moved
        originals = patch.pack([*changes, *offsets], move)
    elif changes:
        md5, originals = md5_of(path), patch.pack(changes)
    left = () if policy.keeps_all else _left_in_film(path, facts, policy, bool(changes))
    before = ("place",) if facts.places else ()
    after = before if left or policy.keeps_all else ()
    return Cleaned(
        md5,
        removed=tuple(kind for kind in before if kind not in after),
        kept=after,
        leftovers=left,
        originals=originals,
    )


def _left_in_film(path: Path, facts: Facts, policy: Policy, was_blanked: bool) -> tuple[str, ...]:
    """What FFmpeg still finds of a position, which need look again only where something was
    blanked; and what can't be.
    """
    places = facts.places
    if places and was_blanked:
        places = video.places(path, facts.format, video.Limits())
    return (*places, *scrub.uncleanable(path, facts.format, policy))
