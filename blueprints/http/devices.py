"""What a browser calls itself, as people call it."""

from __future__ import annotations

from blueprints.http import words

# The first that is in a User-Agent header; nearly all say Mozilla, many Chrome and Safari, too.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Vivaldi", "Vivaldi"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrom", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(agent: str) -> str:
    """``Firefox, Windows``, of a User-Agent header; as much of it as is known."""
    known = [_first(agent, _BROWSERS), _first(agent, _SYSTEMS)]
    return ", ".join(name for name in known if name) or str(words.UNKNOWN_DEVICE)


def phone_of(agent: str) -> str:
    """Which uploader there is for this phone or tablet, ``iphone`` or ``android``; else ""."""
    return _first(agent, (("iPhone", "iphone"), ("iPad", "iphone"), ("Android", "android")))


def _first(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in agent), "")
