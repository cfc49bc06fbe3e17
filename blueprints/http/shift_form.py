"""By how much dates taken are shifted."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from typing import Any

from blueprints.http.refusals import InvalidParameter, NothingWanted

_NUMBER = re.compile(r"[0-9]{1,6}")  # days: as many as there have been photos, and more
_SECONDS = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}


def parse_shift(form: Mapping[str, str], zone: str) -> dict[str, Any]:
    """As `services.acts.shift` has it. ``zone``: in which dates are shown and were read. Raises
    NothingWanted or InvalidParameter.
    """
    way = form.get("way", "later")
    if way == "zone":
        was, is_ = (_zone(form.get(name, "")) for name in ("from_zone", "to_zone"))
        if was == is_:
            raise NothingWanted()
        return {"from_zone": was, "to_zone": is_, "zone": zone}
    if way not in ("later", "earlier"):
        raise InvalidParameter("shift")
    seconds = sum(_number(form.get(name, "")) * one for name, one in _SECONDS.items())
    if not seconds:
        raise NothingWanted()
    return {"seconds": seconds if way == "later" else -seconds}


def _number(text: str) -> int:
    text = text.strip()
    if text and not _NUMBER.fullmatch(text):
        raise InvalidParameter("shift")
    return int(text or 0)


def _zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise InvalidParameter("time zone")
    return name
