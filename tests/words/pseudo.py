"""A language for tests, made of the texts that are marked for translation: each in brackets and a
third longer. What a page in it shows outside of brackets isn't marked, or is data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from blueprints.clients.words import TOOL_WORDS
from blueprints.http.language import DOMAIN, TRANSLATIONS

LANGUAGE = "eo"  # Esperanto, as Babel has to know it
POT = TRANSLATIONS / f"{DOMAIN}.pot"
OPEN, CLOSE = "⟦", "⟧"
TEXTS = ("title", "alt", "aria-label", "placeholder", "data-label", "data-said", "data-copied")
UNREAD = {"script", "style", "code", "textarea", "time", "svg"}  # code and dates
WORD = re.compile(r"[^\W\d_]{2,}")
DATA = re.compile(
    r"https?://\S+|\b[0-9a-f]{8,}\b|\b\d[\d.]* ?(?:[KMGT]?B|px|mm|s)\b|f/\d"
    r"|\b[\w-]+(?:\.\w{2,4})+\b"
    r"|\b[A-Z]\w+(?:/[A-Z][\w-]*)+"  # time zones
)

# The same in every language: names of formats, units and products; and what the tests entered.
NAMES = {
    "HTML", "Markdown", "BBCode", "SHA-256", "UTC", "GIF", "JPG", "MP4", "PNG", "HEIC", "WEBP",
    "AVIF", "BMP", "TIFF", "MOV", "3GP", "WEBM", "MKV",
    "keepsake", "Keepsake", "Typora", "Obsidian", "VS Code", "OpenID Connect",
    "ann", "boss", "dora", "Lake", "lake", "Trips", "Boats", "sea", "tests", "plain", "clip",
    "NIKON", "COOLPIX P6000",
    "Apple", "iPhone 11 Pro Max", "back triple camera",
    *Locale(LANGUAGE).months["format"]["wide"].values(),
    *(words.name for words in TOOL_WORDS.values() if isinstance(words.name, str)),
}  # fmt: skip


def made_longer(text: str) -> str:
    return f"{OPEN}{text} {' '.join(['loooong'] * (len(text) // 24 + 1))}{CLOSE}"


def write(folder: Path) -> Path:
    """The catalogue, as a translator would leave it."""
    with POT.open("rb") as file:
        texts = read_po(file)
    catalogue = Catalog(locale=LANGUAGE, domain=DOMAIN, fuzzy=False)
    for message in texts:
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else message.id
            made = tuple(map(made_longer, ids))
            forms = made[0] if isinstance(message.id, str) else made
            catalogue.add(message.id, forms, message.locations, message.flags)
    home = folder / LANGUAGE / "LC_MESSAGES"
    home.mkdir(parents=True)
    with (home / f"{DOMAIN}.po").open("wb") as file:
        write_po(file, catalogue)
    with (home / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalogue)
    return folder


class Outside(HTMLParser):
    """Collects what people read on a page outside of brackets. An element inside of a text is
    inside of its brackets.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.depth = 0
        self.unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self.unread.append(tag)
        given = dict(attrs)
        names = [*TEXTS, *(["value"] if given.get("type") in ("submit", "button") else [])]
        for name in names if tag != "time" else ():
            self._read(given.get(name) or "", 0)

    def handle_endtag(self, tag: str) -> None:
        if self.unread and self.unread[-1] == tag:
            self.unread.pop()

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.depth = self._read(data, self.depth)

    def _read(self, text: str, depth: int) -> int:
        outside = []
        for character in text:
            depth += (character == OPEN) - (character == CLOSE)
            outside.append(character if depth == 0 and character != CLOSE else " ")
        self.found.append("".join(outside))
        return depth


def unmarked(page: str, names: set[str]) -> Iterator[str]:
    """Every piece with a word outside of brackets that is neither data nor one of ``names``."""
    reader = Outside()
    reader.feed(page)
    for piece in reader.found:
        rest = DATA.sub(" ", piece)
        for name in sorted(names, key=len, reverse=True):
            rest = rest.replace(name, " ")
        if WORD.search(rest):
            yield " ".join(piece.split())
