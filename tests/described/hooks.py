"""What Schemathesis sends where a schema alone can't say it: files that are one, places that pages
have, dates that have been.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import schemathesis
from hypothesis import strategies

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PIXEL = (SAMPLES / "pixel.png").read_bytes()
MOMENTS = strategies.datetimes(datetime(1850, 1, 1), datetime(2025, 1, 1))

schemathesis.openapi.format("binary", strategies.just(PIXEL))
schemathesis.openapi.format("byte", strategies.just(base64.b64encode(PIXEL).decode()))
schemathesis.openapi.format(
    "date-time", MOMENTS.map(lambda at: at.replace(tzinfo=UTC).isoformat(timespec="seconds"))
)
schemathesis.openapi.format("cursor", strategies.just(""))
schemathesis.openapi.format(
    "search", strategies.sampled_from(["", "sea", "tag:sea", '-"sea lake"'])
)
