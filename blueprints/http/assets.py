"""Scripts, styles and icons, read once at the start and served under a hash of all of them, so that
a browser asks for each once and never again.

Styles are joined into one sheet, and the modules of the pages into one script: a first visit makes
a few requests, a later one none.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from blueprints.documents.colours import accent_rules
from blueprints.http import language
from blueprints.http.catalogue import catalogues, script
from blueprints.http.language import DOMAIN, TRANSLATIONS
from blueprints.http.modules import joined

STATIC = Path(__file__).parent.parent.parent / "static"
SHEETS = (
    "tokens", "base", "layout", "menus", "controls", "levels", "surfaces", "tables", "listing",
    "upload", "queue", "queue_rows", "media", "media_text", "beside", "zoom", "uploaders",
    "library", "suggest", "people", "albums", "settings", "factors", "keys",
)  # fmt: skip
VIEWER = ("vendor/photoswipe/photoswipe.css", "css/viewer.css")  # loaded with viewer.js
ENTRIES = {
    "app.js": "js/main.js",
    "popup.js": "js/upload/popup.js",
    "adding.js": "js/adding/index.js",
    "digest.js": "js/upload/digest_worker.js",
    "viewer.js": "js/viewer/index.js",
    "arrange.js": "js/arrange.js",
    "review.js": "js/review.js",
    "heart.js": "js/heart.js",
    "notices.js": "js/notices.js",
    "uploaders.js": "js/uploaders.js",
    "passkeys.js": "js/passkeys.js",
    "check.js": "js/check.js",
    "reference.js": "js/reference.js",
    "links.js": "js/links.js",
    "undo.js": "js/undo.js",
    "versions.js": "js/versions.js",
    "recent.js": "js/recent.js",
    "select.js": "js/select/index.js",
}
DEFAULT_ACCENT = "2f6f5e"  # as the icon is drawn
MOST_KEPT = 128  # packed: all there are, and some colours that somebody made up, of 26 KB each
_ACCENTED = re.compile(r"(app|icon)-([0-9a-f]{6})\.(css|svg)")
_PACKED = ("text/", "image/svg+xml")  # the rest is compressed already


@dataclass(frozen=True)
class Asset:
    """``packed`` is the same with gzip (RFC 1952); empty where that gains nothing."""

    data: bytes
    packed: bytes
    mime: str


class Assets:
    def __init__(self, folder: Path, translations: Path = TRANSLATIONS) -> None:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        self._data = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
        sheets = [self._data[f"css/{name}.css"] for name in SHEETS]
        self._data["app.css"] = b"".join(sheets)
        self._data["viewer.css"] = b"".join(self._data[name] for name in VIEWER)
        for name, entry in ENTRIES.items():
            self._data[name] = joined(folder / entry).encode()
        for name, path in catalogues(translations, DOMAIN).items():
            self._data[f"words-{name}.js"] = script(path).encode()
        whole = hashlib.sha256()
        for name, data in self._data.items():
            whole.update(f"{name} {len(data)} ".encode() + data)
        self.digest = whole.hexdigest()[:12]
        self.find = functools.lru_cache(MOST_KEPT)(self._find)

    def _find(self, name: str) -> Asset | None:
        """``app-2f6f5e.css`` and ``icon-2f6f5e.svg`` are in the colour that they name."""
        accented = _ACCENTED.fullmatch(name)
        data = self._data.get(f"{accented[1]}.{accented[3]}" if accented else name)
        if data is None:
            return None
        if accented and accented[3] == "css":
            data = accent_rules(f"#{accented[2]}").encode() + data
        elif accented:
            data = data.replace(DEFAULT_ACCENT.encode(), accented[2].encode())
        mime = _mime(name)
        packed = gzip.compress(data, 9, mtime=0) if mime.startswith(_PACKED) else b""
        return Asset(data, packed if len(packed) < len(data) else b"", mime)


@functools.cache
def assets() -> Assets:
    return Assets(STATIC, language.TRANSLATIONS)


def _mime(name: str) -> str:
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    mime = "text/javascript" if mime == "application/javascript" else mime
    return f"{mime}; charset=utf-8" if mime.startswith("text/") else mime
