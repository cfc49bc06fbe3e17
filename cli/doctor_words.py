"""What ``flask doctor`` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from config import FLASK
from models.filed import Told
from services.doctor import Damage, Finding, SoFar

_HEADS = {
    Damage.MISSING: "Files that are missing",
    Damage.CHANGED: "Files whose bytes have changed",
    Damage.BROKEN: "Thumbnails and other sizes that are missing or broken",
    Damage.WRONG_FOLDER: "Files in the wrong folder",
    Damage.WITHOUT_ROW: "Files that belong to no upload",
    Damage.TOO_OPEN: "Files that other users of this machine may read or write",
    Damage.LINK: "Links where a file should be",
    Damage.NOT_OURS: "Things that Keepsake did not put there; it leaves them alone",
    Damage.LEFTOVER: "Temporary files of work that ended midway",
    Damage.COUNT: "Counts that are wrong",
    Damage.REFERENCE: "Rows that refer to nothing",
    Damage.WORDS: "The index of words, by which files are searched, is damaged",
    Damage.DATABASE: "The database is damaged",
}
_FROM_BACKUP = f"Repair them from a backup: `{FLASK} doctor --repair --backup FOLDER`. "
_ADVICE = {
    Damage.MISSING: f"{_FROM_BACKUP}Where no backup has them, ask the owner to send them again, or "
    "delete them.",
    Damage.CHANGED: f"{_FROM_BACKUP}Where no backup has them, download what is left of them first.",
    Damage.DATABASE: "Stop Keepsake, check the disk, and restore a backup: "
    f"`{FLASK} restore FOLDER`.",
    Damage.REFERENCE: f"`{FLASK} doctor --repair` mends what is only noted for the site itself. Of "
    "the rest, restore a backup that has the rows.",
    Damage.LEFTOVER: "Upkeep deletes them within the hour.",
    Damage.LINK: "A change of the one changes the other. Put a file of its own in its place.",
}
_MENDED = f"`{FLASK} doctor --repair` puts them right."
_SHOWN = 50  # of each kind, in the report for people; --json has all


def progress(so_far: SoFar, seconds_left: float) -> str:
    """``seconds_left`` is 0 where nothing is known yet."""
    if so_far.step != "files":
        return f"Looking at {so_far.step} …"
    done = f"{so_far.files:,} files, {_size(so_far.bytes)} of {_size(so_far.all_bytes)}"
    return f"{done}, {_time(seconds_left)} left" if seconds_left else done


def report(so_far: SoFar, told: Mapping[str, Told]) -> str:
    lines = [
        f"{so_far.files:,} files ({_size(so_far.bytes)}) of {so_far.uploads:,} uploads were looked "
        "at."
    ]
    by_damage: dict[Damage, list[Finding]] = {}
    for one in so_far.findings:
        by_damage.setdefault(one.damage, []).append(one)
    for damage in (one for one in Damage if one in by_damage):
        found = by_damage[damage]
        lines += ["", f"{_HEADS[damage]}: {len(found)}"]
        lines += [f"  {_line(one, told)}" for one in found[:_SHOWN]]
        if len(found) > _SHOWN:
            lines.append(f"  … and {len(found) - _SHOWN} more; --json has all.")
        if any(not one.is_repaired for one in found):
            lines.append(_ADVICE.get(damage, _MENDED))
    if so_far.more_findings:
        lines += ["", f"{so_far.more_findings} more findings are not in this report."]
    return "\n".join(lines if so_far.findings else [*lines, "All is well."])


def document(so_far: SoFar, told: Mapping[str, Told]) -> dict[str, Any]:
    """As docs/running.md says."""
    return {
        "format": 1,
        "begun_at": so_far.begun_at,
        "uploads": so_far.uploads,
        "files": so_far.files,
        "bytes": so_far.bytes,
        "is_well": so_far.is_well,
        "counts": dict(Counter(one.damage.value for one in so_far.findings)),
        "more_findings": so_far.more_findings,
        "findings": [_entry(one, told) for one in so_far.findings],
    }


def _entry(one: Finding, told: Mapping[str, Told]) -> dict[str, Any]:
    of = told.get(one.upload)
    return {
        "damage": one.damage.value,
        "path": one.path,
        "number": one.number,
        "upload": one.upload or None,
        "title": of.title if of else None,
        "owner": (of.owner or None) if of else None,
        "sent_at": f"{of.sent_at:%Y-%m-%dT%H:%M:%SZ}" if of else None,
        "is_repaired": one.is_repaired,
        "source": one.source or None,
        "fault": one.fault or None,
    }


def _line(one: Finding, told: Mapping[str, Told]) -> str:
    of = told.get(one.upload)
    text = one.path
    if one.number > 1:
        text += f" ({one.number} rows)"
    if of:
        text += f": “{of.title}” by {of.owner or 'a guest'}, sent on {of.sent_at:%Y-%m-%d}"
    if one.is_repaired:
        text += f" – repaired{f' from {one.source}' if one.source else ''}"
    return f"{text} – {one.fault}" if one.fault else text


def _size(number: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{max(1, minutes)} min"
